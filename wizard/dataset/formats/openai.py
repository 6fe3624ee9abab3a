"""Chat fine-tuning JSONL: one conversation a line, `messages` with roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile
from pathlib import Path
from typing import Any

from wizard.dataset.examples import TracedSession
from wizard.dataset.formats._learnt import asked_anew, can_be_learnt
from wizard.dataset.formats._lines import JsonLinesWriter, as_json
from wizard.dataset.prompt import arguments, in_words, prompt, tool
from wizard.dataset.subject import Subject
from wizard.exchange import Said
from wizard.session import Session, access_exchange
from wizard.study import Study

summary = "Chat fine-tuning: one conversation a line, messages with roles"


def open(subject: Subject, folder: Path) -> JsonLinesWriter:
    return JsonLinesWriter(folder / f"{subject.study.study}.openai.jsonl")


def encode(subject: Subject, sessions: Sequence[TracedSession]) -> tuple[str, int]:
    """A line for each conversation that has an answer in it; how many answers there are."""
    system = {"role": "system", "content": prompt(subject.study)}
    tools = {"tools": [tool(subject.study)]} if subject.tools else {}
    lines, answers = [], 0
    for each in sessions:
        messages, learnt = turns(subject.study, each.session, call=subject.tools)
        if learnt:
            lines.append(as_json({"messages": [system, *messages], **tools}) + "\n")
            answers += learnt
    return "".join(lines), answers


def turns(study: Study, session: Session, *, call: bool = False) -> tuple[list[dict[str, Any]], int]:
    """The conversation up to the last reply that can be learnt from, and how many replies are in it.

    Each is as the model would give it, as a call of a tool with `call`. It ends before the first that can't be learnt
    from: one that was taken out of training, or given from more than the model would see. One that the participant
    stopped and asked for anew isn't there: what they got then stands in its place.

    A trainer learns every assistant's message of a line: a reply that isn't to be learnt can't stand in it, nor
    can what was said because of it.
    """
    told: list[dict[str, Any]] = []
    shown: Mapping[str, Any] = {}
    learnt = last = 0
    for said in takewhile(lambda said: _may_stand(session, said), session.messages):
        if said.exchange is None:
            told.append({"role": said.role, "content": said.text})
            continue
        exchange = access_exchange(session, said.exchange)
        if said.n != exchange.released or asked_anew(session, exchange):
            continue
        if exchange.reply.shown != shown:
            shown = exchange.reply.shown
            _before_the_question(told, {"role": "system", "content": in_words(shown)})
        learnt += 1
        text = exchange.reply.text or said.text
        told += _called(arguments(study, text), learnt) if call else [{"role": "assistant", "content": text}]
        last = len(told)
    return told[:last], learnt


def _before_the_question(told: list[dict[str, Any]], message: dict[str, Any]) -> None:
    at = len(told)
    while at and told[at - 1]["role"] == "user":
        at -= 1
    told.insert(at, message)


def _called(arguments: str, number: int) -> list[dict[str, Any]]:
    """The reply as a call of the tool that the study is, and that it was taken."""
    call = {"id": f"call_{number}", "type": "function", "function": {"name": "answer", "arguments": arguments}}
    return [
        {"role": "assistant", "tool_calls": [call]},
        {"role": "tool", "tool_call_id": call["id"], "content": "taken"},
    ]


def _may_stand(session: Session, said: Said) -> bool:
    return said.exchange is None or can_be_learnt(access_exchange(session, said.exchange))
