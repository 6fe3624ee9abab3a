"""When a reply is let through. The study decides, from the moment it was sent; never the keyboard."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from random import Random

from wizard import loop
from wizard.events import SYSTEM, Draft, Event, Released, Replied
from wizard.live.sessions import Live, Sessions
from wizard.session import NotAllowed, Session
from wizard.store.database import LogUnavailable
from wizard.study import Pacing

LONGEST_SECONDS = 30.0
RETRY_SECONDS = 1.0

log = logging.getLogger("wizard")


def release_delay(pacing: Pacing, text: str, seed: str) -> float:
    """Seconds from the wizard's send to the release: a draw from `first`, then the time to write it out.

    The draw is of `seed`, so that the same reply waits as long after a restart.
    """
    delay = Random(seed).uniform(*pacing.first)
    if pacing.chars_per_second:
        delay += len(text) / pacing.chars_per_second
    return min(delay, LONGEST_SECONDS)


def release_now(session: Session, exchange: int, bubble: int) -> list[Draft]:
    """The oldest unreleased bubble goes out, if it is this one."""
    if session.ended or not session.unreleased or session.unreleased[0] != (exchange, bubble):
        return []
    return [Draft(SYSTEM, Released(n=len(session.messages) + 1, exchange=exchange, bubble=bubble))]


def release_all(session: Session) -> list[Draft]:
    """Everything that was answered goes out, in order."""
    n = len(session.messages)
    return [
        Draft(SYSTEM, Released(n=n + at, exchange=exchange, bubble=bubble))
        for at, (exchange, bubble) in enumerate(session.unreleased, 1)
    ]


class Releases:
    """Lets each reply through when its time has come, in the order in which they were written."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        sessions.on_change(self._published)

    def take_up(self, waiting: Sequence[str]) -> None:
        """After a start: schedule what the last run left unreleased."""
        for session in waiting:
            live = self._sessions.access(session)
            if live.session.unreleased:
                self._schedule(live, *live.session.unreleased[0])

    def _published(self, live: Live, events: Sequence[Event]) -> None:
        unreleased = live.session.unreleased
        if not unreleased or live.session.ended:
            return
        let_through = any(isinstance(event.body, Released) for event in events)
        answered = any(isinstance(event.body, Replied) for event in events)
        exchange = live.session.exchanges[unreleased[0][0] - 1]
        nothing_else_is_due = len(unreleased) == len(exchange.reply.seen_as)
        if let_through or (answered and nothing_else_is_due):
            self._schedule(live, *unreleased[0])

    def _schedule(self, live: Live, exchange: int, bubble: int) -> None:
        text = live.session.exchanges[exchange - 1].reply.seen_as[bubble - 1].text
        seed = f"{live.session.id}:{exchange}" if bubble == 1 else f"{live.session.id}:{exchange}:{bubble}"
        loop.later(release_delay(live.study.pacing, text, seed), self._release, live.session.id, exchange, bubble)

    def _release(self, session: str, exchange: int, bubble: int) -> None:
        try:
            self._sessions.record(session, lambda now: release_now(now, exchange, bubble))
        except LogUnavailable:
            loop.later(RETRY_SECONDS, self._release, session, exchange, bubble)
        except NotAllowed as error:
            log.warning("a reply could not be released: %s", error)
