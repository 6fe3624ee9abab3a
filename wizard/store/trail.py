"""The trail: who saw what and changed what, of everything the team did, the newest first."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlite_utils import Database

PAGE = 100


@dataclass(frozen=True, slots=True)
class Step:
    """What somebody did, and when. `actor` is an account, `system`, or empty where nobody is recorded."""

    at: str
    actor: str
    did: str
    study: str
    session: str | None = None
    exchange: int | None = None


STEPS = """
SELECT * FROM (
    SELECT at, actor, 'saved version ' || version AS did, study, NULL AS session, NULL AS exchange FROM study_versions
    UNION ALL
    SELECT at, actor, CASE act WHEN 'archived' THEN 'archived it' WHEN 'taken up' THEN 'took it up again'
        WHEN 'doors closed' THEN 'closed the doors' WHEN 'doors opened' THEN 'opened the doors'
        WHEN 'paused' THEN 'paused it' WHEN 'resumed' THEN 'let it go on' ELSE act END, study, NULL, NULL
        FROM study_acts
    UNION ALL
    SELECT at, actor, did, study, NULL, NULL FROM acts
    UNION ALL
    SELECT at, '', 'exported ' || examples || ' exchanges as ' || format, study, NULL, NULL FROM exports
    UNION ALL
    SELECT at, '', 'erased ' || sessions || CASE sessions WHEN 1 THEN ' conversation (' ELSE ' conversations (' END
        || reason || ')', replace(study, ' (trial)', ''), NULL, NULL FROM erasures
    UNION ALL
    SELECT at, actor, 'said what people cost in it', study, NULL, NULL FROM study_costs
    UNION ALL
    SELECT e.at, substr(e.actor, 8), CASE e.kind
        WHEN 'looked' THEN 'looked further than the model sees'
        WHEN 'watched' THEN 'watched it as it went'
        WHEN 'whispered' THEN 'told whoever answered a word'
        WHEN 'announced' THEN 'wrote to the participant, as the persona'
        WHEN 'labelled' THEN 'put a label right'
        WHEN 'flagged' THEN CASE WHEN e.body ->> '$.not_for_training' THEN 'took it out of training'
            ELSE 'put it back into training' END
        WHEN 'noted' THEN 'left a note'
        WHEN 'second_opinion' THEN 'gave a second opinion'
        WHEN 'rated' THEN 'said whether they would send a reply'
        WHEN 'handed_over' THEN 'handed it over'
        ELSE 'ended it' END, replace(h.study, ' (trial)', ''), e.session, e.body ->> '$.exchange'
    FROM events e JOIN heads h ON h.session = e.session
    WHERE e.kind IN ('looked', 'watched', 'whispered', 'announced', 'labelled', 'flagged', 'noted', 'second_opinion',
            'rated', 'handed_over', 'ended')
        AND e.actor LIKE 'wizard:%'
)
WHERE (:studies IS NULL OR study IN (SELECT value FROM json_each(:studies))) AND (:by IS NULL OR actor = :by)
    AND (:upto IS NULL OR at <= :upto)
ORDER BY at DESC, did, session, exchange LIMIT :most OFFSET :skip
"""


def trail(
    db: Database,
    studies: Collection[str] | None = None,
    by: str | None = None,
    *,
    upto: str | None = None,
    skip: int = 0,
) -> list[Step]:
    """A page of what was done, the newest first, after so many others: in these studies, by that account, and up to
    that moment (UTC, ISO 8601), so that what happens meanwhile moves nothing from one page to another.
    """
    listed = None if studies is None else json.dumps(list(studies))
    rows = db.conn.execute(STEPS, {"studies": listed, "by": by, "upto": upto, "most": PAGE, "skip": skip})
    return [Step(*row) for row in rows]
