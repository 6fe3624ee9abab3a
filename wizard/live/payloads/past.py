"""What `/desk` carries after the fact: looking further, correcting, searching, second opinions."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from wizard.events import EndReason
from wizard.live.payloads.desk import Answering, StudyAtDesk
from wizard.live.payloads.observation import Observation
from wizard.live.payloads.parts import Done, Id, InExchange, InSession, Number, Payload, Said, SessionId
from wizard.reply import MOST_BUBBLES
from wizard.values import Card, CouldAnswer, Further, Name, Offered, Passage, Role, Source, Text


class Look(InSession):
    """Looks further than the observation: at the whole conversation or at its scenario. The log remembers it.

    With `if_over`, a look that would mark later exchanges is refused with `open`, so that one can be asked first.
    """

    at: Further = "session"
    if_over: bool = False


class Label(InExchange):
    """Sets labels of a past exchange, or takes them away (null)."""

    labels: dict[Name, Text | None]
    id: Id | None = None


class Flag(InExchange):
    """Takes an exchange out of what models are trained on, or back in."""

    not_for_training: bool
    id: Id | None = None


class Note(InSession):
    """A private note, on the conversation or on one exchange."""

    text: Said
    exchange: Number | None = None
    id: Id | None = None


class LabelIs(Payload):
    name: Name
    value: Text


When = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{3}Z)?)?)?$")]


class Search(Payload):
    """Looks for exchanges. All that is given must hold; `text` is in what was asked or answered, words in any order.

    `since` and `until` are days, as 2026-03-01, or moments, UTC, as 2026-03-01T14:30 or as events have them.
    `missing` is what was missing, in small letters. `before` goes on where an earlier answer ended.
    """

    text: Annotated[Text, Field(max_length=500)] = ""
    study: Name | None = None
    label: LabelIs | None = None
    could_answer: CouldAnswer | None = None
    missing: Text | None = None
    wizard: Name | None = None
    since: When | None = None
    until: When | None = None
    not_for_training: bool | None = None
    saw_more: bool | None = None
    before: Number | None = None


class Opinion(InExchange, Answering):
    """One's own answer to an observation that somebody else answered already."""

    text: Said
    more: Annotated[list[Said], Field(max_length=MOST_BUBBLES - 1)] = []


class SkipOpinion(InExchange):
    """Leaves this one to others."""


# down


class Opinions(Payload):
    """How many exchanges wait for your second opinion."""

    waiting: int


# acknowledgements


class PastMessage(Payload):
    """A message in its place. `exchange` is the reply that it was, or the one that answered it."""

    n: Number
    role: Role
    text: str
    html: str | None = None
    buttons: list[str] = []
    card: Card | None = None
    at: str
    exchange: Number | None


class PastNote(Payload):
    text: str
    by: str
    at: str


class PastCorrection(Payload):
    """Labels as they were set, or taken away (null), after the exchange."""

    labels: dict[str, str | None]
    by: str
    at: str


class PastOpinion(Payload):
    by: str
    at: str
    text: str | None
    labels: dict[str, str]
    could_answer: CouldAnswer | None


class PastExchange(Payload):
    """An exchange whole: what was answered, by whom, and all that was said of it.

    `labels` are as they stand now, `given` as they came with the reply, `whispers` what whoever answered was told.
    """

    exchange: Number
    by: str
    at: str
    first: Number
    upto: Number
    observation: str
    shown: dict[str, Any]
    text: str | None
    source: Source
    could_answer: CouldAnswer | None
    missing: str | None
    labels: dict[str, str]
    given: dict[str, str]
    corrections: list[PastCorrection]
    notes: list[PastNote]
    seconds: float | None
    first_key: float | None
    keystrokes: int | None
    offered: list[Offered]
    evidence: list[Passage]
    released_at: str | None
    saw_more: bool
    not_for_training: bool
    second_opinions: list[PastOpinion]
    whispers: list[PastNote]


class Whole(Payload):
    """A conversation from its beginning, with every exchange of it."""

    study: StudyAtDesk
    alias: str
    started_at: str
    ended: EndReason | None
    messages: list[PastMessage]
    exchanges: list[PastExchange]
    notes: list[PastNote]


class LookDone(Done):
    """The whole conversation, or what its participant was asked to do; the other is null."""

    whole: Whole | None
    scenario: str | None


class Found(Payload):
    """An exchange that was found: `message` is what was asked, `text` what was answered, `wizard` an account."""

    session: SessionId
    exchange: Number
    study: str
    alias: str
    at: str
    by: str
    wizard: str
    message: str
    text: str | None
    labels: dict[str, str]
    could_answer: CouldAnswer | None
    not_for_training: bool
    saw_more: bool


class SearchDone(Done):
    """The newest first; `before` is for asking for more, null where that was all.

    Conversations that aren't over are left out unless you have looked into them, and so are exchanges that wait for
    your second opinion. `behind` is how many events of the log have not been made searchable yet.
    """

    found: list[Found]
    before: int | None
    behind: int


class ToJudge(Payload):
    """An observation that wants your second opinion."""

    session: SessionId
    exchange: Number
    observation: Observation
    study: StudyAtDesk
    variables: dict[str, str]


class NextOpinionDone(Done):
    """The next one, null where none is left for you, and how many wait, this one included."""

    opinion: ToJudge | None
    waiting: int
