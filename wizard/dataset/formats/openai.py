"""Chat fine-tuning JSONL: one conversation a line, `messages` with roles."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from itertools import takewhile

from wizard.exchange import Exchange, Said
from wizard.session import Session, access_exchange
from wizard.study import Study

summary = "Chat fine-tuning: one conversation a line, messages with roles"
extension = "openai.jsonl"
mimetype = "application/jsonl"


def chunks(study: Study, sessions: Iterable[Session]) -> Iterator[tuple[str, int]]:
    """A line for each conversation that has an answer in it. What comes after the last answer is left out."""
    for session in sessions:
        messages = turns(session)
        while messages and messages[-1]["role"] == "user":
            messages.pop()
        if any(message["role"] == "user" for message in messages):
            yield json.dumps({"messages": messages}, ensure_ascii=False) + "\n", 1


def turns(session: Session) -> list[dict[str, str]]:
    """The conversation up to the first reply that can't be learnt from, each reply as the model would give it.

    That is one that was taken out of training, or given from more than the model would see. One that the participant
    stopped and asked for anew isn't there: what they got then stands in its place.

    A trainer learns every assistant's message of a line: a reply that isn't to be learnt can't stand in it, nor
    can what was said because of it.
    """
    told = []
    for said in takewhile(lambda said: _can_be_learnt(session, said), session.messages):
        if said.exchange is None:
            told.append({"role": said.role, "content": said.text})
            continue
        exchange = access_exchange(session, said.exchange)
        if said.n == exchange.released and not _asked_anew(session, exchange):
            told.append({"role": said.role, "content": exchange.reply.text or said.text})
    return told


def _asked_anew(session: Session, exchange: Exchange) -> bool:
    after = session.exchanges[exchange.number :]
    return exchange.stopped and bool(after) and after[0].reply.upto == exchange.reply.upto


def _can_be_learnt(session: Session, said: Said) -> bool:
    if said.exchange is None:
        return True
    exchange = access_exchange(session, said.exchange)
    return not (exchange.not_for_training or exchange.reply.saw_more)
