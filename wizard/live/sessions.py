"""The open sessions in memory, and the one door through which anything happens in them."""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import reduce

from sqlite_utils import Database

from wizard import loop
from wizard.events import SYSTEM, Draft, Event, Message, Started
from wizard.fold import apply
from wizard.head import head
from wizard.session import NotAllowed, Session
from wizard.store.database import LogUnavailable
from wizard.store.erasure import Erased
from wizard.store.log import AlreadyWritten, Append, new_session_id, now, read_session, stamp
from wizard.store.studies import Version, access_study
from wizard.store.writer import Writer
from wizard.study import Study

KEPT_IN_MEMORY = 5_000
TRIES = 3
NO_SESSION = "There is no such conversation."

log = logging.getLogger("wizard")


class Live:
    """A session as it stands in memory. Its lock makes everything that happens in it one after the other."""

    def __init__(self, session: Session | None, version: Version) -> None:
        self._session = session
        self.study: Study = version.study
        self.documents = version.documents
        self.lock = loop.Lock()
        self.stale = False

    @property
    def session(self) -> Session:
        """What has been committed so far."""
        assert self._session is not None
        return self._session


Decide = Callable[[Session], Sequence[Draft]]
Listener = Callable[[Live, Sequence[Event]], None]


class Sessions:
    """Sessions by id, read from the log when first asked for, and kept while they are in use."""

    def __init__(self, reader: Database, writer: Writer) -> None:
        self._reader, self._writer = reader, writer
        self._live: OrderedDict[str, Live] = OrderedDict()
        self._versions: dict[tuple[str, int], Version] = {}
        self._listeners: list[Listener] = []

    def on_change(self, listener: Listener, *, first: bool = False) -> None:
        """Call `listener` after every commit, with the session as it is then and the events that made it so.

        The `first` tells participants: when they hear of it isn't for how much others have to do with it.
        """
        self._listeners.insert(0 if first else len(self._listeners), listener)

    def access(self, session: str) -> Live:
        """The session of that id.

        Raises:
            NotAllowed: there is none.
        """
        live = self._live.get(session)
        if live is None or live.stale:
            found = read_session(self._reader, session)
            if found is None:
                raise NotAllowed("missing", NO_SESSION)
            live = self._live[session] = Live(found, self.version(found.started.study, found.started.version))
            self._forget_the_idle()
        self._live.move_to_end(session)
        return live

    def start(
        self,
        version: Version,
        participant: str,
        alias: str,
        fields: dict[str, str],
        scenario: str | None = None,
        *,
        invite: str | None = None,
        trial: bool = False,
    ) -> Live:
        """Begin a session under this version of its study, with the persona's greeting.

        Raises:
            LogUnavailable: the log can't be written right now.
        """
        session = new_session_id()
        study = version.study
        body = Started(
            study=study.study,
            version=version.version,
            participant=participant,
            alias=alias,
            fields=fields,
            scenario=scenario,
            trial=trial,
            invite=invite,
        )
        drafts = [Draft(SYSTEM, body)]
        if study.persona.greeting:
            drafts.append(Draft(SYSTEM, Message(n=1, role="assistant", text=study.persona.greeting)))
        live = self._live[session] = Live(None, version)
        with live.lock:
            self._commit(session, live, drafts)
        self._forget_the_idle()
        return live

    def record(self, session: str, decide: Decide) -> tuple[Live, list[Event]]:
        """Let `decide` say what happens next in that session, store it, and tell everybody.

        `decide` sees all that was committed before, and nothing else happens in the session until its
        events are on the disk.

        Raises:
            NotAllowed: what `decide` wants can't come next; or whatever `decide` raises.
            LogUnavailable: the log can't be written right now.
        """
        for _ in range(TRIES):
            live = self.access(session)
            with live.lock:
                if live.stale:
                    continue
                drafts = decide(live.session)
                if not drafts:
                    return live, []
                try:
                    return live, self._commit(session, live, drafts)
                except AlreadyWritten:
                    continue  # another process wrote to this session; it is read anew
        raise LogUnavailable("Somebody else is writing to this conversation. Try again.")

    def _commit(self, session: str, live: Live, drafts: Sequence[Draft]) -> list[Event]:
        at = now()
        dated = [replace(draft, at=draft.at or at) for draft in drafts]
        after = reduce(apply, stamp(session, dated, 0), live._session)
        assert after is not None
        try:
            first = self._writer.append(Append(session, tuple(dated), head(after)))
        except BaseException:
            live.stale = True
            self._live.pop(session, None)
            raise
        events = stamp(session, dated, first)
        live._session = after
        for listener in self._listeners:
            try:
                listener(live, events)
            except Exception:  # it is on the disk: that is what whoever sent it is told, and every other listener
                log.exception("%s failed", getattr(listener, "__qualname__", listener))
        return events

    def erase(self, sessions: Sequence[str], erase: Callable[[], Erased]) -> Erased:
        """Run `erase`, which takes these out of the log, while nothing can happen in them; they are gone after that."""
        lives = [live for session in sorted(sessions) if (live := self._find(session))]
        with ExitStack() as locked:
            for live in lives:
                locked.enter_context(live.lock)
            erased = erase()
            for session in erased.sessions:
                if gone := self._live.pop(session, None):
                    gone.stale = True
        return erased

    def in_memory(self, study: str) -> list[str]:
        """Those of this study that are in use, by their ids."""
        return [id for id, live in self._live.items() if live._session and live._session.started.study == study]

    def _find(self, session: str) -> Live | None:
        try:
            return self.access(session)
        except NotAllowed:
            return None

    def version(self, study: str, version: int) -> Version:
        """That version of a study, which never changes."""
        key = (study, version)
        if key not in self._versions:
            self._versions[key] = access_study(self._reader, *key)
        return self._versions[key]

    def _forget_the_idle(self) -> None:
        """Keep memory bounded: the log has them all. One whose lock is held is in use."""
        while len(self._live) > KEPT_IN_MEMORY:
            oldest, live = next(iter(self._live.items()))
            if live.lock.locked():
                self._live.move_to_end(oldest)
                return
            live.stale = True  # for whoever still holds it
            del self._live[oldest]
