"""Who looks on at a conversation now: whoever answers it may know it."""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic

from wizard import loop

GONE_SECONDS = 3.0
"""Whoever looks on asks again and again for what is new; who hasn't for so long has left."""


class Onlookers:
    """By conversation, who looks on, as the log names them. `tell` is called with one when that changes."""

    def __init__(self, tell: Callable[[str], None]) -> None:
        self._tell = tell
        self._asked: dict[str, dict[str, float]] = {}

    def asks(self, session: str, actor: str) -> None:
        """They look on at this moment."""
        there = self._asked.setdefault(session, {})
        came, first = actor not in there, not there
        there[actor] = monotonic()
        if came:
            self._tell(session)
        if first:
            loop.later(GONE_SECONDS, self._let_go, session)

    def of(self, session: str) -> list[str]:
        """Everybody who does, in the order in which they came."""
        return list(self._asked.get(session, ()))

    def _let_go(self, session: str) -> None:
        since = monotonic() - GONE_SECONDS
        there = self._asked[session]
        still = {actor: at for actor, at in there.items() if at > since}
        if still:
            self._asked[session] = still
            loop.later(max(0.1, min(still.values()) - since), self._let_go, session)
        else:
            del self._asked[session]
        if len(still) < len(there):
            self._tell(session)
