"""What desks are told as it happens: who has a conversation, what the model would see now, what was whispered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wizard.events import Claimed, Ended, Event, HandedOver, Replied, Unclaimed, Whispered
from wizard.live import atdesk
from wizard.live.onlookers import Onlookers
from wizard.live.pacing import Releases
from wizard.live.sessions import Live, Sessions
from wizard.live.shift import Shift, actor_of
from wizard.live.sockets import broadcast
from wizard.session import Session


class DeskNews:
    """Tells everybody at the desk who has what, and whoever has a conversation what there is of it."""

    def __init__(self, sessions: Sessions, releases: Releases, shift: Shift) -> None:
        self._sessions, self._releases, self._shift = sessions, releases, shift
        self.onlookers = Onlookers(self._tell_watched)

    def published(self, live: Live, events: Sequence[Event]) -> None:
        """Tell of these events, which are on the disk."""
        session = live.session
        if not self._shift.everybody():
            return
        everybody = self._shift.everybody(session.started.study)
        for event in events:
            if isinstance(event.body, Claimed | Unclaimed | HandedOver):
                self._tell_claim(session, assigned=isinstance(event.body, Claimed) and event.body.assigned)
            elif isinstance(event.body, Ended):
                broadcast(everybody, "ended", {"session": session.id, "reason": event.body.reason})
        holders = self._shift.sockets(session.claimed_by)
        if not holders:
            return
        self.tell_observation(live)
        whispered = any(isinstance(event.body, Whispered) for event in events)
        answered = any(isinstance(event.body, Replied) for event in events)
        if whispered or (answered and session.exchanges[-1].whispers):
            broadcast(holders, "whispered", {"session": session.id, "whispers": self._whispers(session)})

    def tell_observation(self, live: Live) -> None:
        """Tell whoever has the conversation what the model would see now."""
        observation = atdesk.observation(live, self._releases)
        broadcast(self._shift.sockets(live.session.claimed_by), "observation", observation)

    def beside(self, session: Session) -> dict[str, Any]:
        """What whoever takes the conversation is told besides the observation."""
        return {
            "handed_over": self._handed_over(session),
            "whispers": self._whispers(session),
            "watched_by": self._watched_by(session.id),
        }

    def _tell_claim(self, session: Session, *, assigned: bool) -> None:
        by = self._shift.name(session.claimed_by)
        for connection in self._shift.everybody(session.started.study):
            mine = session.claimed_by == actor_of(connection)
            told = {"session": session.id, "by": by, "mine": mine, "assigned": mine and assigned}
            connection.send("claimed", {**told, "handed_over": self._handed_over(session) if mine else None})

    def _tell_watched(self, session: str) -> None:
        by = self._watched_by(session)
        holder = self._sessions.access(session).session.claimed_by
        broadcast(self._shift.sockets(holder), "watched", {"session": session, "by": by})

    def _watched_by(self, session: str) -> list[str | None]:
        return [self._shift.name(actor) for actor in self.onlookers.of(session)]

    def _handed_over(self, session: Session) -> dict[str, Any] | None:
        """With what word it came to whoever has it."""
        word = session.handed_over
        return {"by": self._shift.name(word.actor), "note": word.text} if word else None

    def _whispers(self, session: Session) -> list[dict[str, Any]]:
        return [{"by": self._shift.name(each.actor), "text": each.text, "at": each.at} for each in session.whispers]
