"""`python -m wizard import`: the verb's options and its words."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import IO

import click

from wizard.dataset.incoming import Imported, bring_in
from wizard.dataset.reading import BadRow
from wizard.dataset.sources import SOURCES, CannotRead, read_file, recognise
from wizard.settings import Settings
from wizard.store.writing import writing
from wizard.terminal import as_json, counted, progress_bar, say, stop

SHOWN_BAD_ROWS = 10
SHOWN_REASONS = 20


@click.command("import")
@click.argument("name", metavar="STUDY")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--from",
    "format",
    type=click.Choice(list(SOURCES)),
    help="The format, where it can't be seen from the file; `docs/dataset.md` explains each.",
)
@click.option(
    "--map",
    "columns",
    metavar="COLUMN=KEY",
    multiple=True,
    help="What a column of a table means, as “Ticket text=message” or “Category=label:intent”. Once for each.",
)
@click.option(
    "--open", "stay_open", is_flag=True, help="Conversations whose last message nobody answered wait at the desk."
)
@as_json
@click.pass_obj
def import_command(
    settings: Settings,
    name: str,
    file: Path,
    format: str | None,
    columns: Sequence[str],
    stay_open: bool,
    as_json: bool,
) -> None:
    """Bring the recorded conversations in FILE into STUDY, which is made if there is none.

    Rows that can't be used are told with their line, and kept beside FILE as FILE.rejects.jsonl.
    """
    means = _read_columns(columns)
    if means and format not in (None, "csv"):
        raise click.UsageError("--map is for tables; it goes with --from csv.")
    rejects = Rejects(file)
    try:
        source = format or recognise(file, means)
        rows = read_file(file, source, means)
        with (
            writing(settings.sessions) as db,
            progress_bar("reading", "rows") as reading,
            progress_bar("importing", "sessions") as importing,
        ):
            result = bring_in(
                db,
                name,
                rows,
                file.name,
                stay_open=stay_open,
                reading=lambda count: reading(count, None),
                progress=importing,
                bad=rejects.add,
                keep_bad=SHOWN_BAD_ROWS,
            )
        kept = rejects.keep()
    except CannotRead as error:
        stop(str(error))
    except OSError as error:
        if error.filename not in (None, str(rejects.unfinished)):
            stop(f"{error.filename}: {error.strerror}. What came in so far is in the log.")
        stop(
            f"{rejects.file} can't be written, where rows that can't be used are kept: {error.strerror}. "
            f"Copy {file.name} to where you may write, and import it from there. What came in so far is in the log."
        )
    finally:
        rejects.close()
    if not (result.sessions or result.there_already or result.bad_rows):
        stop(f"{file} has no row in it: nothing came in.")
    facts = {**asdict(result), "format": source, "rejects": str(kept) if kept else None}
    say(facts, as_json, _in_words(result, file, source, kept))
    sys.exit(1 if result.bad_rows else 0)


class Rejects:
    """The rows that can't be used, each with its line and why, in a file that is there whole or not at all."""

    def __init__(self, file: Path) -> None:
        self.file = file.with_name(f"{file.name}.rejects.jsonl")
        self.unfinished = self.file.with_name(f".{self.file.name}")
        self._opened: IO[str] | None = None

    def add(self, row: BadRow) -> None:
        """Put this one down.

        Raises:
            OSError: it can't be written.
        """
        if self._opened is None:
            self._opened = self.unfinished.open("w", encoding="utf-8", errors="replace")
        told = {"line": row.line, "reason": row.reason, "row": row.text}
        self._opened.write(json.dumps(told, ensure_ascii=False) + "\n")

    def keep(self) -> Path | None:
        """Where they are now; None where there are none.

        Raises:
            OSError: they can't be written.
        """
        if self._opened is None:
            return None
        self._opened.close()
        return self.unfinished.replace(self.file)

    def close(self) -> None:
        """Leave nothing behind that isn't whole."""
        if self._opened is not None:
            self._opened.close()
            self.unfinished.unlink(missing_ok=True)


def _read_columns(given: Sequence[str]) -> dict[str, str]:
    columns = {}
    for each in given:
        name, mark, key = each.rpartition("=")
        if not (mark and name and key):
            raise click.BadParameter(f"“{each}” must be COLUMN=KEY, as “Ticket text=message”.", param_hint="--map")
        columns[name.strip()] = _read_key(key.strip())
    return columns


def _read_key(key: str) -> str:
    from wizard.dataset.sources.csv import KEYS

    if key in KEYS or key.removeprefix("label:") not in ("", key):
        return key
    known = ", ".join((*KEYS, "label:NAME"))
    raise click.BadParameter(f"“{key}” isn't a key. There is: {known}.", param_hint="--map")


def _in_words(result: Imported, file: Path, source: str, rejects: Path | None) -> str:
    words = (
        f"{result.study}: {counted(result.sessions, 'session')} with {counted(result.exchanges, 'exchange')} came in"
    )
    words += f" ({source})."
    if result.made_study:
        words += " The study was made, with the labels found."
    if result.there_already:
        many = result.there_already
        words += f" {counted(many, 'session')} {'was' if many == 1 else 'were'} there already: nothing changed there."
    for each in result.bad:
        words += f"\n{file}, line {each.line}: {each.reason}"
    if rejects:
        words += f"\n{counted(result.bad_rows, 'row')} can't be used; they are in {rejects}. Why, and how many:"
        commonest = sorted(result.reasons.items(), key=lambda each: -each[1])
        for reason, count in commonest[:SHOWN_REASONS]:
            words += f"\n{count:>9,}  {reason}"
    return words
