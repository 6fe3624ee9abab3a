"""Erasing what a participant takes back, while the app runs."""

from __future__ import annotations

import logging
from pathlib import Path

from sqlite_utils import Database

from wizard import loop
from wizard.live.sessions import Sessions
from wizard.store.database import LogUnavailable
from wizard.store.erasure import clean_up, erase_participant, must_clean_up, sessions_of_participant
from wizard.store.writer import Writer

AGAIN_SECONDS = 5.0

log = logging.getLogger("wizard")


class Withdrawal:
    """Takes a participant's sessions out of the log and out of memory."""

    def __init__(self, folder: Path, reader: Database, writer: Writer, sessions: Sessions) -> None:
        self._folder, self._reader, self._writer, self._sessions = folder, reader, writer, sessions

    def take_up(self) -> None:
        """After a start: finish what the last run was killed in."""
        if must_clean_up(self._reader):
            self._clean_up()

    def sessions(self, study: str, participant: str) -> list[str]:
        """All that they ever began in this study."""
        return sessions_of_participant(self._reader, study, participant)

    def erase(self, study: str, participant: str) -> list[str]:
        """Erase them; their ids, which lead nowhere from now on.

        Raises:
            LogUnavailable: the log can't be written right now, and holds what it held.
        """
        sessions = self.sessions(study, participant)
        self._sessions.erase(
            sessions, lambda: self._writer.run(lambda db: erase_participant(db, study, participant, "withdrawn"))
        )
        self._clean_up()
        return sessions

    def _clean_up(self) -> None:
        try:
            clean = self._writer.run(lambda db: clean_up(db, self._folder))
        except LogUnavailable as error:
            log.warning("what was erased is still in the log's WAL: %s", error)
            clean = False
        if not clean:
            loop.later(AGAIN_SECONDS, self._clean_up)
