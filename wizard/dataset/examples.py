"""From sessions to examples: what a format's file is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from wizard.events import (
    Event,
    Finished,
    Flagged,
    Labelled,
    Message,
    Noted,
    Rated,
    Released,
    Replied,
    Retried,
    SecondOpinion,
    Stopped,
    account_of,
)
from wizard.exchange import Exchange, Said
from wizard.fold import fold
from wizard.session import Session
from wizard.store.log import events_by_session

OF_AN_EXCHANGE = frozenset({Released, Labelled, Flagged, SecondOpinion, Rated, Noted})
OF_A_MESSAGE = frozenset({Finished, Stopped})


@dataclass(slots=True)
class Traces:
    """Where an exchange stands in the log: the first and the last `seq` that it came from, and its row's own id."""

    first: int
    last: int
    row: str | None


@dataclass(frozen=True, slots=True)
class Example:
    """One exchange with the session it stands in: what was seen, what was answered, what was said of it.

    `seen` are the messages that stood in the observation. `seq` is the first and the last event of the log that it came
    from: from the participant's message on, to the last that was said of it. `row` is the id that an imported row had.
    """

    session: Session
    exchange: Exchange
    seen: tuple[Said, ...]
    seq: tuple[int, int]
    row: str | None = None

    @property
    def id(self) -> str:
        """Names the exchange for ever: its session and its number there."""
        return f"{self.session.id}-{self.exchange.number}"

    @property
    def message(self) -> str:
        """What the participant said since the exchange before, as far as the observation has it, lines joined."""
        return "\n".join(said.text for said in self.asked)

    @property
    def reply(self) -> str | None:
        """The reply as the model would give it; None where an imported row has labels only."""
        return self.exchange.reply.text

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels as they stand now."""
        return self.exchange.labels

    @property
    def asked(self) -> tuple[Said, ...]:
        """The participant's messages that this exchange answers: those since the one before it that were seen."""
        before = self.exchange.number - 2
        after = self.session.exchanges[before].reply.upto if before >= 0 else 0
        return tuple(said for said in self.seen if said.role == "user" and said.n > after)

    @property
    def released(self) -> str | None:
        """What the participant was shown of the reply, its bubbles joined by an empty line; None if nothing."""
        exchange = self.exchange
        if exchange.released is None:
            return None
        shown = [
            said.text for said in self.session.messages[exchange.released - 1 :] if said.exchange == exchange.number
        ]
        return "\n\n".join(shown)

    @property
    def wizard(self) -> str:
        """Who answered, as the log names them."""
        return account_of(self.exchange.actor)


@dataclass(frozen=True, slots=True)
class TracedSession:
    """A session, and where its exchanges stand in the log."""

    session: Session
    traces: tuple[Traces, ...]

    @property
    def examples(self) -> list[Example]:
        """Its exchanges, in order."""
        return [
            Example(self.session, exchange, self.session.seen_by(exchange), (trace.first, trace.last), trace.row)
            for exchange, trace in zip(self.session.exchanges, self.traces, strict=True)
        ]

    @property
    def asks(self) -> bool:
        """Whether the participant said anything; a greeting alone is no example of anything."""
        return any(said.role == "user" for said in self.session.messages)


def traced(events: Sequence[Event]) -> TracedSession:
    """The session that these events make, with where each exchange came from."""
    session = fold(events)
    assert session is not None
    traces: list[Traces] = []
    exchange_of: dict[int, int] = {}
    waiting: list[tuple[int, int]] = []
    for event in events:
        body: Any = event.body
        kind = type(body)
        if kind is Message:
            if body.role == "user":
                waiting.append((body.n, event.seq))
        elif kind is Retried:
            waiting.append((0, event.seq))
        elif kind is Replied:
            row = event.client_id if session.started.imported else None
            traces.append(Traces(waiting[0][1] if waiting else event.seq, event.seq, row))
            waiting = [each for each in waiting if each[0] > body.upto]
        elif kind in OF_AN_EXCHANGE:
            if body.exchange is not None:
                traces[body.exchange - 1].last = event.seq
            if kind is Released:
                exchange_of[body.n] = body.exchange
        elif kind in OF_A_MESSAGE and body.n in exchange_of:
            traces[exchange_of[body.n] - 1].last = event.seq
    return TracedSession(session, tuple(traces))


def traced_sessions(db: Database, study: str, upto: int | None = None) -> Iterator[TracedSession]:
    """The sessions of a study in which the participant said something, in the order in which they began.

    With `upto`, as they were when that was the last event of the log.
    """
    return (each for each in map(traced, events_by_session(db, study, upto)) if each.asks)


def examples(sessions: Iterable[TracedSession]) -> Iterator[Example]:
    """Every exchange of these sessions, in order."""
    for each in sessions:
        yield from each.examples
