"""Taking a person out of the log: the one thing that is ever deleted from it. Nothing of whom it was stays behind."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from wizard.store.checkpoint import TRIES, checkpoint
from wizard.store.database import reading
from wizard.store.index import throw_away
from wizard.store.log import immediately, now

WITHDRAWN, ERASED, RETIRED = "withdrawn", "erased", "kept long enough"
"""Why: the participant's own word, the owner's, or the study's."""

Pin = tuple[str, int, str]
"""A session, the number of an exchange in it, and the split where that one stays."""
Pins = Callable[[Database, str, Collection[str]], Iterable[Pin]]
"""Which exchanges of others are where they are because of these participants of that study."""
CACHE = "cache"
"""The folder below `sessions/` of what was made of texts, and is made again when it is wanted."""
HAS_GAPS = 1
"""The `user_version` of a file from which rows were deleted, and that wasn't written anew since."""


@dataclass(frozen=True, slots=True)
class Held:
    """What the log has of a participant in a study. `first_seq` is their first event."""

    study: str
    sessions: int
    exchanges: int
    first_seq: int


@dataclass(frozen=True, slots=True)
class Erased:
    """What was taken out: these sessions, with so many exchanges."""

    sessions: tuple[str, ...]
    exchanges: int


def sessions_of_participant(db: Database, study: str, participant: str) -> list[str]:
    """The ids of all sessions of that participant in that study."""
    rows = db.conn.execute("SELECT session FROM heads WHERE study = ? AND participant = ?", [study, participant])
    return [row[0] for row in rows]


def held_of(db: Database, participant: str, study: str | None = None) -> list[Held]:
    """What the log has of that participant: in each study, or in that one."""
    where, given = ("", []) if study is None else ("AND study = ?", [study])
    rows = db.conn.execute(
        f"""
        SELECT study, count(*), total(exchanges),
            min((SELECT min(seq) FROM events WHERE events.session = heads.session))
        FROM heads WHERE participant = ? {where} GROUP BY study ORDER BY study
        """,
        [participant, *given],
    )
    return [Held(study, sessions, int(exchanges), first) for study, sessions, exchanges, first in rows]


def erase_participant(db: Database, study: str, participant: str, reason: str, pins: Iterable[Pin] = ()) -> Erased:
    """Take all that this participant said in this study out of the log, and all that was said of it, in one commit.

    It is out of the file's bytes, the WAL and all else after `clean_up`. `pins` keep others where they are.
    """
    with immediately(db):
        return _erase(db, study, sessions_of_participant(db, study, participant), reason, pins)


def erase_sessions(db: Database, study: str, sessions: Sequence[str], reason: str, pins: Iterable[Pin] = ()) -> Erased:
    """Take these sessions alone out of the log, as `erase_participant` does; all are of one participant."""
    with immediately(db):
        return _erase(db, study, sessions, reason, pins)


def _erase(db: Database, study: str, sessions: Sequence[str], reason: str, pins: Iterable[Pin]) -> Erased:
    listed = json.dumps(list(sessions))
    those = "SELECT value FROM json_each(?)"
    counted = db.conn.execute(f"SELECT total(exchanges) FROM heads WHERE session IN ({those})", [listed]).fetchone()
    erased = Erased(tuple(sessions), int(counted[0]))
    if sessions:
        remove(db.conn, sessions)
        db.conn.executemany("INSERT OR REPLACE INTO pins VALUES (?, ?, ?)", pins)
        db.conn.execute(f"INSERT INTO erasing {those}", [listed])
        row = [now(), study, reason, len(sessions), erased.exchanges]
        db.conn.execute("INSERT INTO erasures (at, study, reason, sessions, exchanges) VALUES (?, ?, ?, ?, ?)", row)
    return erased


def remove(connection: Any, sessions: Sequence[str]) -> None:
    """Delete these sessions from every table that has a row of theirs, in the transaction that is open.

    Of what SQLite sampled for its planner, nothing is left: it holds keys of rows. A link that lets in one was theirs:
    what the team called it, which may well be their name, goes too. `write_anew` is to follow.
    """
    _forget_names_of_links(connection, sessions)
    tables = [row[0] for row in connection.execute(WITH_SESSIONS).fetchall()]
    for table in tables:
        listed = [json.dumps(list(sessions))]
        connection.execute(f'DELETE FROM "{table}" WHERE session IN (SELECT value FROM json_each(?))', listed)
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat4'").fetchall():
        connection.execute("DELETE FROM sqlite_stat4")
    connection.execute(f"PRAGMA user_version = {HAS_GAPS}")


