"""What is said in an audit: the same to the person and to the program, under any study."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any

from wizard.reply import FormField
from wizard.study import Study

SAID = (
    "Hello, can you help me?",
    "What do I have to do next?",
    "And if that doesn't work?",
    "Could you tell me more about it?",
)
FIRST = "Of course. It depends on what you want to do: tell me a little more, and I will look at it."
SECOND = "You will find it in the settings:\n\n1. Open the menu.\n2. Choose **More**.\n3. Wait a moment."
THIRD = "Then start it again. If it still doesn't work, here is what else there is."
SENTENCE = "There are a few things to know about it, and they are best taken one after the other. "
BUTTONS = ("Yes, please", "Not now")
CARD: dict[str, Any] = {"title": "What you asked about", "rows": [{"name": "When", "value": "Today"}]}
LONGEST = 1_500
VALUES = {
    "text": "As you like",
    "number": "12.5",
    "integer": "4",
    "date": "2026-03-01",
    "time": "14:30",
    "yes_no": "yes",
}
HAPPENINGS = ("", "reload", "offline", "stop")


@dataclass(frozen=True, slots=True)
class Turn:
    """What the participant says, what is answered, and what else happens while the answer is awaited or comes."""

    said: str
    happens: str
    reply: dict[str, Any] = field(hash=False)

    @property
    def texts(self) -> list[str]:
        return [self.reply["text"], *self.reply.get("more", [])]


def script_for(study: Study, exchanges: int) -> list[Turn]:
    """A conversation of so many exchanges that the study takes."""
    labels = {each.name: each.options[0] if each.options else "Something" for each in study.labels if each.required}
    turns = []
    for number, happens in enumerate(islice(cycle(HAPPENINGS), exchanges)):
        reply = {**_reply(study, number, happens == "stop"), "labels": labels}
        turns.append(Turn(SAID[number % len(SAID)], happens, reply))
    return turns


def shown_texts(study: Study, turn: Turn) -> list[str]:
    """The bubbles that the participant sees of a turn's answer."""
    reply = turn.reply
    written, bubbles = study.read_reply(reply["text"], reply.get("more", ()))
    return [bubble.text for bubble in bubbles] or [written]


def longest_stream(study: Study, turns: list[Turn]) -> float:
    """How many seconds the longest bubble takes from its first word to its last."""
    rate = study.pacing.chars_per_second
    if rate is None:
        return 0.0
    return max((len(text) for turn in turns for text in shown_texts(study, turn)), default=0) / rate


def _reply(study: Study, number: int, long: bool) -> dict[str, Any]:
    match study.reply.kind:
        case "choice":
            options = study.reply.options
            longest = max(options, key=lambda each: len(each.say or each.name))
            return {"text": longest.name if long else options[number % len(options)].name}
        case "form":
            return {"text": json.dumps({each.name: _value(each) for each in study.reply.fields})}
    most = study.reply.max_chars
    if long:
        return {"text": (SENTENCE * (LONGEST // len(SENTENCE)))[: min(most, LONGEST)].strip()}
    answers: tuple[dict[str, Any], ...] = (
        {"text": FIRST},
        {"text": FIRST, "more": [SECOND]},
        {"text": THIRD, "card": CARD, "buttons": list(BUTTONS) if study.reply.quick_replies else []},
    )
    answer = answers[number % len(answers)]
    written = "\n\n".join([answer["text"], *answer.get("more", [])])
    return answer if len(written) <= most else {"text": FIRST[:most].strip()}


def _value(field: FormField) -> str:
    return field.options[0] if field.kind == "choice" else VALUES[field.kind]
