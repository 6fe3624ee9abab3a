"""Everything that can happen in a session, as frozen types.

The log holds nothing else: `fold` in `fold.py` turns events into a session, and every page, file
and figure is a function of them. A kind is never changed once it has been written to a log; a new
need is a new optional field or a new kind.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal, NamedTuple

from pydantic import Field

from wizard.values import (
    Answer,
    Bubble,
    CouldAnswer,
    Count,
    Further,
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
    When,
)

PARTICIPANT = "participant"
SYSTEM = "system"
WIZARD_PREFIX = "wizard:"


class Body(Part):
    """What a kind of event carries. Subclasses register themselves by their `kind`."""

    kind: ClassVar[str]
    kinds: ClassVar[dict[str, type[Body]]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.kind = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        Body.kinds[cls.kind] = cls


class Started(Body):
    """A participant opened the study: the session begins, under one version of the study, for good.

    A `trial` is the team's own, to see how it is; it never counts. `invite` is the link that they came by.
    """

    study: Name
    version: Count
    participant: Name
    alias: Name
    fields: dict[Name, Text] = Field(default_factory=dict)
    imported: Name | None = None
    scenario: Name | None = None
    trial: bool = False
    invite: Name | None = None


class Consented(Body):
    """The participant agreed to take part, to exactly this text."""

    text: Text


class Answered(Body):
    """What the participant answered when they were asked, before the conversation or after it, by the questions' names.

    What they passed over isn't there. Whoever was `screened_out` by it takes no further part.
    """

    when: When
    answers: dict[Name, Answer] = Field(default_factory=dict)
    screened_out: bool = False


class LetIn(Body):
    """It is the participant's turn: until then they waited in the study's lobby."""


class Message(Body):
    """A bubble that is its own reason: the participant's, the persona's greeting, an imported aside."""

    n: Count
    role: Role
    text: Text


class Claimed(Body):
    """A wizard took the session, or was given it in turn; nobody else can answer it until it is free again."""

    assigned: bool = False


class Unclaimed(Body):
    """The session is free again."""


class HandedOver(Body):
    """Whoever has the session gave it to a colleague, with a word."""

    to: Name
    note: Text = ""


class Looked(Body):
    """A wizard looked further than the observation: at the whole session, or at the scenario's card."""

    at: Further


class Watched(Body):
    """Somebody of the team watched the conversation as it goes, as an observer: what is seen and written in it."""


class Whispered(Body):
    """An observer told whoever answers something. The model would not have it: the answers from then on are marked."""

    text: Text


class Replied(Body):
    """A wizard's answer to an observation: one exchange, from this moment in the dataset.

    `first` and `upto` are the numbers of the first and the last message that stood in the observation,
    `shown`, `documents` and `form` what stood beside them, and `observation` is the hash of the whole of it.
    `text` is the answer as the model would give it: the text, the class, or the form's values as JSON; None
    where an imported row has labels only. `bubbles` is how the participant sees it; empty where that is the
    text alone. `saw_more` says that more than the observation was known to whoever answered. Seconds run from
    when the observation was first on the screen.
    """

    exchange: Count
    text: Text | None
    first: Count
    upto: Count
    shown: dict[str, Any] = Field(default_factory=dict)
    observation: Name
    source: Source = "typed"
    could_answer: CouldAnswer | None = None
    missing: Text | None = None
    labels: Labels = Field(default_factory=dict)
    seconds: Seconds | None = None
    bubbles: tuple[Bubble, ...] = ()
    documents: tuple[Granted, ...] = ()
    form: dict[str, Any] | None = None
    first_key: Seconds | None = None
    keystrokes: Keystrokes | None = None
    offered: tuple[Offered, ...] = ()
    evidence: tuple[Passage, ...] = ()
    saw_more: bool = False

    @property
    def many(self) -> int:
        """How many messages the participant is to see of it."""
        return 0 if self.text is None else len(self.bubbles) or 1

    @property
    def seen_as(self) -> tuple[Bubble, ...]:
        """The messages that the participant is to see."""
        if self.text is None:
            return ()
        return self.bubbles or (Bubble(text=self.text),)


class Released(Body):
    """A bubble of the reply, counted from 1, was let through to the participant, as message `n`.

    With a `rate` it began to be, at so many characters a second; `Finished` or `Stopped` says how that went on.
    """

    n: Count
    exchange: Count
    bubble: Count = 1
    rate: Annotated[float, Field(gt=0)] | None = None


