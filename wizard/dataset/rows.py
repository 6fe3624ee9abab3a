"""Import rows: one JSON object a line, the format in which recorded conversations come in."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from wizard.store.log import written
from wizard.values import (
    Answer,
    Bubble,
    Card,
    CouldAnswer,
    Count,
    Granted,
    Keystrokes,
    Labels,
    Name,
    Offered,
    Part,
    Passage,
    Role,
    Seconds,
    Source,
    Text,
)

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
            when = when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
        except (ValueError, OverflowError):  # which it is near the year 1 or 9999, where UTC is beyond it
            raise ValueError("write ISO 8601, as 2026-03-01T14:30:00Z, or Unix seconds") from None
    else:
        raise ValueError("write ISO 8601 or Unix seconds")
    return written(when)


Time = Annotated[str, BeforeValidator(_utc)]


class RowMessage(Part):
    """A message of the observation; the assistant's with the buttons and the card that it had."""

    role: Role
    content: Text
    buttons: tuple[Name, ...] = ()
    card: Card | None = None


class RowOpinion(Part):
    """A colleague's reply and labels to the same observation. It took `seconds`, of which `first_key` to the first."""

    wizard: Name
    reply: Text | None = None
    labels: Labels = {}
    at: Time | None = None
    could_answer: CouldAnswer | None = None
    missing: Text | None = None
    seconds: Seconds | None = None
    first_key: Seconds | None = None
    keystrokes: Keystrokes | None = None


class RowRating(Part):
    """Whether a colleague would send a reply: the row's, or a second opinion's, by its number from 1; see `Rated`."""

    wizard: Name
    at: Time
    would_send: bool
    reply_of: Name | None = None
    opinion: Count | None = None


class RowCorrection(Part):
    """Labels that somebody put right afterwards; None is one that they took away."""

    wizard: Name
    at: Time
    labels: dict[Name, Text | None]


class RowNote(Part):
    """A word of the team's: on the exchange, or whispered before its reply."""

    wizard: Name
    at: Time
    text: Text


def may_say(meaning: str, default: Any = None, **bounds: Any) -> Any:
    """A key of a row that may be left out, and what it says."""
    return Field(default, description=meaning, **bounds)


