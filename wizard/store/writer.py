"""The one writer: a native thread that gives one COMMIT to all that wait for one."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue
from time import sleep
from typing import Any, TypeVar, cast

from sqlite_utils import Database

from wizard import loop
from wizard.store.database import UNAVAILABLE, LogUnavailable, connect, file_at, log_path, sqlite3
from wizard.store.log import Append, write

T = TypeVar("T")
Job = Callable[[Database], Any]


@dataclass(frozen=True, slots=True)
class Waiting:
    """Work that somebody waits for."""

    work: Append | Job
    result: loop.Result[Any]


Outcome = tuple[Waiting, Any]
"""What came of it: a value, or the exception that it failed with."""

LARGEST_BATCH = 512
MANY, GATHER_SECONDS = 4, 0.003
"""After a batch of many the next one gathers for a moment: a commit of twenty costs little more than one of four."""
CANT_BE_RUN = sqlite3.SQLITE_ERROR
"""What is wrong is the statement, not the log."""
SAY_WHY = {
    "locked": "The log is locked by another program; nothing was saved. Try again.",
    "full": "The disk is full; nothing was saved. Free some space and try again.",
}


GONE = (
    "The log's file was moved, deleted or replaced while the app runs; nothing was saved, and nothing will be until it "
    "is back. Stop the app before you touch it."
)


def unavailable(error: Exception) -> LogUnavailable:
    """What SQLite said, in words for the person who waits."""
    if isinstance(error, LogUnavailable):
        return error
    text = str(error)
    for word, message in SAY_WHY.items():
        if word in text:
            return LogUnavailable(message)
    return LogUnavailable(f"The log can't be written right now ({text}); nothing was saved. Try again.")


class Writer:
    """Stores appends and runs jobs, in the order in which they are given, on a thread of its own.

    Callers are greenlets; each sleeps until the COMMIT that holds its work has returned.
    """

    def __init__(self, folder: Path, *, lock_wait: float) -> None:
        self._folder, self._lock_wait = folder, lock_wait
        self._queue: SimpleQueue[Waiting] = SimpleQueue()
        self._bridge = loop.Bridge()
        self._db: Database | None = None
        self._file: tuple[int, int] | None = None
        loop.native_thread(self._run, name="log-writer")

    def append(self, append: Append) -> int:
        """Store the events of one session; return the `seq` of the first, once it is on the disk.

        Raises:
            LogUnavailable: nothing was stored; trying again may work.
            AlreadyWritten: one of the events was in the log already; nothing was stored.
        """
        return cast(int, self._wait_for(append))

    def run(self, job: Callable[[Database], T]) -> T:
        """Run `job` with the write connection, which it brings into a transaction itself.

        Raises:
            LogUnavailable: the log can't be written right now.
        """
        return cast(T, self._wait_for(job))

    def _wait_for(self, work: Append | Job) -> Any:
        waiting = Waiting(work, loop.Result())
        self._queue.put(waiting)
        return waiting.result.wait()

    def _run(self) -> None:
        batch: list[Waiting] = []
        while True:
            first = self._queue.get()
            if len(batch) >= MANY:
                sleep(GATHER_SECONDS)
            batch = [first, *self._take_all(LARGEST_BATCH - 1)]
            self._work_off(batch)

    def _work_off(self, batch: list[Waiting]) -> None:
        """Do the work of a batch: all its appends in one COMMIT, then its jobs. Whoever waits is told at once."""
        told: set[int] = set()

        def tell(outcomes: list[Outcome]) -> None:
            told.update(id(each) for each, _ in outcomes)
            self._bridge.call(partial(_tell, outcomes))

        try:
            tell(self._append([each for each in batch if isinstance(each.work, Append)]))
            for each in batch:
                if not isinstance(each.work, Append):
                    tell([(each, _attempt(each.work, self._connection()))])
        except Exception as error:  # of the log, whatever it is: a thread that died of it would let everybody wait
            self._reconnect_unless_busy(error)
            untold = [each for each in [*batch, *self._take_all()] if id(each) not in told]
            tell([(each, unavailable(error)) for each in untold])

    def _append(self, waiting: list[Waiting]) -> list[Outcome]:
        """One COMMIT for all of them; one each where an event in there is refused, so that it fails alone."""
        if not waiting:
            return []
        appends = [_append_of(each) for each in waiting]
        together = _attempt(partial(write, appends=appends), self._connection())
        if not isinstance(together, Exception):
            return list(zip(waiting, together, strict=True))
        alone = [_attempt(partial(write, appends=[each]), self._connection()) for each in appends]
        firsts = [each if isinstance(each, Exception) else each[0] for each in alone]
        return list(zip(waiting, firsts, strict=True))

    def _take_all(self, most: int | None = None) -> list[Waiting]:
        """What waits already, up to so many."""
        waiting: list[Waiting] = []
        while most is None or len(waiting) < most:
            try:
                waiting.append(self._queue.get_nowait())
            except Empty:
                break
        return waiting

    def _connection(self) -> Database:
        """The one to write by. SQLite would go on to write a file that isn't there any more, and never say so."""
        if self._file is not None and self._file != file_at(log_path(self._folder)):
            raise LogUnavailable(GONE)
        if self._db is None:
            self._db = connect(self._folder, lock_wait=self._lock_wait)
            self._file = file_at(log_path(self._folder))
        return self._db

    def _reconnect_unless_busy(self, error: Exception) -> None:
        """After a failing medium the connection may be of no use any more; a lock passes by itself."""
        if "locked" in str(error) or isinstance(error, LogUnavailable) or self._db is None:
            return
        with suppress(sqlite3.Error):
            self._db.close()
        self._db = None


def _append_of(waiting: Waiting) -> Append:
    assert isinstance(waiting.work, Append)
    return waiting.work


def _attempt(job: Callable[[Database], T], db: Database) -> T | Exception:
    """What the job returns, or the exception it fails with, and nothing of it is left to whoever comes next.

    That the log is out of reach is raised: it is for all.
    """
    try:
        return job(db)
    except Exception as error:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        if not isinstance(error, UNAVAILABLE):
            return error
        if getattr(error, "sqlite_errorcode", None) != CANT_BE_RUN:
            raise
        return unavailable(error)


def _tell(outcomes: list[Outcome]) -> None:
    for waiting, came in outcomes:
        if isinstance(came, Exception):
            waiting.result.fail(came)
        else:
            waiting.result.set(came)
