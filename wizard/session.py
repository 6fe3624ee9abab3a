"""A session is the fold of its events; this says what each event does and which may come next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field
from typing import Any

from wizard.events import (
    Announced,
    Answered,
    Body,
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

AT_ANY_TIME: frozenset[type[Body]] = frozenset({Noted, Looked, Watched})
OF_AN_EXCHANGE: frozenset[type[Body]] = frozenset({Labelled, Flagged, SecondOpinion, Rated})


class NotAllowed(Exception):
    """This event can't come next. `code` is for programs, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Session:
    """One conversation of one participant, under one study version, as its events say it is. A value: only this module
    changes one, and only while it has it to itself, as a fold of a million sessions has no time for copies.

    `unreleased` are the bubbles that haven't been let through, as exchange and bubble, and `streaming` the characters
    a second at which the last message is let through, as long as it isn't whole. The participant last asked, in a
    message or by trying again, at `asked_at`, when there were `asked_n` messages; `asks_again` is whether nobody has
    answered that they tried again. `held_by` is everybody who ever had it, `looked` who looked further than the
    observation, `watched` who looked on as it went. `handed_over` is the word that came with it, as long as it stays
    with whom it was given to, and `whispers` what whoever has it was told since the last answer. `unspoken` are the
    messages of the team that haven't been let through, and `spoken` how many have been. `asked_before` and
    `asked_after` are what the participant answered to the study's questions, and `ready_at` is when they last did
    something that comes before they can write: agreed, answered, or had waited in the lobby.
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
    watched: frozenset[str] = frozenset()
    whispers: tuple[Note, ...] = ()
    unspoken: tuple[str, ...] = ()
    spoken: int = 0
    saw_more: bool = False
    ended: Ended | None = None
    ended_at: str | None = None
    guessed: Guessed | None = None
    consented_at: str | None = None
    asked_before: Answered | None = None
    asked_after: Answered | None = None
    ready_at: str | None = None
    let_in: bool = False
    receipts: dict[tuple[str, str], Event] = field(default_factory=dict)

    @property
    def answered(self) -> int:
        """Number of the last message that stood in an observation somebody replied to; 0 before the first."""
        return self.exchanges[-1].reply.upto if self.exchanges else 0

    def knows_more(self, actor: str) -> bool:
        """Whether an answer of this wizard would be from more than the observation: theirs, or of somebody before."""
        return self.saw_more or actor in self.looked | self.watched

    @property
    def screened_out(self) -> bool:
        """Whether they take no further part."""
        return self.asked_before is not None and self.asked_before.screened_out

    @property
    def has_spoken(self) -> bool:
        """Whether the participant has said anything."""
        return any(said.role == "user" for said in self.messages)

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
    def coming(self) -> Said:
        """The last message that came of a reply of which more is to come. Something may have been said since."""
        if self.streaming is not None:
            return self.messages[-1]
        reply = self.unreleased[0][0]
        return next(said for said in reversed(self.messages) if said.exchange == reply)

    @property
    def may_retry(self) -> bool:
        """Whether the participant may ask again: nothing has come since they asked, or the answer was stopped."""
        return bool(self.messages) and not self.begun and (self._is_asked or self._answer_was_stopped)

    @property
    def _answer_was_stopped(self) -> bool:
        return self.messages[-1].whole is not None and self.messages[-1].exchange is not None

    @property
    def cut_short(self) -> str | None:
        """The whole of the last message, where the team wrote it and the participant stopped it; once it is to come
        again, None.
        """
        last = self.messages[-1] if self.messages and not self.ended and not self.unspoken else None
        return last.whole.text if last and last.whole and last.exchange is None else None

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


def may_come_next(session: Session | None) -> frozenset[type[Body]]:
    """The kinds of event that this session allows next, whoever acts."""
    if session is None:
        return frozenset({Started})
    return frozenset(kind for kind in Body.kinds.values() if _may_come(session, kind))


def _may_come(session: Session, kind: type[Body]) -> bool:
    if kind in AT_ANY_TIME:
        return True
    if kind in OF_AN_EXCHANGE:
        return bool(session.exchanges)
    if session.ended:
        return (kind is Guessed and session.guessed is None) or (kind is Answered and session.asked_after is None)
    if kind is Whispered or kind is Announced:
        return True
    if kind is Spoken:
        return bool(session.unspoken) and not session.unreleased and session.streaming is None
    if kind is LetIn:
        return not session.let_in
    if kind is Consented:
        return session.consented_at is None
    if kind is Answered:
        return session.asked_before is None
    if kind is Message or kind is Ended:
        return session.streaming is None
    if kind is Replied:
        return session.waiting_since is not None
    if kind is Released:
        return bool(session.unreleased) and session.streaming is None
    if kind is Finished:
        return session.streaming is not None
    if kind is Stopped:
        return session.begun
    if kind is Retried:
        return session.may_retry
    if kind is Claimed:
        return session.claimed_by is None
    if kind is Unclaimed or kind is HandedOver:
        return session.claimed_by is not None
    return False


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
    if not _may_come(session, type(body)):
        raise _refusal(session, body)
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
            if number := _whole(session):
                _put(session, access_exchange(session, number)._replace(finished_at=event.at))
        case Stopped():
            _take_stop(session, event, body)
        case Retried():
            stopped = session._answer_was_stopped
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
        case Labelled(exchange=number, labels=labels):
            _take_labels(session, event, number, labels)
        case Flagged(exchange=number, not_for_training=flag):
            _put(session, access_exchange(session, number)._replace(not_for_training=flag))
        case Noted(exchange=None, text=text):
            session.notes += (Note(text, event.actor, event.at),)
        case Noted(exchange=int(number), text=text):
            exchange = access_exchange(session, number)
            _put(session, exchange._replace(notes=(*exchange.notes, Note(text, event.actor, event.at))))
        case Consented():
            session.consented_at = session.ready_at = event.at
        case Answered():
            _take_answers(session, event, body)
        case LetIn():
            session.let_in, session.ready_at = True, event.at
        case Rated(exchange=number):
            exchange = access_exchange(session, number)
            if body.opinion is not None and body.opinion > len(exchange.second_opinions):
                raise NotAllowed("missing", "There is no such second opinion on this exchange.")
            _put(session, exchange._replace(ratings=(*exchange.ratings, Rating(body, event.at))))
        case SecondOpinion(exchange=number):
            exchange = access_exchange(session, number)
            _put(session, exchange._replace(second_opinions=(*exchange.second_opinions, Opined(body, event.at))))
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
    if not body.rate and _whole(session):
        changes["finished_at"] = event.at
    if changes:
        _put(session, exchange._replace(**changes))


def _take_spoken(session: Session, event: Event, body: Spoken) -> None:
    """Whoever has asked for something has asked still: this was no answer to it."""
    _expect_number(session, body.n)
    if body.text != session.unspoken[0]:
        raise NotAllowed("order", "Another message is to be let through before this one.")
    if session._is_asked:
        session.asked_n = body.n
    session.messages += (Said(body.n, "assistant", body.text, event.at),)
    session.unspoken, session.streaming = session.unspoken[1:], body.rate
    session.spoken += 1


def _whole(session: Session) -> int | None:
    """The number of the reply that the last message ends; None where it ends none."""
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


def _take_answers(session: Session, event: Event, body: Answered) -> None:
    if body.when == "after":
        if not session.ended:
            raise NotAllowed("open", "This conversation is still open. End it first.")
        session.asked_after = body
        return
    if session.ended:
        raise NotAllowed("ended", "This conversation has ended.")
    session.asked_before, session.ready_at = body, event.at


def _take_labels(session: Session, event: Event, number: int, labels: Mapping[str, str | None]) -> None:
    exchange = access_exchange(session, number)
    kept = {name: value for name, value in {**exchange.labels, **labels}.items() if value is not None}
    corrections = (*exchange.corrections, Correction(labels, event.actor, event.at))
    _put(session, exchange._replace(labels=kept, corrections=corrections))


def _hold(session: Session, actor: str) -> None:
    session.claimed_by, session.handed_over = actor, None
    session.held_by |= {actor}


def access_exchange(session: Session, number: int) -> Exchange:
    """The exchange of that number, counted from 1.

    Raises:
        NotAllowed: there is none.
    """
    if not 1 <= number <= len(session.exchanges):
        raise NotAllowed("missing", f"There is no exchange {number} in this conversation.")
    return session.exchanges[number - 1]


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
        case Consented():
            return NotAllowed("order", "They agreed already.")
        case Answered():
            return NotAllowed("order", "They answered already.")
        case LetIn():
            return NotAllowed("order", "They are in already.")
        case Retried():
            return NotAllowed("order", "There is nothing to try again.")
        case Replied():
            return NotAllowed("answered", "Nothing waits for an answer here.")
        case Labelled() | Flagged() | SecondOpinion() | Rated():
            return NotAllowed("missing", "There is no exchange in this conversation yet.")
    return NotAllowed("order", f"A {body.kind} event can't come next.")
