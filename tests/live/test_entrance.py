"""How a visitor comes in: into one conversation, whatever fails on the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlite_utils import Database

from tests.builders import stored, user
from tests.conftest import AT_ONCE
from wizard import loop
from wizard.events import Started
from wizard.live.entrance import Entrance, Visit
from wizard.store.database import LogUnavailable
from wizard.store.invites import invite_code
from wizard.store.studies import Version, save_study


class SlowSessions:
    """Takes a moment to begin one, while somebody else comes. The first time the log can't be written."""

    def __init__(self, db: Database, comes: Callable[[], None]) -> None:
        self._db, self._comes = db, comes
        self.asked = 0

    def start(self, version: Version, participant: str, alias: str, *_: Any, **__: Any) -> Any:
        self.asked += 1
        loop.spawn(self._comes)
        loop.sleep(0.01)
        if self.asked == 1:
            raise LogUnavailable
        begun = Started(study=version.study.study, version=version.version, participant=participant, alias=alias)
        return SimpleNamespace(session=stored(self._db, user("hi"), id=f"s{self.asked}", begun=begun))


def test_two_tabs_are_in_one_conversation_even_if_it_could_not_begin_at_first(tmp_path: Path, db: Database) -> None:
    save_study(db, AT_ONCE, "system")
    visit = Visit(invite_code(db, "at-once"), "p1", "en", "127.0.0.1")
    came: list[str | None] = []

    def comes() -> None:
        try:
            came.append(entrance.enter(visit))
        except LogUnavailable:
            came.append("nowhere")

    sessions: Any = SlowSessions(db, comes)
    entrance = Entrance(tmp_path, db, sessions, starts_per_minute=60)
    comes()
    while len(came) < 3:  # who fails, who waited behind it, and who came while that one began
        loop.sleep(0.01)
    assert came == ["nowhere", "s2", "s2"]
