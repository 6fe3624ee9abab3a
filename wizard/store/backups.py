"""The copies of the log in `backups/`: who is in them, and taking somebody out of them too."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wizard.store.database import sqlite3
from wizard.store.erasure import remove, write_anew
from wizard.store.schema import BACKUPS

BESIDE = ("-wal", "-shm", "-journal")
LOCK_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file in `backups/` that nobody can be taken out of, and why."""

    file: Path
    why: str


def backups_in(folder: Path) -> list[Path]:
    """The copies, and not what SQLite keeps beside one that is in use."""
    files = sorted(path for path in (folder / BACKUPS).rglob("*") if path.is_file())
    return [path for path in files if not any(path.name == f"{each.name}{end}" for each in files for end in BESIDE)]


def in_backups(folder: Path, participant: str, study: str | None = None) -> list[str]:
    """Their sessions in all copies that can be read: in each study, or in that one."""
    query = "SELECT session FROM heads WHERE participant = ? AND coalesce(study = ?, true)"
    found: set[str] = set()
    for file in backups_in(folder):
        try:
            with _opened(file) as connection:
                found.update(row[0] for row in connection.execute(query, [participant, study]))
        except sqlite3.Error:
            continue  # `erase_from_backups` tells
    return sorted(found)


def erase_from_backups(
    folder: Path, sessions: Sequence[str], done: Callable[[int, int], None] = lambda done, of: None
) -> list[Unreadable]:
    """Take these sessions out of every copy. What can't be done there is returned, and done to all others.

    May take long: a copy that holds one of them is written anew. `done` is called with how many files are done of all.
    """
    unreadable = []
    files = backups_in(folder)
    for number, file in enumerate(files, 1):
        try:
            with _opened(file) as connection:
                _erase(connection, sessions)
        except sqlite3.Error as error:
            unreadable.append(Unreadable(file, str(error)))
        done(number, len(files))
    return unreadable


def _erase(connection: Any, sessions: Sequence[str]) -> None:
    """First the rows, then what stands of them in gaps: killed in between, it goes on with the gaps."""
    held = "SELECT 1 FROM events WHERE session IN (SELECT value FROM json_each(?)) LIMIT 1"
    listed = "SELECT 1 FROM heads WHERE session IN (SELECT value FROM json_each(?)) LIMIT 1"
    given = [json.dumps(list(sessions))]
    if any(connection.execute(query, given).fetchall() for query in (held, listed)):
        connection.execute("BEGIN IMMEDIATE")
        remove(connection, sessions)
        connection.execute("COMMIT")
    write_anew(connection)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


@contextmanager
def _opened(file: Path) -> Iterator[Any]:
    connection = sqlite3.connect(
        f"{file.resolve().as_uri()}?mode=rw", uri=True, timeout=LOCK_SECONDS, isolation_level=None
    )
    try:
        connection.execute("PRAGMA secure_delete=ON")
        yield connection
    finally:
        connection.close()
