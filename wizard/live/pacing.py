"""When a reply is let through, and word by word. The study decides, from the moment it was sent; never the keyboard."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from wizard import loop
from wizard.events import SYSTEM, Draft, Event, Finished, Released, Replied, Retried, Spoken
from wizard.live.elapsed import seconds_since
from wizard.live.pauses import Pauses
from wizard.live.sessions import Live, Sessions
from wizard.pacing import first_word, let_through, next_bubble
from wizard.session import NotAllowed, Session
from wizard.store.database import LogUnavailable

RETRY_SECONDS = 1.0
TICK_SECONDS = 0.12
AT_ONCE_SECONDS = 0.02
"""No sooner after it was sent does an answer come, on whatever clock: within that the server is done with all that it
does for a person's answer and not for a program's.
"""
CHARS_PER_TICK_LENGTH = 2_000
"""A text this long is let through at every tick, one twice as long at every other: each is rendered whole."""
STREAMS_PER_TICK_LENGTH = 250
"""So many texts are let through at every tick, twice as many at every other: a message to everybody is one for each."""

CLOCK_GRAIN = 0.002
"""Seconds by which a timer may come too early for the clock of the log, which counts milliseconds."""

log = logging.getLogger("wizard")


class Clock:
    """Time as pacing counts it: in seconds, so many times faster than in earnest."""

    def __init__(self, haste: float = 1.0) -> None:
        self.haste = haste

    def since(self, at: str | None) -> float:
        """From that time of the log until now; never less than 0, for clocks jump."""
        return 0.0 if at is None else seconds_since(at) * self.haste

    def between(self, earlier: str | None, later: str) -> float:
        """From one time of the log to another; never less than 0."""
        if earlier is None:
            return 0.0
        seconds = (datetime.fromisoformat(later) - datetime.fromisoformat(earlier)).total_seconds()
        return max(0.0, seconds) * self.haste

    def now(self) -> float:
        """A time that only grows."""
        return monotonic() * self.haste

    def later(self, seconds: float, work: Callable[..., Any], *given: Any) -> None:
        """Start `work` on the loop after so many seconds."""
        loop.later(max(0.0, seconds) / self.haste, work, *given)


@dataclass(slots=True, eq=False)
class Stream:
    """A message that is being let through: so many of its characters so far."""

    n: int
    text: str
    rate: float
    began: float
    chars: int = 0
    held: bool = False


@dataclass(slots=True, eq=False)
class Due:
    """What is let through next, as `upcoming` names it, and when on the clock."""

    which: tuple[int, int]
    at: float


NO_REPLY = 0
"""Stands for the number of the exchange where what comes next is a message of the team."""


def upcoming(session: Session) -> tuple[int, int] | None:
    """What is let through next: a bubble of a reply, by its exchange and its place there; then what the team wrote."""
    if session.unreleased:
        return session.unreleased[0]
    return (NO_REPLY, session.spoken + 1) if session.unspoken else None


def text_of(session: Session, which: tuple[int, int]) -> str:
    """The text of what is let through next."""
    exchange, bubble = which
    if exchange == NO_REPLY:
        return session.unspoken[0]
    return session.exchanges[exchange - 1].reply.seen_as[bubble - 1].text


def release_now(session: Session, which: tuple[int, int], rate: float | None) -> list[Draft]:
    """What is let through next goes out, if it is this and nothing else is on its way."""
    if session.ended or session.streaming is not None or upcoming(session) != which:
        return []
    n, (exchange, bubble) = len(session.messages) + 1, which
    if exchange == NO_REPLY:
        return [Draft(SYSTEM, Spoken(n=n, text=session.unspoken[0], rate=rate))]
    return [Draft(SYSTEM, Released(n=n, exchange=exchange, bubble=bubble, rate=rate))]


def release_all(session: Session) -> list[Draft]:
    """Everything that was answered goes out, in order and whole, and what the team wrote after it."""
    n = len(session.messages)
    rest = [
        Draft(SYSTEM, Released(n=n + at, exchange=exchange, bubble=bubble))
        for at, (exchange, bubble) in enumerate(session.unreleased, 1)
    ]
    n += len(rest)
    spoken = [Draft(SYSTEM, Spoken(n=n + at, text=text)) for at, text in enumerate(session.unspoken, 1)]
    return [*finish(session), *rest, *spoken]


def finish(session: Session) -> list[Draft]:
    """The message that is being let through goes out to its end."""
    return [] if session.streaming is None else [Draft(SYSTEM, Finished(n=len(session.messages)))]


def tick_seconds(chars: int, streams: int) -> float:
    """How long after the last words of a text the next ones come, with that many texts on their way."""
    return TICK_SECONDS * max(1.0, chars / CHARS_PER_TICK_LENGTH, streams / STREAMS_PER_TICK_LENGTH)


class Releases:
    """Lets each reply through when its time has come, in the order in which they were written."""

    def __init__(self, sessions: Sessions, clock: Clock, pauses: Pauses) -> None:
        self.clock, self.pauses = clock, pauses
        self._sessions = sessions
        self._due: dict[str, Due] = {}
        self._streams: dict[str, Stream] = {}
        self._listeners: list[Callable[[Live], None]] = []
        sessions.on_change(self._published)
        pauses.on_change(self._go_on)

    def on_words(self, listener: Callable[[Live], None]) -> None:
        """Call `listener` whenever more words of a message have been let through."""
        self._listeners.append(listener)

    def take_up(self, waiting: Sequence[str]) -> None:
        """After a start: go on with what the last run left."""
        for session in waiting:
            live = self._sessions.access(session)
            if live.session.streaming is not None:
                self._begin(live, self.clock.since(live.session.messages[-1].at))
            elif upcoming(live.session):
                self._schedule(live)

    def chars(self, session: Session) -> int:
        """How many characters of the message that is coming have been let through."""
        stream = self._streams.get(session.id)
        whole = len(session.coming.text)
        return whole if session.streaming is None else stream.chars if stream else 0

    def due_in(self, session: str) -> float | None:
        """Seconds until the next bubble of that session is let through; None where none is about to be."""
        due = self._due.get(session)
        if due is None or self.pauses.held(self._sessions.access(session)):
            return None
        return max(0.0, due.at - self.clock.now())

    def hold(self, session: str, on: bool) -> None:
        """Let no further words through, or go on."""
        if stream := self._streams.get(session):
            stream.held = on

    def _published(self, live: Live, events: Sequence[Event]) -> None:
        session = live.session
        if session.streaming is None:
            self._streams.pop(session.id, None)
        elif session.id not in self._streams:
            self._begin(live, 0.0)
        if session.ended or not upcoming(session) or session.streaming is not None:
            self._due.pop(session.id, None)
            return
        due = self._due.get(session.id)
        retried = any(isinstance(event.body, Retried) for event in events)
        if due is None or due.which != upcoming(session) or retried:
            answered = any(isinstance(event.body, Replied) for event in events)
            self._schedule(live, after_another=not answered and not retried)

    def _go_on(self, study: str) -> None:
        """A pause began or is over: what was held is as if it had been sent now."""
        for session in [] if self.pauses.holds(study) else list(self._due):
            live = self._sessions.access(session)
            if live.session.started.study == study:
                self._schedule(live, held=True)

    def _schedule(self, live: Live, *, after_another: bool = False, held: bool = False) -> None:
        session, pacing = live.session, live.study.pacing
        which = upcoming(session)
        assert which is not None
        number, bubble = which
        text = text_of(session, which)
        seed = f"{session.id}:{number}:{bubble}"
        delay = next_bubble(pacing, text, seed) if bubble > 1 or after_another or number == NO_REPLY else 0.0
        if held:
            delay = first_word(pacing, text, seed, self.clock.since(session.asked_at))
        elif number != NO_REPLY and bubble == 1:
            exchange = session.exchanges[number - 1]
            again = session.asked_at if session.asked_at and session.asked_at > exchange.at else None
            sent, asked = again or exchange.at, again or exchange.asked_at
            waited = self.clock.between(asked, sent)
            first = max(first_word(pacing, text, seed, waited), AT_ONCE_SECONDS * self.clock.haste)
            delay = max(delay, first - self.clock.since(sent))
        due = self._due[session.id] = Due(which, self.clock.now() + delay)
        self.clock.later(delay, self._release, session.id, due)

    def _release(self, session: str, due: Due) -> None:
        if self._due.get(session) is not due:
            return
        try:
            live = self._sessions.access(session)
            if self.pauses.held(live):
                return  # it is scheduled anew when that is over
            rate = live.study.pacing.chars_per_second
            text = text_of(live.session, due.which)
            if rate and let_through(text, rate, 0.0) == len(text):
                rate = None
            self._sessions.record(session, lambda now: release_now(now, due.which, rate))
        except LogUnavailable:
            loop.later(RETRY_SECONDS, self._release, session, due)
        except NotAllowed as error:
            log.warning("a reply could not be released: %s", error)

    def _begin(self, live: Live, since: float) -> None:
        last, rate = live.session.messages[-1], live.session.streaming
        assert rate is not None
        stream = self._streams[live.session.id] = Stream(last.n, last.text, rate, self.clock.now() - since)
        loop.later(0.0, self._tick, live.session.id, stream)

    def _tick(self, session: str, stream: Stream) -> None:
        if self._streams.get(session) is not stream:
            return
        chars = let_through(stream.text, stream.rate, self.clock.now() - stream.began)
        try:
            if chars > stream.chars and not stream.held:
                stream.chars = chars
                live = self._sessions.access(session)
                for listener in self._listeners:
                    listener(live)
            if stream.chars == len(stream.text):
                self._sessions.record(session, finish)
                return
        except LogUnavailable:
            loop.later(RETRY_SECONDS, self._tick, session, stream)
            return
        self.clock.later(tick_seconds(chars, len(self._streams)), self._tick, session, stream)
