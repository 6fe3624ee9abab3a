"""Files of JSON: an object a line, or one array of objects. Read a piece at a time."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from wizard.dataset.reading import BadRow, LineNames, read_json
from wizard.dataset.rows import Row
from wizard.text_files import other_than_text, why_not_text

PIECE = 1 << 20
LOOKED_AT = 20
"""How many records are looked at to see what a file is."""

Record = tuple[int, Any, str]
"""A line's number, what its JSON says, and its text."""


class CannotRead(ValueError):
    """The file isn't what it is to be read as; the message says why, and what to do."""


def rows_of(file: Path, told: Callable[[str, Any], Iterator[Row]]) -> Iterator[tuple[int, Row] | BadRow]:
    """The rows that `told` makes of each record, which it is given with its name, or what it says is wrong: all rows of
    a record, or none.
    """
    names = LineNames()
    for record in records(file):
        if isinstance(record, BadRow):
            yield record
            continue
        line, tree, text = record
        try:
            rows = list(told(names.next(line), tree))
        except ValueError as error:
            yield BadRow(line, str(error), text)
        else:
            yield from ((line, row) for row in rows)


def records(file: Path) -> Iterator[Record | BadRow]:
    """Each record of the file, with the line that it begins on."""
    return _of_an_array(file) if opening(file)[:1] == "[" else _of_lines(file)


def first_records(file: Path) -> tuple[list[Any], list[BadRow]]:
    """What the first records say, and what is wrong with those that can't be read."""
    first = list(islice(records(file), LOOKED_AT))
    bad = [each for each in first if isinstance(each, BadRow)]
    return [each[1] for each in first if not isinstance(each, BadRow)], bad


def opening(file: Path) -> str:
    """How the file begins, without a mark or spaces before it.

    Raises:
        CannotRead: it is no text in UTF-8.
    """
    with file.open("rb") as opened:
        begins = opened.read(PIECE)
    if other := other_than_text(file):
        raise CannotRead(other)
    try:
        text = begins.removeprefix(BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        if error.end < len(begins) - 4 and error.start < 4:
            raise CannotRead(why_not_text(file)) from None
        text = begins.removeprefix(BOM_UTF8).decode(errors="replace")
    return text.lstrip()


def _of_lines(file: Path) -> Iterator[Record | BadRow]:
    with file.open("rb") as opened:
        for number, line in enumerate(opened, 1):
            given = (line.removeprefix(BOM_UTF8) if number == 1 else line).strip()
            if not given:
                continue
            try:
                text = given.decode()
            except UnicodeDecodeError as error:
                yield BadRow(number, f"isn't UTF-8 (byte {error.start} of the line)", given.decode(errors="replace"))
                continue
            try:
                yield number, read_json(text), text
            except ValueError as error:
                yield BadRow(number, str(error), text)


def _of_an_array(file: Path) -> Iterator[Record | BadRow]:
    """Elements one after the other; what isn't JSON ends it, for nobody knows where the next would begin."""
    decoder = json.JSONDecoder()
    with file.open(encoding="utf-8-sig") as opened:
        left, line, ends = "", 1, False

        def more() -> None:
            nonlocal left, ends
            piece = opened.read(max(PIECE, len(left)))
            left, ends = left + piece, not piece

        try:
            more()
            begun = False
            while True:
                stripped = left.lstrip(" \t\r\n" + ("," if begun else "["))
                line += left.count("\n", 0, len(left) - len(stripped))
                left, begun = stripped, True
                if left.startswith("]"):
                    return
                try:
                    tree, length = decoder.raw_decode(left)
                except ValueError as error:
                    if ends:
                        yield BadRow(
                            line, f"not JSON: {getattr(error, 'msg', error)}; the rest isn't read", left[:PIECE]
                        )
                        return
                    more()
                    continue
                except RecursionError:
                    yield BadRow(line, "the JSON is nested too deep; the rest isn't read", left[:PIECE])
                    return
                text, left = left[:length], left[length:]
                yield line, tree, text
                line += text.count("\n")
        except UnicodeDecodeError:
            raise CannotRead(why_not_text(file)) from None
