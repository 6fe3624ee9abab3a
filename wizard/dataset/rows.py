"""Import rows: one JSON object a line, the format in which recorded conversations come in."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from wizard.events import CouldAnswer, Labels, Name, Role, Source, Text, storable

LATEST_UNIX_SECONDS = 4_102_444_800
"""The year 2100: a larger number is milliseconds, or a mistake."""


def _utc(value: Any) -> str:
    """ISO 8601 or Unix seconds, as the log writes times; a time without a zone is taken as UTC."""
    if isinstance(value, bool):
        raise ValueError("write ISO 8601 or Unix seconds")
    if isinstance(value, int | float):
        if not math.isfinite(value) or not 0 <= value <= LATEST_UNIX_SECONDS:
            raise ValueError("write Unix seconds, between 1970 and 2100")
        when = datetime.fromtimestamp(value, UTC)
    elif isinstance(value, str):
        try:
            when = datetime.fromisoformat(value)
        except ValueError:
            raise ValueError("write ISO 8601, as 2026-03-01T14:30:00Z, or Unix seconds") from None
        when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    else:
        raise ValueError("write ISO 8601 or Unix seconds")
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")


class RowPart(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class RowMessage(RowPart):
    role: Role
    content: Annotated[Text, Field(min_length=1)]


class RowOpinion(RowPart):
    wizard: Name
    reply: Text | None = None
    labels: Labels = {}


class Row(RowPart):
    """One exchange as it comes from elsewhere. Only `messages` is required; it ends with the participant's."""

    id: Name | None = None
    session: Name | None = None
    at: Annotated[str, BeforeValidator(_utc)] | None = None
    messages: Annotated[list[RowMessage], Field(min_length=1)]
    shown: dict[Name, Any] = {}
    reply: Annotated[Text, Field(min_length=1)] | None = None
    labels: Labels = {}
    wizard: Annotated[str, Field(min_length=1, max_length=150), AfterValidator(storable)] | None = None
    seconds: Annotated[float, Field(ge=0)] | None = None
    source: Source | None = None
    could_answer: CouldAnswer | None = None
    missing: Text | None = None
    second_opinions: list[RowOpinion] = []

    @model_validator(mode="after")
    def _ends_with_the_participant(self) -> Row:
        if self.messages[-1].role != "user":
            raise ValueError("messages: the last one must be the participant's (role user)")
        return self


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
    try:
        tree = json.loads(text, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("the JSON is nested too deep") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at character {error.pos + 1}") from None
    if not isinstance(tree, dict):
        raise ValueError('a row is a JSON object, as {"messages": […]}')
    try:
        return Row.model_validate(tree)
    except ValidationError as error:
        problem = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(step) for step in problem["loc"])
        message = {"extra_forbidden": "this key isn't known", "missing": "is required"}.get(
            problem["type"], problem["msg"].removeprefix("Value error, ")
        )
        raise ValueError(f"{where}: {message}" if where else message) from None


def conversations(rows: Iterable[tuple[int, Row]]) -> list[Conversation]:
    """Rows by session, sessions in the order in which they first appear; a row without one stands alone."""
    found: dict[str, list[Row]] = {}
    for number, row in rows:
        found.setdefault(row.session or row.id or f"line-{number}", []).append(row)
    return [Conversation(key, tuple(each)) for key, each in found.items()]


def overlap(told: Sequence[tuple[str, str]], row: Row) -> int:
    """How many of the row's messages end the conversation so far, as (role, text); its last one is always new."""
    given = [(each.role, each.content) for each in row.messages]
    for length in range(min(len(told), len(given) - 1), 0, -1):
        if told[-length:] == given[:length]:
            return length
    return 0


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} isn't JSON; write null")
