"""The participant's seat, `/chat`: their messages, what they are shown, and nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from werkzeug.http import parse_cookie

from wizard import loop
from wizard.events import PARTICIPANT, Draft, Ended, Event, Message, Released
from wizard.live.entrance import Entrance, Visit
from wizard.live.markdown import to_html
from wizard.live.payloads.chat import ChatAuth, Send, Sync
from wizard.live.payloads.parts import Nothing
from wizard.live.sessions import Live, Sessions
from wizard.live.sockets import Answer, Connection, answered_by, broadcast
from wizard.observation import for_participant, thinking
from wizard.session import NotAllowed, Session
from wizard.store.accounts import participant_of

COOKIE = "visit"
DOTS_AFTER_SECONDS = 0.4
"""From a message to the dots: the same every time, for it says nothing about who reads."""


@dataclass(slots=True)
class Visitor:
    """A participant at their conversation."""

    visit: Visit
    session: str


class Chat:
    """The namespace of participants."""

    namespace = "/chat"

    def __init__(self, sessions: Sessions, entrance: Entrance) -> None:
        self._sessions = sessions
        self._entrance = entrance
        self._sockets: defaultdict[str, set[Connection[Visitor]]] = defaultdict(set)
        self._dots: set[str] = set()
        self.events = answered_by(self)
        sessions.on_change(self._published)

    def admit(self, environ: Mapping[str, Any], auth: Any) -> Visitor | None:
        """Whoever holds an invite code and a secret, at their conversation; a new one at the first visit."""
        try:
            given = ChatAuth.model_validate(auth)
        except ValidationError:
            return None
        secret = given.key or parse_cookie(environ.get("HTTP_COOKIE", "")).get(COOKIE)
        if not secret:
            return None
        visit = Visit(
            invite=given.invite,
            participant=participant_of(secret),
            language=environ.get("HTTP_ACCEPT_LANGUAGE", ""),
            address=environ.get("REMOTE_ADDR", ""),
        )
        session = self._entrance.enter(visit)
        return Visitor(visit, session) if session else None

    def entered(self, connection: Connection[Visitor]) -> None:
        """They are here: tell them how things stand."""
        live = self._sessions.access(connection.who.session)
        session = live.session
        self._sockets[session.id].add(connection)
        connection.send("state", state(live))
        if session.id in self._dots:
            connection.send("thinking", {"on": True})
        elif thinking(session):
            self._dots_soon(session)

    def left(self, connection: Connection[Visitor]) -> None:
        """They are gone; their conversation stays."""
        sockets = self._sockets[connection.who.session]
        sockets.discard(connection)
        if not sockets:
            del self._sockets[connection.who.session]
            self._dots.discard(connection.who.session)

    def send(self, connection: Connection[Visitor], given: Send) -> Answer:
        """A message: stored before it is acknowledged, and stored once however often it is sent."""
        receipt = (PARTICIPANT, given.id)

        def decide(session: Session) -> list[Draft]:
            if receipt in session.receipts:
                return []
            body = Message(n=len(session.messages) + 1, role="user", text=given.text)
            return [Draft(PARTICIPANT, body, given.id)]

        live, events = self._sessions.record(connection.who.session, decide)
        event = events[0] if events else live.session.receipts[receipt]
        assert isinstance(event.body, Message)
        if event.body.text != given.text:
            raise NotAllowed("id_reused", "This id belongs to another message; a new message needs a new id.")
        if events:
            others = [each for each in self._sockets[live.session.id] if each is not connection]
            broadcast(others, "message", {"n": event.body.n, "role": "user", "text": given.text, "at": event.at})
        return {"ok": True, "n": event.body.n, "at": event.at}

    def sync(self, connection: Connection[Visitor], given: Sync) -> Answer:
        """Everything after a number: what a reconnect needs."""
        live = self._sessions.access(connection.who.session)
        messages = [_rendered(message) for message in for_participant(live.session, given.after)]
        return {"ok": True, "messages": messages, "state": state(live)}

    def end(self, connection: Connection[Visitor], _: Nothing) -> Answer:
        """The participant has had enough. Ending what is over is no error."""

        def decide(session: Session) -> list[Draft]:
            return [] if session.ended else [Draft(PARTICIPANT, Ended(reason="participant"))]

        self._sessions.record(connection.who.session, decide)
        return {"ok": True}

    def restart(self, connection: Connection[Visitor], _: Nothing) -> Answer:
        """A new conversation, after the last one has ended."""
        who = connection.who
        if not self._sessions.access(who.session).session.ended:
            raise NotAllowed("open", "This conversation is still open. End it first.")
        session = self._entrance.enter(who.visit, after=who.session)
        if session is None:
            raise NotAllowed("missing", "This link leads nowhere any more.")
        self.left(connection)
        who.session = session
        self.entered(connection)
        return {"ok": True}

    def _published(self, live: Live, events: Sequence[Event]) -> None:
        """What everybody at this conversation is told, once it is on the disk."""
        session = live.session
        sockets = self._sockets.get(session.id)
        if sockets is None:
            return
        for event in events:
            match event.body:
                case Released(n=n):
                    broadcast(sockets, "message", _rendered(for_participant(session, n - 1)[0]))
                    self._dots_now(session)
                case Message(role="user"):
                    self._dots_soon(session)
                case Ended():
                    broadcast(sockets, "state", state(live))
                    self._dots_now(session)

    def _dots_soon(self, session: Session) -> None:
        if session.id not in self._dots:
            loop.later(DOTS_AFTER_SECONDS, self._dots_if_still, session.id)

    def _dots_if_still(self, session: str) -> None:
        if session in self._sockets:
            self._dots_now(self._sessions.access(session).session)

    def _dots_now(self, session: Session) -> None:
        on = thinking(session)
        if on != (session.id in self._dots):
            (self._dots.add if on else self._dots.discard)(session.id)
            broadcast(self._sockets[session.id], "thinking", {"on": on})


def state(live: Live) -> dict[str, Any]:
    """The conversation's state as `/chat` carries it, with what the participant is asked to do."""
    standing: dict[str, Any] = {"open": False, "reason": "ended"} if live.session.ended else {"open": True}
    dealt = live.study.scenario(live.session.started.scenario)
    return {**standing, "task": dealt.text} if dealt else standing


def _rendered(message: dict[str, Any]) -> dict[str, Any]:
    return {**message, "html": to_html(message["text"])} if message["role"] == "assistant" else message
