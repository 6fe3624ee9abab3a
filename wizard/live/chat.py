"""The participant's seat, `/chat`: their messages, what they are shown, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from werkzeug.sansio.http import parse_cookie

from wizard.events import (
    PARTICIPANT,
    SYSTEM,
    Announced,
    Answered,
    Consented,
    Draft,
    Ended,
    Guessed,
    Message,
    Retried,
)
from wizard.head import head
from wizard.live.audience import Audience, rendered
from wizard.live.cuts import Cuts
from wizard.live.endings import Endings
from wizard.live.entrance import Entrance, Visit
from wizard.live.erasing import Eraser
from wizard.live.lobby import Lobby
from wizard.live.pacing import finish
from wizard.live.payloads.chat import Answers, ChatAuth, Guess, Send, Sync
from wizard.live.payloads.parts import Nothing
from wizard.live.readiness import asks_after, awaits, expect_ready
from wizard.live.sessions import Live, Sessions
from wizard.live.sockets import Answer, Connection, answered_by
from wizard.observation import for_participant
from wizard.session import NotAllowed, Session
from wizard.store.accounts import participant_of
from wizard.store.erasure import WITHDRAWN
from wizard.study import ENGLISH

COOKIE = "visit"


@dataclass(slots=True)
class Visitor:
    """A participant at their conversation."""

    visit: Visit
    session: str


class Chat:
    """The namespace of participants."""

    namespace = "/chat"

    def __init__(
        self,
        sessions: Sessions,
        entrance: Entrance,
        audience: Audience,
        lobby: Lobby,
        endings: Endings,
        cuts: Cuts,
        eraser: Eraser,
    ) -> None:
        self._sessions, self._entrance, self._audience = sessions, entrance, audience
        self._lobby, self._endings = lobby, endings
        self._cuts, self._eraser = cuts, eraser
        self.events = answered_by(self)

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

    def speaks(self, environ: Mapping[str, Any]) -> str:
        """English: their page says what a refusal's code means in the study's language."""
        return ENGLISH

    def entered(self, connection: Connection[Visitor]) -> None:
        """They are here: tell them how things stand."""
        self._lobby.came(connection.who.session)
        self._audience.join(connection, connection.who.session)

    def left(self, connection: Connection[Visitor]) -> None:
        """They are gone; their conversation stays."""
        session = connection.who.session
        self._audience.leave(connection, session)
        if not self._audience.is_there(session):
            self._lobby.went(session)

    def send(self, connection: Connection[Visitor], given: Send) -> Answer:
        """A message: stored before it is acknowledged, and stored once however often it is sent."""
        receipt = (PARTICIPANT, given.id)

        def decide(session: Session) -> list[Draft]:
            if receipt in session.receipts:
                return []
            live = self._sessions.access(session.id)
            expect_ready(live)
            if self._lobby.waits(live):
                raise NotAllowed("lobby", "It isn’t your turn yet.")
            if self._endings.is_reached(live):
                raise NotAllowed("over", "No more can be written here.")
            body = Message(n=len(session.messages) + 1, role="user", text=given.text)
            return [*finish(session), Draft(PARTICIPANT, body, given.id)]

        live, events = self._sessions.record(connection.who.session, decide)
        event = events[-1] if events else live.session.receipts[receipt]
        assert isinstance(event.body, Message)
        if event.body.text != given.text:
            raise NotAllowed("id_reused", "This id belongs to another message; a new message needs a new id.")
        if events:
            told = {"n": event.body.n, "role": "user", "text": given.text, "at": event.at}
            self._audience.tell(live.session.id, "message", told, besides=connection)
        return {"ok": True, "n": event.body.n, "at": event.at}

    def agree(self, connection: Connection[Visitor], _: Nothing) -> Answer:
        """They agree to what the study's version asks them to. To agree twice is no error."""
        consent = self._sessions.access(connection.who.session).study.consent

        def decide(session: Session) -> list[Draft]:
            if not consent or session.consented_at is not None:
                return []
            return [Draft(PARTICIPANT, Consented(text=consent))]

        self._sessions.record(connection.who.session, decide)
        self._audience.tell_state(connection.who.session)
        return {"ok": True}

    def answer(self, connection: Connection[Visitor], given: Answers) -> Answer:
        """What they answer to the questions of before, or of after the end. The first answers stand; who is screened
        out by them has come to the end.
        """
        live = self._sessions.access(connection.who.session)
        answers = live.study.survey.read(given.when, given.answers)

        def decide(session: Session) -> list[Draft]:
            now = self._sessions.access(session.id)
            if (session.asked_before if given.when == "before" else session.asked_after) is not None:
                return []
            if given.when == "after" and not asks_after(now):
                raise NotAllowed("order", "Nothing is asked here now.")
            if given.when == "before" and awaits(now) != "survey":
                expect_ready(now)
                raise NotAllowed("order", "Nothing is asked here now.")
            out = given.when == "before" and now.study.survey.screens_out(answers)
            told = Draft(PARTICIPANT, Answered(when=given.when, answers=answers, screened_out=out))
            return [told, Draft(SYSTEM, Ended(reason="screened_out"))] if out else [told]

        self._sessions.record(connection.who.session, decide)
        self._audience.tell_state(connection.who.session)
        return {"ok": True}

    def sync(self, connection: Connection[Visitor], given: Sync) -> Answer:
        """Everything after a number: what a reconnect needs."""
        live = self._sessions.access(connection.who.session)
        messages = [rendered(message) for message in for_participant(live.session, given.after)]
        return {"ok": True, "messages": messages, "state": self._audience.state(live)}

    def stop(self, connection: Connection[Visitor], _: Nothing) -> Answer:
        """No more of the answer that is coming. To stop what is over is no error."""
        self._cuts.stop(connection.who.session)
        return {"ok": True}

    def retry(self, connection: Connection[Visitor], _: Nothing) -> Answer:
        """Another answer, after one was stopped or none could be had. Where one is on its way already, that stands."""

        def decide(session: Session) -> list[Draft]:
            if again := session.cut_short:
                return [Draft(SYSTEM, Announced(text=again))]
            waits = self._audience.waits(self._sessions.access(session.id))
            return [Draft(PARTICIPANT, Retried())] if session.may_retry and not waits else []

        self._sessions.record(connection.who.session, decide)
        return {"ok": True}

    def guess(self, connection: Connection[Visitor], given: Guess) -> Answer:
        """What they think answered them. The first word on that stands."""

        def decide(session: Session) -> list[Draft]:
            if session.guessed:
                return []
            return [Draft(PARTICIPANT, Guessed(answered_by=given.answered_by, confidence=given.confidence))]

        self._sessions.record(connection.who.session, decide)
        self._audience.tell_state(connection.who.session)
        return {"ok": True}

    def end(self, connection: Connection[Visitor], _: Nothing) -> Answer:
        """The participant has had enough. Ending what is over is no error."""
        self._cuts.end(connection.who.session)
        return {"ok": True}

    def withdraw(self, connection: Connection[Visitor], _: Nothing) -> Answer:
        """They take back all that they ever said in this study: it is erased, and they are told so."""
        live = self._sessions.access(connection.who.session)
        self._eraser.forget(head(live.session).study, live.session.started.participant, WITHDRAWN)
        return {"ok": True}

    def seen(self, live: Live) -> dict[str, Any]:
        """What the participant sees now, for whoever looks on."""
        return self._audience.seen(live)

    def shut(self, invite: str) -> None:
        """Close every socket of those who came by that link."""
        for connection in self._audience.everybody():
            if connection.who.visit.invite == invite:
                connection.close()

    def restart(self, connection: Connection[Visitor], _: Nothing) -> Answer:
        """A new conversation, after the last one has ended."""
        who = connection.who
        session = self._sessions.access(who.session).session
        if not session.ended:
            raise NotAllowed("open", "This conversation is still open. End it first.")
        if session.screened_out:
            raise NotAllowed("ended", "This conversation has ended.")
        begun = self._entrance.enter(who.visit, after=who.session)
        if begun is None:
            raise NotAllowed("missing", "This link leads nowhere any more.")
        self.left(connection)
        who.session = begun
        self.entered(connection)
        return {"ok": True}
