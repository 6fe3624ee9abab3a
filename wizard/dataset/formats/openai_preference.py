"""Preference pairs as OpenAI's DPO takes them: what the desk offered against what the wizard made of it, and replies
that colleagues would send against those that they wouldn't."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from wizard.dataset.examples import Example, TracedSession
from wizard.dataset.formats._learnt import can_be_learnt
from wizard.dataset.formats._lines import JsonLinesWriter
from wizard.dataset.prompt import arguments, given, prompt, tool
from wizard.dataset.subject import Subject
from wizard.reply import BadReply
from wizard.study import Study

summary = "Preference pairs for DPO: offered against sent instead, and as colleagues judged"


def open(subject: Subject, folder: Path) -> JsonLinesWriter:
    return JsonLinesWriter(folder / f"{subject.study.study}.openai-preference.jsonl")


def encode(subject: Subject, sessions: Sequence[TracedSession]) -> tuple[str, int]:
    """A line for each pair; how many there are."""
    study, system = subject.study, prompt(subject.study)
    tools = {"tools": [tool(study)]} if subject.tools else {}
    lines = []
    for example in (example for each in sessions for example in each.examples):
        for preferred, refused in dict.fromkeys((*_edited(study, example), *_judged(study, example))):
            pair = {
                "input": {"messages": _given(system, example), **tools},
                "preferred_output": [_said(study, preferred, call=subject.tools)],
                "non_preferred_output": [_said(study, refused, call=subject.tools)],
            }
            lines.append(json.dumps(pair, ensure_ascii=False) + "\n")
    return "".join(lines), len(lines)


Pair = tuple[str, str]
"""The text that is preferred, and the other."""


def _edited(study: Study, example: Example) -> Iterator[Pair]:
    """The reply, and the text that the wizard took and then changed, where the log says of one that it was worse.

    Of several that were taken it isn't known which the reply stands against. A reply that the participant stopped
    wasn't good enough either.
    """
    exchange = example.exchange
    reply = exchange.reply
    if reply.source != "edited" or len(reply.offered) != 1 or not reply.text:
        return
    if exchange.stopped or not can_be_learnt(exchange):
        return
    offered = _as_a_reply(study, reply.offered[0].text)
    if offered.strip() not in ("", reply.text.strip()):
        yield reply.text, offered


def _judged(study: Study, example: Example) -> Iterator[Pair]:
    """Of the reply and the second opinions: each that all who judged it would send, with each that none would.

    The simple model's replies are somebody else's, from another conversation: a pair of those would be gone, or be
    another, when that one is erased.
    """
    exchange = example.exchange
    if not exchange.second_opinions or exchange.stopped or not can_be_learnt(exchange):
        return
    judged: defaultdict[int, set[bool]] = defaultdict(set)
    for each in exchange.ratings:
        if each.rated.reply_of is None:
            judged[each.rated.opinion or 0].add(each.rated.would_send)
    opinions = (_as_a_reply(study, each.opinion.text or "") for each in exchange.second_opinions)
    said = [(text, judged[at]) for at, text in enumerate((exchange.reply.text, *opinions)) if text]
    for preferred in (text for text, would_send in said if would_send == {True}):
        for refused in (text for text, would_send in said if would_send == {False}):
            if preferred.strip() != refused.strip():
                yield preferred, refused


def _as_a_reply(study: Study, text: str) -> str:
    """The text as the model would give it; an empty one where the study takes no such reply."""
    if study.reply.kind == "text":
        return text
    try:
        return study.read_reply(text)[0]
    except BadReply:
        return ""


def _given(system: str, example: Example) -> list[dict[str, str]]:
    told = given(system, example.exchange.reply.shown)
    return [{"role": "system", "content": told}, *({"role": said.role, "content": said.text} for said in example.seen)]


def _said(study: Study, text: str, *, call: bool) -> dict[str, Any]:
    if not call:
        return {"role": "assistant", "content": text}
    function = {"name": "answer", "arguments": arguments(study, text)}
    return {"role": "assistant", "tool_calls": [{"id": "call_1", "type": "function", "function": function}]}
