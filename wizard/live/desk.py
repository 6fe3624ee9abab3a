"""The wizard's seat, `/desk`: who waits, what the model would see, and the answer to it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database
from werkzeug.http import parse_cookie

from wizard import loop
from wizard.events import Claimed, Draft, Ended, Event, Labelled, Noted, Replied, Unclaimed, wizard_actor
from wizard.live.inbox import Inbox
from wizard.live.markdown import to_html
from wizard.live.pacing import release_all
from wizard.live.payloads import Claim, End, Label, Note, Nothing, Reply, Unclaim
from wizard.live.sessions import Live, Sessions
from wizard.live.sockets import Answer, Connection, answered_by, broadcast
from wizard.observation import for_model
from wizard.session import NotAllowed, Session, access_exchange
from wizard.store.accounts import Account, account_names, seat_of
from wizard.store.database import LogUnavailable
from wizard.store.log import actors_with_claims, claimed_heads
from wizard.study import Study

COOKIE = "seat"
SEATS = ("owner", "wizard")
RETRY_SECONDS = 5.0


class Desk:
    """The namespace of wizards."""

    namespace = "/desk"

    def __init__(self, sessions: Sessions, reader: Database, *, grace: float) -> None:
        self._sessions, self._reader, self._grace = sessions, reader, grace
        self._sockets: defaultdict[str, set[Connection[Account]]] = defaultdict(set)
        self._names: dict[str, str] = {}
        self._inbox = Inbox(reader, self._name)
        self.events = answered_by(self)
        sessions.on_change(self._published)

    def admit(self, environ: Mapping[str, Any], auth: Any) -> Account | None:
        """Whoever is signed in as a wizard or an owner: by cookie, or with the same secret as `auth.key`."""
        key = auth.get("key") if isinstance(auth, dict) else None
        secret = key if isinstance(key, str) else parse_cookie(environ.get("HTTP_COOKIE", "")).get(COOKIE)
        account = seat_of(self._reader, secret) if secret else None
        return account if account and account.seat in SEATS else None

    def entered(self, connection: Connection[Account]) -> None:
        """They sit down."""
        self._sockets[_actor(connection)].add(connection)
        self._inbox.watch(connection)

    def left(self, connection: Connection[Account]) -> None:
        """They are gone; unless they come back in time, what they had is free again."""
        self._inbox.unwatch(connection)
        actor = _actor(connection)
        self._sockets[actor].discard(connection)
        if not self._sockets[actor]:
            del self._sockets[actor]
            loop.later(self._grace, self._free_if_gone, actor)

    def sign_out(self, account: str) -> None:
        """Close every socket of that account."""
        for connection in list(self._sockets.get(wizard_actor(account), ())):
            connection.close()

    def take_up(self) -> None:
        """After a start: whoever had conversations has the same time to come back to them."""
        for actor in actors_with_claims(self._reader):
            loop.later(self._grace, self._free_if_gone, actor)

    def inbox(self, connection: Connection[Account], _: Nothing) -> Answer:
        """Who waits, the longest first, and what is one's own."""
        return {"ok": True, "me": connection.who.name, **self._inbox.whole(_actor(connection))}

    def claim(self, connection: Connection[Account], given: Claim) -> Answer:
        """Take a conversation and see what the model would see."""
        actor = _actor(connection)

        def decide(session: Session) -> list[Draft]:
            self._expect_free(session, actor)
            return [] if session.claimed_by == actor else [Draft(actor, Claimed())]

        live, _ = self._sessions.record(given.session, decide)
        return {"ok": True, "observation": observation(live), "study": study_for_desk(live.study)}

    def unclaim(self, connection: Connection[Account], given: Unclaim) -> Answer:
        """Let somebody else have it. Freeing what one doesn't have is no error."""
        actor = _actor(connection)

        def decide(session: Session) -> list[Draft]:
            return [Draft(actor, Unclaimed())] if session.claimed_by == actor else []

        self._sessions.record(given.session, decide)
        return {"ok": True}

    def reply(self, connection: Connection[Account], given: Reply) -> Answer:
        """An answer to what stood on the screen: one exchange of the dataset."""
        actor = _actor(connection)
        study = self._sessions.access(given.session).study
        study.check_reply(given.text)
        study.check_labels(given.labels)

        def decide(session: Session) -> list[Draft]:
            if (actor, given.id) in session.receipts:
                return []
            self._expect_free(session, actor)
            claim = [] if session.claimed_by else [Draft(actor, Claimed())]
            return [*claim, Draft(actor, replied(study, session, given), given.id)]

        live, _ = self._sessions.record(given.session, decide)
        event = live.session.receipts[actor, given.id]
        if not isinstance(event.body, Replied) or not _same(event.body, given):
            raise NotAllowed("id_reused", "This id belongs to another reply; a new reply needs a new id.")
        return {"ok": True, "exchange": event.body.exchange, "at": event.at}

    def label(self, connection: Connection[Account], given: Label) -> Answer:
        """Correct the labels of a past exchange; what was said before stays in the log."""
        actor = _actor(connection)
        self._sessions.access(given.session).study.check_labels(given.labels, whole=False)
        return self._once(given, Draft(actor, Labelled(exchange=given.exchange, labels=given.labels), given.id))

    def note(self, connection: Connection[Account], given: Note) -> Answer:
        """A private note for the team."""
        return self._once(given, Draft(_actor(connection), Noted(text=given.text, exchange=given.exchange), given.id))

    def end(self, connection: Connection[Account], given: End) -> Answer:
        """End a conversation. What was answered is let through first; ending what is over is no error."""
        actor = _actor(connection)

        def decide(session: Session) -> list[Draft]:
            if session.ended:
                return []
            self._expect_free(session, actor)
            return [*release_all(session), Draft(actor, Ended(reason="wizard"))]

        self._sessions.record(given.session, decide)
        return {"ok": True}

    def _once(self, given: Label | Note, draft: Draft) -> Answer:
        """Record this draft unless its id is in the log already, with the same body."""

        def decide(session: Session) -> list[Draft]:
            if given.exchange is not None:
                access_exchange(session, given.exchange)
            earlier = session.receipts.get((draft.actor, draft.client_id or ""))
            if earlier is None:
                return [draft]
            if earlier.body != draft.body:
                raise NotAllowed("id_reused", "This id belongs to something else; a new one needs a new id.")
            return []

        self._sessions.record(given.session, decide)
        return {"ok": True}

    def _published(self, live: Live, events: Sequence[Event]) -> None:
        """What desks are told, once it is on the disk."""
        session = live.session
        self._inbox.changed(session)
        if not self._sockets:
            return
        for event in events:
            if isinstance(event.body, Claimed | Unclaimed):
                self._tell_claim(session)
            elif isinstance(event.body, Ended):
                broadcast(self._everybody(), "ended", {"session": session.id, "reason": event.body.reason})
        holders = self._sockets.get(session.claimed_by or "")
        if holders:
            broadcast(holders, "observation", observation(live))

    def _tell_claim(self, session: Session) -> None:
        by = self._name(session.claimed_by)
        for connection in self._everybody():
            mine = session.claimed_by == _actor(connection)
            connection.send("claimed", {"session": session.id, "by": by, "mine": mine})

    def _everybody(self) -> list[Connection[Account]]:
        return [connection for sockets in self._sockets.values() for connection in sockets]

    def _expect_free(self, session: Session, actor: str) -> None:
        if session.claimed_by not in (None, actor):
            raise NotAllowed("claimed", f"{self._name(session.claimed_by)} has this conversation.")

    def _name(self, actor: str | None) -> str | None:
        """What colleagues call whoever acts; None of nobody."""
        if actor is None:
            return None
        account = actor.partition(":")[2]
        if account not in self._names:
            self._names = account_names(self._reader)
        return self._names.get(account, account)

    def _free_if_gone(self, actor: str) -> None:
        if actor in self._sockets:
            return
        for head in claimed_heads(self._reader, actor):
            try:
                self._sessions.record(
                    head.session, lambda now: [Draft(actor, Unclaimed())] if now.claimed_by == actor else []
                )
            except LogUnavailable:
                loop.later(RETRY_SECONDS, self._free_if_gone, actor)
                return


