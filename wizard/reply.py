"""What a reply may be, as the study says, and how the participant sees it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, time
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, model_serializer, model_validator

from wizard.values import Bubble, Card, Part, storable

MOST_OF_A_LINE = 200
Line = Annotated[str, Field(min_length=1, max_length=MOST_OF_A_LINE), AfterValidator(storable)]
Paragraph = Annotated[str, Field(max_length=4_000), AfterValidator(storable)]
FIELD_NAME = r"^[A-Za-z][A-Za-z0-9_-]{0,62}$"
FieldName = Annotated[str, Field(pattern=FIELD_NAME)]

MOST_BUTTONS = 8
MOST_BUBBLES = 10
SLOT = re.compile(r"\{\{\s*([\w.-]+)\s*\}\}")
TRUE, FALSE = ("yes", "true"), ("no", "false")


def twice(names: Sequence[str]) -> list[str]:
    """Those of these names that stand there more than once, in the order of the alphabet."""
    return sorted({name for name in names if names.count(name) > 1})


class BadReply(ValueError):
    """A reply that the study doesn't take; the message says why."""


class Option(Part):
    """A class that the model chooses, and what the participant sees of it: the name itself if nothing is said."""

    name: Line
    say: Paragraph = ""
    buttons: Annotated[list[Line], Field(max_length=MOST_BUTTONS)] = []
    card: Card | None = None

    @model_validator(mode="before")
    @classmethod
    def _name_alone(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value

    @model_serializer(mode="wrap")
    def _as_short_as_it_came(self, whole: Callable[[Option], dict[str, Any]]) -> Any:
        given = {key: value for key, value in whole(self).items() if value}
        return self.name if set(given) == {"name"} else given


class FormField(Part):
    """A slot that the model fills."""

    name: FieldName
    kind: Literal["text", "number", "integer", "date", "time", "yes_no", "choice"] = "text"
    options: list[Line] = []
    required: bool = False

    @model_validator(mode="after")
    def _options_belong_to_a_choice(self) -> FormField:
        if self.kind == "choice" and not self.options:
            raise ValueError(f"field {self.name}: a choice needs options")
        if self.kind != "choice" and self.options:
            raise ValueError(f"field {self.name}: options go with kind: choice")
        return self

    def read(self, value: Any) -> Any:
        """The value as it is kept: numbers as numbers, dates and times as ISO 8601.

        Raises:
            BadReply: it isn't of this field's kind.
        """
        text = value.strip() if isinstance(value, str) else value
        match self.kind:
            case "number" | "integer":
                return self._number(text)
            case "yes_no":
                return self._yes_no(text)
            case "choice":
                if text not in self.options:
                    raise BadReply(f"Field “{self.name}” must be one of: {', '.join(self.options)}.")
                return text
        if not isinstance(text, str):
            raise BadReply(f"Field “{self.name}” must be a text.")
        if self.kind == "date":
            return self._iso(text, date.fromisoformat, "a date, as 2026-03-01")
        if self.kind == "time":
            return self._iso(text, lambda given: time.fromisoformat(given).strftime("%H:%M"), "a time, as 14:30")
        return text

    def _number(self, value: Any) -> int | float:
        whole = self.kind == "integer"
        wanted = "a whole number, as 4" if whole else "a number, as 12.50"
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            raise BadReply(f"Field “{self.name}” must be {wanted}.")
        try:
            number = float(value)
        except (ValueError, OverflowError):
            raise BadReply(f"Field “{self.name}” must be {wanted}.") from None
        if not math.isfinite(number) or abs(number) > 2**53 or (whole and number != int(number)):
            raise BadReply(f"Field “{self.name}” must be {wanted}.")
        return int(number) if number == int(number) else number

    def _yes_no(self, value: Any) -> bool:
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.lower() in TRUE + FALSE:
            return value.lower() in TRUE
        raise BadReply(f"Field “{self.name}” must be yes or no.")

    def _iso(self, text: str, read: Callable[[str], Any], wanted: str) -> str:
        try:
            return str(read(text))
        except ValueError:
            raise BadReply(f"Field “{self.name}” must be {wanted}.") from None


class Reply(Part):
    """How the model answers: with text, with one of at least two classes, or with a form's values.

    `say` is how the participant sees a form, with `{{field}}` for its values; a card of them if it is left out.
    """

    kind: Literal["text", "choice", "form"] = "text"
    max_chars: Annotated[int, Field(ge=1, le=8_000)] = 4_000
    quick_replies: bool = False
    options: list[Option] = []
    fields: list[FormField] = []
    say: Paragraph = ""

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Reply:
        if self.kind == "choice" and len({option.name for option in self.options}) < 2:
            raise ValueError("a choice needs at least two different options")
        if self.kind != "choice" and self.options:
            raise ValueError("options go with kind: choice")
        if self.kind == "form" and not self.fields:
            raise ValueError("a form needs fields")
        if self.kind != "form" and (self.fields or self.say):
            raise ValueError("fields and say go with kind: form")
        if self.kind != "text" and self.quick_replies:
            raise ValueError("quick_replies go with kind: text; an option has buttons of its own")
        for what, names in (
            ("options", [option.name for option in self.options]),
            ("fields", [field.name for field in self.fields]),
        ):
            if again := twice(names):
                raise ValueError(f"{what}: {', '.join(again)} stands twice")
        unknown = [name for name in SLOT.findall(self.say) if name not in {field.name for field in self.fields}]
        if unknown:
            raise ValueError(f"say: there is no field {unknown[0]}")
        return self

    def read(
        self, text: str, more: Sequence[str] = (), buttons: Sequence[str] = (), card: Card | None = None
    ) -> tuple[str, tuple[Bubble, ...]]:
        """The reply as it is kept, and the bubbles that the participant sees; none where that is the text alone.

        A text may go on in `more` bubbles and end with `buttons` and a `card`. A choice is its option's name.
        A form is a JSON object with its fields' values; null and "" are no value.

        Raises:
            BadReply: the study doesn't take it.
        """
        if self.kind != "text" and (more or buttons or card):
            raise BadReply("This study's replies are one bubble; what stands under it is the study's to say.")
        match self.kind:
            case "choice":
                return self._read_choice(text)
            case "form":
                return self._read_form(text)
        return self._read_text([text, *more], buttons, card)

    def values(self, text: str) -> dict[str, Any]:
        """The values of a form reply, in the order of its fields.

        Raises:
            BadReply: it isn't one, or a value isn't of its field's kind.
        """
        try:
            given = json.loads(text)
        except (ValueError, RecursionError):
            given = None
        if not isinstance(given, dict):
            raise BadReply("The reply must be a JSON object with the form's fields.")
        known = {field.name for field in self.fields}
        unknown = [name for name in given if name not in known]
        if unknown:
            raise BadReply(f"This form has no field “{unknown[0][:60]}”.")
        values = {}
        for field in self.fields:
            value = given.get(field.name)
            if value is None or (isinstance(value, str) and not value.strip()):
                if field.required:
                    raise BadReply(f"Field “{field.name}” is required.")
                continue
            values[field.name] = field.read(value)
        if not values:
            raise BadReply("The form is empty.")
        return values

    def _read_text(self, texts: list[str], buttons: Sequence[str], card: Card | None) -> tuple[str, tuple[Bubble, ...]]:
        if any(not text.strip() for text in texts):
            raise BadReply("The reply is empty." if len(texts) == 1 else "One of the bubbles is empty.")
        if len(texts) > MOST_BUBBLES:
            raise BadReply(f"The reply has {len(texts)} bubbles; {MOST_BUBBLES} are the most.")
        written = "\n\n".join(texts)
        self._fits(written)
        if len(texts) == 1 and not buttons and not card:
            return written, ()
        *before, last = texts
        end = Bubble(text=last, buttons=tuple(buttons), card=card)
        return written, (*(Bubble(text=text) for text in before), end)

    def _read_choice(self, text: str) -> tuple[str, tuple[Bubble, ...]]:
        option = next((option for option in self.options if option.name == text), None)
        if option is None:
            names = ", ".join(option.name for option in self.options)
            raise BadReply("The reply is empty." if not text.strip() else f"The reply must be one of: {names}.")
        if not (option.say or option.buttons or option.card):
            return text, ()
        return text, (Bubble(text=option.say or text, buttons=tuple(option.buttons), card=option.card),)

    def _read_form(self, text: str) -> tuple[str, tuple[Bubble, ...]]:
        if not text.strip():
            raise BadReply("The form is empty.")
        values = self.values(text)
        written = json.dumps(values, ensure_ascii=False)
        self._fits(written)
        rows = [{"name": name, "value": shown(value)} for name, value in values.items()]
        if self.say:
            said = SLOT.sub(lambda slot: shown(values.get(slot[1])), self.say)
            return written, (Bubble(text=said),)
        lines = "\n".join(f"{row['name']}: {row['value']}" for row in rows)
        return written, (Bubble(text=lines, card=Card.model_validate({"rows": rows})),)

    def _fits(self, written: str) -> None:
        if len(written) > self.max_chars:
            raise BadReply(f"The reply has {len(written)} characters; this study takes {self.max_chars}.")


def shown(value: Any) -> str:
    """A form's value as a participant reads it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def fill(text: str, values: Mapping[str, str]) -> str:
    """A canned text with its variables filled, as `{{participant.alias}}`; what isn't known stays as it is."""
    return SLOT.sub(lambda slot: values.get(slot[1], slot[0]), text)
