"""Erasing what a participant takes back, or what the owner wants gone, while the app runs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Sequence
from functools import partial
from pathlib import Path

from sqlite_utils import Database

from wizard import loop
from wizard.head import TRIAL
from wizard.live.sessions import Sessions
from wizard.store.apart import read_apart
from wizard.store.backups import erase_from_backups
from wizard.store.database import FILE_NAME, LogUnavailable
from wizard.store.erasure import (
    Erased,
    Pin,
    Pins,
    clean_up,
    close_gaps,
    empty_wal,
    erase_sessions,
    has_gaps,
    maybe_in_backups,
    must_clean_up,
    out_of_backups,
    sessions_of_participant,
)
from wizard.store.log import last_seq
from wizard.store.writer import Writer

AGAIN_SECONDS, UNAVAILABLE_SECONDS = 1.0, 10.0
"""How long until it is tried again where somebody reads the log, and where it can't be written: nobody else can then,
and on a full disk there would be still less room each time.
"""
SMALL_BYTES, QUIET_SECONDS = 20_000_000, 60.0
"""A log of more isn't written anew before nothing was written in it for so long: everybody would wait for it."""

log = logging.getLogger("wizard")


class Withdrawal:
    """Takes a participant's sessions out of the log, out of memory, and out of the log's backups."""

    def __init__(self, folder: Path, reader: Database, writer: Writer, sessions: Sessions, pins: Pins) -> None:
        self._folder, self._reader, self._writer, self._sessions = folder, reader, writer, sessions
        self._pins = pins
        self._at_backups, self._at_pins = loop.Lock(), loop.Lock()

    def take_up(self) -> None:
        """After a start: finish what the last run was killed in, or had no quiet for."""
        if must_clean_up(self._reader) or has_gaps(self._reader.conn):
            self._clean_up(partial(clean_up, folder=self._folder, tries=1))
        loop.spawn(self._clean_backups)

    def sessions(self, study: str, participant: str) -> list[str]:
        """All that they ever began in this study."""
        return sessions_of_participant(self._reader, study, participant)

    def pins(self, study: str, participants: Collection[str]) -> list[Pin]:
        """What keeps everybody else's split as it is once they are gone. May read all of the study, while the loop
        goes on: for one after the other, or it would wait its turn behind all of them.
        """
        if study.endswith(TRIAL):
            return []
        with self._at_pins:
            return read_apart(self._folder, lambda db: list(self._pins(db, study, participants)))

    def erase(self, study: str, sessions: Sequence[str], reason: str, pins: list[Pin]) -> Erased:
        """Erase these sessions of one participant, which lead nowhere from now on. `clean_up` is to follow.

        Raises:
            LogUnavailable: the log can't be written right now, and holds what it held.
        """
        return self._sessions.erase(
            sessions,
            lambda: self._writer.run(lambda db: erase_sessions(db, study, sessions, reason, pins)),
        )

    def clean_up(self) -> None:
        """What was erased goes out of the WAL and all that was made of it; out of backups soon after, and out of the
        gaps of a large log when it is quiet.
        """
        small = (self._folder / FILE_NAME).stat().st_size <= SMALL_BYTES
        self._clean_up(partial(clean_up, folder=self._folder, tries=1, anew=small))
        if not small:
            loop.later(QUIET_SECONDS, self._when_quiet, last_seq(self._reader))
        loop.spawn(self._clean_backups)

    def _when_quiet(self, last: int) -> None:
        if not has_gaps(self._reader.conn):
            return
        newest = last_seq(self._reader)
        if newest == last:
            self._clean_up(partial(close_gaps, tries=1))
        else:
            loop.later(QUIET_SECONDS, self._when_quiet, newest)

    def _clean_up(self, job: Callable[[Database], bool]) -> None:
        """Try until it is done, but once at a time: the writer does nothing else meanwhile."""
        try:
            if not self._writer.run(job):
                loop.later(AGAIN_SECONDS, self._clean_up, partial(empty_wal, tries=1))
        except LogUnavailable as error:
            log.warning("what was erased is still in the log's files: %s", error)
            loop.later(UNAVAILABLE_SECONDS, self._clean_up, job)

    def _clean_backups(self) -> None:
        """On a native thread, for there may be much to write. Where one can't be, the next start tries again."""
        with self._at_backups:
            sessions = maybe_in_backups(self._reader)
            if not sessions:
                return
            unreadable = loop.in_thread(erase_from_backups, self._folder, sessions)
            for each in unreadable:
                log.warning("somebody was erased, but may still be in %s: %s", each.file, each.why)
            if unreadable:
                return
            try:
                self._writer.run(lambda db: out_of_backups(db, sessions))
            except LogUnavailable as error:
                log.warning("what was erased is out of all backups, but the log couldn't be told: %s", error)
                return
        self._clean_up(partial(empty_wal, tries=1))
