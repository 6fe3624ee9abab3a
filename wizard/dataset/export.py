"""Export: a study's log as files in one of the formats. A format is one file in `formats/`."""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache, partial
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Protocol

from wizard.dataset import formats
from wizard.dataset.examples import TracedSession
from wizard.dataset.pieces import PieceMaker, connect_to_stream, pieces
from wizard.dataset.splits import Split
from wizard.dataset.subject import Ending, Redacts, Subject, subject_of
from wizard.store.log import checksum

SHARD = re.compile(r"-\d{5}-of-\d{5}\.\w+\Z")


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

    def encode(self, subject: Subject, sessions: Sequence[TracedSession]) -> tuple[Any, int]:
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
        ValueError: `tools` were asked for, and replies are texts; or a kit of one side.
        OSError: the files can't be written; nothing of them is left.
    """
    chosen = FORMATS[format]
    with closing(connect_to_stream(sessions)) as db:
        subject = subject_of(db, study, redaction, only, tools=tools)
        with (
            _unfinished(out, f".{study}.{format}.part") as folder,
            closing(chosen.open(subject, folder)) as writer,
        ):
            done, examples, found = 0, 0, Counter[str]()
            for piece in pieces(PieceMaker(subject, chosen.encode), sessions, db, workers):
                writer.write(piece.encoded)
                done, examples = done + piece.sessions, examples + piece.examples
                found += piece.found
                progress(done)
            redacted = dict(sorted(found.items())) if redaction else None
            digest, says = cache(partial(checksum, db, study, subject.upto)), partial(verdict, subject.upto, examples)
            writer.finish(Ending(redacted, _command(subject, format), digest, says))
            files = _put_in_place(folder, out)
    return Exported(study, format, files, done, examples, subject.upto, redacted)


@contextmanager
def _unfinished(out: Path, name: str) -> Iterator[Path]:
    """A folder in `out` for files that aren't whole yet, gone afterwards; and so is `out`, if nothing came of it."""
    made = not out.exists()
    out.mkdir(parents=True, exist_ok=True)
    folder = out / name
    try:
        shutil.rmtree(folder, ignore_errors=True)  # of an export that was killed
        folder.mkdir()
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if made:
            with suppress(OSError):  # there is something in it
                out.rmdir()


def _command(subject: Subject, format: str) -> str:
    words = ["python -m wizard export", subject.study.study, "--to", format, "--out DIR"]
    names = subject.redaction.names if subject.redaction else None
    words += [] if subject.redaction else ["--no-redact"]
    words += ["--names", names] if names else []
    words += ["--split", subject.only] if subject.only else []
    return " ".join([*words, "--tools"] if subject.tools else words)


def _put_in_place(unfinished: Path, out: Path) -> list[Path]:
    """Each file goes to where it belongs once all of them are on the disk. Beside its shards an export leaves none that
    it didn't make: an older one's would be read with them, and may hold somebody who has been erased since.
    """
    files = sorted(path for path in unfinished.rglob("*") if path.is_file())
    for path in files:
        with path.open("rb+") as file:
            os.fsync(file.fileno())
    placed = [out / path.relative_to(unfinished) for path in files]
    for path, target in zip(files, placed, strict=True):
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
    for folder in {target.parent for target in placed if SHARD.search(target.name)}:
        for left in set(folder.iterdir()) - set(placed):
            if SHARD.search(left.name):
                left.unlink()
    return placed
