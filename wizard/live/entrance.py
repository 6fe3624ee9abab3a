"""How a visitor comes to a conversation: back to their last one in the study, or into a new one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import ip_address

from sqlite_utils import Database

from wizard import loop
from wizard.live.limits import Bucket
from wizard.live.scenarios import Scenarios
from wizard.live.sessions import Sessions
from wizard.store.erasure import count_erased
from wizard.store.log import count_sessions, latest_session
from wizard.store.studies import NoStudy, Version, invited_study

LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
ADDRESSES_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class Visit:
    """What a visitor comes with: an invite code, who they are, their browser's languages, their address."""

    invite: str
    participant: str
    language: str
    address: str


class Entrance:
    """Brings visitors to their conversation, one new one at a time for each of them."""

    def __init__(self, reader: Database, sessions: Sessions, *, starts_per_minute: int) -> None:
        self._reader, self._sessions = reader, sessions
        self._starts_per_minute = starts_per_minute
        self._starts: dict[str, Bucket] = {}
        self._entering: dict[tuple[str, str], loop.Lock] = {}
        self._guests: dict[str, int] = {}
        self._scenarios = Scenarios(reader)

    def enter(self, visit: Visit, *, after: str | None = None) -> str | None:
        """The id of the visitor's session; None where the invite leads nowhere, or too many came at once.

        With `after`, the one that follows that session: another tab may have begun it already.

        Raises:
            LogUnavailable: a new one can't be stored right now.
        """
        try:
            version = invited_study(self._reader, visit.invite)
        except NoStudy:
            return None
        key = (version.study.study, visit.participant)
        with self._entering.setdefault(key, loop.Lock()):
            try:
                latest = latest_session(self._reader, *key)
                return latest if latest and latest != after else self._start(version, visit)
            finally:
                self._entering.pop(key, None)

    def _start(self, version: Version, visit: Visit) -> str | None:
        if not self._may_start(visit.address):
            return None
        language = LANGUAGE.match(visit.language)
        fields = {"locale": language[0]} if language else {}
        alias = self._alias(version.study.study)
        scenario = self._scenarios.deal(version)
        try:
            return self._sessions.start(version, visit.participant, alias, fields, scenario).session.id
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
        if len(self._starts) > ADDRESSES_KEPT:
            self._starts.clear()
        bucket = self._starts.setdefault(address, Bucket(self._starts_per_minute / 60, self._starts_per_minute))
        return bucket.take()
