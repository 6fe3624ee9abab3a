"""Lists of sessions, and how many there are: read from their heads, so that none is folded for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from pydantic_core import to_json
from sqlite_utils import Database

from wizard.head import TRIAL, Head, lists_of

HEAD_COLUMNS = Head._fields
LAST_OVER = 20

Studies = Collection[str] | None
"""Some studies; None for all of them."""
OF_STUDIES = "(:studies IS NULL OR study IN (SELECT value FROM json_each(:studies)))"
"""Sessions of some studies, which are given as `listed` has them."""


def latest_session(db: Database, study: str, participant: str) -> str | None:
    """The last session of that participant in that study."""
    row = db.conn.execute(
        """
        SELECT session FROM heads JOIN events USING (session)
        WHERE study = ? AND participant = ? AND kind = 'started' ORDER BY seq DESC LIMIT 1
        """,
        [study, participant],
    ).fetchone()
    return row[0] if row else None


def open_sessions(db: Database, study: str) -> list[str]:
    """The ids of that study's sessions that aren't over, in the order in which they began."""
    which = "study = ? AND ended IS NULL AND imported IS NULL ORDER BY started_at, session"
    return [each.session for each in heads_where(db, which, [study])]


def waiting_heads(db: Database, limit: int, *, claimed: bool, studies: Studies = None) -> list[Head]:
    """Sessions where a message waits for an answer, the oldest first; those that somebody has, or those nobody has."""
    having = "IS NOT NULL" if claimed else "IS NULL"
    where = f"waiting_since IS NOT NULL AND claimed_by {having} AND {OF_STUDIES} ORDER BY waiting_since LIMIT :limit"
    return list(heads_where(db, where, {"studies": listed(studies), "limit": limit}))


def waiting_under(db: Database) -> list[tuple[str, int]]:
    """Under which versions of which studies a message waits in a session that nobody has."""
    query = """
    SELECT DISTINCT replace(study, ?, ''), version FROM heads WHERE waiting_since IS NOT NULL AND claimed_by IS NULL
    """
    return list(db.conn.execute(query, [TRIAL]))


def waiting_with_nobody(db: Database, under: Iterable[tuple[str, int]]) -> list[tuple[str, str, int]]:
    """The sessions under these versions of these studies where a message waits and that nobody has, the oldest first:
    each with its study and version.
    """
    query = """
    SELECT session, replace(study, :trial, '') AS slug, version FROM heads
    WHERE waiting_since IS NOT NULL AND claimed_by IS NULL
        AND (slug, version) IN (SELECT value ->> 0, value ->> 1 FROM json_each(:under))
    ORDER BY waiting_since
    """
    return list(db.conn.execute(query, {"trial": TRIAL, "under": to_json(list(under)).decode()}))


def claimed_heads(db: Database, actor: str) -> list[Head]:
    """Sessions that this actor has, in the order in which they began."""
    return list(heads_where(db, "claimed_by = ? ORDER BY started_at", [actor]))


def count_waiting(db: Database, studies: Studies = None) -> int:
    """In how many sessions a message waits for an answer."""
    query = f"SELECT count(*) FROM heads WHERE waiting_since IS NOT NULL AND {OF_STUDIES}"
    return int(db.conn.execute(query, {"studies": listed(studies)}).fetchone()[0])


def listed(studies: Studies) -> str | None:
    """These studies as `OF_STUDIES` is given them, trials and all: a JSON array of names; None for every study."""
    return None if studies is None else to_json(lists_of(studies)).decode()


def count_sessions(db: Database, study: str) -> int:
    """How many sessions that study has."""
    return int(db.conn.execute("SELECT count(*) FROM heads WHERE study = ?", [study]).fetchone()[0])


def count_exchanges(db: Database, study: str) -> int:
    """How many exchanges that study has."""
    return int(db.conn.execute("SELECT total(exchanges) FROM heads WHERE study = ?", [study]).fetchone()[0])


def durations(db: Database, study: str) -> list[float]:
    """The seconds that the last conversations of that study took in which anything was answered, the last one first."""
    query = f"""
        SELECT (julianday(ended_at) - julianday(started_at)) * 86400 FROM heads
        WHERE study = ? AND ended_at IS NOT NULL AND imported IS NULL AND exchanges > 0
        ORDER BY ended_at DESC LIMIT {LAST_OVER}
    """
    return [float(row[0]) for row in db.conn.execute(query, [study])]


def scenarios_dealt(db: Database, study: str, version: int) -> dict[str, int]:
    """How many sessions of that version of the study were given each scenario."""
    query = """
        SELECT e.body ->> '$.scenario' AS scenario, count(*)
        FROM heads h JOIN events e ON e.seq = (SELECT min(seq) FROM events WHERE session = h.session)
        WHERE h.study = ? AND h.version = ? AND scenario IS NOT NULL
        GROUP BY scenario
    """
    return dict(db.conn.execute(query, [study, version]).fetchall())


def actors_with_claims(db: Database) -> list[str]:
    """Everybody who has a conversation."""
    return [row[0] for row in db.conn.execute("SELECT DISTINCT claimed_by FROM heads WHERE claimed_by IS NOT NULL")]


def sessions_to_release(db: Database) -> list[str]:
    """Open sessions with replies that have not been let through yet."""
    rows = db.conn.execute("SELECT session FROM heads WHERE unreleased > 0 AND ended IS NULL")
    return [row[0] for row in rows]


def heads_where(db: Database, where: str, given: Sequence[Any] | Mapping[str, Any] = ()) -> Iterator[Head]:
    """The heads that a condition of ours selects."""
    for row in db.conn.execute(f"SELECT {', '.join(HEAD_COLUMNS)} FROM heads WHERE {where}", given):
        yield Head(*row)
