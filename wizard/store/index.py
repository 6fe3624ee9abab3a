"""What makes the log searchable: a file of its own beside it, made from it, that can be thrown away."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from time import monotonic, sleep
from typing import TypeVar

from sqlite_utils import Database

from wizard import loop
from wizard.store.database import file_at, reading, sqlite3
from wizard.store.heads import OF_STUDIES, listed
from wizard.store.intake import BUSY_SECONDS, Draws, OutOfStep, left, open_index, take_in
from wizard.store.query import DUE, Hit, Query, hit, statement_for

__all__ = ["Draws", "Hit", "Index", "Query", "how_far", "throw_away"]

FILE_NAME = "index.db"
CATCH_UP_SECONDS = 1.0
"""How long somebody who searches waits for what is new; what is left is told."""
QUIET_SECONDS = 5.0
PAUSE_FACTOR = 9.0
"""Where there is much to take in, the thread beside rests nine times as long as it worked: folding what was said needs
the interpreter, which the event loop would wait for."""

T = TypeVar("T")
log = logging.getLogger("wizard")


class Index:
    """Search over every exchange, and the queue of those that want a second opinion.

    Call it on native threads, as many as like: nothing here is for the event loop's own. What fails is told in the
    program's log, and answered as if there were nothing to find; the log is not touched by any of it.
    """

    def __init__(self, folder: Path, draws: Draws) -> None:
        self._path, self._draws = folder / FILE_NAME, draws
        self._taking, self._asking = threading.Lock(), threading.Lock()
        self._writer: Database | None = None
        self._reader: Database | None = None
        self._file: tuple[int, int] | None = None
        self._left = 0
        self._told = ""
        self._batches = 0
        self._counts: dict[str, tuple[tuple[int, frozenset[tuple[str, int]], Collection[str] | None], int]] = {}

    def keep_up(self) -> None:
        """Take in what the log gets from now on, quietly, on a native thread that ends with the process."""

        def run() -> None:
            while True:
                began = monotonic()
                some_left = self._catch_up(0)
                busy = some_left and not self._told
                sleep(PAUSE_FACTOR * (monotonic() - began) if busy else QUIET_SECONDS)

        loop.native_thread(run, name="index", stand_back=True)

    def catch_up(self) -> int:
        """Take in what the log has got since; how many events are left for the next time."""
        return self._catch_up(CATCH_UP_SECONDS)

    def search(self, query: Query, me: str, most: int) -> list[Hit]:
        """The newest exchanges that match, of sessions that are over or that account `me` has looked into; but none
        that are due for a second opinion of theirs.
        """
        statement, named = statement_for(query)
        named |= {"me": me, "most": most}
        return self._ask(lambda db: [hit(row) for row in db.conn.execute(statement, named)], [])

    def next_due(
        self, me: str, besides: Collection[tuple[str, int]], studies: Collection[str] | None = None
    ) -> tuple[str, int] | None:
        """The oldest exchange that wants a second opinion of `me`, of these studies, or of all."""
        where, named = _due(me, studies)
        statement = f"SELECT e.session, e.exchange FROM exchanges e WHERE {where} ORDER BY e.seq"

        def first(db: Database) -> tuple[str, int] | None:
            rows = db.conn.execute(statement, named)
            found = next((which for which in rows if which not in besides), None)
            rows.close()
            return found

        return self._ask(first, None)

    def count_due(self, me: str, besides: Collection[tuple[str, int]], studies: Collection[str] | None = None) -> int:
        """How many exchanges want a second opinion of `me`, of these studies, or of all, besides those of `besides`."""
        asked = (self._batches, frozenset(besides), studies)
        kept = self._counts.get(me)
        if kept and kept[0] == asked:
            return kept[1]
        where, named = _due(me, studies)
        many = f"SELECT count(*) FROM exchanges e WHERE {where}"
        one = f"{many} AND e.session = :session AND e.exchange = :exchange"

        def count(db: Database) -> int:
            left_out = [{**named, "session": session, "exchange": exchange} for session, exchange in asked[1]]
            whole = db.conn.execute(many, named).fetchone()[0]
            return int(whole - sum(db.conn.execute(one, each).fetchone()[0] for each in left_out))

        counted = self._ask(count, 0)
        self._counts[me] = (asked, counted)
        return counted

    def close(self) -> None:
        """Let go of the file."""
        with self._taking:
            self._let_go()

    def _catch_up(self, seconds: float) -> int:
        """Take in a batch at least, and more for so long."""
        until = monotonic() + seconds
        if not self._taking.acquire(timeout=CATCH_UP_SECONDS):
            return self._left
        try:
            try:
                self._take_in(until)
            except sqlite3.Error as error:
                if self._failed(error):
                    self._take_in(until)
        except (sqlite3.Error, OSError) as error:
            self._failed(error)
        finally:
            self._taking.release()
        return self._left

    def _take_in(self, until: float) -> None:
        db = self._open_anew_if_need_be()
        while take_in(db):
            self._batches += 1
            if monotonic() >= until:
                break
        self._left, self._told = left(db), ""

    def _open_anew_if_need_be(self) -> Database:
        """A connection to the file that lies there now: it may have been deleted, and is made again."""
        if self._writer is not None and self._file == file_at(self._path):
            return self._writer
        self._let_go()
        if not self._path.exists():
            throw_away(self._path.parent)
        try:
            self._writer = open_index(self._path, self._draws)
        except OutOfStep as error:
            log.info("the search index is made anew: %s", error)
            throw_away(self._path.parent)
            self._writer = open_index(self._path, self._draws)
        self._file = file_at(self._path)
        return self._writer

    def _ask(self, question: Callable[[Database], T], nothing: T) -> T:
        """What the index says, made anew where it is damaged; `nothing` where it can't be asked."""
        for _ in range(2):
            if self._file is None or self._file != file_at(self._path):
                self._catch_up(0)
            with self._asking:
                if self._writer is None:
                    return nothing
                try:
                    return question(self._connection())
                except sqlite3.Error as failed:
                    error = failed
            with self._taking:
                self._failed(error)
        return nothing

    def _connection(self) -> Database:
        if self._reader is None:
            connection = sqlite3.connect(self._path, timeout=BUSY_SECONDS, check_same_thread=False)
            connection.execute("PRAGMA query_only = ON")
            self._reader = Database(connection)
        return self._reader

    def _failed(self, error: Exception) -> bool:
        """Throw the file away where it is damaged, which is said; a full disk or a lock passes by itself."""
        if self._told != str(error):  # not again and again while it lasts
            self._told = str(error)
            log.warning("the search index can't be used right now: %s", error)
        passes = isinstance(error, sqlite3.OperationalError) and "no such" not in str(error)
        damaged = isinstance(error, sqlite3.Error) and not passes
        self._let_go()
        if damaged:
            throw_away(self._path.parent)
        return damaged

    def _let_go(self) -> None:
        with self._asking:
            for connection in (self._reader, self._writer):
                if connection is not None:
                    with suppress(sqlite3.Error):
                        connection.close()
            self._reader = self._writer = self._file = None
            self._counts.clear()


def _due(me: str, studies: Collection[str] | None) -> tuple[str, dict[str, str | None]]:
    """What wants a second opinion of `me` as a condition, and what is given with it."""
    if studies is None:
        return DUE, {"me": me}
    return f"{DUE} AND {OF_STUDIES}", {"me": me, "studies": listed(studies)}


def throw_away(folder: Path) -> None:
    """Remove the index of that folder. Whoever uses it makes it again, from what the log has then."""
    for ending in ("", "-wal", "-shm"):
        (folder / (FILE_NAME + ending)).unlink(missing_ok=True)


def how_far(folder: Path) -> tuple[int, int] | None:
    """The last event that can be searched for, and the last of the log; None where there is no index.

    Raises:
        NoLog: the folder holds no log.
        sqlite3.Error: one of them can't be read.
    """
    path = folder / FILE_NAME
    if not path.exists():
        return None
    index = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    try:
        taken_in: int = index.execute("SELECT seq FROM taken_in").fetchone()[0]
    finally:
        index.close()
    with reading(folder) as db:
        return taken_in, db.conn.execute("SELECT coalesce(max(seq), 0) FROM events").fetchone()[0]
