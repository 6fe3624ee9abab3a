"""A file of import rows, read line by line: each is a row, or it is said what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from wizard.dataset.rows import Row
from wizard.schema_errors import in_plain_words

OF_A_ROW = {
    "dict_type": "must be an object",
    "extra_forbidden": "this key isn't known",
    "too_short": "is empty",
}
"""What is called otherwise in a row than elsewhere."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A line that isn't a row, and why."""

    line: int
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """Rows of one session, in file order. `key` is the session's name in the file, or the line it stands on."""

    key: str
    rows: tuple[Row, ...]


class LineNames:
    """Names what begins on the lines of a file, one after the other: what begins on one line has names of its own."""

    def __init__(self) -> None:
        self._line, self._there = 0, 0

    def next(self, line: int) -> str:
        """The name of the next thing, which begins on that line: `line-7`; of a second one there, `line-7.2`."""
        self._there = self._there + 1 if line == self._line else 1
        self._line = line
        return f"line-{line}" if self._there == 1 else f"line-{line}.{self._there}"


def read_rows(lines: Iterable[str]) -> Iterator[tuple[int, Row] | BadRow]:
    """Each line of a file as its number and row, or as what is wrong with it. Empty lines are passed over."""
    for number, line in enumerate(lines, 1):
        text = line.strip()
        if not text:
            continue
        try:
            yield number, read_row(text)
        except ValueError as error:
            yield BadRow(number, str(error), text)


def read_row(text: str) -> Row:
    """The row that a line of JSON describes.

    Raises:
        ValueError: it isn't one; the message says which field is wrong and why.
    """
    return row_of(read_json(text))


def read_json(text: str) -> Any:
    """What a line of JSON says.

    Raises:
        ValueError: it isn't JSON; the message says where.
    """
    try:
        return json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("the JSON is nested too deep") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at character {error.pos + 1}") from None


def row_of(tree: Any) -> Row:
    """The row that this JSON describes.

    Raises:
        ValueError: it isn't one; the message says which field is wrong and why.
    """
    if not isinstance(tree, dict):
        raise ValueError('a row is a JSON object, as {"messages": […]}')
    try:
        return Row.model_validate(tree)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in problem["loc"])
        message = OF_A_ROW.get(problem["type"]) or in_plain_words(problem)
        raise ValueError(f"{where}: {message}" if where else message) from None


def conversations(rows: Iterable[tuple[int, Row]]) -> list[Conversation]:
    """Rows by session, sessions in the order in which they first appear; a row without one stands alone."""
    found: dict[str, list[Row]] = {}
    for number, row in rows:
        found.setdefault(row.key or f"line-{number}", []).append(row)
    return [Conversation(key, tuple(each)) for key, each in found.items()]


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} isn't JSON; write null")
