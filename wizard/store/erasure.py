"""Taking a person out of the log: the one thing that is ever deleted from it. Nothing of whom it was stays behind."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import sleep

from sqlite_utils import Database

from wizard.store.index import throw_away
from wizard.store.log import immediately, now

TABLES = ("events", "heads", "drafts")
TRIES, PAUSE_SECONDS = 20, 0.05


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was taken out."""

    sessions: int
    exchanges: int


def sessions_of_participant(db: Database, study: str, participant: str) -> list[str]:
    """The ids of all sessions of that participant in that study."""
    rows = db.conn.execute("SELECT session FROM heads WHERE study = ? AND participant = ?", [study, participant])
    return [row[0] for row in rows]


def erase_participant(db: Database, study: str, participant: str, reason: str) -> Erased:
    """Take all that this participant said in this study out of the log, and all that was said of it, in one commit.

    What was there is overwritten, in the file by SQLite and in the WAL by `clean_up`. Copies in `backups/`, and files
    that were exported, hold what they held.
    """
    db.conn.execute("PRAGMA secure_delete=ON")
    with immediately(db):
        sessions = sessions_of_participant(db, study, participant)
        marks = ", ".join("?" * len(sessions))
        counted = db.conn.execute(f"SELECT total(exchanges) FROM heads WHERE session IN ({marks})", sessions).fetchone()
        erased = Erased(len(sessions), int(counted[0]))
        for table in TABLES:
            db.conn.execute(f"DELETE FROM {table} WHERE session IN ({marks})", sessions)
        if sessions:
            row = [now(), study, reason, erased.sessions, erased.exchanges]
            db.conn.execute("INSERT INTO erasures (at, study, reason, sessions, exchanges) VALUES (?, ?, ?, ?, ?)", row)
    return erased


def clean_up(db: Database, folder: Path) -> bool:
    """Bring what was erased out of the WAL, and the search index down to what the log has.

    False where somebody reads what was there for so long that the WAL could not be emptied; the next time will do.
    """
    throw_away(folder)
    for _ in range(TRIES):
        busy = db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        if not busy:
            with immediately(db):
                db.conn.execute("UPDATE erasures SET clean = 1")
            return True
        sleep(PAUSE_SECONDS)
    return False


def must_clean_up(db: Database) -> bool:
    """Whether something was erased that may still be in the WAL or the search index."""
    return db.conn.execute("SELECT 1 FROM erasures WHERE NOT clean").fetchone() is not None


def count_erased(db: Database, study: str) -> int:
    """How many sessions of that study were ever erased."""
    return int(db.conn.execute("SELECT total(sessions) FROM erasures WHERE study = ?", [study]).fetchone()[0])
