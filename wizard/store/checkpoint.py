"""Moves the log from its WAL into the file beside the writer, so that nobody waits for it.

The writer would do it between two commits, and every sender would wait for 10 to 40 ms. This does nearly all of
it while the writer writes on; only for the last pages it holds the writer up, and lets it begin the WAL anew.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from time import sleep

from sqlite_utils import Database

from wizard import loop
from wizard.store.database import connect, has_wal_reset_bug, sqlite3, sqlite_version

EVERY_SECONDS = 30.0
"""Commits wait for the disk while it syncs what was moved: seldom and more is better than often and less."""
TRIES, PAUSE_SECONDS = 20, 0.05


def checkpoint(db: Database, mode: str, tries: int = TRIES) -> bool:
    """Move the log from its WAL into the file, in one of SQLite's modes; whether it could be done.

    It can't while somebody writes, or reads what the WAL has. SQLite would wait for a reader itself, as long as the
    connection waits for locks, but lets nobody write meanwhile.
    """
    [[wait]] = db.conn.execute("PRAGMA busy_timeout").fetchall()
    db.conn.execute("PRAGMA busy_timeout=0")
    try:
        for again in range(tries):
            sleep(PAUSE_SECONDS if again else 0)
            [[busy, *_]] = db.conn.execute(f"PRAGMA wal_checkpoint({mode})").fetchall()
            if not busy:
                return True
        return False
    finally:
        db.conn.execute(f"PRAGMA busy_timeout={wait}")


def checkpoint_beside(folder: Path, *, lock_wait: float) -> None:
    """Begin to do so, on a native thread that ends with the process.

    Not with a SQLite that has the WAL-reset bug: it strikes where one connection checkpoints while another writes.
    """
    if has_wal_reset_bug(sqlite_version()):
        return

    def run() -> None:
        while True:
            with suppress(sqlite3.Error, OSError):  # a full disk, say: the writer tells those whom it concerns
                db = connect(folder, lock_wait=lock_wait)
                while True:
                    sleep(EVERY_SECONDS)
                    checkpoint(db, "PASSIVE")
                    checkpoint(db, "RESTART")
            sleep(EVERY_SECONDS)

    loop.native_thread(run, name="log-checkpoints")