class Row(Part):
    """One exchange as it comes from elsewhere. Only `messages` is required; it ends with the participant's.

    The keys after `second_opinions` are those that the export `jsonl` adds; `exchange` says that it is such a row.
    """

    id: Name | None = may_say("names the row; unique in its session")
    session: Name | None = may_say("the conversation; a row without one stands alone")
    at: Time | None = may_say("when the reply was sent: ISO 8601 (UTC if it names no zone) or Unix seconds")
    messages: Annotated[
        list[RowMessage],
        Field(
            min_length=1,
            description='`[{"role": "user" or "assistant", "content"}]`, what the observation had; the last is the '
            "participant's",
        ),
    ]
    shown: dict[Name, Any] = may_say("an object: what else stood in the observation", {})
    reply: Text | None = may_say("the answer; without one, and with `labels`, the row is labels on a message")
    labels: Labels = may_say("an object of names and values, as they stand now; values are texts", {})
    wizard: Annotated[Name, Field(max_length=150)] | None = may_say(
        "who answered; it leaves with an export as it is, so give no name"
    )
    seconds: Seconds | None = may_say("how long it took")
    source: Source | None = may_say("`typed`, `canned`, `suggested` or `edited`")
    could_answer: CouldAnswer | None = may_say("`yes`, `guessed` or `no`")
    missing: Text | None = may_say("what was missing")
    second_opinions: list[RowOpinion] = may_say(
        '`[{"wizard", "reply", "labels"}]`, also `at`, `could_answer`, `missing`, `seconds`, `first_key`, `keystrokes`',
        [],
    )

    study: Name | None = may_say("passed over: rows go into the study that is named")
    version: Count | None = may_say("passed over: they go under its newest version")
    exchange: Count | None = may_say("says that the row was exported from a log; numbers are given anew")
    seq: tuple[Count, Count] | None = may_say("passed over: the log numbers its events")
    participant: Name | None = may_say("sessions with the same one are of one person")
    alias: Name | None = may_say("passed over: a conversation is called by its `session`")
    scenario: Name | None = may_say("the scenario that the participant was given")
    split: Name | None = may_say("passed over: a study has its own splits")
    asked_at: Time | None = may_say("when the participant asked")
    documents: tuple[Granted, ...] = may_say("the documents in the observation", ())
    form: dict[str, Any] | None = may_say("where replies are forms, the values before")
    bubbles: tuple[Bubble, ...] = may_say("the reply as it was to be seen, where that is more than its text", ())
    released: Text | None = may_say("what the participant was shown of it")
    released_at: Time | None = may_say("when the first of it was let through")
    finished_at: Time | None = may_say("when the last of it was, or it was stopped")
    stopped: bool = may_say("the participant stopped it", default=False)
    first_key: Seconds | None = may_say("seconds to the first key of the reply")
    keystrokes: Keystrokes | None = may_say("how many keys were pressed")
    offered: tuple[Offered, ...] = may_say("what the desk offered and the wizard took", ())
    evidence: tuple[Passage, ...] = may_say("passages of documents that were used", ())
    whispers: tuple[RowNote, ...] = may_say("what an observer told whoever answered", ())
    saw_more: bool = may_say("more than the observation was known", default=False)
    not_for_training: bool = may_say("the exchange is flagged so", default=False)
    labels_given: Labels | None = may_say("the labels as first given; `labels` if it is left out")
    corrections: tuple[RowCorrection, ...] = may_say("labels that were set or taken away afterwards", ())
    notes: tuple[RowNote, ...] = may_say("private notes of the team", ())
    ratings: tuple[RowRating, ...] = may_say("whether others would send a reply here, asked blind", ())
    consented_at: Time | None = may_say("when the participant agreed to take part")
    answers_before: dict[Name, Answer] | None = may_say("what the participant answered to questions before it")
    answers_after: dict[Name, Answer] | None = may_say("what they answered to questions after it")
    believed: Literal["program", "person", "unsure"] | None = may_say("what the participant thought had answered them")
    confidence: Annotated[int, Field(ge=1, le=5, strict=True)] | None = may_say("how sure they were, from 1 to 5")
    imported: Name | None = may_say("the file that it came from; this one if it is left out")

    @model_validator(mode="before")
    @classmethod
    def _a_blank_label_is_none(cls, given: Any) -> Any:
        labels = given.get("labels")
        if given.get("exchange") is not None or not isinstance(labels, dict):
            return given
        return {**given, "labels": {name: value for name, value in labels.items() if not _is_blank(value)}}

    @model_validator(mode="after")
    def _could_have_been(self) -> Row:
        if self.exchange is not None:
            return self
        empty = next((at for at, each in enumerate(self.messages) if not each.content), None)
        if empty is not None:
            raise ValueError(f"messages.{empty}.content: is empty")
        if self.reply == "":
            raise ValueError("reply: is empty; leave it out where there is none")
        if self.messages[-1].role != "user":
            raise ValueError("messages: the last one must be the participant's (role user)")
        return self

    @model_validator(mode="after")
    def _rates_what_is_there(self) -> Row:
        for at, each in enumerate(self.ratings):
            if each.opinion is not None and each.opinion > len(self.second_opinions):
                raise ValueError(f"ratings.{at}.opinion: there is no second opinion of that number")
        return self

    @property
    def key(self) -> str | None:
        """What the conversation is called in the file, where it is called anything."""
        return self.session or self.id

    @property
    def first_labels(self) -> Labels:
        """The labels as they were given with the reply."""
        if self.labels_given is None:
            return {} if self.corrections else self.labels
        return self.labels_given

    @property
    def texts(self) -> list[tuple[Role, str]]:
        """The messages as who said what."""
        return [(each.role, each.content) for each in self.messages]

    def identity(self) -> str:
        """The row as it names its conversation: the same for the same row, whatever keys there may be one day."""
        return self.model_dump_json(include=NAMING)


def _is_blank(value: Any) -> bool:
    return isinstance(value, str) and not value.strip()


NAMING: Any = {
    **dict.fromkeys(list(Row.model_fields)[: list(Row.model_fields).index("study")], True),
    "messages": {"__all__": {"role", "content"}},
    "second_opinions": {"__all__": {"wizard", "reply", "labels"}},
}


def overlap(told: Sequence[tuple[str, str]], row: Row, *, whole: bool = False) -> int:
    """How many of the row's messages end the conversation so far, as (role, text).

    Its last one is always new, unless the `whole` may have been said already.
    """
    given = row.texts
    for length in range(min(len(told), len(given) - 1 + whole), 0, -1):
        if told[-1] == given[length - 1] and list(told[-length:]) == given[:length]:
            return length
    return 0
