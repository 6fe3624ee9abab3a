"""After the fact: the whole conversation, labels put right, flags, notes, and a search over all of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wizard import loop
from wizard.events import Draft, Flagged, Labelled, Looked, Noted, wizard_actor
from wizard.exchange import Correction, Exchange, Said
from wizard.exchange import Note as NoteOf
from wizard.live import atdesk
from wizard.live.payloads.past import Flag, Label, Look, Note, Search
from wizard.live.sessions import Live, Sessions
from wizard.live.shift import SEATS, Shift, actor_of
from wizard.live.sockets import Answer, Connection
from wizard.session import NotAllowed, Session, access_exchange
from wizard.store.accounts import Account
from wizard.store.index import Hit, Index, Query

FOUND_AT_ONCE = 50


class Past:
    """The events of `/desk` about what has been said and done."""

    def __init__(self, sessions: Sessions, index: Index, shift: Shift) -> None:
        self._sessions, self._index, self._shift = sessions, index, shift

    def look(self, connection: Connection[Account], given: Look) -> Answer:
        """Look further than the observation. It is remembered before anything is shown."""
        actor = actor_of(connection)

        def decide(session: Session) -> list[Draft]:
            known = actor in session.looked
            marked = session.saw_more or session.ended or session.claimed_by not in (None, actor)
            if known and marked:
                return []
            if given.if_over and not session.ended:
                raise NotAllowed("open", "This conversation isn't over. Looking into it marks the exchanges to come.")
            return [Draft(actor, Looked(at=given.at))]

        live, _ = self._sessions.record(given.session, decide)
        if given.at == "scenario":
            return {"ok": True, "whole": None, "scenario": _scenario(live)}
        return {"ok": True, "whole": self._whole(live), "scenario": None}

    def label(self, connection: Connection[Account], given: Label) -> Answer:
        """Correct the labels of a past exchange; what was said before stays in the log."""
        actor = actor_of(connection)
        self._sessions.access(given.session).study.check_labels(given.labels, whole=False)
        return self._once(given, Draft(actor, Labelled(exchange=given.exchange, labels=given.labels), given.id))

    def flag(self, connection: Connection[Account], given: Flag) -> Answer:
        """Take an exchange out of what models are trained on, or back in."""
        body = Flagged(exchange=given.exchange, not_for_training=given.not_for_training)
        return self._once(given, Draft(actor_of(connection), body, given.id))

    def note(self, connection: Connection[Account], given: Note) -> Answer:
        """A private note for the team."""
        return self._once(given, Draft(actor_of(connection), Noted(text=given.text, exchange=given.exchange), given.id))

    def search(self, connection: Connection[Account], given: Search) -> Answer:
        """Exchanges of all sessions that are over or were looked into, the newest first; but none that wait for one's
        own second opinion.
        """
        query = Query(
            text=given.text,
            study=given.study,
            label=(given.label.name, given.label.value) if given.label else None,
            could_answer=given.could_answer,
            missing=given.missing,
            wizard=given.wizard,
            since=given.since,
            until=given.until,
            not_for_training=given.not_for_training,
            saw_more=given.saw_more,
            before=given.before,
            studies=connection.who.studies_as(*SEATS),
        )
        me = connection.who.account
        behind = loop.in_thread(self._index.catch_up)
        hits = loop.in_thread(lambda: self._index.search(query, me, FOUND_AT_ONCE))
        before = hits[-1].seq if len(hits) == FOUND_AT_ONCE else None
        return {"ok": True, "found": [self._found(hit) for hit in hits], "before": before, "behind": behind}

    def _once(self, given: Label | Flag | Note, draft: Draft) -> Answer:
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

    def _found(self, hit: Hit) -> dict[str, Any]:
        return {
            "session": hit.session,
            "exchange": hit.exchange,
            "study": hit.study,
            "alias": hit.alias,
            "at": hit.at,
            "by": self._shift.name(wizard_actor(hit.wizard)),
            "wizard": hit.wizard,
            "message": hit.message,
            "text": hit.text,
            "labels": hit.labels,
            "could_answer": hit.could_answer,
            "not_for_training": hit.not_for_training,
            "saw_more": hit.saw_more,
        }

    def _whole(self, live: Live) -> dict[str, Any]:
        session = live.session
        return {
            "study": atdesk.study_for_desk(live.study),
            "alias": session.started.alias,
            "started_at": session.started_at,
            "ended": session.ended.reason if session.ended else None,
            "messages": [_message(session, said) for said in session.messages],
            "exchanges": [self._exchange(each) for each in session.exchanges],
            "notes": self._notes(session.notes),
        }

    def _exchange(self, exchange: Exchange) -> dict[str, Any]:
        reply = exchange.reply
        return {
            "exchange": exchange.number,
            "by": self._shift.name(exchange.actor),
            "at": exchange.at,
            "released_at": exchange.released_at,
            "labels": dict(exchange.labels),
            "given": dict(reply.labels),
            "corrections": [self._correction(each) for each in exchange.corrections],
            "notes": self._notes(exchange.notes),
            "not_for_training": exchange.not_for_training,
            "whispers": self._notes(exchange.whispers),
            "second_opinions": [
                {
                    "by": self._shift.name(wizard_actor(each.opinion.wizard)),
                    "at": each.at,
                    "text": each.opinion.text,
                    "labels": dict(each.opinion.labels),
                    "could_answer": each.opinion.could_answer,
                }
                for each in exchange.second_opinions
            ],
            **reply.model_dump(
                mode="json",
                include={
                    "first", "upto", "observation", "shown", "text", "source", "could_answer", "missing",
                    "seconds", "first_key", "keystrokes", "offered", "evidence", "saw_more",
                },
            ),
        }  # fmt: skip

    def _notes(self, notes: Sequence[NoteOf]) -> list[dict[str, Any]]:
        return [{"text": each.text, "by": self._shift.name(each.actor), "at": each.at} for each in notes]

    def _correction(self, each: Correction) -> dict[str, Any]:
        return {"labels": dict(each.labels), "by": self._shift.name(each.actor), "at": each.at}


def _scenario(live: Live) -> str | None:
    """What the participant of this session was asked to do."""
    dealt = live.study.scenario(live.session.started.scenario)
    return dealt.text if dealt else None


def _message(session: Session, said: Said) -> dict[str, Any]:
    exchange = said.exchange or _answer_to(session, said.n)
    return {**atdesk.turn(said), "n": said.n, "at": said.at, "exchange": exchange}


def _answer_to(session: Session, n: int) -> int | None:
    """Number of the exchange that answered message `n`, None where nobody has."""
    before = 0
    for exchange in session.exchanges:
        if before < n <= exchange.reply.upto and session.messages[n - 1].role == "user":
            return exchange.number
        before = exchange.reply.upto
    return None
