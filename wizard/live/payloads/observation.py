"""What a wizard has before them: exactly what the model would be given, and what the participant sees meanwhile."""

from __future__ import annotations

from typing import Any, Literal

from wizard.live.payloads.parts import InSession, Number, Payload
from wizard.values import Card, Role


class Turn(Payload):
    """A message as the model would be given it. `html` is the assistant's Markdown, rendered and safe to insert."""

    role: Role
    text: str
    html: str | None = None
    buttons: list[str] = []
    card: Card | None = None


class Seen(Payload):
    """What stands in the place of an answer from `at` on, and in which words, where there are any."""

    at: float
    sees: Literal["nothing", "dots", "still", "busy"]
    says: str | None = None


class LetThrough(Payload):
    """So many of the `length` characters of a message have been let through; `rate` more come every second."""

    chars: int
    length: int
    rate: float


class Participant(Payload):
    """What the participant sees now besides the messages. All times are in seconds, for a client to count on by itself.

    They have `waited` since they asked, null where they wait for nothing, and see one of `phases` after the other,
    which begin anew after a `cycle`. The first word of the next bubble comes in `first_word`; of a message that is
    coming word by word, `coming` says how far it is. `stopped` is whether they stopped the last answer, and `again`
    whether they ask for another. Where the study is `paused`, nothing is let through before it goes on.
    """

    waited: float | None
    phases: list[Seen]
    cycle: float | None
    first_word: float | None
    coming: LetThrough | None
    stopped: bool
    again: bool
    paused: bool


class Observation(InSession):
    """Exactly what the model would be given now, and the `hash` of it; `upto` is null before the first message.

    Where the participant asks for another answer than the one that they stopped, that isn't part of it, and `upto` is
    lower than it was. `form` has the values of the last turn, where replies are forms. `sending` is what was replied
    but not let through yet, `saw_more` whether somebody has looked further in this conversation. `participant` is null
    where it isn't the conversation as it is now.
    """

    upto: Number | None
    hash: str | None
    messages: list[Turn]
    shown: dict[str, Any]
    documents: list[str]
    form: dict[str, Any] | None
    waiting: bool
    sending: list[str]
    saw_more: bool
    participant: Participant | None
