"""A session is the fold of its events; this says what each event does and which may come next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce
from typing import NamedTuple

from wizard.events import (
    Body,
    Bubble,
    Claimed,
    Ended,
    Event,
    Flagged,
    HandedOver,
    Labelled,
    Looked,
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
    """A message where it stands in the conversation.

    `exchange` is the reply that it was, if it was one, and `bubble` what stands under its text.
    """

    n: int
    role: Role
    text: str
    at: str
    exchange: int | None = None
    bubble: Bubble | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A private note of the team."""

    text: str
    actor: str
    at: str


@dataclass(frozen=True, slots=True)
class Correction:
    """Labels that were set, or taken away (None), after the exchange."""

    labels: Mapping[str, str | None]
    actor: str
    at: str


@dataclass(frozen=True, slots=True)
class Opined:
    """A second opinion, and when it was given."""

    opinion: SecondOpinion
    at: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """An observation and the reply to it. `labels` are as they stand now, `reply.labels` as first given.

    `released` is the number of its first message.
    """

    actor: str
    at: str
    reply: Replied
    labels: Mapping[str, str]
    released: int | None = None
    released_at: str | None = None
    notes: tuple[Note, ...] = ()
    corrections: tuple[Correction, ...] = ()
    second_opinions: tuple[Opined, ...] = ()
    not_for_training: bool = False

    @property
    def number(self) -> int:
        return self.reply.exchange


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation of one participant, under one study version, as its events say it is.

    `unreleased` are the bubbles that haven't been let through, as exchange and bubble. `held_by` is everybody who
    ever had it, `looked` who looked further than the observation. `handed_over` is the word that came with it, as
    long as it stays with whom it was given to.
    """

    id: str
    started: Started
    started_at: str
    messages: tuple[Said, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    unreleased: tuple[tuple[int, int], ...] = ()
    notes: tuple[Note, ...] = ()
    claimed_by: str | None = None
    handed_over: Note | None = None
    held_by: frozenset[str] = frozenset()
    looked: frozenset[str] = frozenset()
    saw_more: bool = False
    ended: Ended | None = None
    ended_at: str | None = None
    receipts: Mapping[tuple[str, str], Event] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        """Number of the last message that stood in an observation somebody replied to; 0 before the first."""
        return self.exchanges[-1].reply.upto if self.exchanges else 0

    def knows_more(self, actor: str) -> bool:
        """Whether an answer of this wizard would be from more than the observation: theirs, or of somebody before."""
        return self.saw_more or actor in self.looked

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
    kinds: set[type[Body]] = {Noted, Looked}
    if session.exchanges:
        kinds |= {Labelled, Flagged, SecondOpinion}
    if session.ended:
        return frozenset(kinds)
    kinds |= {Message, Ended}
    kinds |= {Unclaimed, HandedOver} if session.claimed_by else {Claimed}
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
        case Released():
            return _after_release(session, event, body)
        case Claimed():
            return _held(session, event.actor)
        case Unclaimed():
            _expect_claim(session, event.actor)
            return replace(session, claimed_by=None, handed_over=None)
        case HandedOver(to=to, note=text):
            _expect_claim(session, event.actor)
            return replace(_held(session, to), handed_over=Note(text, event.actor, event.at))
        case Looked():
            saw_more = session.saw_more or (not session.ended and session.claimed_by in (None, event.actor))
            return replace(session, looked=session.looked | {event.actor}, saw_more=saw_more)
        case Labelled(exchange=number, labels=labels):
            return _after_labels(session, event, number, labels)
        case Flagged(exchange=number, not_for_training=flag):
            return _with_exchange(session, replace(access_exchange(session, number), not_for_training=flag))
        case Noted(exchange=None, text=text):
            return replace(session, notes=(*session.notes, Note(text, event.actor, event.at)))
        case Noted(exchange=int(number), text=text):
            exchange = access_exchange(session, number)
            note = Note(text, event.actor, event.at)
            return _with_exchange(session, replace(exchange, notes=(*exchange.notes, note)))
        case SecondOpinion(exchange=number):
            exchange = access_exchange(session, number)
            opinions = (*exchange.second_opinions, Opined(body, event.at))
            return _with_exchange(session, replace(exchange, second_opinions=opinions))
        case Ended():
            return replace(session, ended=body, ended_at=event.at, claimed_by=None, handed_over=None)
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
    bubbles = [(reply.exchange, bubble) for bubble in range(1, len(reply.seen_as) + 1)]
    return replace(
        session,
        exchanges=(*session.exchanges, exchange),
        unreleased=(*session.unreleased, *bubbles),
        saw_more=session.saw_more or reply.saw_more,
    )


def _after_release(session: Session, event: Event, body: Released) -> Session:
    _expect_number(session, body.n)
    number, bubble = session.unreleased[0]
    if (body.exchange, body.bubble) != (number, bubble):
        raise NotAllowed(
            "order", f"Bubble {body.bubble} of exchange {body.exchange} can't be released before {bubble} of {number}."
        )
    exchange = access_exchange(session, number)
    seen_as = exchange.reply.seen_as[bubble - 1]
    under = seen_as if seen_as.buttons or seen_as.card else None
    said = Said(body.n, "assistant", seen_as.text, event.at, number, under)
    after = replace(session, messages=(*session.messages, said), unreleased=session.unreleased[1:])
    if bubble > 1:
        return after
    return _with_exchange(after, replace(exchange, released=body.n, released_at=event.at))


def _after_labels(session: Session, event: Event, number: int, labels: Mapping[str, str | None]) -> Session:
    exchange = access_exchange(session, number)
    kept = {name: value for name, value in {**exchange.labels, **labels}.items() if value is not None}
    corrections = (*exchange.corrections, Correction(labels, event.actor, event.at))
    return _with_exchange(session, replace(exchange, labels=kept, corrections=corrections))


def _held(session: Session, actor: str) -> Session:
    return replace(session, claimed_by=actor, held_by=session.held_by | {actor}, handed_over=None)


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
        case HandedOver():
            return NotAllowed("claimed", "You don't have this conversation.")
        case Replied():
            return NotAllowed("answered", "Nothing waits for an answer here.")
        case Labelled() | Flagged() | SecondOpinion():
            return NotAllowed("missing", "There is no exchange in this conversation yet.")
    return NotAllowed("order", f"A {body.kind} event can't come next.")