def observation(live: Live) -> dict[str, Any]:
    """What the model would see now, as `/desk` carries it."""
    session = live.session
    seen = for_model(live.study, session) if session.messages else None
    return {
        "session": session.id,
        "upto": seen.upto if seen else None,
        "messages": [_turn(said.role, said.text) for said in seen.messages] if seen else [],
        "shown": dict(seen.shown) if seen else {},
        "documents": list(seen.documents) if seen else [],
        "waiting": session.waiting_since is not None,
        "sending": [session.exchanges[number - 1].reply.text or "" for number in session.unreleased],
    }


def _turn(role: str, text: str) -> dict[str, str]:
    return {"role": role, "text": text, "html": to_html(text)} if role == "assistant" else {"role": role, "text": text}


def study_for_desk(study: Study) -> dict[str, Any]:
    """What the desk needs of a study to take an answer."""
    return {
        "study": study.study,
        "title": study.title,
        "persona": study.persona.name,
        "history": study.model_sees.history,
        "reply": study.reply.model_dump(mode="json"),
        "labels": [label.model_dump(mode="json") for label in study.labels],
    }


def replied(study: Study, session: Session, given: Reply) -> Replied:
    """The event of this reply, with the observation it answers.

    Raises:
        NotAllowed: it answers a message that hasn't been said.
    """
    try:
        seen = for_model(study, session, given.upto)
    except ValueError as error:
        raise NotAllowed("invalid", f"upto: {error}.") from None
    return Replied(
        exchange=len(session.exchanges) + 1,
        text=given.text,
        first=seen.first,
        upto=seen.upto,
        shown=dict(seen.shown),
        observation=seen.hash(),
        source=given.source,
        could_answer=given.could_answer,
        missing=given.missing,
        labels=given.labels,
        seconds=given.seconds,
    )


def _same(stored: Replied, given: Reply) -> bool:
    return (stored.text, stored.labels, stored.source, stored.could_answer, stored.missing) == (
        given.text,
        given.labels,
        given.source,
        given.could_answer,
        given.missing,
    )


def _actor(connection: Connection[Account]) -> str:
    return wizard_actor(connection.who.account)
