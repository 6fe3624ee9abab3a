"""The trail: who saw what and changed what, of everything the team did, the newest first."""

from __future__ import annotations

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
    SELECT at, '', CASE WHEN trial THEN 'a link to try it was made' ELSE 'a link was made' END, study, NULL, NULL
        FROM invites
    UNION ALL
    SELECT revoked_at, '', 'a link was taken back', study, NULL, NULL FROM invites WHERE revoked_at IS NOT NULL
    UNION ALL
    SELECT at, '', 'exported ' || examples || ' exchanges as ' || format, study, NULL, NULL FROM exports
    UNION ALL
    SELECT at, '', 'erased ' || sessions || ' conversations (' || reason || ')', study, NULL, NULL FROM erasures
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
        ELSE 'ended it' END, h.study, e.session, e.body ->> '$.exchange'
    FROM events e JOIN heads h ON h.session = e.session
    WHERE e.kind IN ('looked', 'watched', 'whispered', 'announced', 'labelled', 'flagged', 'noted', 'second_opinion',
            'rated', 'handed_over', 'ended')
        AND e.actor LIKE 'wizard:%'
)
WHERE (:study IS NULL OR study = :study) AND (:before IS NULL OR at < :before)
ORDER BY at DESC LIMIT :most
"""


def trail(db: Database, study: str | None = None, before: str | None = None) -> list[Step]:
    """A page of what was done, the newest first: of one study, and before that moment (UTC, ISO 8601)."""
    rows = db.conn.execute(STEPS, {"study": study, "before": before, "most": PAGE})
    return [Step(*row) for row in rows]
