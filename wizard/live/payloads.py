"""What the sockets carry, up and down. `docs/protocol.md` holds the JSON Schemas that come from here."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from wizard.events import CouldAnswer, Labels, Name, Role, Source, Text

Id = Annotated[
    str,
    Field(pattern=r"^[\x21-\x7e]{1,64}$", description="Made by the client, new for every new thing; a retry repeats it."),
]
SessionId = Annotated[str, Field(pattern=r"^[0-9a-z]{1,40}$")]
Number = Annotated[int, Field(ge=1, strict=True)]


def _said(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return text


Said = Annotated[Text, AfterValidator(_said)]


class Payload(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Nothing(Payload):
    """No fields; may be left out."""


# /chat, up


class ChatAuth(Payload):
    """What a client gives when it connects: the code at the end of the invite link, and a secret it made.

    The secret, of at least 16 characters, is what brings a client back to its own conversation. A browser
    that opened the link has it in a cookie and leaves it out.
    """

    invite: Annotated[str, Field(pattern=r"^[a-z0-9]{4,40}$")]
    key: Annotated[str, Field(pattern=r"^[\x21-\x7e]{16,128}$")] | None = None


class Send(Payload):
    """A message of the participant."""

    id: Id
    text: Said


class Sync(Payload):
    """Asks for all messages after number `after`."""

    after: Annotated[int, Field(ge=0, strict=True)]


# /chat, down


class ChatMessage(Payload):
    """A message. `html` is the assistant's Markdown, rendered and safe to insert."""

    n: Number
    role: Role
    text: str
    at: str
    html: str | None = None


class Thinking(Payload):
    """Whether the assistant is at work on an answer."""

    on: bool


class State(Payload):
    """Whether the conversation is open; the reason, where it isn't."""

    open: bool
    reason: Literal["ended"] | None = None


# /desk, up


class InSession(Payload):
    session: SessionId


class Claim(InSession):
    """Takes a conversation: nobody else can answer it until it is free again."""


class Unclaim(InSession):
    """Frees a conversation."""


class Reply(InSession):
    """An answer to what is shown. `upto` is the number of the last message that was shown; the newest if left out."""

    id: Id
    text: Said
    source: Source = "typed"
    could_answer: CouldAnswer | None = None
    missing: Text | None = None
    labels: Labels = {}
    upto: Number | None = None
    seconds: Annotated[float, Field(ge=0, le=86_400)] | None = None


class Label(InSession):
    """Sets labels of a past exchange, or takes them away (null)."""

    exchange: Number
    labels: dict[Name, Text | None]
    id: Id | None = None


class Note(InSession):
    """A private note, on the conversation or on one exchange."""

    text: Said
    exchange: Number | None = None
    id: Id | None = None


class End(InSession):
    """Ends a conversation."""


# /desk, down


class InboxRow(Payload):
    """An open conversation in the inbox. `waited` is in seconds; null where nothing waits."""

    session: SessionId
    study: str
    alias: str
    waiting_since: str | None
    waited: float | None
    claimed_by: str | None
    mine: bool


class Inbox(Payload):
    """Conversations that changed, and those that are gone from the inbox."""

    sessions: list[InboxRow]
    gone: list[SessionId]
    waiting: int


class Turn(Payload):
    role: Role
    text: str
    html: str | None = None


class Observation(InSession):
    """Exactly what the model would be given now. `sending` is what was replied but not let through yet."""

    upto: Number | None
    messages: list[Turn]
    shown: dict[str, Any]
    documents: list[str]
    waiting: bool
    sending: list[str]


class Claimed(InSession):
    """Who has the conversation now; null if nobody."""

    by: str | None
    mine: bool


class EndedDown(InSession):
    """The conversation is over."""

    reason: str
