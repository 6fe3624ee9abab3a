"""A table with a row of headings. What a column means is said, or is its name; this program's exports come in again."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from wizard.dataset.columns import COLUMNS
from wizard.dataset.formats.csv import would_run
from wizard.dataset.reading import BadRow, row_of
from wizard.dataset.rows import Row
from wizard.dataset.sources._json import CannotRead
from wizard.text_files import why_not_text

DELIMITERS = (",", ";", "\t")
LONGEST_CELL = 10_000_000
KEYS = ("message", "reply", "session", "id", "at", "wizard", "seconds", "could_answer", "missing", "source")
LABEL_PREFIXES = ("label:", "label_")
OURS = {column.name for column in COLUMNS}
CELLS: Mapping[str, Callable[[str], Any]] = {
    "count": lambda cell: _number(cell, int, "a whole number"),
    "seconds": lambda cell: _number(cell, float, "a number"),
    "yes_no": lambda cell: cell == "true",
    **dict.fromkeys(("messages", "list", "texts", "json", "range"), lambda cell: _json(cell)),
}


def read(file: Path, columns: Mapping[str, str]) -> Iterator[tuple[int, Row] | BadRow]:
    """The rows of the table, each with the line that it ends on.

    Raises:
        CannotRead: it isn't UTF-8, or its columns say nothing that a row needs.
    """
    csv.field_size_limit(LONGEST_CELL)
    names = headings(file)
    told = _of_ours if set(names) >= OURS and not columns else _by(file, names, columns)
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            reader = csv.reader(opened, delimiter=_delimiter(file))
            next(reader, None)
            while True:
                try:
                    cells = next(reader, None)
                except csv.Error as error:
                    yield BadRow(reader.line_num, f"not a row of a table: {error}", "")
                    continue
                if cells is None:
                    return
                if any(cells):
                    yield _row(reader.line_num, names, cells, told)
    except UnicodeDecodeError:
        raise CannotRead(why_not_text(file)) from None


def headings(file: Path) -> list[str]:
    """What the columns are called.

    Raises:
        CannotRead: it isn't UTF-8.
    """
    return [name.strip() for name in next(csv.reader([_first_line(file)], delimiter=_delimiter(file)), [])]


def known(heading: str) -> bool:
    """Whether a column of that name says by itself what it means."""
    return heading in OURS or heading in KEYS or heading.startswith(LABEL_PREFIXES)


def _row(line: int, names: Sequence[str], cells: Sequence[str], told: Callable[..., dict[str, Any]]) -> Any:
    try:
        if len(cells) != len(names):
            raise ValueError(f"the number of its cells is {len(cells)}, where there are {len(names)} columns")
        return line, row_of(told(dict(zip(names, cells, strict=True))))
    except ValueError as error:
        text = StringIO()
        csv.writer(text, lineterminator="").writerow(cells)
        return BadRow(line, str(error), text.getvalue())


def _of_ours(cells: Mapping[str, str]) -> dict[str, Any]:
    """A row of an export of this program; empty cells are left out."""
    told: dict[str, Any] = {}
    for column in COLUMNS:
        cell = cells[column.name]
        if cell[:1] == "'" and would_run(cell):
            cell = cell[1:]
        if cell and column.name != "message":
            told[column.name] = CELLS.get(column.kind, str)(cell)
    if told.get("stopped") and "released_at" in told:
        told.setdefault("released", "")
    told["messages"] = told.pop("observation", [])
    return told


def _by(file: Path, names: Sequence[str], columns: Mapping[str, str]) -> Callable[[Mapping[str, str]], dict[str, Any]]:
    """How a row is made of the cells: by what the columns are said to mean, else by their names.

    Raises:
        CannotRead: a column that is named isn't there, or there is no message.
    """
    if missing := [name for name in columns if name not in names]:
        there = ", ".join(f"“{name}”" for name in names)
        raise CannotRead(f"{file} has no column “{missing[0]}”. It has: {there}.")
    means = dict(columns) or {name: key for name in names if (key := _meaning(name))}
    if twice := [name for name in means if names.count(name) > 1]:
        raise CannotRead(f"{file} has {names.count(twice[0])} columns “{twice[0]}”. Give each a name of its own.")
    keys = {key: name for name, key in means.items() if not key.startswith("label:")}
    labels = {key.removeprefix("label:"): name for name, key in means.items() if key.startswith("label:")}
    if len(keys) + len(labels) < len(means):
        raise CannotRead("Two columns mean the same; a key can be had from one column only.")
    if "message" not in keys:
        raise CannotRead(_no_message(file, names))

    def told(cells: Mapping[str, str]) -> dict[str, Any]:
        if not cells[keys["message"]]:
            raise ValueError(f"“{keys['message']}”, the message, is empty")
        row: dict[str, Any] = {key: cells[name] for key, name in keys.items() if cells[name]}
        row["messages"] = [{"role": "user", "content": row.pop("message")}]
        row["labels"] = {label: cells[name] for label, name in labels.items() if cells[name]}
        if "seconds" in row:
            row["seconds"] = CELLS["seconds"](row["seconds"])
        if row.get("at", "").replace(".", "", 1).isdigit():
            row["at"] = float(row["at"])
        return row

    return told


def _no_message(file: Path, names: Sequence[str]) -> str:
    if not names:
        return f"{file} is empty: a table has a row of headings, and rows."
    there = ", ".join(f"“{name}”" for name in names)
    return (
        f"{file} has no column that is the message. Its first line names the columns: {there}. "
        f'Say which is the message, as --map "{names[0]}=message".'
    )


def _meaning(name: str) -> str | None:
    if name.startswith(LABEL_PREFIXES):
        return f"label:{name[len('label:') :]}"
    return name if name in KEYS else None


def _delimiter(file: Path) -> str:
    line = _first_line(file)
    return max(DELIMITERS, key=lambda each: len(next(csv.reader([line], delimiter=each), [])))


def _first_line(file: Path) -> str:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            return opened.readline(LONGEST_CELL).rstrip("\r\n")
    except UnicodeDecodeError:
        raise CannotRead(why_not_text(file)) from None


def _number(cell: str, kind: Callable[[str], Any], wanted: str) -> Any:
    try:
        return kind(cell)
    except ValueError:
        raise ValueError(f"“{cell[:40]}” must be {wanted}") from None


def _json(cell: str) -> Any:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        raise ValueError(f"“{cell[:40]}” must be JSON") from None
