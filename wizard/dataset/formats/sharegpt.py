"""ShareGPT lines: one conversation a line, `human` and `gpt` in turn, for trainers of open models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import takewhile
from pathlib import Path

from wizard.dataset.examples import TracedSession
from wizard.dataset.formats._lines import JsonLinesWriter, as_json
from wizard.dataset.formats.openai import turns
from wizard.dataset.prompt import prompt
from wizard.dataset.subject import Subject

summary = "ShareGPT: one conversation a line, human and gpt in turn"

NAMES = {"user": "human", "assistant": "gpt"}
BETWEEN = {"user": "\n", "assistant": "\n\n"}
"""Between messages that follow one another from one side: lines of a turn, bubbles of a reply."""


def open(subject: Subject, folder: Path) -> JsonLinesWriter:
    return JsonLinesWriter(folder / f"{subject.study.study}.sharegpt.jsonl")


def encode(subject: Subject, sessions: Sequence[TracedSession]) -> tuple[str, int]:
    """A line for each conversation that has an answer in it; how many answers there are."""
    system = prompt(subject.study)
    lines, answers = [], 0
    for each in sessions:
        messages, learnt = turns(subject.study, each.session)
        if learnt:
            line = {"id": each.session.id, "conversations": _in_turn(system, messages)}
            lines.append(as_json(line) + "\n")
            answers += learnt
    return "".join(lines), answers


def _in_turn(system: str, messages: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """The conversation as trainers ask for it: the system's words once, then human and gpt, each once at a time.

    LLaMA-Factory passes over a conversation where it isn't so, and many a model's template refuses it. What the
    assistant said before the participant, and what stood beside then, is in the system's words; what stood beside
    later, in front of the question.
    """
    opening = list(takewhile(lambda each: each["role"] != "user", messages))
    told = [{"from": "system", "value": "\n\n".join([system, *_before_all(opening)])}]
    beside, last = "", ""
    for message in messages[len(opening) :]:
        role, text = message["role"], message["content"]
        if role == "system":
            beside = text
        elif role == last:
            told[-1]["value"] += BETWEEN[role] + text
        else:
            told.append({"from": NAMES[role], "value": f"{beside}\n\n{text}" if beside else text})
            beside, last = "", role
    return told


def _before_all(opening: Iterable[Mapping[str, str]]) -> list[str]:
    return [
        each["content"] if each["role"] == "system" else f"You began with: {each['content']}"
        for each in opening
        if each["content"]
    ]
