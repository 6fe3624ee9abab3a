"""A connection to the log's file, and what this program asks of SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlite_utils.utils
from sqlite_utils import Database

sqlite3 = sqlite_utils.utils.sqlite3  # type: ignore[attr-defined]
"""The SQLite that sqlite-utils picked: pysqlite3's where it is installed."""

FILE_NAME = "log.db"
PAGE_CACHE_KIB = 64 * 1024
CHECKPOINT_PAGES = 128_000
"""Where the WAL has 512 MB, the writer itself moves it into the file, and everybody waits. SQLite's default, 4 MB, was
pauses of 10 to 40 ms several times a second; with `checkpoint.py` beside the writer it never comes to that."""

WAL_RESET_BUG = ((3, 7, 0), (3, 51, 2))
"""First and last SQLite version whose WAL reset can corrupt a file that two connections share."""

UNAVAILABLE = (sqlite3.OperationalError, sqlite3.InternalError)
"""What SQLite raises when the disk is full, the file is locked, or the medium fails."""


class LogUnavailable(Exception):
    """The log can't be written right now; nothing was stored, and trying again later may work."""


class NoLog(Exception):
    """There is no log in that folder."""


def file_at(path: Path) -> tuple[int, int] | None:
    """Which file lies there now, however often another one was put in its place; None where none can be seen."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def log_path(folder: Path) -> Path:
    """Where the log of that folder is."""
    return folder / FILE_NAME


def connect(folder: Path, *, lock_wait: float) -> Database:
    """A connection that may write: WAL, and every commit synced to the disk before it returns.

    Waits `lock_wait` seconds for another process' lock before it gives up.
    """
    folder.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(log_path(folder), timeout=lock_wait, check_same_thread=False)
    database = Database(connection)
    database.enable_wal()
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("PRAGMA secure_delete=ON")  # what is erased later must not stand in a gap that an update left
    connection.execute(f"PRAGMA wal_autocheckpoint={CHECKPOINT_PAGES}")
    connection.execute(f"PRAGMA cache_size=-{PAGE_CACHE_KIB}")
    return database


def connect_to_read(folder: Path) -> Database:
    """A connection that only reads, and never waits for the writer.

    Raises:
        NoLog: the folder holds no log.
    """
    path = log_path(folder)
    if not path.exists():
        raise NoLog(
            f"There is no log in {folder}: {path.name} isn't there. Start the app once, or name another folder."
        )
    connection = sqlite3.connect(f"file:{path.resolve().as_posix()}?mode=ro", uri=True, check_same_thread=False)
    connection.execute("PRAGMA query_only=ON")
    connection.execute(f"PRAGMA cache_size=-{PAGE_CACHE_KIB}")
    return Database(connection)


@contextmanager
def reading(folder: Path) -> Iterator[Database]:
    """The log, as long as it is read from; see `connect_to_read`."""
    with closing(connect_to_read(folder)) as db:
        yield db


def sqlite_version() -> tuple[int, int, int]:
    """The version of the SQLite library in use."""
    major, minor, patch = (int(part) for part in sqlite3.sqlite_version.split("."))
    return major, minor, patch


def has_wal_reset_bug(version: tuple[int, int, int]) -> bool:
    """Whether that SQLite can corrupt a WAL file at its reset; https://sqlite.org/wal.html#walresetbug"""
    return WAL_RESET_BUG[0] <= version <= WAL_RESET_BUG[1]
