"""A study: one idea under test. Its schema, and what it asks of a reply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Literal, NamedTuple

from pydantic import AfterValidator, Field, model_validator

from wizard.pacing import Pacing
from wizard.reply import MOST_BUTTONS, MOST_OF_A_LINE, BadReply, FieldName, Line, Paragraph, Reply, twice
from wizard.survey import Survey
from wizard.values import Bubble, Card, Part, storable

LONGEST_SLUG = 63
SLUG = rf"[a-z0-9][a-z0-9_-]{{0,{LONGEST_SLUG - 1}}}"
Slug = Annotated[str, Field(pattern=rf"^{SLUG}$")]
MOST_DAYS = 36_500
"""For so long conversations are kept, where it is said how long."""
FILE_NAME = r"^[^/\\.][^/\\]*$"
FileName = Annotated[Line, Field(pattern=FILE_NAME)]
Language = Literal["en", "de", "fr", "es", "it", "pt", "nl", "ar", "he"]
ENGLISH: Language = "en"
LANGUAGES: dict[Language, str] = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "it": "Italiano",
    "pt": "Português",
    "nl": "Nederlands",
    "ar": "العربية",
    "he": "עברית",
}
"""What the participant's page can speak, each by its own name."""
RIGHT_TO_LEFT: frozenset[Language] = frozenset({"ar", "he"})


class Problem(NamedTuple):
    """One thing that is wrong with a study: what to write instead, in which field, as `labels.0.kind`; and on which
    line, from 1, where it stands in a file.
    """

    message: str
    field: str = ""
    line: int | None = None

    def __str__(self) -> str:
        return ": ".join(filter(None, (f"line {self.line}" if self.line else "", self.field, self.message)))