class Finished(Body):
    """The last word of message `n` was let through."""

    n: Count


class Stopped(Body):
    """The participant wanted no more of a reply: of message `n` they had so many characters, and nothing follows it."""

    n: Count
    chars: Annotated[int, Field(ge=0, strict=True)]


class Announced(Body):
    """The team wrote to the participant, as the persona: a message that answers nothing, and is to be let through."""

    text: Text


class Spoken(Body):
    """The oldest such message was let through, or began to be, as message `n`; the `rate` is as in `Released`."""

    n: Count
    text: Text
    rate: Annotated[float, Field(gt=0)] | None = None


class Retried(Body):
    """The participant asked again for an answer: after they had stopped one, or were told that none could be had."""


class Labelled(Body):
    """Labels of a past exchange were set or taken away (None); who and when is on the event."""

    exchange: Count
    labels: dict[Name, Text | None]


class Flagged(Body):
    """An exchange was taken out of what models are trained on, or back in."""

    exchange: Count
    not_for_training: bool


class Noted(Body):
    """A private note for the team, on the session or on one exchange."""

    text: Text
    exchange: Count | None = None


class SecondOpinion(Body):
    """Another wizard's reply and labels to the same observation, given blind."""

    exchange: Count
    wizard: Name
    text: Text | None = None
    labels: Labels = Field(default_factory=dict)
    could_answer: CouldAnswer | None = None
    missing: Text | None = None
    seconds: Seconds | None = None
    first_key: Seconds | None = None
    keystrokes: Keystrokes | None = None


class Rated(Body):
    """Whether another wizard would send this reply to the observation, given blind to where it is from.

    It is the reply that was given; or, by its number on this exchange, a second `opinion`'s; or the simple model's, who
    chose the reply of another exchange: then `reply_of` is a digest of that one's id, which goes when its person goes.
    """

    exchange: Count
    wizard: Name
    would_send: bool
    reply_of: Name | None = None
    opinion: Count | None = None


class Guessed(Body):
    """What the participant thought had answered them, when asked after the end; None where they wouldn't say.

    `confidence` is from 1, a guess, to 5, certain.
    """

    answered_by: Literal["program", "person", "unsure"] | None
    confidence: Annotated[int, Field(ge=1, le=5, strict=True)] | None = None


EndReason = Literal["participant", "wizard", "import", "limit", "screened_out"]


class Ended(Body):
    """The session is over. Nothing is said in it any more; labels and notes still come.

    It may have come to the `limit` of minutes or messages that its study sets.
    """

    reason: EndReason


@dataclass(frozen=True, slots=True)
class Draft:
    """An event that hasn't been written yet.

    `client_id` makes a retry the same event: it is unique for a session and an actor.
    """

    actor: str
    body: Body
    client_id: str | None = None
    at: str | None = None


class Event(NamedTuple):
    """One line of the log. `seq` orders everything; `at` (UTC, ISO 8601) is only a label."""

    seq: int
    session: str
    at: str
    actor: str
    client_id: str | None
    body: Body

    @property
    def kind(self) -> str:
        return self.body.kind


def wizard_actor(wizard: str) -> str:
    """How the log names a wizard as the one who acted."""
    return WIZARD_PREFIX + wizard


def account_of(actor: str) -> str:
    """The account of a wizard who acted, or what a recording called them; empty where it was no wizard."""
    return actor.partition(":")[2]


WORDLESS = frozenset(each.kind for each in (Claimed, Unclaimed, Released, Finished, Ended))
"""What is in their bodies is in a thousand others: to read each of them anew is a tenth of reading a log."""
REMEMBERED = 1_000


def read_body(kind: str, body: str | bytes) -> Body:
    """The typed body of a stored event.

    Raises:
        KeyError: the kind isn't known to this version of the program.
        pydantic.ValidationError: the JSON isn't of that kind's schema.
    """
    return _read_once(kind, body) if kind in WORDLESS else _read(kind, body)


def _read(kind: str, body: str | bytes) -> Body:
    read: Body = Body.kinds[kind].__pydantic_validator__.validate_json(body)  # at half the cost of model_validate_json
    return read


_read_once = lru_cache(REMEMBERED)(_read)
