"""What each seat may see of a session: the participant, the model, and whoever sits at the desk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wizard.exchange import Exchange, Said
from wizard.session import Session
from wizard.study import Study
from wizard.survey import in_words
from wizard.values import Bubble, Granted

canonical_json = json.JSONEncoder(sort_keys=True, ensure_ascii=True, separators=(",", ":")).encode
"""JSON that is the same to the byte for the same values."""


@dataclass(frozen=True, slots=True)
class Observation:
    """Exactly what the model would be given at one moment.

    `first` and `upto` are the numbers of the first and last message in its window, `shown` the fields that the
    study grants, `documents` the documents, and `form` the values that a form had in the last turn.
    """

    messages: tuple[Said, ...]
    shown: Mapping[str, Any] = field(default_factory=dict)
    documents: tuple[Granted, ...] = ()
    form: Mapping[str, Any] | None = None

    @property
    def first(self) -> int:
        return self.messages[0].n

    @property
    def upto(self) -> int:
        return self.messages[-1].n

    def turns(self) -> list[dict[str, str]]:
        """The messages as chat models take them, `role` and `content`."""
        return [{"role": said.role, "content": said.text} for said in self.messages]

    def canonical(self) -> str:
        """All that is shown as JSON, the same for the same observation to the byte."""
        whole: dict[str, Any] = {
            "messages": [_turn_of(said) for said in self.messages],
            "shown": dict(self.shown),
            "documents": [each.model_dump(exclude_none=True) for each in self.documents],
        }
        if self.form is not None:
            whole["form"] = dict(self.form)
        return canonical_json(whole)

    def hash(self) -> str:
        """SHA-256 of that, as 64 hex digits."""
        return hashlib.sha256(self.canonical().encode()).hexdigest()


def _turn_of(said: Said) -> dict[str, Any]:
    turn: dict[str, Any] = {"role": said.role, "content": said.text}
    return {**turn, **under(said.bubble)}


def under(bubble: Bubble | None) -> dict[str, Any]:
    """What stands under a message's text, as its wire forms have it; nothing where nothing does."""
    if bubble is None:
        return {}
    return bubble.model_dump(mode="json", include={"buttons", "card"}, exclude_defaults=True)


def for_model(
    study: Study, session: Session, upto: int | None = None, documents: Mapping[str, str] | None = None
) -> Observation:
    """What the study grants the model, with message `upto` as the last one; the newest that it would see if None.

    `documents` has the SHA-256 of each document's text by its name.

    Raises:
        ValueError: nothing has been said yet, or message `upto` hasn't.
    """
    last = session.newest if upto is None else upto
    known = known_of(session)
    if not 1 <= last <= len(session.messages):
        raise ValueError(f"message {last} isn't in the conversation")
    history = study.model_sees.history
    first = 0 if history == "all" else max(0, last - history)
    return Observation(
        messages=session.messages[first:last],
        shown={name: known[name] for name in study.granted_fields(known)},
        documents=tuple(Granted(name=name, sha256=(documents or {}).get(name)) for name in study.model_sees.documents),
        form=_last_form(study, session, last),
    )


def known_of(session: Session) -> dict[str, str]:
    """What is known of the participant by name, of which a study may grant any: their fields, and what they answered
    before the conversation.
    """
    answers = session.asked_before.answers if session.asked_before else {}
    return {**session.started.fields, **{name: in_words(answer) for name, answer in answers.items()}}


def of_exchange(session: Session, exchange: Exchange) -> Observation:
    """The observation that this exchange answered, as it was on the screen: from the log alone, whatever the study
    says today. Its hash is the exchange's.
    """
    reply = exchange.reply
    return Observation(session.seen_by(exchange), dict(reply.shown), reply.documents, reply.form)


def _last_form(study: Study, session: Session, upto: int) -> dict[str, Any] | None:
    """What the form held after the last turn before message `upto`; empty before the first."""
    if study.reply.kind != "form":
        return None
    before = [each.reply.text for each in session.exchanges if each.reply.upto < upto and each.reply.text]
    return dict(json.loads(before[-1])) if before else {}


def for_participant(session: Session, after: int = 0) -> list[dict[str, Any]]:
    """The participant's messages after number `after`, as `/chat` carries them; not the one that is still coming."""
    upto = len(session.messages) - (session.streaming is not None)
    return [participant_message(said) for said in session.messages[after:upto]]


def participant_message(said: Said) -> dict[str, Any]:
    """One message as `/chat` carries it: nothing but its number, who seems to speak, what and when."""
    told = {"n": said.n, "role": said.role, "text": said.text, "at": said.at, **under(said.bubble)}
    return {**told, "stopped": True} if said.whole else told
