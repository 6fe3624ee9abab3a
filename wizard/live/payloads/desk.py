"""What `/desk` carries for the work of answering: the inbox, a conversation, the reply that is being made."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from wizard.events import EndReason
from wizard.live.payloads.observation import Observation
from wizard.live.payloads.parts import Done, Id, InSession, Keystrokes, Number, Payload, Said, Seconds, SessionId
from wizard.live.payloads.writing import Begun, Buttons, Canned, Revision
from wizard.reply import MOST_BUBBLES
from wizard.values import Card, CouldAnswer, Labels, Name, Offered, Passage, Source, Text


class Claim(InSession):
    """Takes a conversation: nobody else can answer it until it is free again."""


class Unclaim(InSession):
    """Frees a conversation."""


class HandOver(InSession):
    """Gives a conversation of one's own to a colleague who is at the desk, by account, with a word."""

    to: Name
    note: Annotated[Text, Field(max_length=2_000)] = ""


class Away(Payload):
    """Says whether one is away: nothing is given to whoever is."""

    on: bool


class Answering(Payload):
    """What every answer carries besides its text.

    Seconds run from when the observation was first on the screen, to the first key and to sending.
    """

    id: Id
    could_answer: CouldAnswer | None = None
    missing: Text | None = None
    labels: Labels = {}
    seconds: Seconds | None = None
    first_key: Seconds | None = None
    keystrokes: Keystrokes | None = None


class Reply(InSession, Answering):
    """An answer to what is shown. `upto` is the number of the last message that was shown, the newest if left out,
    and `observation` the hash of all that was.

    `text` is the first bubble, and `more` those after it; or one of the options; or a JSON object with the
    form's fields. `buttons` and `card` stand under the last bubble. `offered` is what the desk offered and was taken,
    `evidence` the passages of documents that were open or copied.
    """

    text: Said
    more: Annotated[list[Said], Field(max_length=MOST_BUBBLES - 1)] = []
    buttons: Buttons = []
    card: Card | None = None
    source: Source = "typed"
    upto: Number | None = None
    observation: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    offered: Annotated[list[Offered], Field(max_length=50)] = []
    evidence: Annotated[list[Passage], Field(max_length=200)] = []


class End(InSession):
    """Ends a conversation."""


# down


class InboxRow(Payload):
    """An open conversation in the inbox. `waited` is in seconds; null where nothing waits.

    The wait turns amber and red after so many seconds.
    """

    session: SessionId
    study: str
    alias: str
    waiting_since: str | None
    waited: float | None
    claimed_by: str | None
    mine: bool
    amber: float
    red: float


class Inbox(Payload):
    """Conversations that changed, and those that are gone from the inbox."""

    sessions: list[InboxRow]
    gone: list[SessionId]
    waiting: int


class Colleague(Payload):
    """Somebody who is at the desk now. One can hand over to them unless they are `away`."""

    account: str
    name: str
    away: bool
    holds: int


class Colleagues(Payload):
    """Who is at the desk now, oneself included."""

    colleagues: list[Colleague]


class Claimed(InSession):
    """Who has the conversation now, null if nobody; whether you were given it in turn, and the word with which it was
    handed over to you. Where neither is so, you took it yourself, perhaps on another device.
    """

    by: str | None
    mine: bool
    assigned: bool = False
    handed_over: HandedOver | None = None


class HandedOver(Payload):
    """Who handed a conversation over, with what word."""

    by: str
    note: str


class Whisper(Payload):
    """What an observer told whoever has the conversation."""

    by: str
    text: str
    at: str


class Whispered(InSession):
    """What one was told since the last answer in a conversation of one's own, the newest last."""

    whispers: list[Whisper]


class Watched(InSession):
    """Who looks on at a conversation of one's own now."""

    by: list[str]


class EndedHere(InSession):
    """The conversation is over."""

    reason: EndReason


# acknowledgements


class InboxDone(Done):
    """The inbox as it is now: what waits, the longest first, then what is one's own besides.

    `me` is one's name, `opinions` how many exchanges wait for one's second opinion.
    """

    me: str
    account: str
    away: bool
    sessions: list[InboxRow]
    waiting: int
    colleagues: list[Colleague]
    opinions: int


class LabelToGive(Payload):
    name: str
    kind: Literal["choice", "text"]
    options: list[str]
    required: bool


class FieldToGive(Payload):
    name: str
    kind: Literal["text", "number", "integer", "date", "time", "yes_no", "choice"]
    options: list[str]
    required: bool


class ReplyToGive(Payload):
    """What a reply may be. `says` is what the participant reads of an option, where that isn't its name."""

    kind: Literal["text", "choice", "form"]
    max_chars: int
    quick_replies: bool
    options: list[str]
    says: dict[str, str]
    fields: list[FieldToGive]
    say: str


class StudyAtDesk(Payload):
    """What the study asks of an answer. `history` is how many messages the model would see."""

    study: str
    title: str
    persona: str
    history: int | Literal["all"]
    reply: ReplyToGive
    labels: list[LabelToGive]
    scenarios: bool


class ClaimDone(Done):
    """The conversation is yours. `variables` fill canned replies; the draft is what was begun before, `whispers` what
    observers told whoever had it since the last answer, `watched_by` who looks on now.
    """

    observation: Observation
    study: StudyAtDesk
    canned: list[Canned]
    variables: dict[str, str]
    revision: Revision
    draft: Begun | None
    handed_over: HandedOver | None
    whispers: list[Whisper]
    watched_by: list[str]


class ReplyDone(Done):
    """The reply is on the disk, as that exchange of the conversation, counted from 1."""

    exchange: Number
    at: str
