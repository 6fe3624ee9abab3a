"""A study's sessions in pieces, each read, redacted and encoded by itself, by several processes where there are many.

They come in the order in which the sessions began, so that the same log gives the same bytes however many work on it.
"""

from __future__ import annotations

import gc
import os
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from multiprocessing import get_context, parent_process
from pathlib import Path
from threading import Thread
from typing import Any

from sqlite_utils import Database

from wizard.dataset.examples import TracedSession, traced
from wizard.dataset.subject import Redacts, Subject
from wizard.session import Session
from wizard.store.database import connect_to_read
from wizard.store.log import begun_sessions, events_of_sessions

PIECE_SESSIONS = 100
ALONE_EXCHANGES = 10_000
"""So many are done before a helping process has started."""
PAGE_CACHE_KIB = 4 * 1024
GC_OBJECTS = 50_000
"""Sessions have no cycles: looking for some more often took a sixth of the time."""
PIECES_AHEAD = 3
"""So many are made before they are written, for each of those that make them."""
PIECES_IN_HAND = 2
"""So many each helper has, or it would wait for its next one."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the files, of so many sessions and examples, and what was found in it."""

    encoded: Any
    sessions: int
    examples: int
    found: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class PieceMaker:
    """Makes pieces of sessions; the helping processes get it pickled."""

    subject: Subject
    encode: Callable[[Subject, Sequence[TracedSession]], tuple[Any, int]]

    def make(self, db: Database, ids: Sequence[str]) -> Piece:
        """These sessions as a piece."""
        events = events_of_sessions(db, ids, self.subject.upto)
        sessions = [each for each in map(traced, events) if each.asks and self._wanted(each.session)]
        found: Counter[str] = Counter()
        if self.subject.redaction is not None:
            sessions = [self._redacted(self.subject.redaction, each, found) for each in sessions]
        encoded, examples = self.encode(self.subject, sessions)
        return Piece(encoded, len(sessions), examples, found)

    def _wanted(self, session: Session) -> bool:
        return self.subject.only is None or self.subject.side(session) == self.subject.only

    @staticmethod
    def _redacted(redaction: Redacts, original: TracedSession, found: Counter[str]) -> TracedSession:
        session, spans = redaction.session(original.session)
        found.update(kind for kind, _ in {(span.kind, span.pseudonym) for span in spans})
        if session is original.session and not any(trace.row for trace in original.traces):
            return original
        traces = (
            replace(trace, row=None) if trace.row and redaction.is_personal(trace.row) else trace
            for trace in original.traces
        )
        return TracedSession(session, tuple(traces))


def pieces(maker: PieceMaker, sessions: Path, db: Database, workers: int) -> Iterator[Piece]:
    """All pieces, in order. The first are made here; where there are many, others help with the rest."""
    ids = begun_sessions(db, maker.subject.study.study, maker.subject.upto)
    batches = iter(lambda: list(islice(ids, PIECE_SESSIONS)), [])
    done = 0
    for batch in batches:
        piece = maker.make(db, batch)
        yield piece
        done += piece.examples
        if workers > 1 and done >= ALONE_EXCHANGES:
            yield from _side_by_side(maker, sessions, db, batches, workers)


def connect_to_stream(sessions: Path) -> Database:
    """A connection for reading every session once: what was read before is of no use, and not kept."""
    db = connect_to_read(sessions)
    db.conn.execute(f"PRAGMA cache_size=-{PAGE_CACHE_KIB}")
    return db


def _side_by_side(
    maker: PieceMaker, sessions: Path, db: Database, batches: Iterator[list[str]], workers: int
) -> Iterator[Piece]:
    """One of the workers is this process, which writes them too: it makes one whenever the next isn't there yet."""
    helpers, most = workers - 1, workers * PIECES_AHEAD
    pool = ProcessPoolExecutor(helpers, get_context("spawn"), _begin_work, (maker, sessions))
    coming: deque[Future[Piece]] = deque()
    before = gc.get_threshold()
    gc.set_threshold(GC_OBJECTS)
    try:
        while True:
            in_hand = sum(not each.done() for each in coming)
            for batch in islice(batches, max(0, min(helpers * PIECES_IN_HAND - in_hand, most - len(coming)))):
                coming.append(pool.submit(_make, batch))
            if not coming:
                return
            if len(coming) < most and not coming[0].done():
                coming.extend(_made(maker.make(db, batch)) for batch in islice(batches, 1))
            yield coming.popleft().result()
    finally:
        gc.set_threshold(*before)
        pool.shutdown(cancel_futures=True)


def _made(piece: Piece) -> Future[Piece]:
    future: Future[Piece] = Future()
    future.set_result(piece)
    return future


_maker: PieceMaker
_db: Database


def _begin_work(maker: PieceMaker, sessions: Path) -> None:
    global _maker, _db
    Thread(target=_leave_with_parent, daemon=True).start()
    gc.freeze()
    gc.set_threshold(GC_OBJECTS)
    _maker, _db = maker, connect_to_stream(sessions)


def _leave_with_parent() -> None:
    """Who is killed tells no helper to go, and it would wait for its next piece for ever."""
    if (parent := parent_process()) is not None:
        parent.join()
        os._exit(1)


def _make(ids: list[str]) -> Piece:
    return _maker.make(_db, ids)
