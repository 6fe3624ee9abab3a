"""What the sockets carry, up and down: the one place where the protocol is written.

The tables at the end name every event; `docs/protocol.md` holds the JSON Schemas that come from them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from wizard.events import CouldAnswer, Labels, Name, Role, Source, Text

Id = Annotated[
    str,
    Field(
        pattern=r"^[\x21-\x7e]{1,64}$", description="Made by the client, new for every new thing; a retry repeats it."
    ),
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
    """Of the assistant's turns: the Markdown, rendered and safe to insert."""


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


class EndedHere(InSession):
    """The conversation is over."""

    reason: Literal["participant", "wizard", "import"]


# acknowledgements


class Done(Payload):
    """It is done, and on the disk."""

    ok: Literal[True]


class SendDone(Done):
    """The message is on the disk, as number `n` of the conversation."""

    n: Number
    at: str


class SyncDone(Done):
    """All messages after the number that was asked for, in order, and how the conversation stands."""

    messages: list[ChatMessage]
    state: State


class InboxDone(Done):
    """The inbox as it is now: what waits, the longest first, then what is one's own besides. `me` is one's name."""

    me: str
    sessions: list[InboxRow]
    waiting: int


class LabelToGive(Payload):
    name: str
    kind: Literal["choice", "text"]
    options: list[str]
    required: bool


class ReplyToGive(Payload):
    kind: Literal["text", "choice"]
    max_chars: int
    options: list[str]


class StudyAtDesk(Payload):
    """What the study asks of an answer. `history` is how many messages the model would see."""

    study: str
    title: str
    persona: str
    history: int | Literal["all"]
    reply: ReplyToGive
    labels: list[LabelToGive]


class ClaimDone(Done):
    """The conversation is yours."""

    observation: Observation
    study: StudyAtDesk


class ReplyDone(Done):
    """The reply is on the disk, as that exchange of the conversation, counted from 1."""

    exchange: Number
    at: str


class Problem(Payload):
    """What is wrong, for programs (`code`) and for people; with `retry`, send the same again, with the same id."""

    code: str
    message: str
    retry: bool


class Refused(Payload):
    """It was not done, and nothing of it was stored."""

    ok: Literal[False]
    error: Problem


UP: dict[str, dict[str, tuple[type[Payload], type[Done]]]] = {
    "/chat": {
        "send": (Send, SendDone),
        "sync": (Sync, SyncDone),
        "end": (Nothing, Done),
        "restart": (Nothing, Done),
    },
    "/desk": {
        "inbox": (Nothing, InboxDone),
        "claim": (Claim, ClaimDone),
        "unclaim": (Unclaim, Done),
        "reply": (Reply, ReplyDone),
        "label": (Label, Done),
        "note": (Note, Done),
        "end": (End, Done),
    },
}
"""Every event that may be sent, with its payload and its acknowledgement; any may also be `Refused`."""

DOWN: dict[str, dict[str, type[Payload]]] = {
    "/chat": {"message": ChatMessage, "thinking": Thinking, "state": State},
    "/desk": {"inbox": Inbox, "observation": Observation, "claimed": Claimed, "ended": EndedHere},
}
"""Every event that comes down."""

CODES = {
    "invalid": "the payload isn't of the schema, or not one that the study takes",
    "unknown_event": "there is no such event in this namespace",
    "missing": "there is no such conversation or exchange",
    "id_reused": "this id belongs to another message; a new message needs a new id",
    "ended": "the conversation has ended",
    "open": "the conversation is still open",
    "claimed": "a colleague has the conversation",
    "answered": "nothing waits for an answer, or it has been answered",
    "order": "this can't come next",
    "gap": "numbers would not follow one another",
    "slow_down": "too many at once; wait a moment",
    "unavailable": "the log can't be written right now: the disk is full or the file locked",
    "internal": "something went wrong in the server",
    "closed": "the connection is closed",
}
"""Every `code` of a `Problem`. `slow_down`, `unavailable` and `internal` come with `retry`."""
