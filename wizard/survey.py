"""What participants are asked before and after a conversation, and what they may answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from wizard.reply import BadReply, FieldName, Line, Paragraph, twice
from wizard.values import Answer, Part, When

LONGEST_ANSWER = 2_000
MOST_QUESTIONS = 50
KNOWN_ANYWAY = ("locale", "alias")


class Question(Part):
    """A question: on a `scale` from `low` to `high`, a `choice` of one or `several` options, or a `text`.

    Whoever chooses an option that `screens_out`, before the conversation, takes no further part.
    """

    name: FieldName
    kind: Literal["scale", "choice", "text"] = "scale"
    question: Annotated[Paragraph, Field(min_length=1)]
    low: Annotated[int, Field(ge=0, le=1)] = 1
    high: Annotated[int, Field(ge=2, le=10)] = 5
    low_means: Annotated[str, Field(max_length=60)] = ""
    high_means: Annotated[str, Field(max_length=60)] = ""
    options: list[Line] = []
    several: bool = False
    screens_out: list[Line] = []
    required: bool = False

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Question:
        if self.kind == "choice" and len(set(self.options)) < 2:
            raise ValueError("options: a choice needs at least two, each another")
        if self.kind == "choice" and len(set(self.options)) < len(self.options):
            raise ValueError("options: one stands twice")
        if self.kind != "choice" and (self.options or self.several or self.screens_out):
            raise ValueError("kind: options go with a choice")
        if strange := [each for each in self.screens_out if each not in self.options]:
            raise ValueError(f"screens_out: “{strange[0]}” isn't one of the options")
        return self

    def read(self, given: Any) -> Answer | None:
        """The answer as it is kept; None where there is none.

        Raises:
            BadReply: it isn't one to this question.
        """
        match self.kind:
            case "scale" if isinstance(given, int) and not isinstance(given, bool) and self.low <= given <= self.high:
                return given
            case "choice" if self.several and isinstance(given, list | tuple) and set(given) <= set(self.options):
                return tuple(each for each in self.options if each in given) or None
            case "choice" if not self.several and isinstance(given, str) and given in self.options:
                return given
            case "text" if isinstance(given, str) and len(given) <= LONGEST_ANSWER:
                return given.strip() or None
        raise BadReply(f"Question “{self.name}” can't be answered so.")

    def anything(self) -> Answer:
        """An answer to it; one that doesn't screen out, if there is one."""
        if self.kind == "scale":
            return self.low
        if self.kind == "text":
            return "–"
        option = next((each for each in self.options if each not in self.screens_out), self.options[0])
        return (option,) if self.several else option

    def says_no(self, answer: Answer | None) -> bool:
        """Whether whoever answers so takes no further part."""
        chosen = answer if isinstance(answer, tuple) else (answer,)
        return any(each in self.screens_out for each in chosen)


Questions = Annotated[list[Question], Field(max_length=MOST_QUESTIONS)]


class Survey(Part):
    """What is asked `before` the conversation and `after` it."""

    before: Questions = []
    after: Questions = []

    @model_validator(mode="after")
    def _names_are_unique(self) -> Survey:
        for when, asked in (("before", self.before), ("after", self.after)):
            if again := twice([each.name for each in asked]):
                raise ValueError(f"{when}: {', '.join(again)} stands twice")
        if taken := [each.name for each in self.before if each.name in KNOWN_ANYWAY]:
            raise ValueError(f"before: {taken[0]} is known of every participant; choose another name")
        if any(each.screens_out for each in self.after):
            raise ValueError("after: who has talked can't be screened out any more")
        return self

    def asked(self, when: When) -> Sequence[Question]:
        """The questions of that time."""
        return self.before if when == "before" else self.after

    def read(self, when: When, given: Mapping[str, Any]) -> dict[str, Answer]:
        """These answers as they are kept: those that were given, in the order of the questions.

        Raises:
            BadReply: a question isn't asked here, must be answered, or can't be answered so.
        """
        asked = self.asked(when)
        if unknown := [name for name in given if name not in {each.name for each in asked}]:
            raise BadReply(f"There is no question “{unknown[0]}” here.")
        answers: dict[str, Answer] = {}
        for question in asked:
            value = given.get(question.name)
            answer = None if value is None else question.read(value)
            if answer is not None:
                answers[question.name] = answer
            elif question.required:
                raise BadReply(f"Question “{question.name}” must be answered.")
        return answers

    def fewest(self, when: When) -> dict[str, Answer]:
        """The fewest answers that may be given, of which none screens out where that can be."""
        return {each.name: each.anything() for each in self.asked(when) if each.required}

    def screens_out(self, answers: Mapping[str, Answer]) -> bool:
        """Whether whoever answered so before takes no further part."""
        return any(each.says_no(answers.get(each.name)) for each in self.before)


def in_words(answer: Answer) -> str:
    """An answer as a text."""
    return ", ".join(answer) if isinstance(answer, tuple) else str(answer)
