"""What `/chat` carries, up and down."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from wizard.events import Card, Role
from wizard.live.payloads.parts import Done, Id, Number, Payload, Said


class ChatAuth(Payload):
    """What a client gives when it connects: the code at the end of the invite link, and a secret it made.

    The secret, of at least 16 characters, is what brings a client back to its own conversation. A browser
    that opened the link has it in a cookie and leaves it out.
    """

    invite: Annotated[str, Field(pattern=r"^[a-z0-9]{4,40}$")]
    key: Annotated[str, Field(pattern=r"^[\x21-\x7e]{16,128}$")] | None = None


class Send(Payload):
    """A message of the participant. A button that is pressed sends its words."""

    id: Id
    text: Said


class Sync(Payload):
    """Asks for all messages after number `after`."""

    after: Annotated[int, Field(ge=0, strict=True)]


class ChatMessage(Payload):
    """A message. `html` is the assistant's Markdown, rendered and safe to insert.

    Under it there may be `buttons`, which offer words to send while it is the last message, and a `card`.
    """

    n: Number
    role: Role
    text: str
    at: str
    html: str | None = None
    buttons: list[str] = []
    card: Card | None = None


class Thinking(Payload):
    """Whether the assistant is at work on an answer."""

    on: bool


class State(Payload):
    """Whether the conversation is open; the reason, where it isn't. `task` is what the participant is asked to do."""

    open: bool
    reason: Literal["ended"] | None = None
    task: str | None = None


class SendDone(Done):
    """The message is on the disk, as number `n` of the conversation."""

    n: Number
    at: str


class SyncDone(Done):
    """All messages after the number that was asked for, in order, and how the conversation stands."""

    messages: list[ChatMessage]
    state: State
