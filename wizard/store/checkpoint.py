"""Moves the log from its WAL into the file beside the writer, so that nobody waits for it.

The writer would do it between two commits, and every sender would wait for 10 to 40 ms. This does nearly all of
it while the writer writes on; only for the last pages it holds the writer up, and lets it begin the WAL anew.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from time import sleep

from wizard import loop
from wizard.store.database import connect, has_wal_reset_bug, sqlite3, sqlite_version

EVERY_SECONDS = 30.0
"""Commits wait for the disk while it syncs what was moved: seldom and more is better than often and less."""


def checkpoint_beside(folder: Path, *, lock_wait: float) -> None:
    """Begin to do so, on a native thread that ends with the process.

    Not with a SQLite that has the WAL-reset bug: it strikes where one connection checkpoints while another writes.
    """
    if has_wal_reset_bug(sqlite_version()):
        return

    def run() -> None:
        while True:
            with suppress(sqlite3.Error):  # a full disk, say: the writer tells those whom it concerns
                db = connect(folder, lock_wait=lock_wait)
                while True:
                    sleep(EVERY_SECONDS)
                    for mode in ("PASSIVE", "RESTART"):
                        db.conn.execute(f"PRAGMA wal_checkpoint({mode})").fetchall()
            sleep(EVERY_SECONDS)

    loop.native_thread(run, name="log-checkpoints")
