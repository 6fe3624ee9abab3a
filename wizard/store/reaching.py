"""How far a study has come to what it is to reach: so many participants, and each scenario so often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlite_utils import Database

from wizard.store.invites import count_participants
from wizard.store.log import written
from wizard.study import Study

STILL_COMING = timedelta(hours=1)
"""So long after it began a conversation in which nothing was said yet may still come to something."""
TAKEN_UP = """
SELECT s.body ->> '$.scenario' AS scenario, count(*) FROM heads h
JOIN events s ON s.seq = (SELECT min(seq) FROM events WHERE session = h.session)
WHERE h.study = ? AND h.imported IS NULL AND scenario IS NOT NULL AND (
    (h.ended IS NULL AND h.started_at > ?)
    OR EXISTS (SELECT 1 FROM events m
               WHERE m.session = h.session AND m.kind = 'message' AND m.body ->> '$.role' = 'user')
)
GROUP BY 1
"""


@dataclass(frozen=True, slots=True)
class Reached:
    """What there is and what is wanted of it, None where it isn't said: participants, and each scenario by its id."""

    participants: int
    most: int | None
    scenarios: tuple[tuple[str, int, int | None], ...]

    @property
    def is_full(self) -> bool:
        """Whether as many came as may."""
        return self.most is not None and self.participants >= self.most

    @property
    def all_scenarios(self) -> bool:
        """Whether each scenario was taken up as often as it is to be."""
        return bool(self.scenarios) and all(of is not None and count >= of for _, count, of in self.scenarios)


def taken_up(db: Database, study: str) -> dict[str, int]:
    """In how many conversations, under any version of the study, each scenario was taken up: something was said in
    them, or they have only just begun.
    """
    since = written(datetime.now(UTC) - STILL_COMING)
    return dict(db.conn.execute(TAKEN_UP, [study, since]).fetchall())


def reached(db: Database, study: Study) -> Reached:
    """How many participants a study has, and each of its scenarios, beside how many it is to have."""
    counts = taken_up(db, study.study) if study.scenarios else {}
    scenarios = tuple((each.id, counts.get(each.id, 0), each.count) for each in study.scenarios)
    return Reached(count_participants(db, study.study), study.limits.participants, scenarios)
