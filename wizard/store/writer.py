"""The one writer: a native thread that gives one COMMIT to all that wait for one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar, cast

from sqlite_utils import Database
from sqlite_utils.utils import sqlite3

from wizard import loop
from wizard.store.database import UNAVAILABLE, LogUnavailable, connect
from wizard.store.log import AlreadyWritten, Append, write

T = TypeVar("T")
Job = Callable[[Database], Any]
Waiting = tuple[Append | Job, loop.Result[Any]]

LARGEST_BATCH = 512
SAY_WHY = {
    "locked": "The log is locked by another program; nothing was saved. Try again.",
    "full": "The disk is full; nothing was saved. Free some space and try again.",
}


def unavailable(error: Exception) -> LogUnavailable:
    """What SQLite said, in words for the person who waits."""
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
        result: loop.Result[Any] = loop.Result()
        self._queue.put((work, result))
        return result.wait()

    def _run(self) -> None:
        while True:
            batch = [self._queue.get()]
            while len(batch) < LARGEST_BATCH:
                try:
                    batch.append(self._queue.get_nowait())
                except Empty:
                    break
            answers = self._answers(batch)
            self._bridge.call(lambda answers=answers: [answer() for answer in answers])  # type: ignore[misc]

    def _answers(self, batch: list[Waiting]) -> list[Callable[[], None]]:
        """Do the work of a batch; what comes back tells each caller how it went."""
        answers: list[Callable[[], None]] = []
        appends = [(work, result) for work, result in batch if isinstance(work, Append)]
        jobs = [(work, result) for work, result in batch if not isinstance(work, Append)]
        try:
            if appends:
                answers += self._write(appends)
            for job, result in jobs:
                answers.append(self._outcome(result, lambda job=job: job(self._connection())))  # type: ignore[misc]
        except UNAVAILABLE as error:
            self._reconnect_unless_busy(error)
            told = len(answers)
            answers += [_failing(result, unavailable(error)) for _, result in [*appends, *jobs][told:]]
            answers += [_failing(result, unavailable(error)) for _, result in self._take_all()]
        return answers

    def _write(self, appends: list[tuple[Append, loop.Result[Any]]]) -> list[Callable[[], None]]:
        """One COMMIT for all of them; one each where an event in there is refused, so that it fails alone."""
        try:
            firsts = write(self._connection(), [append for append, _ in appends])
        except UNAVAILABLE:
            raise
        except Exception:
            return [
                self._outcome(result, lambda append=append: write(self._connection(), [append])[0])  # type: ignore[misc]
                for append, result in appends
            ]
        return [_setting(result, first) for first, (_, result) in zip(firsts, appends, strict=True)]

    def _outcome(self, result: loop.Result[Any], work: Callable[[], Any]) -> Callable[[], None]:
        try:
            return _setting(result, work())
        except UNAVAILABLE:
            raise
        except Exception as error:
            return _failing(result, error)

    def _take_all(self) -> list[Waiting]:
        """What came while the log was out of reach: it fails now, instead of waiting as long again."""
        waiting = []
        while True:
            try:
                waiting.append(self._queue.get_nowait())
            except Empty:
                return waiting

    def _connection(self) -> Database:
        if self._db is None:
            self._db = connect(self._folder, lock_wait=self._lock_wait)
        return self._db

    def _reconnect_unless_busy(self, error: Exception) -> None:
        """After a failing medium the connection may be of no use any more; a lock passes by itself."""
        if "locked" in str(error) or self._db is None:
            return
        try:
            self._db.close()
        except sqlite3.Error:
            pass
        self._db = None


class DirectWriter:
    """The same door for the command line, which has no loop: it writes where it stands."""

    def __init__(self, folder: Path, *, lock_wait: float) -> None:
        self._db = connect(folder, lock_wait=lock_wait)

    def append(self, append: Append) -> int:
        """Store the events of one session; see `Writer.append`."""
        return self.append_all([append])[0]

    def append_all(self, appends: list[Append]) -> list[int]:
        """Store all of these in one commit; return the first `seq` of each."""
        return self.run(lambda db: write(db, appends))

    def run(self, job: Callable[[Database], T]) -> T:
        """Run `job` with the write connection; see `Writer.run`."""
        try:
            return job(self._db)
        except UNAVAILABLE as error:
            raise unavailable(error) from error

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()


def _setting(result: loop.Result[Any], value: Any) -> Callable[[], None]:
    return lambda: result.set(value)


def _failing(result: loop.Result[Any], error: Exception) -> Callable[[], None]:
    return lambda: result.fail(error)


__all__ = ["AlreadyWritten", "DirectWriter", "Writer"]
