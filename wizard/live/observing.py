"""Observers: they watch a conversation as it goes, and may tell whoever answers a word. No participant notices."""

from __future__ import annotations

from typing import Any

from wizard.events import Draft, Watched, Whispered
from wizard.live.chat import Chat
from wizard.live.desk import Desk
from wizard.live.sessions import Live, Sessions
from wizard.session import NotAllowed, Session


class Observing:
    """What is shown to an observer, and what they do. That they watch is logged before anything is shown."""

    def __init__(self, sessions: Sessions, chat: Chat, desk: Desk) -> None:
        self._sessions, self._chat, self._desk = sessions, chat, desk

    def watch(self, session: str, actor: str) -> Live:
        """Look on. It marks no exchange, but those that the observer would answer.

        Raises:
            NotAllowed: there is no such conversation, or the observer has it.
        """

        def decide(now: Session) -> list[Draft]:
            _expect_others(now, actor)
            return [] if actor in now.watched else [Draft(actor, Watched())]

        return self._sessions.record(session, decide)[0]

    def seen(self, live: Live, actor: str) -> dict[str, Any]:
        """What stands on both sides now: what the participant sees, and what whoever answers has before them. Whoever
        answers is told who looks on.
        """
        self._desk.onlookers.asks(live.session.id, actor)
        return {"participant": self._chat.seen(live), "desk": self._desk.before(live)}

    def whisper(self, session: str, actor: str, text: str, id: str) -> None:
        """Tell whoever has this conversation something: once, however often it is sent with that id.

        Raises:
            NotAllowed: nobody has it, the observer has it, or it is over.
        """

        def decide(now: Session) -> list[Draft]:
            _expect_others(now, actor)
            if (actor, id) in now.receipts:
                return []
            if now.claimed_by is None and not now.ended:
                raise NotAllowed("claimed", "Nobody has this conversation now, so there is nobody to tell.")
            return [Draft(actor, Whispered(text=text), id)]

        self._sessions.record(session, decide)


def _expect_others(session: Session, actor: str) -> None:
    if session.claimed_by == actor and not session.ended:
        raise NotAllowed("claimed", "You answer this conversation yourself. At the desk you can look further in it.")
