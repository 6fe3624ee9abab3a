"""Export: a study's log as a file in one of the formats. A format is one file in `formats/`."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Protocol

from sqlite_utils import Database

from wizard.dataset import formats
from wizard.dataset.examples import sessions_of
from wizard.session import Session
from wizard.store.studies import access_study
from wizard.study import Study


class Format(Protocol):
    """What a module in `formats/` offers. It is found by its name, which is the format's."""

    summary: str
    extension: str
    mimetype: str

    def chunks(self, study: Study, sessions: Iterable[Session]) -> Iterator[tuple[str, int]]:
        """The file in pieces, each with how many examples it holds."""


def _formats() -> dict[str, Format]:
    names = sorted(module.name for module in iter_modules(formats.__path__))
    return {name: import_module(f"{formats.__name__}.{name}") for name in names}


FORMATS = _formats()


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export wrote."""

    study: str
    format: str
    files: list[Path]
    sessions: int
    examples: int


def export(
    db: Database, study: str, format: str, out: Path, progress: Callable[[int], None] = lambda done: None
) -> Exported:
    """Write the study's log into folder `out`, in that format; the file appears whole or not at all.

    `progress` is called with the number of sessions done.

    Raises:
        NoStudy: there is no such study.
        KeyError: there is no such format.
    """
    chosen = FORMATS[format]
    version = access_study(db, study)
    out.mkdir(parents=True, exist_ok=True)
    target = out / f"{study}.{chosen.extension}"
    unfinished = out / f".{target.name}.part"
    counted = Counted(sessions_of(db, study), progress)
    written = 0
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            for chunk, count in chosen.chunks(version.study, counted):
                file.write(chunk)
                written += count
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return Exported(study, format, [target], counted.count, written)


class Counted:
    """Sessions, counted as they go by."""

    def __init__(self, sessions: Iterable[Session], progress: Callable[[int], None]) -> None:
        self._sessions, self._progress = sessions, progress
        self.count = 0

    def __iter__(self) -> Iterator[Session]:
        for session in self._sessions:
            yield session
            self.count += 1
            self._progress(self.count)
