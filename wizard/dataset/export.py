"""Export: a study's log as files in one of the formats. A format is one file in `formats/`.

The sessions are read, redacted and encoded in pieces, side by side where there are many; the files are written in the
order in which the sessions began, so that the same log gives the same bytes however many work on it.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from contextlib import closing as letting_go
from dataclasses import dataclass, field, replace
from functools import cache, partial
from importlib import import_module
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Protocol

from sqlite_utils import Database

from wizard.dataset import formats
from wizard.dataset.examples import Told, tell
from wizard.dataset.splits import Split
from wizard.dataset.subject import Ending, Redacts, Subject, subject_of
from wizard.store.database import connect_to_read
from wizard.store.log import begun_sessions, checksum, events_of_sessions

PIECE_SESSIONS = 100
ALONE_EXCHANGES = 10_000
"""So many are done before a helping process has started."""
PAGE_CACHE_KIB = 4 * 1024
GC_OBJECTS = 50_000
"""Sessions have no cycles: looking for some more often took a sixth of the time."""
PIECES_AHEAD = 3
"""So many are made before they are written, for each of those that make them."""


class Writer(Protocol):
    """Takes the pieces of a format's files, in order."""

    def write(self, piece: Any) -> None:
        """Add a piece, as the format's `encode` made it."""

    def finish(self, ending: Ending) -> None:
        """Nothing more comes: the files are whole after this."""

    def close(self) -> None:
        """Let go of the files, whole or not."""


class Format(Protocol):
    """What a module in `formats/` offers. It is found by its name, which is the format's, with `-` for `_`."""

    summary: str

    def encode(self, subject: Subject, told: Sequence[Told]) -> tuple[Any, int]:
        """These sessions as a piece that the writer takes, and how many examples are in it."""

    def open(self, subject: Subject, folder: Path) -> Writer:
        """A writer of files in that folder."""


def _formats() -> dict[str, Format]:
    names = sorted(module.name for module in iter_modules(formats.__path__) if not module.name.startswith("_"))
    return {name.replace("_", "-"): import_module(f"{formats.__name__}.{name}") for name in names}


FORMATS = _formats()


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote, and what was taken out of it: of each kind of personal data, how many each session had;
    None where it was left as it was.
    """

    study: str
    format: str
    files: list[Path]
    sessions: int
    examples: int
    upto: int
    redacted: dict[str, int] | None


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the files, of so many sessions and examples, and what was found in it."""

    encoded: Any
    sessions: int
    examples: int
    found: Counter[str] = field(default_factory=Counter)


def export(
    sessions: Path,
    study: str,
    format: str,
    out: Path,
    *,
    redaction: Redacts | None = None,
    only: Split | None = None,
    tools: bool = False,
    workers: int = 1,
    progress: Callable[[int], None] = lambda done: None,
    verdict: Callable[[int, int], str | None] = lambda upto, exchanges: None,
) -> Exported:
    """Write the study's log into folder `out`, in that format; its files appear whole or not at all.

    `progress` is called with the number of sessions done; `verdict`, for a card, with the last event and the number of
    exchanges.

    Raises:
        NoLog: there is no log in the folder `sessions`.
        NoStudy: there is no such study.
        KeyError: there is no such format.
        ValueError: `tools` were asked for, and replies are texts.
    """
    chosen = FORMATS[format]
    db = connect_to_stream(sessions)
    with ExitStack() as closing:
        closing.callback(db.close)
        subject = subject_of(db, study, redaction, only, tools=tools)
        out.mkdir(parents=True, exist_ok=True)
        unfinished = out / f".{study}.{format}.part"
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir()
        closing.callback(shutil.rmtree, unfinished, ignore_errors=True)
        writer = closing.enter_context(letting_go(chosen.open(subject, unfinished)))
        done, examples, found = 0, 0, Counter[str]()
        for piece in _pieces(Bench(subject, format), sessions, db, workers):
            writer.write(piece.encoded)
            done, examples = done + piece.sessions, examples + piece.examples
            found += piece.found
            progress(done)
        redacted = dict(sorted(found.items())) if redaction else None
        digest, says = cache(partial(checksum, db, study, subject.upto)), partial(verdict, subject.upto, examples)
        writer.finish(Ending(redacted, _command(subject, format), digest, says))
        files = _put_in_place(unfinished, out)
    return Exported(study, format, files, done, examples, subject.upto, redacted)


