"""How a visitor comes to a conversation: back to their last one in the study, or into a new one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from weakref import WeakValueDictionary

from sqlite_utils import Database

from wizard import loop
from wizard.head import listed_as
from wizard.live.limits import ByAddress
from wizard.live.scenarios import Scenarios
from wizard.live.sessions import Sessions
from wizard.session import Session
from wizard.store.apart import read_apart
from wizard.store.erasure import count_erased
from wizard.store.heads import count_sessions, latest_session
from wizard.store.invites import Closed, Invite, NoInvite, access_invite, closed_to_new
from wizard.store.log import now
from wizard.store.reaching import reached
from wizard.store.studies import Version, access_study, doors_are_closed, is_archived, is_paused
from wizard.store.window import window_of

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
TRIED_AS = "Try-out"


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visitor comes with: an invite code, who they are, their browser's languages, their address."""

    invite: str
    participant: str
    language: str
    address: str


class Entrance:
    """Brings visitors to their conversation, one new one at a time for each of them."""

    def __init__(self, folder: Path, reader: Database, sessions: Sessions, *, starts_per_minute: int) -> None:
        self._folder, self._reader, self._sessions = folder, reader, sessions
        self._starts = ByAddress(starts_per_minute / 60, starts_per_minute)
        self._entering: WeakValueDictionary[tuple[str, str], loop.Lock] = WeakValueDictionary()
        self._guests: dict[str, int] = {}
        self._scenarios = Scenarios(folder)
        self._doors: dict[str, loop.Lock] = {}

    def enter(self, visit: Visit, *, after: str | None = None) -> str | None:
        """The id of the visitor's session; None where the invite leads nowhere, it is closed, or too many came at once.

        With `after`, the one that follows that session: another tab may have begun it already.

        Raises:
            LogUnavailable: a new one can't be stored right now.
        """
        try:
            invite = access_invite(self._reader, visit.invite)
        except NoInvite:
            return None
        if invite.revoked_at is not None:
            return None
        version = access_study(self._reader, invite.study)
        key = (listed_as(invite.study, trial=invite.trial), visit.participant)
        with self._entering.setdefault(key, loop.Lock()):
            latest = latest_session(self._reader, *key)
            if latest and latest != after and not (invite.trial and self._is_older(latest, version)):
                return latest
            if invite.panel and latest:
                return None
            with self._in_turn(version, invite):
                known = latest is not None
                return None if self.closed(invite, known=known) else self._start(version, visit, invite)

    def closed(self, invite: Invite, *, known: bool = False) -> Closed | None:
        """Why nobody new gets in by this link, nor, if they are `known`, begins anew; None where they do."""
        if invite.trial:
            return None
        if is_archived(self._reader, invite.study):
            return "archived"
        if doors_are_closed(self._reader, invite.study) or is_paused(self._reader, invite.study):
            return "doors"
        if why := window_of(self._reader, invite.study).shut(now()):
            return why
        study = access_study(self._reader, invite.study).study
        if study.counts or study.limits.participants is not None:
            far = read_apart(self._folder, reached, study)
            if far.all_scenarios or (far.is_full and not known):
                return "full"
        return read_apart(self._folder, closed_to_new, invite) if invite.most else closed_to_new(self._reader, invite)

    def closed_to(self, invite: Invite, participant: str | None) -> Closed | None:
        """Why this visitor doesn't get in; None where they do, or have a conversation to come back to."""
        why = self.closed(invite)
        if why in (None, "revoked") or participant is None:
            return why
        return None if latest_session(self._reader, invite.study, participant) else why

    def done(self, session: Session) -> str | None:
        """What somebody whom a panel sent is told in the end, or once they are screened out: where to go, or a code."""
        code = session.started.invite
        if code is None:
            return None
        invite = access_invite(self._reader, code)
        return invite.screened if session.screened_out else invite.done

    @contextmanager
    def _in_turn(self, version: Version, invite: Invite) -> Iterator[None]:
        """One after the other, where so many may come: whoever asks next counts whoever is in by then."""
        if version.study.limits.participants is None and invite.most is None and not version.study.counts:
            yield
            return
        with self._doors.setdefault(invite.study, loop.Lock()):
            yield

    def _is_older(self, session: str, version: Version) -> bool:
        """Whether the session began under an earlier version. Whoever tries a study wants to see it as it is."""
        return self._sessions.access(session).session.started.version < version.version

    def _start(self, version: Version, visit: Visit, invite: Invite) -> str | None:
        start = self._sessions.start
        if invite.trial:
            return start(version, visit.participant, TRIED_AS, _fields(visit), trial=True).session.id
        if not self._may_start(visit.address):
            return None
        alias = self._alias(version.study.study)
        scenario = self._scenarios.deal(version)
        try:
            begun = start(version, visit.participant, alias, _fields(visit), scenario, invite=invite.code)
            return begun.session.id
        except BaseException:
            self._scenarios.take_back(version, scenario)
            raise

    def _alias(self, study: str) -> str:
        if study not in self._guests:
            self._guests[study] = count_sessions(self._reader, study) + count_erased(self._reader, study)
        self._guests[study] += 1
        return f"Guest {self._guests[study]}"

    def _may_start(self, address: str) -> bool:
        """A network address may start so many a minute; this machine itself, and a proxy on it, any number."""
        try:
            if ip_address(address).is_loopback:
                return True
        except ValueError:
            pass
        return self._starts.take(address)


def _fields(visit: Visit) -> dict[str, str]:
    """What is known of a visitor."""
    language = LANGUAGE.match(visit.language)
    return {"locale": language[0]} if language else {}
