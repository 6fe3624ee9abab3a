"""The inbox: who waits, for how long, and who has them; as a whole, and as what has changed."""

from __future__ import annotations

import math
from collections.abc import Callable
from time import monotonic
from typing import Any

from sqlite_utils import Database

from wizard import loop
from wizard.events import wizard_actor
from wizard.head import Head, head
from wizard.live.elapsed import seconds_since
from wizard.live.sessions import Sessions
from wizard.live.shift import SEATS
from wizard.live.sockets import Connection
from wizard.session import Session
from wizard.store.accounts import Account
from wizard.store.heads import claimed_heads, count_waiting, waiting_heads

LONGEST_LIST = 300
COLLECT_SECONDS = 0.1
"""Changes are sent at once, but no oftener than this: a thousand conversations are hundreds of changes a second."""

Shape = tuple[str | None, str | None, bool]
"""What a row of the inbox says: since when it waits, who has it, whether it is over."""


class Inbox:
    """Keeps every desk's list of conversations in step with the log."""

    def __init__(self, sessions: Sessions, reader: Database, name: Callable[[str | None], str | None]) -> None:
        self._sessions, self._reader, self._name = sessions, reader, name
        self._watching: set[Connection[Account]] = set()
        self._shapes: dict[str, Shape] = {}
        self._changed: dict[str, Head] = {}
        self._scheduled = False
        self._sent_at = -math.inf

    def watch(self, connection: Connection[Account]) -> None:
        """Send this desk what changes from now on."""
        self._watching.add(connection)

    def unwatch(self, connection: Connection[Account]) -> None:
        """Stop that."""
        self._watching.discard(connection)

    def whole(self, who: Account) -> dict[str, Any]:
        """The list as it is now: what waits, the longest first, then what this wizard has besides."""
        actor, studies = wizard_actor(who.account), who.studies_as(*SEATS)
        free = waiting_heads(self._reader, LONGEST_LIST, claimed=False, studies=studies)
        mine = [each for each in claimed_heads(self._reader, actor) if who.sits(*SEATS, study=each.slug)]
        claimed = waiting_heads(self._reader, LONGEST_LIST, claimed=True, studies=studies)
        theirs = [each for each in claimed if each.claimed_by != actor]
        listed = sorted([*free, *mine, *theirs], key=lambda each: (each.waiting_since is None, each.waiting_since))
        waiting = count_waiting(self._reader, studies)
        return {"sessions": [self._row(each, actor) for each in listed], "waiting": waiting}

    def changed(self, session: Session) -> None:
        """Something happened in this session; if its row says something else now, send it soon."""
        if not self._watching:
            self._shapes.clear()
            return
        shape = (session.waiting_since, session.claimed_by, session.ended is not None)
        if self._shapes.get(session.id) == shape:
            return
        if session.ended:
            self._shapes.pop(session.id, None)
        else:
            self._shapes[session.id] = shape
        self._changed[session.id] = head(session)
        if not self._scheduled:
            self._scheduled = True
            loop.later(max(0.0, self._sent_at + COLLECT_SECONDS - monotonic()), self._send)

    def _send(self) -> None:
        self._scheduled, self._sent_at = False, monotonic()
        changed, self._changed = self._changed, {}
        waiting: dict[frozenset[str] | None, int] = {}
        for connection in list(self._watching):
            who = connection.who
            actor, studies = wizard_actor(who.account), who.studies_as(*SEATS)
            theirs = [each for each in changed.values() if who.sits(*SEATS, study=each.slug)]
            if not theirs:
                continue
            if studies not in waiting:
                waiting[studies] = count_waiting(self._reader, studies)
            listed = [each for each in theirs if self._belongs(each, actor)]
            gone = [each.session for each in theirs if not self._belongs(each, actor)]
            rows = [self._row(each, actor) for each in listed]
            connection.send("inbox", {"sessions": rows, "gone": gone, "waiting": waiting[studies]})

    @staticmethod
    def _belongs(each: Head, actor: str) -> bool:
        return each.ended is None and (each.waiting_since is not None or each.claimed_by == actor)

    def _row(self, each: Head, actor: str) -> dict[str, Any]:
        desk = self._sessions.version(each.slug, each.version).study.desk
        return {
            "session": each.session,
            "study": each.slug,
            "alias": each.alias,
            "waiting_since": each.waiting_since,
            "waited": None if each.waiting_since is None else round(seconds_since(each.waiting_since), 1),
            "claimed_by": self._name(each.claimed_by),
            "mine": each.claimed_by == actor,
            "amber": desk.amber,
            "red": desk.red,
        }
