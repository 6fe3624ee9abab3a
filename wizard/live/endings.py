"""Conversations that end by themselves: after so many minutes, or so many of the participant's messages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from wizard.events import SYSTEM, Draft, Ended, Event
from wizard.live.lobby import Lobby
from wizard.live.pacing import CLOCK_GRAIN, Releases
from wizard.live.readiness import awaits
from wizard.live.sessions import Live, Sessions
from wizard.session import NotAllowed, Session
from wizard.store.database import LogUnavailable

LONGEST_OWED = 120.0
"""Seconds that an answer may still take once the limit is reached, where the study tells nobody that none comes."""
RETRY_SECONDS = 2.0


class Endings:
    """Ends what has come to its limit. An answer that is owed still comes, as long as anybody would wait for it.

    All is counted from the log, so that a restart changes nothing.
    """

    def __init__(self, sessions: Sessions, releases: Releases, lobby: Lobby) -> None:
        self._sessions, self._releases, self._lobby = sessions, releases, lobby
        self._looking: dict[str, float] = {}
        self._last_words: Callable[[str], None] = lambda session: None
        sessions.on_change(self._published)
        releases.pauses.on_change(self._go_on)

    def on_last_words(self, listener: Callable[[str], None]) -> None:
        """Call this with every session in which nothing more can be said, as long as an answer is owed."""
        self._last_words = listener

    def take_up(self, sessions: Iterable[str]) -> None:
        """After a start: look after those of these that have a limit."""
        for session in sessions:
            self._look(session)

    def is_reached(self, live: Live) -> bool:
        """Whether the participant can say no more."""
        return self._since(live) is not None

    def _since(self, live: Live) -> float | None:
        """For how many seconds the limit has been reached; None where it hasn't."""
        limits, session = live.study.limits, live.session
        if session.ended:
            return None
        said = [each.at for each in session.messages if each.role == "user"]
        if limits.messages is not None and len(said) >= limits.messages:
            return self._releases.clock.since(said[limits.messages - 1])
        left = self._left(live)
        return None if left is None or left > 0 else -left

    def _left(self, live: Live) -> float | None:
        """How many seconds of its minutes are left; None where it has no such limit, or hasn't begun."""
        minutes = live.study.limits.minutes
        if minutes is None or awaits(live) or self._lobby.waits(live):
            return None
        began = live.session.ready_at or live.session.started_at
        return minutes * 60 - self._releases.clock.since(began)

    def _published(self, live: Live, events: Sequence[Event]) -> None:
        limits = live.study.limits
        if live.session.ended:
            self._looking.pop(live.session.id, None)
        elif limits.minutes is not None or limits.messages is not None:
            self._look_in(live.session.id, 0.0)  # not now: nothing else can happen in it before this is over

    def _look_in(self, session: str, seconds: float) -> None:
        """Look once more, unless that is about to be done by then."""
        at = self._releases.clock.now() + seconds
        if at < self._looking.get(session, float("inf")):
            self._looking[session] = at
            self._releases.clock.later(seconds, self._look_at, session, at)

    def _look_at(self, session: str, at: float) -> None:
        if self._looking.get(session) == at:
            del self._looking[session]
            self._look(session)

    def _look(self, session: str) -> None:
        try:
            live = self._sessions.access(session)
            since, left = self._since(live), self._left(live)
            if live.session.ended or self._releases.pauses.held(live):
                return
            if since is None:
                if left is not None:
                    self._look_in(session, left + CLOCK_GRAIN)
                return
            owed = self._longest_owed(live) - since
            if _owes(live.session) and owed > 0:
                self._last_words(session)
                self._look_in(session, owed + CLOCK_GRAIN)
                return
            self._sessions.record(session, self._end)
        except NotAllowed:  # it was erased, or a word is still coming and its end brings this here again
            return
        except LogUnavailable:
            self._look_in(session, RETRY_SECONDS)

    def _end(self, session: Session) -> list[Draft]:
        return [] if session.ended or session.streaming is not None else [Draft(SYSTEM, Ended(reason="limit"))]

    def _longest_owed(self, live: Live) -> float:
        busy = live.study.pacing.busy
        return busy.after if busy else LONGEST_OWED

    def _go_on(self, study: str) -> None:
        """A pause is over: what came to its limit meanwhile ends."""
        if self._releases.pauses.holds(study):
            return
        for session in self._sessions.in_memory(study):
            self._look_in(session, 0.0)


def _owes(session: Session) -> bool:
    """Whether anything is still to come."""
    return bool(session.owes or session.unreleased or session.unspoken or session.streaming is not None)
