"""What `/chat` carries, up and down."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from wizard.live.payloads.parts import Done, Id, Number, Payload, Said
from wizard.values import Card, Name, Role, Text, When


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

    Under it there may be `buttons`, which offer words to send while it is the last message, and a `card`. One that
    the participant `stopped` has the words that had come by then.
    """

    n: Number
    role: Role
    text: str
    at: str
    html: str | None = None
    buttons: list[str] = []
    card: Card | None = None
    stopped: bool = False


class Words(Payload):
    """More of message `n`, which is coming word by word: its next `text`, and its HTML so far, which is the first
    `keep` UTF-16 units of what it was before and then `html`. The whole message follows as `message`.
    """

    n: Number
    text: str
    keep: Annotated[int, Field(ge=0)]
    html: str


class Coming(Payload):
    """The message that is coming word by word, as far as it has come."""

    n: Number
    at: str
    text: str
    html: str


class Thinking(Payload):
    """Whether the assistant is at work on an answer; `say` is what it has to say where that takes long."""

    on: bool
    say: str | None = None


class Guess(Payload):
    """What the participant thinks answered them, null if they won't say, and how sure they are, 1 to 5."""

    answered_by: Literal["program", "person", "unsure"] | None = None
    confidence: Annotated[int, Field(ge=1, le=5, strict=True)] | None = None


class Answers(Payload):
    """What the participant answers to the questions of that time, by their names.

    A step of a scale, a text or an option, or a list of options; null, or left out, where they pass over one that they
    may.
    """

    when: When
    answers: Annotated[dict[Name, Annotated[int, Field(strict=True)] | Text | list[Text] | None], Field(max_length=50)]


class Question(Payload):
    """A question, on a scale from `low` to `high`, whose ends may mean something, a choice, or a text."""

    name: str
    kind: Literal["scale", "choice", "text"]
    question: str
    low: int
    high: int
    low_means: str
    high_means: str
    options: list[str]
    several: bool
    required: bool


class Survey(Payload):
    """Questions to answer before anything is said, or after the end."""

    when: When
    questions: list[Question]


class Place(Payload):
    """A place in the lobby's line, from 1, and about how many seconds it takes; null where nobody can tell."""

    place: Number
    about: int | None = None


class State(Payload):
    """Whether the conversation is open; the reason, where it isn't: it ended, came to its `limit`, or the participant
    was screened out by what they answered. `task` is what the participant is asked to do.

    `consent` is the HTML of what they are to agree to before they begin; until then nothing else is there to see.
    `survey` has questions to answer: before they begin, when nothing else is there to see, or after the end, before all
    else that comes then. `lobby` is where they stand in line; it begins by itself.
    `busy` says, in the place of an answer, that none can be had now; `streaming` is the message that is coming. `last`
    says that no more can be written: what is owed still comes, and then it ends. After the end, `asks` is whether to
    ask what they think answered them, and `debriefing` the HTML of what they are told. `done`, for those whom a panel
    sent, is the address to go back to, or a code. `withdrawn` says that all they ever said here has been erased.
    """

    open: bool
    reason: Literal["ended", "limit", "screened_out"] | None = None
    task: str | None = None
    consent: str | None = None
    survey: Survey | None = None
    lobby: Place | None = None
    busy: str | None = None
    last: bool = False
    streaming: Coming | None = None
    asks: bool = False
    debriefing: str | None = None
    done: str | None = None
    withdrawn: bool = False


class SendDone(Done):
    """The message is on the disk, as number `n` of the conversation."""

    n: Number
    at: str


class SyncDone(Done):
    """All messages after the number that was asked for, in order, and how the conversation stands."""

    messages: list[ChatMessage]
    state: State
