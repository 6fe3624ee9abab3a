"""What each seat may see of a session: the participant, the model, and whoever sits at the desk."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from wizard.session import Said, Session
from wizard.study import Study


@dataclass(frozen=True, slots=True)
class Observation:
    """Exactly what the model would be given at one moment.

    `first` and `upto` are the numbers of the first and last message in its window, `shown` the fields
    that the study grants, `documents` the names of the documents it grants.
    """

    messages: tuple[Said, ...]
    shown: Mapping[str, Any] = field(default_factory=dict)
    documents: tuple[str, ...] = ()

    @property
    def first(self) -> int:
        return self.messages[0].n

    @property
    def upto(self) -> int:
        return self.messages[-1].n

    def turns(self) -> list[dict[str, str]]:
        """The messages as chat models take them, `role` and `content`."""
        return [{"role": said.role, "content": said.text} for said in self.messages]

    def hash(self) -> str:
        """SHA-256 over the canonical JSON of all that is shown, as 64 hex digits."""
        whole = {"messages": self.turns(), "shown": dict(self.shown), "documents": list(self.documents)}
        canonical = json.dumps(whole, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


def for_model(study: Study, session: Session, upto: int | None = None) -> Observation:
    """What the study grants the model, with message `upto` as the last one; the newest if None.

    Raises:
        ValueError: nothing has been said yet, or message `upto` hasn't.
    """
    last = len(session.messages) if upto is None else upto
    if not 1 <= last <= len(session.messages):
        raise ValueError(f"message {last} isn't in the conversation")
    history = study.model_sees.history
    first = 0 if history == "all" else max(0, last - history)
    return Observation(
        messages=session.messages[first:last],
        shown={name: session.started.fields[name] for name in study.granted_fields(session.started.fields)},
        documents=tuple(study.model_sees.documents),
    )


def for_participant(session: Session, after: int = 0) -> list[dict[str, Any]]:
    """The participant's messages after number `after`, as `/chat` carries them."""
    return [participant_message(said) for said in session.messages[after:]]


def participant_message(said: Said) -> dict[str, Any]:
    """One message as `/chat` carries it: nothing but its number, who seems to speak, what and when."""
    return {"n": said.n, "role": said.role, "text": said.text, "at": said.at}


def thinking(session: Session) -> bool:
    """Whether the participant is waiting for the assistant: their last message has nothing after it yet."""
    return not session.ended and bool(session.messages) and session.messages[-1].role == "user"
