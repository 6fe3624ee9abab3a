"""What the command line reads and says: facts for programs, words for people, a bar for who waits."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic
from typing import Any, NoReturn

import click

from wizard.text_files import why_not_text

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of words.")
TICK_SECONDS = 0.2


@contextmanager
def progress_bar(doing: str, things: str) -> Iterator[Any]:
    """A bar on stderr where a person looks on; a function of how many are done, of how many, and what is done by now
    to which things, where that changes.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    said, counted = TextColumn("{task.description}"), TextColumn("{task.fields[things]}")
    columns = (said, BarColumn(), MofNCompleteColumn(), counted, TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task(doing, total=None, things=things)

        def tell(done: int, of: int, doing: str = doing, things: str = things) -> None:
            bar.update(task, completed=done, total=of, description=doing, things=things)

        yield tell


class Ticks:
    """Progress for a program that looks on: a JSON line on stdout at once, and then every so often."""

    def __init__(self, doing: str, things: str) -> None:
        self._doing, self._things = doing, things
        self._next = 0.0

    def __call__(self, done: int, of: int, doing: str = "", things: str = "") -> None:
        """Say that `done` of `of` are done; with `doing` or `things`, that it is another step by now."""
        if monotonic() >= self._next:
            self._next = monotonic() + TICK_SECONDS
            told = {"doing": doing or self._doing, "done": done, "of": of, "things": things or self._things}
            click.echo(json.dumps(told))


def say(facts: Any, as_json: bool, words: str) -> None:
    """Print what came of it, for a program or for a person."""
    click.echo(json.dumps(facts, default=str) if as_json else words)


def say_beside(words: str) -> None:
    """Print on stderr what a person should know, and what is no part of what came of it."""
    click.echo(words, err=True)


def counted(count: int, thing: str) -> str:
    """A count with its noun: “1 row”, “2,000 rows”."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def stop(message: str, code: int = 1) -> NoReturn:
    """End with a sentence on stderr."""
    click.echo(message, err=True)
    sys.exit(code)


def read_beside(file: Path, names: Iterable[str]) -> dict[str, str]:
    """The texts of those of these files that are in the same folder as `file`, by name."""
    return {name: read_text(file.parent / name) for name in names if (file.parent / name).is_file()}


def read_text(file: Path) -> str:
    """The file as text; ends with a sentence where it is none."""
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        stop(why_not_text(file))
    except OSError as error:
        stop(f"{file} can't be read: {error.strerror}.")


def write_whole(file: Path, content: bytes) -> None:
    """Write that file, whole or not at all; ends with a sentence where it can't be."""
    unfinished = file.with_name(f".{file.name}.part")
    try:
        if file.is_symlink() or (file.exists() and not file.is_file()):  # as /dev/stdout
            file.write_bytes(content)
            return
        unfinished.write_bytes(content)
        unfinished.replace(file)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        stop(f"{file} can't be written: {error.strerror}.")
