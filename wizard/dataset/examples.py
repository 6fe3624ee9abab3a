"""From sessions to examples: what a format's file is made of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from wizard.exchange import Exchange, Said
from wizard.session import Session
from wizard.store.log import read_sessions

__all__ = ["Example", "examples", "sessions_of"]


@dataclass(frozen=True, slots=True)
class Example:
    """One exchange with the session it stands in: what was seen, what was answered, what was said of it."""

    session: Session
    exchange: Exchange

    @property
    def id(self) -> str:
        """Names the exchange for ever: its session and its number there."""
        return f"{self.session.id}-{self.exchange.number}"

    @property
    def seen(self) -> tuple[Said, ...]:
        """The messages that stood in the observation."""
        return self.session.seen_by(self.exchange)

    @property
    def asked(self) -> tuple[Said, ...]:
        """The participant's messages that this exchange answers: all since the exchange before it."""
        before = self.exchange.number - 2
        after = self.session.exchanges[before].reply.upto if before >= 0 else 0
        return tuple(said for said in self.seen if said.role == "user" and said.n > after)

    @property
    def released(self) -> str | None:
        """What the participant was shown of the reply, its bubbles joined by an empty line; None if nothing."""
        shown = [said.text for said in self.session.messages if said.exchange == self.exchange.number]
        return "\n\n".join(shown) if shown else None

    @property
    def wizard(self) -> str:
        """Who answered, as the log names them."""
        return self.exchange.actor.partition(":")[2]


def sessions_of(db: Database, study: str) -> Iterator[Session]:
    """The sessions of a study in which something was said by the participant, in the order in which they began."""
    return (each for each in read_sessions(db, study) if any(said.role == "user" for said in each.messages))


def examples(sessions: Iterator[Session]) -> Iterator[Example]:
    """Every exchange of these sessions, in order."""
    for session in sessions:
        for exchange in session.exchanges:
            yield Example(session, exchange)
