"""A session is the fold of its events; this says what each event does and which may come next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import reduce

from wizard.events import (
    Body,
    Claimed,
    Ended,
    Event,
    Finished,
    Flagged,
    Guessed,
    HandedOver,
    Labelled,
    Looked,
    Message,
    Noted,
    Released,
    Replied,
    Retried,
    SecondOpinion,
    Started,
    Stopped,
    Unclaimed,
)
from wizard.exchange import Correction, Exchange, Note, Opined, Said


class NotAllowed(Exception):
    """This event can't come next. `code` is for programs, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Session:
    """One conversation of one participant, under one study version, as its events say it is.

    `unreleased` are the bubbles that haven't been let through, as exchange and bubble, and `streaming` the characters
    a second at which the last message is let through, as long as it isn't whole. The participant last asked, in a
    message or by trying again, at `asked_at`, when there were `asked_n` messages; `asks_again` is whether nobody has
    answered that they tried again. `held_by` is everybody who ever had it, `looked` who looked further than the
    observation. `handed_over` is the word that came with it, as long as it stays with whom it was given to.
    """

    id: str
    started: Started
    started_at: str
    messages: tuple[Said, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    unreleased: tuple[tuple[int, int], ...] = ()
    streaming: float | None = None
    asked_at: str | None = None
    asked_n: int = 0
    asks_again: bool = False
    notes: tuple[Note, ...] = ()
    claimed_by: str | None = None
    handed_over: Note | None = None
    held_by: frozenset[str] = frozenset()
    looked: frozenset[str] = frozenset()
    saw_more: bool = False
    ended: Ended | None = None
    ended_at: str | None = None
    guessed: Guessed | None = None
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
        return self.asked_at if self.asks_again else None

    @property
    def newest(self) -> int:
        """Number of the last message that an answer given now would be from: an answer that was stopped, and asked for
        again, isn't part of it.
        """
        if self.asks_again and not any(said.role == "user" for said in self.messages[self.answered :]):
            return self.answered
        return len(self.messages)

    @property
    def begun(self) -> bool:
        """Whether the participant has a part of a reply, and more of it is to come."""
        return self.streaming is not None or bool(self.unreleased and self.unreleased[0][1] > 1)

    @property
    def may_retry(self) -> bool:
        """Whether the participant may ask again: nothing has come since they asked, or what came was stopped."""
        return bool(self.messages) and not self.begun and (self._is_asked or self.messages[-1].whole is not None)

    @property
    def _is_asked(self) -> bool:
        return 0 < self.asked_n == len(self.messages)

    @property
    def owes(self) -> bool:
        """Whether the participant waits for a word: of an answer to what they said last, or of the rest of one."""
        if self.ended or self.streaming is not None:
            return False
        if self.begun or self._is_asked:
            return True
        heard = next((each.reply.upto for each in reversed(self.exchanges) if each.released), 0)
        return any(said.role == "user" for said in self.messages[heard:])

    def seen_by(self, exchange: Exchange) -> tuple[Said, ...]:
        """The messages that this exchange was answered from, as they were then."""
        reply = exchange.reply
        return tuple(
            said.whole if said.whole and exchange.number <= said.stopped_after else said
            for said in self.messages[reply.first - 1 : reply.upto]
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
        return frozenset(kinds if session.guessed else kinds | {Guessed})
    if session.streaming is None:
        kinds |= {Message, Ended}
    else:
        kinds.add(Finished)
    if session.begun:
        kinds.add(Stopped)
    if session.may_retry:
        kinds.add(Retried)
    kinds |= {Unclaimed, HandedOver} if session.claimed_by else {Claimed}
    if session.waiting_since:
        kinds.add(Replied)
    if session.unreleased and session.streaming is None:
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
            after = replace(session, messages=(*session.messages, Said(n, role, text, event.at)))
            return replace(after, asked_at=event.at, asked_n=n) if role == "user" else after
        case Replied():
            return _after_reply(session, event, body)
        case Released():
            return _after_release(session, event, body)
        case Finished(n=n):
            _expect_last(session, n)
            return _let_through(replace(session, streaming=None), event)
        case Stopped():
            return _after_stop(session, event, body)
        case Retried():
            stopped = session.messages[-1].whole is not None
            asks_again = session.asks_again or (stopped and not session.waiting_since)
            return replace(session, asked_at=event.at, asked_n=len(session.messages), asks_again=asks_again)
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
        case Guessed():
            return replace(session, guessed=body)
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
    again = session.asks_again and reply.upto >= session.answered
    if not again and not any(said.role == "user" for said in asked):
        raise NotAllowed("answered", "That message has been answered already.")
    exchange = Exchange(event.actor, event.at, reply, dict(reply.labels), session.asked_at)
    bubbles = [(reply.exchange, bubble) for bubble in range(1, len(reply.seen_as) + 1)]
    return replace(
        session,
        exchanges=(*session.exchanges, exchange),
        unreleased=(*session.unreleased, *bubbles),
        asks_again=False,
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
    messages, unreleased = (*session.messages, said), session.unreleased[1:]
    after = replace(session, messages=messages, unreleased=unreleased, streaming=body.rate)
    if bubble == 1:
        after = _with_exchange(after, replace(exchange, released=body.n, released_at=event.at))
    return after if body.rate else _let_through(after, event)


def _let_through(session: Session, event: Event) -> Session:
    """The last message is whole; if it is the last of its reply, so is that."""
    number = session.messages[-1].exchange
    if number is None or (session.unreleased and session.unreleased[0][0] == number):
        return session
    return _with_exchange(session, replace(access_exchange(session, number), finished_at=event.at))


def _after_stop(session: Session, event: Event, body: Stopped) -> Session:
    """What was let through is all there is of the reply: its last message is cut, its other bubbles never come."""
    _expect_last(session, body.n)
    whole = session.messages[-1]
    if body.chars > len(whole.text):
        raise NotAllowed("invalid", f"Message {body.n} doesn't have {body.chars} characters.")
    cut = replace(whole, text=whole.text[: body.chars], bubble=None, whole=whole, stopped_after=len(session.exchanges))
    unreleased = tuple(each for each in session.unreleased if each[0] != whole.exchange)
    after = replace(session, messages=(*session.messages[:-1], cut), unreleased=unreleased, streaming=None)
    if whole.exchange is None:
        return after
    return _with_exchange(after, replace(access_exchange(after, whole.exchange), finished_at=event.at, stopped=True))


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


def _expect_last(session: Session, n: int) -> None:
    if n != len(session.messages):
        raise NotAllowed("order", f"Message {n} isn't the last one.")


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
        case Message() | Ended():
            return NotAllowed("order", "An answer is still coming.")
        case Stopped():
            return NotAllowed("order", "There is nothing to stop.")
        case Retried():
            return NotAllowed("order", "There is nothing to try again.")
        case Replied():
            return NotAllowed("answered", "Nothing waits for an answer here.")
        case Labelled() | Flagged() | SecondOpinion():
            return NotAllowed("missing", "There is no exchange in this conversation yet.")
    return NotAllowed("order", f"A {body.kind} event can't come next.")
