"""Whose turn it is: hands out what waits, in studies that give their conversations out in turn."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from sqlite_utils import Database

from wizard import loop
from wizard.events import Claimed, Draft, Ended, Event, HandedOver, Unclaimed
from wizard.live.pauses import Pauses
from wizard.live.sessions import Live, Sessions
from wizard.live.shift import RETRY_SECONDS, Shift
from wizard.session import NotAllowed, Session
from wizard.store.database import LogUnavailable
from wizard.store.heads import waiting_under, waiting_with_nobody
from wizard.study import Study


class Turns:
    """Gives each to whoever is able to take it, hasn't passed it on, and was given something longest ago; to nobody in
    a pause.
    """

    def __init__(self, sessions: Sessions, reader: Database, shift: Shift, pauses: Pauses) -> None:
        self._sessions, self._reader, self._shift, self._pauses = sessions, reader, shift, pauses
        self._given: dict[str, int] = {}
        self._passed_on: defaultdict[str, set[str]] = defaultdict(set)
        self._filling = False
        shift.on_room(self._fill_soon)
        pauses.on_change(lambda _: self._fill_soon())

    def published(self, live: Live, events: Sequence[Event]) -> None:
        """Somebody may wait now. Whoever frees one has passed it on; not who lost it by being gone."""
        session = live.session
        for event in events:
            if isinstance(event.body, Unclaimed) and self._shift.sockets(event.actor):
                self._passed_on[session.id].add(event.actor)
            elif isinstance(event.body, Claimed | HandedOver | Ended):
                self._passed_on.pop(session.id, None)
        if live.study.desk.assign == "round_robin" and session.waiting_since and session.claimed_by is None:
            loop.spawn(self._give, session.id)

    def _give(self, session: str) -> None:
        def decide(now: Session) -> list[Draft]:
            study = self._sessions.access(session).study
            able = self._able(study, session)
            if now.claimed_by or not now.waiting_since or self._pauses.holds(study.study) or not able:
                return []
            actor = min(able, key=lambda each: (self._given.get(each, 0), each))
            self._given[actor] = max(self._given.values(), default=0) + 1
            return [Draft(actor, Claimed(assigned=True))]

        try:
            self._shift.record(session, decide)
        except NotAllowed:  # it was erased in the meantime
            return
        except LogUnavailable:
            loop.later(RETRY_SECONDS, self._give, session)

    def _able(self, study: Study, session: str) -> list[str]:
        passed_on = self._passed_on.get(session, ())
        return [actor for actor in self._shift.able(study, session) if actor not in passed_on]

    def _fill_soon(self) -> None:
        if not self._filling:
            self._filling = True
            loop.spawn(self._fill)

    def _fill(self) -> None:
        """Somebody has room again: give out what waits with nobody, the oldest first."""
        self._filling = False
        dealt = [each for each in waiting_under(self._reader) if self._deals(*each)]
        for session, study, version in loop.by_turns(waiting_with_nobody(self._reader, dealt) if dealt else ()):
            if self._able(self._sessions.version(study, version).study, session):
                self._give(session)

    def _deals(self, name: str, version: int) -> bool:
        """Whether what waits under that version is given out now, and anybody could take it."""
        study = self._sessions.version(name, version).study
        return study.desk.assign == "round_robin" and not self._pauses.holds(name) and bool(self._shift.able(study, ""))
