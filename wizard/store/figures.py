"""How a study goes while it runs: figures from the log, as they are now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from sqlite_utils import Database

from wizard.head import Head
from wizard.store.costs import Costs, costs_of
from wizard.store.findable import counted_as
from wizard.store.heads import heads_where
from wizard.store.log import now

MOST = 5_000
"""So many of the last answers are looked at: enough for what is asked while it runs."""
MOST_MISSING = 5
LISTED = 50
"""The page is asked for every two seconds: so many of those who wait longest are named, the others are counted."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer as it counts: when it was given (UTC, ISO 8601), whether it could be, and how many seconds it took."""

    at: str
    could: str | None
    seconds: float | None


@dataclass(frozen=True)
class Figures:
    """Of a study: conversations where somebody waits or a wizard is at it, the longest wait first, and how many those
    are; since when each who waits has waited (UTC, ISO 8601); its last answers, the oldest first; what was missing
    most, how often each value of each label was given, by the label's name, how many were marked as answered from more
    than the model sees, and what it has cost.
    """

    active: tuple[Head, ...]
    busy: int
    waiting: tuple[str, ...]
    open: int
    sessions: int
    ended: int
    exchanges: int
    answers: tuple[Answer, ...]
    missing: tuple[tuple[str, int], ...]
    labels: dict[str, Counter[str]]
    saw_more: int
    costs: Costs | None

    @cached_property
    def could(self) -> Counter[str]:
        """How many could be answered from what was shown, were guessed, or could not."""
        return Counter(each.could for each in self.answers if each.could)

    @cached_property
    def seconds(self) -> float | None:
        """The seconds that half of the answers took no longer than."""
        taken = [each.seconds for each in self.answers if each.seconds is not None]
        return median(taken) if taken else None


ACTIVE = "study = ? AND ended IS NULL AND (waiting_since IS NOT NULL OR claimed_by IS NOT NULL)"
WAITING = "SELECT waiting_since FROM heads WHERE study = ? AND ended IS NULL AND waiting_since IS NOT NULL"
ANSWERS = """
SELECT e.at, e.body ->> '$.could_answer', e.body ->> '$.seconds', e.body ->> '$.missing',
    coalesce(e.body ->> '$.saw_more', 0), e.seq
FROM events e WHERE e.seq IN (
    SELECT r.seq FROM heads h JOIN events r ON r.session = h.session AND r.kind = 'replied'
    WHERE h.study = ? ORDER BY r.seq DESC LIMIT ?
) ORDER BY e.seq DESC
"""
LABELS = """
SELECT l.name, l.value, count(*) FROM labels l JOIN heads h ON h.session = l.session WHERE h.study = ? GROUP BY 1, 2
"""
COUNTS = """
SELECT count(*), count(ended), coalesce(sum(exchanges), 0),
    coalesce(sum(ended IS NULL AND (waiting_since IS NOT NULL OR claimed_by IS NOT NULL)), 0)
FROM heads WHERE study = ?
"""


def figures_of(db: Database, study: str) -> Figures:
    """How that study goes."""
    active = heads_where(
        db, f"{ACTIVE} ORDER BY waiting_since IS NULL, waiting_since, started_at LIMIT ?", [study, LISTED]
    )
    sessions, ended, exchanges, busy = db.conn.execute(COUNTS, [study]).fetchone()
    rows = db.conn.execute(ANSWERS, [study, MOST]).fetchall()
    missing = Counter(filter(None, (counted_as(what) for _, _, _, what, _, _ in rows)))
    labels: dict[str, Counter[str]] = {}
    if exchanges <= MOST:
        for name, value, count in db.conn.execute(LABELS, [study]):
            labels.setdefault(name, Counter())[value] = count
    return Figures(
        active=tuple(active),
        busy=busy,
        waiting=tuple(since for (since,) in db.conn.execute(WAITING, [study])),
        open=sessions - ended,
        sessions=sessions,
        ended=ended,
        exchanges=exchanges,
        answers=tuple(Answer(at, could, seconds) for at, could, seconds, _, _, _ in reversed(rows)),
        missing=tuple(missing.most_common(MOST_MISSING)),
        labels=labels,
        saw_more=sum(more for _, _, _, _, more, _ in rows),
        costs=costs_of(db, study, now()),
    )
