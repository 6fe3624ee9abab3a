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


def release_now(session: Session, exchange: int) -> list[Draft]:
    """The oldest unreleased reply goes out, if it is this one."""
    if session.ended or not session.unreleased or session.unreleased[0] != exchange:
        return []
    return [Draft(SYSTEM, Released(n=len(session.messages) + 1, exchange=exchange))]


def release_all(session: Session) -> list[Draft]:
    """Everything that was answered goes out, in order."""
    n = len(session.messages)
    return [Draft(SYSTEM, Released(n=n + at, exchange=number)) for at, number in enumerate(session.unreleased, 1)]


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
                self._schedule(live, live.session.unreleased[0])

    def _published(self, live: Live, events: Sequence[Event]) -> None:
        unreleased = live.session.unreleased
        if not unreleased or live.session.ended:
            return
        if any(isinstance(event.body, Released) for event in events) or (
            any(isinstance(event.body, Replied) for event in events) and len(unreleased) == 1
        ):
            self._schedule(live, unreleased[0])

    def _schedule(self, live: Live, exchange: int) -> None:
        text = live.session.exchanges[exchange - 1].reply.text or ""
        delay = release_delay(live.study.pacing, text, f"{live.session.id}:{exchange}")
        loop.later(delay, self._release, live.session.id, exchange)

    def _release(self, session: str, exchange: int) -> None:
        try:
            self._sessions.record(session, lambda now: release_now(now, exchange))
        except LogUnavailable:
            loop.later(RETRY_SECONDS, self._release, session, exchange)
        except NotAllowed as error:
            log.warning("a reply could not be released: %s", error)
