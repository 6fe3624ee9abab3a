"""Everybody who is in a study now, at once: a message to all of them, as the persona's, and the end of all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from sqlite_utils import Database

from wizard import loop
from wizard.events import Announced, Draft
from wizard.giveaway import look, words_of
from wizard.language import in_its_language, phrase
from wizard.live.desk import Desk
from wizard.live.lobby import Lobby
from wizard.live.readiness import awaits
from wizard.live.sessions import Live, Sessions
from wizard.session import NotAllowed, Session
from wizard.store.apart import read_apart
from wizard.store.heads import open_sessions
from wizard.store.studies import access_study, document_text
from wizard.study_file import write_study
from wizard.telltale import telltales

AT_ONCE = 16
"""So many are told at the same time: a commit serves them all, and a chat beside them waits for no more than those."""


class Everybody:
    """The conversations of a study that aren't over. Trials aren't among them."""

    def __init__(self, folder: Path, sessions: Sessions, reader: Database, lobby: Lobby, desk: Desk) -> None:
        self._folder, self._sessions, self._reader = folder, sessions, reader
        self._lobby, self._desk = lobby, desk

    def all(self, study: str) -> list[str]:
        """Every one that is open, in the order in which they began."""
        return read_apart(self._folder, open_sessions, study)

    def talking(self, study: str) -> list[str]:
        """Those whose participants are past all that comes first, so that something can be said to them."""
        return [live.session.id for live in self._open(study) if self._hears(live)]

    def in_line(self, study: str) -> int:
        """How many of them stand in the lobby's line."""
        return self._lobby.in_line(study)

    def hints(self, study: str, text: str) -> list[str]:
        """What in this would give a person away: what the desk says of a reply, and every word that tells of who
        answers, where the study doesn't say it as well.
        """
        version = access_study(self._reader, study)
        persona, canned = version.study.persona, [each.text for each in version.study.canned]
        said = [in_its_language(version.study, persona.greeting), *canned] if persona.greeting else canned
        documents = [document_text(self._reader, sha256) for sha256 in version.documents.values()]

        def looked() -> list[str]:
            known = words_of(write_study(version.study), *documents)
            telling = dict.fromkeys(each.word for each in telltales(text) if each.word not in known)
            return [*map(_tells, telling), *(each.says for each in look(text, said, known))]

        return loop.in_thread(looked)

    def announce(self, study: str, text: str, actor: str, id: str) -> int:
        """Say this in every conversation where something can be said: once, however often it is sent with that id.

        How many heard it.
        """

        def decide(now: Session) -> list[Draft]:
            known = now.ended or (actor, id) in now.receipts
            return [] if known else [Draft(actor, Announced(text=text), id)]

        def say(session: str) -> bool:
            try:
                return bool(self._sessions.record(session, decide)[1])
            except NotAllowed:  # it was erased in the meantime
                return False

        return sum(loop.side_by_side(say, self.talking(study), AT_ONCE))

    def end(self, study: str, actor: str) -> None:
        """End every one. What was answered is let through first."""

        def stop(session: str) -> None:
            with suppress(NotAllowed):  # it was erased, or came to its end in the meantime
                self._desk.stop(session, actor)

        loop.side_by_side(stop, self.all(study), AT_ONCE)

    def _open(self, study: str) -> Iterator[Live]:
        """Each of them. After a start they are all read from the log, and others have their turn in between."""
        for session in loop.by_turns(self.all(study)):
            try:
                yield self._sessions.access(session)
            except NotAllowed:  # it was erased in the meantime
                continue

    def _hears(self, live: Live) -> bool:
        return awaits(live) is None and not self._lobby.waits(live) and not live.session.ended


def _tells(word: str) -> str:
    return phrase(f"“{word}” tells that somebody answers.")
