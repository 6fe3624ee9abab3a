"""What the form of a study says: every field once, in sections, in the words of whoever fills it in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from wizard.study import LANGUAGES

Kind = Literal[
    "line", "text", "number", "yes_no", "choice", "lines", "items", "part", "seconds", "history", "documents"
]


@dataclass(frozen=True)
class Field:
    """A field: `name` in its part of the study, what it is called, of what kind, and what helps to fill it in.

    `fields` are those of a part, or of each item of a list, where `of` is what one item is called and `empty` what a
    new one has. A part that may be left out is `optional`. With `where`, it is asked only where another field of the
    same part has that value. What few fill in is `rare`: it is folded as long as it is as in an empty study. A `narrow`
    one stands beside others where there is room.
    """

    name: str
    title: str
    kind: Kind = "line"
    help: str = ""
    options: tuple[tuple[str, str], ...] = ()
    fields: tuple[Field, ...] = ()
    of: str = ""
    empty: str | dict[str, object] = ""
    optional: bool = False
    where: tuple[str, str] | None = None
    rare: bool = False
    narrow: bool = False


@dataclass(frozen=True)
class Section:
    """A part of the form. A `rare` one, which a first study can do without, begins folded and says what is set."""

    id: str
    title: str
    help: str
    fields: tuple[Field, ...]
    rare: bool = False


KINDS_OF_VALUE = (
    ("text", "Text"), ("number", "A number"), ("integer", "A whole number"), ("date", "A date"), ("time", "A time"),
    ("yes_no", "Yes or no"), ("choice", "One of a few"),
)  # fmt: skip
CARD = Field(
    "card",
    "Card under it",
    "part",
    optional=True,
    rare=True,
    fields=(
        Field("title", "Title"),
        Field(
            "rows", "Rows", "items", of="row", empty={"name": "", "value": ""},
            fields=(Field("name", "Name"), Field("value", "Value")),
        ),
    ),
)  # fmt: skip
BUTTONS = Field("buttons", "Buttons under it", "lines", of="button", rare=True)

QUESTIONS = (
    Field("name", "Short name", help="Letters, digits, - and _. What the data call it."),
    Field("question", "Question", "text"),
    Field("kind", "Answered", "choice", options=(
        ("scale", "On a scale"), ("choice", "By choosing from a few"), ("text", "In their own words"))),
    Field("low", "The scale begins at", "number", "0 or 1.", where=("kind", "scale")),
    Field("low_means", "Which means", where=("kind", "scale")),
    Field("high", "And ends at", "number", "At most 10.", where=("kind", "scale")),
    Field("high_means", "Which means", where=("kind", "scale")),
    Field("options", "From these", "lines", of="option", where=("kind", "choice")),
    Field("several", "Several may be chosen", "yes_no", where=("kind", "choice")),
    Field("screens_out", "Who chooses one of these takes no part", "lines",
          "Of questions before. They are thanked, and never count; whom a panel sent goes back to it.",
          of="option", where=("kind", "choice")),
    Field("required", "Must be answered", "yes_no"),
)  # fmt: skip
NEW_QUESTION: dict[str, object] = {"name": "", "question": "", "kind": "scale"}

SECTIONS = (
    Section(
        "idea", "The idea", "What is tried, and how it is called.",
        (
            Field("title", "Title", help="What the team calls it."),
            Field("study", "Short name", help="Small letters, digits, - and _. It names files, and stays.",
                  narrow=True),
            Field("bar", "How often must a model be right?", "number", "Of 100 times, to be of use to you."),
        ),
    ),
    Section(
        "participant", "What participants meet", "They take the persona for a model.",
        (
            Field("persona", "Persona", "part", fields=(
                Field("name", "Who they talk to"),
                Field("greeting", "Greeting", "text", "The first message; nothing, if they are to begin."),
            )),
            Field("language", "Language", "choice", "Of the page they see. What you write here stays as you write it.",
                  options=tuple(LANGUAGES.items()), rare=True),
            Field("consent", "Consent", "text",
                  "Shown first; nobody writes before they agree. Each agreement is kept with its exact text.",
                  rare=True),
            Field("welcome", "What they are asked to do", "text", "Stands above the conversation."),
            Field("scenarios", "Scenario cards", "items", "Each participant gets one, dealt evenly.", of="card",
                  empty={"id": "", "text": ""}, rare=True,
                  fields=(
                      Field("id", "Short name"), Field("text", "What it asks of them", "text"),
                      Field("count", "In so many conversations", "number",
                            "Then it isn’t dealt any more. Any number, if empty.", optional=True, rare=True))),
        ),
    ),
    Section(
        "model", "What the model sees", "The wizard sees exactly this, and nothing else.",
        (
            Field("model_sees", "The model sees", "part", fields=(
                Field("history", "Messages", "history", "The last so many of the conversation, or all."),
                Field("participant", "Known of the participant", "lines",
                      "Fields, such as locale, and short names of questions before.", of="field", rare=True),
                Field("documents", "Documents", "documents", "Texts the model may look things up in. Drop files here.",
                      rare=True),
            )),
        ),
    ),
    Section(
        "reply", "How it replies", "",
        (
            Field("reply", "Reply", "part", fields=(
                Field("kind", "Kind", "choice", options=(
                    ("text", "Free text"), ("choice", "One of a few answers"), ("form", "A form that is filled in"))),
                Field("max_chars", "Longest reply, in characters", "number", where=("kind", "text"), rare=True),
                Field("quick_replies", "Buttons may be put under a reply", "yes_no", where=("kind", "text"), rare=True),
                Field("options", "Answers", "items", "What the participant sees is the name, if nothing is said here.",
                      of="answer", empty={"name": "", "say": ""}, where=("kind", "choice"),
                      fields=(Field("name", "Name"), Field("say", "What the participant sees", "text"), BUTTONS, CARD)),
                Field("fields", "Fields of the form", "items", of="field", where=("kind", "form"),
                      empty={"name": "", "kind": "text"},
                      fields=(
                          Field("name", "Name"),
                          Field("kind", "Kind", "choice", options=KINDS_OF_VALUE),
                          Field("options", "One of", "lines", of="value", where=("kind", "choice")),
                          Field("required", "Must be filled in", "yes_no"),
                      )),
                Field("say", "How the participant sees it", "text",
                      "With {{field}} for values; a card of them, if nothing is said.", where=("kind", "form")),
            )),
        ),
    ),
    Section(
        "wizard", "What the wizard does", "",
        (
            Field("labels", "Labels", "items", "What is said of every message. Keys 1 to 9 choose.", of="label",
                  empty={"name": "", "kind": "choice", "options": [""], "required": True},
                  fields=(
                      Field("name", "Name", help="Letters, digits, - and _.", narrow=True),
                      Field("kind", "Kind", "choice", options=(("choice", "One of a few"), ("text", "Free text")),
                            narrow=True),
                      Field("options", "One of", "lines", of="option", where=("kind", "choice")),
                      Field("required", "Must be given", "yes_no"),
                  )),
            Field("canned", "Replies that stand ready", "items", "Found at the desk with / and a few letters.",
                  of="reply", empty={"key": "", "text": ""}, rare=True,
                  fields=(Field("key", "Short name"),
                          Field("text", "Text", "text", "{{participant.alias}} is filled in."), BUTTONS, CARD)),
        ),
    ),
    Section(
        "survey", "Questions before and after", "What you ask participants yourself.",
        (
            Field("survey", "Survey", "part", fields=(
                Field("before", "Before the conversation", "items",
                      "The model sees none of the answers, but those that you name under “Known of the participant”.",
                      of="question", empty=NEW_QUESTION, fields=QUESTIONS),
                Field("after", "After the end", "items", "Before anything else that is asked or told then.",
                      of="question", empty=NEW_QUESTION, fields=QUESTIONS),
            )),
        ),
        rare=True,
    ),
    Section(
        "pacing", "Pacing", "When a reply is let through, so that it comes as a model's would.",
        (
            Field("pacing", "Pacing", "part", fields=(
                Field("first", "First word after", "seconds", "Seconds, as 2 or 0.5-1.5."),
                Field("per_100_chars", "And for each 100 characters", "number", "Seconds more."),
                Field("chars_per_second", "Then it is written out at", "number",
                      "Characters a second; at once, if empty.", optional=True),
                Field("cover", "But never before", "seconds",
                      "Seconds of waiting, as 20-30, which cover how long the wizard takes.", optional=True),
                Field("still", "Where it takes long", "part", optional=True, fields=(
                    Field("after", "After so many seconds", "number"), Field("say", "Say"))),
                Field("busy", "Where no answer comes", "part", optional=True, fields=(
                    Field("after", "After so many seconds", "number"), Field("say", "Say"),
                    Field("again", "Try again by itself after, in seconds", "number"))),
            )),
        ),
        rare=True,
    ),
    Section(
        "sharing", "Sharing the work", "Several wizards, and second opinions.",
        (
            Field("second_opinions", "Second opinions", "number",
                  "The share of exchanges, 0 to 1, that another wizard answers too, blind to the first."),
            Field("desk", "The desk", "part", fields=(
                Field("assign", "Conversations", "choice", options=(
                    ("pull", "are taken by wizards"), ("round_robin", "are given to wizards in turn"))),
                Field("limit", "At once, for each wizard", "number", "Any number, if empty.", optional=True),
                Field("lobby", "A lobby: participants wait in line until a wizard is free", "yes_no",
                      "Each wizard has so many at once as above, or one. They are told their place, and how long."),
                Field("amber", "A wait turns amber after", "number", "Seconds."),
                Field("red", "And red after", "number", "Seconds."),
            )),
        ),
        rare=True,
    ),
    Section(
        "limits", "Limits", "Where it ends by itself; nothing, if empty.",
        (
            Field("limits", "Limits", "part", fields=(
                Field("minutes", "Minutes for a conversation", "number",
                      "From when they can write. An answer that is owed still comes.", optional=True),
                Field("messages", "Messages of the participant", "number",
                      "The last one is answered, and then it ends.", optional=True),
                Field("participants", "Participants in all", "number",
                      "Nobody new gets in after that; who is in goes on.", optional=True),
            )),
        ),
        rare=True,
    ),
    Section(
        "after", "Afterwards", "What they are asked and told at the end, and what becomes of the data.",
        (
            Field("ask_what_answered", "Ask what they think answered them", "yes_no",
                  "The share who thought of a person stands with the data."),
            Field("debriefing", "Debriefing", "text", "What they are told at the end: that a person answered."),
            Field("retention", "How long conversations are kept", "part", fields=(
                Field("days", "Days after the last word", "number",
                      "Then they are erased for good, which the Data page tells a week before. For ever, if empty.",
                      optional=True),
            )),
            Field("licence", "Licence of the data", help="Stands in the dataset's card, such as CC-BY-4.0."),
        ),
        rare=True,
    ),
)  # fmt: skip
