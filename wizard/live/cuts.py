"""What a participant ends where it stands: the answer that is coming, or the whole conversation."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.events import PARTICIPANT, Draft, Ended, Stopped
from wizard.live.pacing import Releases
from wizard.live.sessions import Decide, Sessions
from wizard.session import Session


class Cuts:
    """Ends an answer with no further word of it let through until that is on the disk."""

    def __init__(self, sessions: Sessions, releases: Releases) -> None:
        self._sessions, self._releases = sessions, releases

    def stop(self, session: str) -> None:
        """No more of the answer that is coming. To stop what is over is no error.

        Raises:
            LogUnavailable: the log can't be written right now, and the answer goes on.
        """
        self._cut(session, self._stopped)

    def end(self, session: str) -> None:
        """The participant's conversation is over. To end what is over is no error.

        Raises:
            LogUnavailable: the log can't be written right now, and the conversation goes on.
        """
        self._cut(session, self._ended)

    def _ended(self, session: Session) -> list[Draft]:
        return [] if session.ended else [*self._stopped(session), Draft(PARTICIPANT, Ended(reason="participant"))]

    def _stopped(self, session: Session) -> list[Draft]:
        """The answer that is coming ends where it stands."""
        if not session.begun:
            return []
        return [Draft(PARTICIPANT, Stopped(n=session.coming.n, chars=self._releases.chars(session)))]

    def _cut(self, session: str, decide: Decide) -> None:
        def held(now: Session) -> Sequence[Draft]:
            self._releases.hold(session, True)
            return decide(now)

        try:
            self._sessions.record(session, held)
        finally:
            self._releases.hold(session, False)
