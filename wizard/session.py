"""A session is the fold of its events; this says what each event does and which may come next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import NamedTuple

from wizard.events import (
    Body,
    Claimed,
    Ended,
    Event,
    Labelled,
    Message,
    Noted,
    Released,
    Replied,
    Role,
    SecondOpinion,
    Started,
    Unclaimed,
)


class NotAllowed(Exception):
    """This event can't come next. `code` is for programs, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Said:
    """A message where it stands in the conversation. `exchange` is the reply that it was, if it was one."""

    n: int
    role: Role
    text: str
    at: str
    exchange: int | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """An observation and the reply to it. `labels` are as they stand now, `reply.labels` as first given."""

    actor: str
    at: str
    reply: Replied
    labels: Mapping[str, str]
    released: int | None = None
    released_at: str | None = None
    notes: tuple[str, ...] = ()
    second_opinions: tuple[SecondOpinion, ...] = ()

    @property
    def number(self) -> int:
        return self.reply.exchange


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation of one participant, under one study version, as its events say it is."""

    id: str
    started: Started
    started_at: str
    messages: tuple[Said, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    unreleased: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    claimed_by: str | None = None
    ended: Ended | None = None
    ended_at: str | None = None
    receipts: Mapping[tuple[str, str], Event] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        """Number of the last message that stood in an observation somebody replied to; 0 before the first."""
        return self.exchanges[-1].reply.upto if self.exchanges else 0

    @property
    def waiting_since(self) -> str | None:
        """When the first message that nobody has answered was said, or None where nothing waits."""
        if self.ended:
            return None
        for said in self.messages[self.answered :]:
            if said.role == "user":
                return said.at
        return None


class Head(NamedTuple):
    """What lists of sessions need of one: a row that is kept beside the log, so that no list folds it all."""

    session: str
    study: str
    version: int
    participant: str
    alias: str
    started_at: str
    messages: int
    exchanges: int
    waiting_since: str | None
    unreleased: int
    claimed_by: str | None
    ended: str | None
    ended_at: str | None
    imported: str | None


def head(session: Session) -> Head:
    """The row of this session in every list."""
    return Head(
        session=session.id,
        study=session.started.study,
        version=session.started.version,
        participant=session.started.participant,
        alias=session.started.alias,
        started_at=session.started_at,
        messages=len(session.messages),
        exchanges=len(session.exchanges),
        waiting_since=session.waiting_since,
        unreleased=len(session.unreleased),
        claimed_by=session.claimed_by,
        ended=session.ended.reason if session.ended else None,
        ended_at=session.ended_at,
        imported=session.started.imported,
    )


def fold(events: Iterable[Event]) -> Session | None:
    """The session that these events make, or None of none.

    Raises:
        NotAllowed: an event stands where it can't.
    """
    return reduce(apply, events, None)


def may_come_next(session: Session | None) -> frozenset[type[Body]]:
    """The kinds of event that this session allows next, whoever acts."""
    if session is None:
        return frozenset({Started})
    kinds: set[type[Body]] = {Noted}
    if session.exchanges:
        kinds |= {Labelled, SecondOpinion}
    if session.ended:
        return frozenset(kinds)
    kinds |= {Message, Ended, Unclaimed if session.claimed_by else Claimed}
    if session.waiting_since:
        kinds.add(Replied)
    if session.unreleased:
        kinds.add(Released)
    return frozenset(kinds)


def apply(session: Session | None, event: Event) -> Session:
    """The session after this event.

    Raises:
        NotAllowed: the event can't come next.
    """
    body = event.body
    if session is None:
        if not isinstance(body, Started):
            raise NotAllowed("missing", "There is no such conversation.")
        return _receipt(Session(event.session, body, event.at), event)
    if type(body) not in may_come_next(session):
        raise _refusal(session, body)
    return _receipt(_after(session, event, body), event)


def _after(session: Session, event: Event, body: Body) -> Session:
    match body:
        case Message(n=n, role=role, text=text):
            _expect_number(session, n)
            return replace(session, messages=(*session.messages, Said(n, role, text, event.at)))
        case Replied():
            return _after_reply(session, event, body)
        case Released(n=n, exchange=number):
            return _after_release(session, event, n, number)
        case Claimed():
            return replace(session, claimed_by=event.actor)
        case Unclaimed():
            _expect_claim(session, event.actor)
            return replace(session, claimed_by=None)
        case Labelled(exchange=number, labels=labels):
            exchange = access_exchange(session, number)
            merged = {**exchange.labels, **labels}
            kept = {name: value for name, value in merged.items() if value is not None}
            return _with_exchange(session, replace(exchange, labels=kept))
        case Noted(exchange=None, text=text):
            return replace(session, notes=(*session.notes, text))
        case Noted(exchange=int(number), text=text):
            exchange = access_exchange(session, number)
            return _with_exchange(session, replace(exchange, notes=(*exchange.notes, text)))
        case SecondOpinion(exchange=number):
            exchange = access_exchange(session, number)
            return _with_exchange(session, replace(exchange, second_opinions=(*exchange.second_opinions, body)))
        case Ended():
            return replace(session, ended=body, ended_at=event.at, claimed_by=None)
    raise _refusal(session, body)


def _after_reply(session: Session, event: Event, reply: Replied) -> Session:
    _expect_claim(session, event.actor)
    if reply.exchange != len(session.exchanges) + 1:
        raise NotAllowed("gap", f"Exchange {reply.exchange} can't follow exchange {len(session.exchanges)}.")
    if not reply.first <= reply.upto <= len(session.messages):
        raise NotAllowed("invalid", "The reply is to messages that aren't in the conversation.")
    asked = session.messages[session.answered : reply.upto]
    if not any(said.role == "user" for said in asked):
        raise NotAllowed("answered", "That message has been answered already.")
    exchange = Exchange(event.actor, event.at, reply, dict(reply.labels))
    unreleased = session.unreleased if reply.text is None else (*session.unreleased, reply.exchange)
    return replace(session, exchanges=(*session.exchanges, exchange), unreleased=unreleased)


def _after_release(session: Session, event: Event, n: int, number: int) -> Session:
    _expect_number(session, n)
    if number != session.unreleased[0]:
        raise NotAllowed("order", f"Exchange {number} can't be released before exchange {session.unreleased[0]}.")
    exchange = access_exchange(session, number)
    said = Said(n, "assistant", exchange.reply.text or "", event.at, number)
    released = replace(exchange, released=n, released_at=event.at)
    after = replace(session, messages=(*session.messages, said), unreleased=session.unreleased[1:])
    return _with_exchange(after, released)


def access_exchange(session: Session, number: int) -> Exchange:
    """The exchange of that number, counted from 1.

    Raises:
        NotAllowed: there is none.
    """
    if not 1 <= number <= len(session.exchanges):
        raise NotAllowed("missing", f"There is no exchange {number} in this conversation.")
    return session.exchanges[number - 1]


def _with_exchange(session: Session, exchange: Exchange) -> Session:
    at = exchange.number - 1
    return replace(session, exchanges=(*session.exchanges[:at], exchange, *session.exchanges[at + 1 :]))


def _receipt(session: Session, event: Event) -> Session:
    if event.client_id is None:
        return session
    return replace(session, receipts={**session.receipts, (event.actor, event.client_id): event})


def _expect_number(session: Session, n: int) -> None:
    if n != len(session.messages) + 1:
        raise NotAllowed("gap", f"Message {n} can't follow message {len(session.messages)}.")


def _expect_claim(session: Session, actor: str) -> None:
    if session.claimed_by not in (None, actor):
        raise NotAllowed("claimed", "Somebody else has this conversation.")


def _refusal(session: Session, body: Body) -> NotAllowed:
    if session.ended:
        return NotAllowed("ended", "This conversation has ended.")
    match body:
        case Claimed():
            return NotAllowed("claimed", "Somebody has this conversation already.")
        case Replied():
            return NotAllowed("answered", "Nothing waits for an answer here.")
        case Labelled() | SecondOpinion():
            return NotAllowed("missing", "There is no exchange in this conversation yet.")
    return NotAllowed("order", f"A {body.kind} event can't come next.")
