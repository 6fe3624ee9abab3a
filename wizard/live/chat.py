"""The participant's seat, `/chat`: their messages, what they are shown, and nothing else."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from werkzeug.http import parse_cookie

from wizard.events import PARTICIPANT, Draft, Ended, Event, Finished, Guessed, Message, Released, Retried, Stopped
from wizard.live.entrance import Entrance, Visit
from wizard.live.markdown import to_html
from wizard.live.pacing import Releases, finish
from wizard.live.payloads.chat import ChatAuth, Guess, Send, Sync
from wizard.live.payloads.parts import Nothing
from wizard.live.sessions import Decide, Live, Sessions
from wizard.live.sockets import Answer, Connection, answered_by, broadcast
from wizard.live.withdrawal import Withdrawal
from wizard.observation import for_participant
from wizard.pacing import Phase, phase
from wizard.session import NotAllowed, Session
from wizard.store.accounts import participant_of

COOKIE = "visit"
CLOCK_GRAIN = 0.002
"""Seconds by which a timer may come too early for the clock of the log, which counts milliseconds."""


@dataclass(slots=True)
class Visitor:
    """A participant at their conversation."""

    visit: Visit
    session: str


@dataclass(slots=True, eq=False)
class Shown:
    """What those at a conversation have been told besides its messages.

    `sees` is what stands in the place of an answer, and `look` when on the clock it is looked at next; `html` is what
    has been let through of the message that is coming.
    """

    sees: str = "nothing"
    look: float = math.inf
    chars: int = 0
    html: str = ""


class Chat:
    """The namespace of participants."""

    namespace = "/chat"

    def __init__(self, sessions: Sessions, entrance: Entrance, releases: Releases, withdrawal: Withdrawal) -> None:
        self._sessions = sessions
        self._entrance = entrance
        self._withdrawal = withdrawal
        self._releases = releases
        self._sockets: defaultdict[str, set[Connection[Visitor]]] = defaultdict(set)
        self._shown: dict[str, Shown] = {}
        self.events = answered_by(self)
        sessions.on_change(self._published)
        releases.on_words(self._words)

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
        shown = self._shown.get(session.id)
        if shown is None:
            shown = self._shown[session.id] = Shown()
            self._write_out(live, shown)
            self._look(live, shown)
        self._sockets[session.id].add(connection)
        connection.send("state", self._state(live))
        if shown.sees in ("dots", "still"):
            connection.send("thinking", _thinking(live, shown.sees))

    def left(self, connection: Connection[Visitor]) -> None:
        """They are gone; their conversation stays."""
        sockets = self._sockets[connection.who.session]
        sockets.discard(connection)
        if not sockets:
            self._sockets.pop(connection.who.session, None)
            self._shown.pop(connection.who.session, None)

    def send(self, connection: Connection[Visitor], given: Send) -> Answer:
        """A message: stored before it is acknowledged, and stored once however often it is sent."""
        receipt = (PARTICIPANT, given.id)

        def decide(session: Session) -> list[Draft]:
            if receipt in session.receipts:
                return []
            body = Message(n=len(session.messages) + 1, role="user", text=given.text)
            return [*finish(session), Draft(PARTICIPANT, body, given.id)]

        live, events = self._sessions.record(connection.who.session, decide)
        event = events[-1] if events else live.session.receipts[receipt]
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
        return {"ok": True, "messages": messages, "state": self._state(live)}

    def stop(self, connection: Connection[Visitor], _: Nothing) -> Answer:
        """No more of the answer that is coming. To stop what is over is no error."""
        self._cut(connection.who.session, lambda session: self._stopped(session))
        return {"ok": True}

    def retry(self, connection: Connection[Visitor], _: Nothing) -> Answer:
        """Another answer, after one was stopped or none could be had. Where one is on its way already, that stands."""

        def decide(session: Session) -> list[Draft]:
            live = self._sessions.access(session.id)
            waits = session.owes and self._phase(live).sees != "busy"
            return [Draft(PARTICIPANT, Retried())] if session.may_retry and not waits else []

        self._sessions.record(connection.who.session, decide)
        return {"ok": True}

    def guess(self, connection: Connection[Visitor], given: Guess) -> Answer:
        """What they think answered them. The first word on that stands."""

        def decide(session: Session) -> list[Draft]:
            if session.guessed:
                return []
            return [Draft(PARTICIPANT, Guessed(answered_by=given.answered_by, confidence=given.confidence))]

        live, _ = self._sessions.record(connection.who.session, decide)
        broadcast(self._sockets[live.session.id], "state", self._state(live))
        return {"ok": True}

    def end(self, connection: Connection[Visitor], _: Nothing) -> Answer:
        """The participant has had enough. Ending what is over is no error."""

        self._cut(connection.who.session, self._ended)
        return {"ok": True}

    def withdraw(self, connection: Connection[Visitor], _: Nothing) -> Answer:
        """They take back all that they ever said in this study: it is erased, and they are told so."""
        live = self._sessions.access(connection.who.session)
        study, participant = live.session.started.study, live.session.started.participant
        for session in self._withdrawal.sessions(study, participant):
            if not self._sessions.access(session).session.ended:
                self._cut(session, self._ended)
        gone = self._withdrawal.erase(study, participant)
        for session in gone:
            sockets = list(self._sockets.pop(session, ()))
            self._shown.pop(session, None)
            broadcast(sockets, "state", {"open": False, "reason": "ended", "withdrawn": True})
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

    def _ended(self, session: Session) -> list[Draft]:
        return [] if session.ended else [*self._stopped(session), Draft(PARTICIPANT, Ended(reason="participant"))]

    def _stopped(self, session: Session) -> list[Draft]:
        """The answer that is coming ends where it stands."""
        if not session.begun:
            return []
        return [Draft(PARTICIPANT, Stopped(n=len(session.messages), chars=self._releases.chars(session)))]

    def _cut(self, session: str, decide: Decide) -> None:
        """Record what ends an answer, with no further word of it let through until that is on the disk."""

        def held(now: Session) -> Sequence[Draft]:
            self._releases.hold(session, True)
            return decide(now)

        try:
            self._sessions.record(session, held)
        finally:
            self._releases.hold(session, False)

    def _published(self, live: Live, events: Sequence[Event]) -> None:
        """What everybody at this conversation is told, once it is on the disk."""
        session = live.session
        sockets, shown = self._sockets.get(session.id), self._shown.get(session.id)
        if sockets is None or shown is None:
            return
        for event in events:
            match event.body:
                case Released(n=n, rate=None) | Finished(n=n) | Stopped(n=n):
                    shown.chars, shown.html = 0, ""
                    broadcast(sockets, "message", _rendered(for_participant(session, n - 1)[0]))
                case Ended():
                    broadcast(sockets, "state", self._state(live))
        self._look(live, shown)

    def _words(self, live: Live) -> None:
        """More of a message has been let through: its words, and how its HTML goes on after what stays of it."""
        shown = self._shown.get(live.session.id)
        if shown is None:
            return
        before, had = shown.html, shown.chars
        self._write_out(live, shown)
        last = live.session.messages[-1]
        stays = _common(before, shown.html)
        broadcast(
            self._sockets[live.session.id],
            "words",
            {
                "n": last.n,
                "text": last.text[had : shown.chars],
                "keep": len(shown.html[:stays].encode("utf-16-le")) // 2,
                "html": shown.html[stays:],
            },
        )

    def _write_out(self, live: Live, shown: Shown) -> None:
        if live.session.streaming is not None:
            shown.chars = self._releases.chars(live.session)
            shown.html = to_html(live.session.messages[-1].text[: shown.chars])

    def _look(self, live: Live, shown: Shown) -> None:
        """Tell what is to be seen in the place of an answer, if that has changed, and look again when it does next."""
        session, now, clock = live.session.id, self._phase(live), self._releases.clock
        if now.left is not None and clock.now() + now.left < shown.look:
            shown.look = clock.now() + now.left + CLOCK_GRAIN
            clock.later(now.left + CLOCK_GRAIN, self._look_again, session, shown, shown.look)
        before, shown.sees = shown.sees, now.sees
        if before == now.sees:
            return
        sockets = self._sockets[session]
        if "busy" in (before, now.sees):
            broadcast(sockets, "state", self._state(live))
        if {before, now.sees} & {"dots", "still"}:
            broadcast(sockets, "thinking", _thinking(live, now.sees))

    def _look_again(self, session: str, shown: Shown, look: float) -> None:
        if self._shown.get(session) is not shown:
            return
        if shown.look == look:
            shown.look = math.inf
        self._look(self._sessions.access(session), shown)

    def _phase(self, live: Live) -> Phase:
        session = live.session
        if not session.owes:
            return Phase("nothing", None)
        if session.begun:
            return Phase("dots", None)
        return phase(live.study.pacing, self._releases.clock.since(session.asked_at))

    def _state(self, live: Live) -> dict[str, Any]:
        """The conversation's state as `/chat` carries it, with what the participant is asked to do."""
        session, study = live.session, live.study
        dealt = study.scenario(session.started.scenario)
        task = dealt.text if dealt else None
        if session.ended:
            asks = study.ask_what_answered and bool(session.exchanges) and session.guessed is None
            told = to_html(study.debriefing) if study.debriefing and not asks else None
            return {"open": False, "reason": "ended", **_given(task=task, asks=asks, debriefing=told)}
        shown = self._shown.get(session.id)
        busy = study.pacing.busy.say if study.pacing.busy and self._phase(live).sees == "busy" else None
        streaming = None
        if session.streaming is not None and shown:
            last = session.messages[-1]
            streaming = {"n": last.n, "at": last.at, "text": last.text[: shown.chars], "html": shown.html}
        return {"open": True, **_given(task=task, busy=busy, streaming=streaming)}


def _given(**values: Any) -> dict[str, Any]:
    """Those that are there."""
    return {name: value for name, value in values.items() if value}


def _thinking(live: Live, sees: str) -> dict[str, Any]:
    still = live.study.pacing.still
    say = still.say if still and sees == "still" else None
    return {"on": sees in ("dots", "still"), **_given(say=say)}


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low


def _rendered(message: dict[str, Any]) -> dict[str, Any]:
    return {**message, "html": to_html(message["text"])} if message["role"] == "assistant" else message
