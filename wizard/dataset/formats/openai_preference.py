"""Preference pairs as OpenAI's DPO takes them: what the desk offered against what the wizard made of it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wizard.dataset.examples import Example, Told
from wizard.dataset.formats._learnt import can_be_learnt
from wizard.dataset.formats._lines import JsonLinesWriter
from wizard.dataset.prompt import arguments, in_words, prompt, tool
from wizard.dataset.subject import Subject
from wizard.reply import BadReply
from wizard.study import Study

summary = "Preference pairs for DPO: what was offered against what was sent instead"


def open(subject: Subject, folder: Path) -> JsonLinesWriter:
    return JsonLinesWriter(folder / f"{subject.study.study}.openai-preference.jsonl")


def encode(subject: Subject, told: Sequence[Told]) -> tuple[str, int]:
    """A line for each pair; how many there are."""
    study, system = subject.study, prompt(subject.study)
    tools = {"tools": [tool(study)]} if subject.tools else {}
    lines = []
    for example in (example for each in told for example in each.examples):
        refused = _refused(study, example)
        if refused is not None:
            pair = {
                "input": {"messages": _given(system, example), **tools},
                "preferred_output": [_said(study, example.exchange.reply.text or "", call=subject.tools)],
                "non_preferred_output": [_said(study, refused, call=subject.tools)],
            }
            lines.append(json.dumps(pair, ensure_ascii=False) + "\n")
    return "".join(lines), len(lines)


def _refused(study: Study, example: Example) -> str | None:
    """The text that the wizard took and then changed; None where the log doesn't say of one that it was worse.

    Of several that were taken it isn't known which the reply stands against. A reply that the participant stopped
    wasn't good enough either.
    """
    exchange = example.exchange
    reply = exchange.reply
    if reply.source != "edited" or len(reply.offered) != 1 or not reply.text:
        return None
    if exchange.stopped or not can_be_learnt(exchange):
        return None
    offered = reply.offered[0].text
    if study.reply.kind != "text":
        try:
            offered, _ = study.read_reply(offered)
        except BadReply:
            return None
    return offered if offered.strip() not in ("", reply.text.strip()) else None


def _given(system: str, example: Example) -> list[dict[str, str]]:
    beside = in_words(example.exchange.reply.shown)
    told = f"{system}\n\n{beside}" if beside else system
    return [{"role": "system", "content": told}, *({"role": said.role, "content": said.text} for said in example.seen)]


def _said(study: Study, text: str, *, call: bool) -> dict[str, Any]:
    if not call:
        return {"role": "assistant", "content": text}
    function = {"name": "answer", "arguments": arguments(study, text)}
    return {"role": "assistant", "tool_calls": [{"id": "call_1", "type": "function", "function": function}]}