def _forget_names_of_links(connection: Any, sessions: Sequence[str]) -> None:
    columns = {row[0] for row in connection.execute("SELECT name FROM pragma_table_info('invites')").fetchall()}
    if not columns >= {"name", "most"}:  # a copy from before links had any
        return
    names = connection.execute(NAMED_FOR_THEM, [json.dumps(list(sessions))]).fetchall()
    connection.executemany("UPDATE invites SET name = '' WHERE code = ?", [[code] for code, _, _ in names])
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'acts'").fetchall():
        said = [{"called": f", “{name}”", "study": study} for _, study, name in names]
        forget = "UPDATE acts SET did = replace(did, :called, '') WHERE study = :study AND instr(did, :called)"
        connection.executemany(forget, said)


NAMED_FOR_THEM = """
SELECT code, study, name FROM invites WHERE most = 1 AND name != '' AND code IN (
    SELECT body ->> '$.invite' FROM events WHERE kind = 'started' AND session IN (SELECT value FROM json_each(?))
)
"""
WITH_SESSIONS = """
SELECT t.name FROM pragma_table_list t JOIN pragma_table_info(t.name) c
WHERE t.schema = 'main' AND t.type = 'table' AND c.name = 'session' AND t.name != 'erasing' ORDER BY t.name
"""


def clean_up(db: Database, folder: Path, tries: int = TRIES, *, anew: bool = True) -> bool:
    """Bring what was erased out of the file, the WAL and the caches, and the search index down to what the log has.

    Not `anew`, it leaves the file's gaps for `close_gaps`: a large file takes long to write.

    Returns False where the WAL could not be emptied, as somebody still reads what was there: `empty_wal` will do then.
    """
    throw_away(folder)
    shutil.rmtree(folder / CACHE, ignore_errors=True)
    return close_gaps(db, tries) if anew else empty_wal(db, tries)


def close_gaps(db: Database, tries: int = TRIES) -> bool:
    """Bring what was erased out of the file's gaps and the WAL; False where the latter could not be done."""
    write_anew(db.conn)
    return empty_wal(db, tries)


def write_anew(connection: Any) -> None:
    """Write a file from which rows were deleted anew, a second or so for every 100 MB, in which nobody else can write.

    SQLite overwrites what it deletes, but not what it had copied of it: where rows move from page to page, as after
    any deletion, those that they leave keep their bytes.
    """
    if has_gaps(connection):
        connection.execute("VACUUM")
        connection.execute("PRAGMA user_version = 0")


def has_gaps(connection: Any) -> bool:
    """Whether `write_anew` is still to come."""
    return bool(connection.execute("PRAGMA user_version").fetchone()[0] == HAS_GAPS)


def throw_away_older(folder: Path, erasures: int) -> None:
    """Remove the caches where somebody was erased since there were so many erasures: what was made of the log as it was
    then may have come there after `clean_up`.
    """
    with reading(folder) as db:
        if count_erasures(db) != erasures:
            shutil.rmtree(folder / CACHE, ignore_errors=True)


def empty_wal(db: Database, tries: int = TRIES) -> bool:
    """Bring what was erased out of the WAL; False where it could not be done, see `clean_up`."""
    if not checkpoint(db, "TRUNCATE", tries):
        return False
    with immediately(db):
        db.conn.execute("UPDATE erasures SET clean = 1")
    return True


def must_clean_up(db: Database) -> bool:
    """Whether something was erased that may still be in the WAL or the search index."""
    return db.conn.execute("SELECT 1 FROM erasures WHERE NOT clean").fetchone() is not None


def maybe_in_backups(db: Database) -> list[str]:
    """Sessions that are out of the log, but that nobody has brought out of all its backups yet."""
    return [row[0] for row in db.conn.execute("SELECT session FROM erasing")]


def out_of_backups(db: Database, sessions: Sequence[str]) -> None:
    """Forget these sessions' ids: they are nowhere any more, but for the WAL, which is to be emptied once more."""
    with immediately(db):
        db.conn.executemany("DELETE FROM erasing WHERE session = ?", [[each] for each in sessions])
        db.conn.execute("UPDATE erasures SET clean = 0 WHERE rowid = (SELECT max(rowid) FROM erasures)")


def count_erased(db: Database, study: str) -> int:
    """How many sessions of that study were ever erased."""
    return int(db.conn.execute("SELECT total(sessions) FROM erasures WHERE study = ?", [study]).fetchone()[0])


def count_withdrawn(db: Database, study: str) -> int:
    """How many sessions of that study their participants took back themselves."""
    query = "SELECT total(sessions) FROM erasures WHERE study = ? AND reason = ?"
    return int(db.conn.execute(query, [study, WITHDRAWN]).fetchone()[0])


def count_erasures(db: Database) -> int:
    """How often somebody was erased."""
    return int(db.conn.execute("SELECT count(*) FROM erasures").fetchone()[0])
