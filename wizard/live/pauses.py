"""Pauses: while a study is paused nothing is let through in it, and to participants it is as if a model were down."""

from __future__ import annotations

from collections.abc import Callable

from sqlite_utils import Database

from wizard.live.sessions import Live
from wizard.pacing import Pacing, paused
from wizard.store.studies import is_paused, pause_study, study_names
from wizard.store.writer import Writer


class Pauses:
    """Which studies are paused. The log has it, so that a restart changes nothing."""

    def __init__(self, reader: Database, writer: Writer) -> None:
        self._writer = writer
        self._paused = {study for study in study_names(reader) if is_paused(reader, study)}
        self._listeners: list[Callable[[str], None]] = []

    def on_change(self, listener: Callable[[str], None]) -> None:
        """Call `listener` with every study that is paused or goes on."""
        self._listeners.append(listener)

    def put(self, study: str, actor: str, *, on: bool) -> None:
        """Pause that study, or let it go on. That it is so already is no error."""
        if on == (study in self._paused):
            return
        self._writer.run(lambda db: pause_study(db, study, actor, paused=on))
        (self._paused.add if on else self._paused.discard)(study)
        for listener in self._listeners:
            listener(study)

    def holds(self, study: str) -> bool:
        """Whether that study is paused."""
        return study in self._paused

    def held(self, live: Live) -> bool:
        """Whether the study of this session is."""
        return live.session.started.study in self._paused

    def pacing(self, live: Live) -> Pacing:
        """What a participant of this session sees, and when, as long as nothing comes."""
        return paused(live.study.pacing) if self.held(live) else live.study.pacing
