"""What events, studies, payloads and rows are made of: the types of their fields, and the pieces of a message."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

Role = Literal["user", "assistant"]
Source = Literal["typed", "canned", "suggested", "edited"]
CouldAnswer = Literal["yes", "guessed", "no"]
Further = Literal["session", "scenario"]
When = Literal["before", "after"]

TEXT_LIMIT = 15_000
"""Longest text of one event, in characters: far over any real turn, far under what would hurt a page."""


def storable(text: str) -> str:
    """The text as it was given, if SQLite and JSON can carry it.

    Raises:
        ValueError: it has a NUL, which cuts SQLite's `length()`.
    """
    if "\0" in text:
        raise ValueError("contains a NUL character, which can't be stored")
    return text


Text = Annotated[str, Field(max_length=TEXT_LIMIT), AfterValidator(storable)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(storable)]
Labels = dict[Name, Text]
Count = Annotated[int, Field(ge=1, strict=True)]
Answer = Annotated[int, Field(strict=True)] | Text | tuple[Text, ...]
"""To a question: a step of a scale, a text or an option, or several."""
Seconds = Annotated[float, Field(ge=0)]
Keystrokes = Annotated[int, Field(ge=0, strict=True)]


class Part(BaseModel):
    """What events, studies, payloads and rows are made of: frozen, and with no field that isn't known."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Row(Part):
    """A line of a card."""

    name: Name
    value: Text


class Card(Part):
    """Facts under a message, as a table of two columns."""

    title: Text = ""
    rows: tuple[Row, ...] = ()


class Bubble(Part):
    """One message of a reply as the participant sees it: Markdown, and what may stand under it."""

    text: Text
    buttons: tuple[Name, ...] = ()
    card: Card | None = None


class Offered(Part):
    """A text that the desk offered and the wizard took, as it was put into the box."""

    kind: Literal["canned", "suggested"]
    key: Name
    text: Text


class Passage(Part):
    """A passage of a document, counted from 1, that the wizard had open or copied for this reply."""

    document: Name
    passage: Count
    how: Literal["opened", "copied"]


class Granted(Part):
    """A document as it stood when it was granted: the SHA-256 of its text; None where the text isn't there."""

    name: Name
    sha256: Name | None = None
