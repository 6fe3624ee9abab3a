"""What `/desk` carries around a reply that is being made: drafts, previews, documents, canned replies."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from wizard.live.payloads.parts import Done, InSession, Keystrokes, Number, Payload, Said, Seconds
from wizard.reply import MOST_BUBBLES, MOST_BUTTONS, Line
from wizard.values import Card, CouldAnswer, Labels, Name, Offered, Passage, Text

Buttons = Annotated[list[Line], Field(max_length=MOST_BUTTONS)]
Revision = Annotated[int, Field(ge=0, le=2**53, strict=True)]


class Begun(Payload):
    """A reply that is being made, whole, as the desk keeps it for a reload, a second tab, or a colleague."""

    text: Text = ""
    more: Annotated[list[Text], Field(max_length=MOST_BUBBLES - 1)] = []
    buttons: Annotated[list[Text], Field(max_length=MOST_BUTTONS)] = []
    card: Card | None = None
    values: dict[Name, Text] = {}
    labels: Labels = {}
    could_answer: CouldAnswer | None = None
    missing: Text = ""
    upto: Number | None = None
    seconds: Seconds | None = None
    first_key: Seconds | None = None
    keystrokes: Keystrokes = 0
    offered: Annotated[list[Offered], Field(max_length=50)] = []
    evidence: Annotated[list[Passage], Field(max_length=200)] = []


class KeepDraft(InSession):
    """Keeps what is being written, under a number that only grows; null once there is nothing left of it.

    An older `revision` than the one that is kept changes nothing.
    """

    revision: Revision
    draft: Begun | None


class Preview(Payload):
    """Asks how a text of Markdown will look to the participant."""

    text: Text


class Check(InSession):
    """Asks what in a text would give a person away."""

    text: Text


class OpenDocument(InSession):
    """Asks for a document that the study grants."""

    name: Name


class SaveCanned(Payload):
    """Keeps a canned reply of a study: one's own, or `shared` with all. Without a `key` one is made from the text."""

    study: Name
    key: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")] | None = None
    text: Annotated[Said, Field(max_length=4_000)]
    buttons: Buttons = []
    shared: bool = False


class RemoveCanned(Payload):
    """Takes a canned reply away: one's own, or the one that is `shared`."""

    study: Name
    key: Name
    shared: bool = False


class Kept(InSession):
    """A draft that another tab of yours, or the colleague before you, wrote."""

    revision: Revision
    draft: Begun | None


class Canned(Payload):
    """A canned reply, its variables not yet filled. `set` is whose it is."""

    key: str
    text: str
    buttons: list[str]
    card: Card | None
    set: Literal["study", "shared", "mine"]


class CannedSet(Payload):
    """All canned replies of a study, as they are now."""

    study: str
    canned: list[Canned]


class DraftDone(Done):
    """What is kept now: yours, or what was kept under a higher number."""

    revision: Revision
    draft: Begun | None


class PreviewDone(Done):
    html: str


class Hint(Payload):
    """What would give a person away, of which kind: chat shorthand, a smiley, a typo, a word twice, a style unlike the
    persona's earlier messages. It stands from character `start` to before `end`, counted as Unicode does.
    """

    kind: Literal["chat", "smiley", "typo", "twice", "style"]
    start: int
    end: int
    says: str


class CheckDone(Done):
    """Advice, in the order of the text."""

    hints: list[Hint]


class PassageOf(Payload):
    """A piece of a document, `html` for reading and `text` for searching. `level` is 1 to 6 for a heading, else 0."""

    html: str
    text: str
    level: int


class DocumentDone(Done):
    """The document, passage by passage; the first is number 1. None where its text has not been stored."""

    name: str
    passages: list[PassageOf] | None


class CannedDone(Done):
    key: str