class BadStudy(ValueError):
    """A study that can't be used. Each of `problems` says where, what is wrong and what to write instead."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(map(str, self.problems)))


class Persona(Part):
    """What the participant takes for the model."""

    name: Line = "Assistant"
    greeting: Paragraph = ""


class Scenario(Part):
    """What a participant is asked to do, in so many conversations (`count`), if that is said."""

    id: Slug
    text: Paragraph
    count: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class ModelSees(Part):
    """What the model would be given: so many messages, these fields of the participant, these documents."""

    history: Annotated[int, Field(ge=1)] | Literal["all"] = "all"
    participant: list[Line] = []
    documents: list[FileName] = []


class Label(Part):
    """Something to say about every exchange: one of the options, or free text."""

    name: FieldName
    kind: Literal["choice", "text"] = "choice"
    options: list[Line] = []
    required: bool = False

    @model_validator(mode="after")
    def _options_belong_to_a_choice(self) -> Label:
        if self.kind == "choice" and not self.options:
            raise ValueError(f"label {self.name}: a choice needs options")
        if self.kind == "text" and self.options:
            raise ValueError(f"label {self.name}: options go with kind: choice")
        return self


class Canned(Part):
    """A reply that stands ready. `{{participant.alias}}` and the like are filled from the session."""

    key: Slug
    text: Annotated[Paragraph, Field(min_length=1)]
    buttons: Annotated[list[Line], Field(max_length=MOST_BUTTONS)] = []
    card: Card | None = None


class Desk(Part):
    """How wizards share the work. A wait turns amber and red after so many seconds.

    With `round_robin` each conversation that waits is given to a wizard in turn; with `pull` they take them.
    `limit` is how many a wizard may have at once. With a `lobby`, participants wait in line until somebody is free.
    """

    assign: Literal["pull", "round_robin"] = "pull"
    limit: Annotated[int, Field(ge=1, le=1_000)] | None = None
    lobby: bool = False
    amber: Annotated[float, Field(gt=0)] = 20.0
    red: Annotated[float, Field(gt=0)] = 60.0

    @model_validator(mode="after")
    def _amber_before_red(self) -> Desk:
        if self.amber > self.red:
            raise ValueError("amber comes before red")
        return self


class Limits(Part):
    """Where a conversation ends by itself: after so many `minutes`, or so many `messages` of the participant. And how
    many `participants` get in, in all.
    """

    minutes: Annotated[float, Field(gt=0, le=1_440)] | None = None
    messages: Annotated[int, Field(ge=1, le=1_000)] | None = None
    participants: Annotated[int, Field(ge=1, le=1_000_000)] | None = None


class Retention(Part):
    """How long conversations are kept: so many `days` after the last word, then they are erased; for ever, if None."""

    days: Annotated[int, Field(ge=1, le=MOST_DAYS)] | None = None


class Study(Part):
    """One idea under test. `docs/study.md` explains every field."""

    study: Slug
    title: Line
    language: Language = ENGLISH
    persona: Persona = Persona()
    consent: Paragraph = ""
    survey: Survey = Survey()
    welcome: Paragraph = ""
    scenarios: list[Scenario] = []
    model_sees: ModelSees = ModelSees()
    reply: Reply = Reply()
    pacing: Pacing = Pacing()
    labels: list[Label] = []
    canned: list[Canned] = []
    desk: Desk = Desk()
    limits: Limits = Limits()
    retention: Retention = Retention()
    ask_what_answered: bool = False
    debriefing: Paragraph = ""
    licence: Annotated[str, Field(max_length=200), AfterValidator(storable)] = ""
    second_opinions: Annotated[float, Field(ge=0, le=1)] = 0.0
    bar: Annotated[int, Field(ge=1, le=100)] = 80

    @model_validator(mode="after")
    def _names_are_unique(self) -> Study:
        for what, names in (
            ("labels", [label.name for label in self.labels]),
            ("scenarios", [scenario.id for scenario in self.scenarios]),
            ("canned", [canned.key for canned in self.canned]),
        ):
            if again := twice(names):
                raise ValueError(f"{what}: {', '.join(again)} stands twice")
        return self

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """Which way its language is read."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    def granted_fields(self, fields: Mapping[str, str]) -> list[str]:
        """Which of the participant's fields the model would see."""
        return [name for name in self.model_sees.participant if name in fields]

    @property
    def counts(self) -> bool:
        """Whether a scenario is to be reached so many times."""
        return any(each.count is not None for each in self.scenarios)

    def scenario(self, id: str | None) -> Scenario | None:
        """The scenario of that id."""
        return next((each for each in self.scenarios if each.id == id), None)

    def read_reply(
        self, text: str, more: Sequence[str] = (), buttons: Sequence[str] = (), card: Card | None = None
    ) -> tuple[str, tuple[Bubble, ...]]:
        """The reply as it is kept, and as the participant sees it; see `Reply.read`.

        Raises:
            BadReply: the study doesn't take it.
        """
        return self.reply.read(text, more, buttons, card)

    def check_labels(self, labels: Mapping[str, str | None], whole: bool = True) -> None:
        """Refuse labels that can't stand; as a `whole` set they must have all that the study requires.

        Raises:
            BadReply: a label is unknown, has another value than its options, or is missing.
        """
        known = {label.name: label for label in self.labels}
        for name, value in labels.items():
            label = known.get(name)
            if label is None:
                raise BadReply(f"This study has no label “{name}”.")
            if value is None and label.required:
                raise BadReply(f"Label “{name}” is required.")
            if value is not None and label.kind == "choice" and value not in label.options:
                raise BadReply(f"Label “{name}” must be one of: {', '.join(label.options)}.")
        missing = [label.name for label in self.labels if label.required and not labels.get(label.name)]
        if whole and missing:
            raise BadReply(f"Label “{missing[0]}” is required.")


def labels_found(labels: Iterable[Mapping[str, str]]) -> list[Label]:
    """Labels as choices among all the values that were seen, by name, each in the order of the alphabet; as texts where
    a value is longer than an option can be.
    """
    seen: dict[str, set[str]] = {}
    for each in labels:
        for name, value in each.items():
            seen.setdefault(name, set()).add(value)
    return [
        Label(name=name, kind="text")
        if max(map(len, values)) > MOST_OF_A_LINE
        else Label(name=name, options=sorted(values))
        for name, values in sorted(seen.items())
    ]
