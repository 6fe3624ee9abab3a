"""A session is the fold of its events; this says what each of them does."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import Any

from wizard.events import (
    Announced,
    Answered,
    Claimed,
    Consented,
    Ended,
    Event,
    Finished,
    Flagged,
    Guessed,
    HandedOver,
    Labelled,
    LetIn,
    Looked,
    Message,
    Noted,
    Rated,
    Released,
    Replied,
    Retried,
    SecondOpinion,
    Spoken,
    Started,
    Stopped,
    Unclaimed,
    Watched,
    Whispered,
)
from wizard.exchange import Correction, Exchange, Note, Opined, Rating, Said
from wizard.order import may_come, why_not
from wizard.session import NotAllowed, Session, access_exchange


def fold(events: Iterable[Event]) -> Session | None:
    """The session that these events make, or None of none.

    Raises:
        NotAllowed: an event stands where it can't.
    """
    session: Session | None = None
    for event in events:
        session = _begin(event) if session is None else _take(session, event)
    return session


def apply(session: Session | None, event: Event) -> Session:
    """The session after this event; the one before stays as it is.

    Raises:
        NotAllowed: the event can't come next.
    """
    if session is None:
        return _begin(event)
    after = copy(session)
    if event.client_id is not None:
        after.receipts = dict(session.receipts)
    return _take(after, event)


def _begin(event: Event) -> Session:
    if not isinstance(event.body, Started):
        raise NotAllowed("missing", "There is no such conversation.")
    session = Session(event.session, event.body, event.at)
    _keep_receipt(session, event)
    return session


def _take(session: Session, event: Event) -> Session:
    """Bring this event into a session that nobody else has. What comes most stands first: each case that isn't it
    takes a third of a microsecond.
    """
    body = event.body
    if not may_come(session, type(body)):
        raise why_not(session, body)
    match body:
        case Message(n=n, role=role, text=text):
            _expect_number(session, n)
            session.messages += (Said(n, role, text, event.at),)
            if role == "user":
                session.asked_at, session.asked_n = event.at, n
        case Replied():
            _take_reply(session, event, body)
        case Released():
            _take_release(session, event, body)
        case Claimed():
            _hold(session, event.actor)
        case Ended():
            session.ended, session.ended_at = body, event.at
            session.claimed_by = session.handed_over = None
        case Finished(n=n):
            _expect_last(session, n)
            session.streaming = None
            if number := _reply_ended(session):
                _put(session, access_exchange(session, number)._replace(finished_at=event.at))
        case Stopped():
            _take_stop(session, event, body)
        case Retried():
            stopped = session.answer_was_stopped
            session.asks_again = session.asks_again or (stopped and not session.waiting_since)
            session.asked_at, session.asked_n = event.at, len(session.messages)
        case Unclaimed():
            _expect_claim(session, event.actor)
            session.claimed_by = session.handed_over = None
        case HandedOver(to=to, note=text):
            _expect_claim(session, event.actor)
            _hold(session, to)
            session.handed_over = Note(text, event.actor, event.at)
        case Looked():
            session.saw_more |= not session.ended and session.claimed_by in (None, event.actor)
            session.looked |= {event.actor}
        case Watched():
            session.watched |= {event.actor}
        case Whispered(text=text):
            session.whispers += (Note(text, event.actor, event.at),)
            session.saw_more = True
        case Announced(text=text):
            session.unspoken += (text,)
        case Spoken():
            _take_spoken(session, event, body)
        case Consented() | Answered() | LetIn():
            _take_arrival(session, event, body)
        case Labelled() | Flagged() | Noted() | Rated() | SecondOpinion():
            _take_remark(session, event, body)
        case Guessed():
            session.guessed = body
    _keep_receipt(session, event)
    return session


def _take_reply(session: Session, event: Event, reply: Replied) -> None:
    _expect_claim(session, event.actor)
    if reply.exchange != len(session.exchanges) + 1:
        raise NotAllowed("gap", f"Exchange {reply.exchange} can't follow exchange {len(session.exchanges)}.")
    if not reply.first <= reply.upto <= len(session.messages):
        raise NotAllowed("invalid", "The reply is to messages that aren't in the conversation.")
    asked = session.messages[session.answered : reply.upto]
    again = session.asks_again and reply.upto >= session.answered
    if not again and not any(said.role == "user" for said in asked):
        raise NotAllowed("answered", "That message has been answered already.")
    exchange = Exchange(event.actor, event.at, reply, dict(reply.labels), session.asked_at, whispers=session.whispers)
    session.exchanges += (exchange,)
    session.whispers = ()
    session.unreleased += tuple((reply.exchange, bubble) for bubble in range(1, reply.many + 1))
    session.asks_again = False
    session.saw_more |= reply.saw_more


def _take_release(session: Session, event: Event, body: Released) -> None:
    _expect_number(session, body.n)
    number, bubble = session.unreleased[0]
    if (body.exchange, body.bubble) != (number, bubble):
        raise NotAllowed(
            "order", f"Bubble {body.bubble} of exchange {body.exchange} can't be released before {bubble} of {number}."
        )
    exchange = access_exchange(session, number)
    text, under = exchange.reply.text or "", None
    if exchange.reply.bubbles:
        seen_as = exchange.reply.bubbles[bubble - 1]
        text, under = seen_as.text, seen_as if seen_as.buttons or seen_as.card else None
    session.messages += (Said(body.n, "assistant", text, event.at, number, under),)
    session.unreleased, session.streaming = session.unreleased[1:], body.rate
    changes: dict[str, Any] = {"released": body.n, "released_at": event.at} if bubble == 1 else {}
    if not body.rate and _reply_ended(session):
        changes["finished_at"] = event.at
    if changes:
        _put(session, exchange._replace(**changes))


def _take_spoken(session: Session, event: Event, body: Spoken) -> None:
    """Whoever has asked for something has asked still: this was no answer to it."""
    _expect_number(session, body.n)
    if body.text != session.unspoken[0]:
        raise NotAllowed("order", "Another message is to be let through before this one.")
    if session.is_asked:
        session.asked_n = body.n
    session.messages += (Said(body.n, "assistant", body.text, event.at),)
    session.unspoken, session.streaming = session.unspoken[1:], body.rate
    session.spoken += 1


def _reply_ended(session: Session) -> int | None:
    """The number of the exchange whose reply ends with the last message; None where none does."""
    number = session.messages[-1].exchange
    return None if session.unreleased and session.unreleased[0][0] == number else number


def _take_stop(session: Session, event: Event, body: Stopped) -> None:
    """What was let through is all there is of the reply: its last message is cut, its other bubbles never come."""
    whole = session.coming
    if body.n != whole.n:
        raise NotAllowed("order", f"Message {body.n} isn't the last one of the answer.")
    if body.chars > len(whole.text):
        raise NotAllowed("invalid", f"Message {body.n} doesn't have {body.chars} characters.")
    if session.streaming is None and body.chars < len(whole.text):
        raise NotAllowed("invalid", f"Message {body.n} was let through whole already.")
    cut = whole._replace(text=whole.text[: body.chars], bubble=None, whole=whole, stopped_after=len(session.exchanges))
    session.messages = (*session.messages[: whole.n - 1], cut, *session.messages[whole.n :])
    session.unreleased = tuple(each for each in session.unreleased if each[0] != whole.exchange)
    session.streaming = None
    if whole.exchange is not None:
        _put(session, access_exchange(session, whole.exchange)._replace(finished_at=event.at, stopped=True))


def _take_arrival(session: Session, event: Event, body: Consented | Answered | LetIn) -> None:
    """What comes before the participant can write; answers come after the end as well."""
    match body:
        case Consented():
            session.consented_at = session.ready_at = event.at
        case Answered(when="after"):
            if not session.ended:
                raise NotAllowed("open", "This conversation is still open. End it first.")
            session.asked_after = body
        case Answered():
            if session.ended:
                raise NotAllowed("ended", "This conversation has ended.")
            session.asked_before, session.ready_at = body, event.at
        case LetIn():
            session.let_in, session.ready_at = True, event.at


def _take_remark(session: Session, event: Event, body: Labelled | Flagged | Noted | Rated | SecondOpinion) -> None:
    """What the team says of an exchange afterwards, or notes on the session."""
    if body.exchange is None:
        session.notes += (Note(body.text, event.actor, event.at),)
        return
    exchange = access_exchange(session, body.exchange)
    match body:
        case Labelled(labels=labels):
            kept = {name: value for name, value in {**exchange.labels, **labels}.items() if value is not None}
            corrections = (*exchange.corrections, Correction(labels, event.actor, event.at))
            exchange = exchange._replace(labels=kept, corrections=corrections)
        case Flagged(not_for_training=flag):
            exchange = exchange._replace(not_for_training=flag)
        case Noted(text=text):
            exchange = exchange._replace(notes=(*exchange.notes, Note(text, event.actor, event.at)))
        case Rated(opinion=opinion):
            if opinion is not None and opinion > len(exchange.second_opinions):
                raise NotAllowed("missing", "There is no such second opinion on this exchange.")
            exchange = exchange._replace(ratings=(*exchange.ratings, Rating(body, event.at)))
        case SecondOpinion():
            exchange = exchange._replace(second_opinions=(*exchange.second_opinions, Opined(body, event.at)))
    _put(session, exchange)


def _hold(session: Session, actor: str) -> None:
    session.claimed_by, session.handed_over = actor, None
    session.held_by |= {actor}


def _put(session: Session, exchange: Exchange) -> None:
    at = exchange.number - 1
    session.exchanges = (*session.exchanges[:at], exchange, *session.exchanges[at + 1 :])


def _keep_receipt(session: Session, event: Event) -> None:
    if event.client_id is not None:
        session.receipts[event.actor, event.client_id] = event


def _expect_number(session: Session, n: int) -> None:
    if n != len(session.messages) + 1:
        raise NotAllowed("gap", f"Message {n} can't follow message {len(session.messages)}.")


def _expect_last(session: Session, n: int) -> None:
    if n != len(session.messages):
        raise NotAllowed("order", f"Message {n} isn't the last one.")


def _expect_claim(session: Session, actor: str) -> None:
    if session.claimed_by not in (None, actor):
        raise NotAllowed("claimed", "Somebody else has this conversation.")
