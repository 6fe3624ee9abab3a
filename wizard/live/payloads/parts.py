"""What payloads are made of, and the shape of every refusal."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from wizard.values import Part, Text

Id = Annotated[
    str,
    Field(
        pattern=r"^[\x21-\x7e]{1,64}$", description="Made by the client, new for every new thing; a retry repeats it."
    ),
]
SessionId = Annotated[str, Field(pattern=r"^[0-9a-z]{1,40}$")]
Number = Annotated[int, Field(ge=1, strict=True)]
Seconds = Annotated[float, Field(ge=0, le=86_400)]
Keystrokes = Annotated[int, Field(ge=0, le=1_000_000, strict=True)]


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return text


Said = Annotated[Text, AfterValidator(_said)]


class Payload(Part):
    """What an event of a socket carries."""


class Nothing(Payload):
    """No fields; may be left out."""


class InSession(Payload):
    session: SessionId


class InExchange(InSession):
    exchange: Number


class Done(Payload):
    """It is done, and on the disk."""

    ok: Literal[True]


class Problem(Payload):
    """What is wrong, for programs (`code`) and for people; with `retry`, send the same again, with the same id."""

    code: str
    message: str
    retry: bool


class Refused(Payload):
    """It was not done, and nothing of it was stored."""

    ok: Literal[False]
    error: Problem


CODES = {
    "invalid": "the payload isn't of the schema, or not one that the study takes",
    "unknown_event": "there is no such event in this namespace",
    "missing": "there is no such conversation, exchange, document or colleague",
    "id_reused": "this id belongs to another message; a new message needs a new id",
    "ended": "the conversation has ended",
    "over": "the conversation has come to its limit: no more can be written in it",
    "open": "the conversation is still open",
    "claimed": "a colleague has the conversation",
    "lobby": "it isn't the participant's turn yet",
    "consent": "the study asks participants to agree first",
    "survey": "the study asks participants questions first",
    "answered": "nothing waits for an answer, or it has been answered",
    "limit": "you have as many conversations as the study lets one wizard have",
    "blind": "you know the first answer, so your opinion would not be a second one",
    "order": "this can't come next",
    "gap": "numbers would not follow one another",
    "slow_down": "too many at once; wait a moment",
    "unavailable": "the log can't be written right now: the disk is full or the file locked",
    "internal": "something went wrong in the server",
    "closed": "the connection is closed",
}
"""Every `code` of a `Problem`. `slow_down`, `unavailable` and `internal` come with `retry`."""
