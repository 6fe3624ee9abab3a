"""Erasing conversations at which somebody may be: they end first, and whoever is there is told that they are gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from wizard.live.audience import Audience
from wizard.live.cuts import Cuts
from wizard.live.sessions import Sessions
from wizard.live.withdrawal import Withdrawal
from wizard.session import NotAllowed
from wizard.store.erasure import RETIRED, Erased, Pin


class Eraser:
    """Erases what a participant takes back, what the owner wants gone, and what was kept for long enough."""

    def __init__(self, sessions: Sessions, withdrawal: Withdrawal, audience: Audience, cuts: Cuts) -> None:
        self._sessions, self._withdrawal, self._audience, self._cuts = sessions, withdrawal, audience, cuts

    def forget(self, study: str, participant: str, reason: str) -> Erased:
        """Erase all that they ever said in this study, and tell whoever is there that it is so.

        Raises:
            LogUnavailable: the log can't be written right now, and holds what it held.
        """
        pins = self._withdrawal.pins(study, [participant])
        erased = self._erase(study, self._withdrawal.sessions(study, participant), reason, pins)
        self._withdrawal.clean_up()
        return erased

    def retire(self, study: str, those: Mapping[str, Sequence[str]], since: str) -> None:
        """Erase these conversations, given by participant, which the study has kept for long enough; but for those in
        which something was said since that time.

        Raises:
            LogUnavailable: the log can't be written right now, and holds some of them still.
        """
        pins = self._withdrawal.pins(study, those)
        try:
            for sessions in those.values():
                if standing := [each for each in sessions if self._rests(each, since)]:
                    self._erase(study, standing, RETIRED, pins)
                    pins = []
        finally:
            self._withdrawal.clean_up()

    def _rests(self, session: str, since: str) -> bool:
        """Whether it is as it was then: its participant may have taken it back or gone on, while others were erased."""
        try:
            messages = self._sessions.access(session).session.messages
        except NotAllowed:
            return False
        return not messages or messages[-1].at < since

    def _erase(self, study: str, sessions: Sequence[str], reason: str, pins: list[Pin]) -> Erased:
        for session in sessions:
            if not self._sessions.access(session).session.ended:
                self._cuts.end(session)
        erased = self._withdrawal.erase(study, sessions, reason, pins)
        for session in erased.sessions:
            self._audience.dismiss(session, {"open": False, "reason": "ended", "withdrawn": True})
        return erased
