"""The lobby: where a study has one, participants wait in line until a wizard is free, and are let in one by one."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from statistics import median
from typing import Any

from sqlite_utils import Database

from wizard import loop
from wizard.events import SYSTEM, Draft, Ended, Event, LetIn
from wizard.live.pauses import Pauses
from wizard.live.sessions import Live, Sessions
from wizard.live.shift import Shift
from wizard.session import NotAllowed, Session
from wizard.store.database import LogUnavailable
from wizard.store.heads import LAST_OVER, durations
from wizard.study import Study

SOON_SECONDS = 0.1
RETRY_SECONDS = 2.0
BACK_SECONDS = 30.0
"""Whoever has been let in and is gone for so long makes room; when they come back, they go on."""

Line = dict[str, tuple[str, str]]
"""The sessions that wait, each with what orders them."""


class Lobby:
    """Who waits in which study, and who is in. The order is that in which conversations began; the log has who was
    let in, so that a restart, a reload or another device changes nobody's place.
    """

    def __init__(self, sessions: Sessions, shift: Shift, reader: Database, pauses: Pauses) -> None:
        self._sessions, self._shift, self._reader, self._pauses = sessions, shift, reader, pauses
        self._lines: defaultdict[str, Line] = defaultdict(dict)
        self._inside: defaultdict[str, set[str]] = defaultdict(set)
        self._here: set[str] = set()
        self._took: dict[str, deque[float]] = {}
        self._moved: Callable[[str], None] = lambda session: None
        self._filling = False
        sessions.on_change(self._published)
        shift.on_presence(self._fill_soon)
        pauses.on_change(lambda study: self._fill_soon())

    def take_up(self, let_in: Iterable[tuple[str, str]]) -> None:
        """After a start: whoever was in, as (session, study), has some time to come back, whoever is back before."""
        for session, study in let_in:
            self._inside[study].add(session)
            loop.later(BACK_SECONDS, self._make_room, session)

    def on_move(self, listener: Callable[[str], None]) -> None:
        """Call this with every session whose place has changed."""
        self._moved = listener

    def came(self, session: str) -> None:
        """Somebody is at this conversation."""
        live = self._sessions.access(session)
        self._here.add(session)
        if not live.study.desk.lobby or live.session.ended:
            return
        if live.session.let_in:
            self._inside[_study(live)].add(session)
        else:
            self._lines[_study(live)][session] = (live.session.started_at, session)
        self._fill_soon()

    def went(self, session: str) -> None:
        """Nobody is at this conversation any more. Their place in line is theirs when they come back."""
        self._here.discard(session)
        for line in list(self._lines.values()):
            line.pop(session, None)
        loop.later(BACK_SECONDS, self._make_room, session)
        self._fill_soon()

    def waits(self, live: Live) -> bool:
        """Whether it isn't their turn yet."""
        return live.study.desk.lobby and not live.session.let_in and not live.session.ended

    def in_line(self, study: str) -> int:
        """How many stand in that study's line."""
        return len(self._lines.get(study, ()))

    def place(self, live: Live) -> dict[str, Any]:
        """Which place in line they have, from 1, and about how many seconds it takes; None where nobody can tell."""
        study = _study(live)
        mine = (live.session.started_at, live.session.id)
        place = sum(each < mine for each in self._lines[study].values()) + 1
        room = 0 if self._pauses.held(live) else self._room(live.study)
        took = self._last_took(study) if room else ()
        about = round(place / room * median(took)) if took else None
        return {"place": place, "about": about}

    def _last_took(self, study: str) -> deque[float]:
        """How many seconds the last conversations took. Counted on from then on: the log may have had very many."""
        if study not in self._took:
            self._took[study] = deque(reversed(durations(self._reader, study)), maxlen=LAST_OVER)
        return self._took[study]

    def _room(self, study: Study) -> int:
        """How many can be in at once: each wizard at the desk has so many."""
        return self._shift.at_work(study.study) * (study.desk.limit or 1)

    def _fill_soon(self) -> None:
        if not self._filling:
            self._filling = True
            loop.later(SOON_SECONDS, self._fill)

    def _fill(self) -> None:
        self._filling = False
        for study, line in list(self._lines.items()):
            known = set(line)
            while line:
                session = min(line, key=line.__getitem__)
                live = self._sessions.access(session)
                if len(self._inside[study]) >= self._room(live.study) or self._pauses.held(live):
                    break
                try:
                    self._sessions.record(session, _let_in)
                except LogUnavailable:
                    loop.later(RETRY_SECONDS, self._fill_soon)
                    return
                except NotAllowed:  # it has ended or was erased in the meantime
                    line.pop(session, None)
                    continue
                line.pop(session, None)
                self._inside[study].add(session)
                known.add(session)  # they may have come while another was let in
            for session in loop.by_turns(known | set(line)):
                self._moved(session)

    def _make_room(self, session: str) -> None:
        if session not in self._here:
            for inside in list(self._inside.values()):
                inside.discard(session)
            self._fill_soon()

    def _published(self, live: Live, events: Sequence[Event]) -> None:
        if any(isinstance(event.body, Ended) for event in events):
            study, session = _study(live), live.session
            if study in self._took and session.exchanges and not session.started.trial:
                self._took[study].append(_seconds(session))
            self._inside[study].discard(session.id)
            self._lines[study].pop(session.id, None)
            self._fill_soon()


def _study(live: Live) -> str:
    return live.session.started.study


def _seconds(session: Session) -> float:
    """From its beginning to its end."""
    assert session.ended_at is not None
    return (datetime.fromisoformat(session.ended_at) - datetime.fromisoformat(session.started_at)).total_seconds()


def _let_in(session: Session) -> list[Draft]:
    return [] if session.let_in or session.ended else [Draft(SYSTEM, LetIn())]