@dataclass(frozen=True, slots=True)
class Bench:
    """Where pieces are made, here and in other processes."""

    subject: Subject
    format: str

    def make(self, db: Database, ids: Sequence[str]) -> Piece:
        """These sessions as a piece."""
        events = events_of_sessions(db, ids, self.subject.upto)
        told = [each for each in map(tell, events) if each.asks and self._wanted(each)]
        found: Counter[str] = Counter()
        if self.subject.redaction is not None:
            told = [self._redacted(self.subject.redaction, each, found) for each in told]
        encoded, examples = FORMATS[self.format].encode(self.subject, told)
        return Piece(encoded, len(told), examples, found)

    def _wanted(self, told: Told) -> bool:
        return self.subject.only is None or self.subject.side(told.session) == self.subject.only

    @staticmethod
    def _redacted(redaction: Redacts, told: Told, found: Counter[str]) -> Told:
        session, spans = redaction.session(told.session)
        found.update(kind for kind, _ in {(span.kind, span.pseudonym) for span in spans})
        if session is told.session and not any(trace.row for trace in told.traces):
            return told
        traces = (
            replace(trace, row=None) if trace.row and redaction.is_personal(trace.row) else trace
            for trace in told.traces
        )
        return Told(session, tuple(traces))


def _pieces(bench: Bench, sessions: Path, db: Database, workers: int) -> Iterator[Piece]:
    """All pieces, in order. The first are made here; where there are many, others help with the rest."""
    ids = begun_sessions(db, bench.subject.study.study, bench.subject.upto)
    batches = iter(lambda: list(islice(ids, PIECE_SESSIONS)), [])
    done = 0
    for batch in batches:
        piece = bench.make(db, batch)
        yield piece
        done += piece.examples
        if workers > 1 and done >= ALONE_EXCHANGES:
            yield from _side_by_side(bench, sessions, batches, workers)


def _side_by_side(bench: Bench, sessions: Path, batches: Iterable[list[str]], workers: int) -> Iterator[Piece]:
    pool = ProcessPoolExecutor(workers, get_context("spawn"), _sit_down, (bench, sessions))
    waiting: deque[Future[Piece]] = deque()
    try:
        for batch in batches:
            waiting.append(pool.submit(_make, batch))
            if len(waiting) >= workers * PIECES_AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)


def connect_to_stream(sessions: Path) -> Database:
    """A connection for reading every session once: what was read before is of no use, and not kept."""
    db = connect_to_read(sessions)
    db.conn.execute(f"PRAGMA cache_size=-{PAGE_CACHE_KIB}")
    return db


_bench: Bench
_db: Database


def _sit_down(bench: Bench, sessions: Path) -> None:
    global _bench, _db
    gc.freeze()
    gc.set_threshold(GC_OBJECTS)
    _bench, _db = bench, connect_to_stream(sessions)


def _make(ids: list[str]) -> Piece:
    return _bench.make(_db, ids)


def _command(subject: Subject, format: str) -> str:
    words = ["python -m wizard export", subject.study.study, "--to", format, "--out DIR"]
    words += [] if subject.redaction else ["--no-redact"]
    words += ["--split", subject.only] if subject.only else []
    return " ".join([*words, "--tools"] if subject.tools else words)


def _put_in_place(unfinished: Path, out: Path) -> list[Path]:
    """Each file goes to where it belongs once all of them are on the disk. In a folder of its own, an export leaves
    none of its kind that it didn't make: an older one may hold somebody who has been erased since.
    """
    files = sorted(path for path in unfinished.rglob("*") if path.is_file())
    for path in files:
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    placed = [out / path.relative_to(unfinished) for path in files]
    for path, target in zip(files, placed, strict=True):
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
    for folder in {target.parent for target in placed} - {out}:
        kinds = {target.suffix for target in placed if target.parent == folder}
        for left in set(folder.iterdir()) - set(placed):
            if left.suffix in kinds:
                left.unlink()
    return placed
