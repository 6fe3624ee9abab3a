"""When participants are told something is the same whatever is done at a desk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from tests.builders import ANN
from wizard.events import PARTICIPANT, Body, Claimed, Draft, Ended, Message, Unclaimed
from wizard.live.audience import Audience
from wizard.live.endings import Endings
from wizard.live.lobby import Lobby
from wizard.live.pacing import Clock, Releases
from wizard.live.pauses import Pauses
from wizard.live.sessions import Sessions
from wizard.live.shift import Shift
from wizard.store.studies import save_study
from wizard.store.writer import Writer


class Counting(Clock):
    """Starts nothing, and knows what it was to start."""

    def __init__(self) -> None:
        super().__init__()
        self.set: list[str] = []

    def later(self, seconds: float, work: Callable[..., Any], *given: Any) -> None:
        self.set.append(work.__name__)


class Listening:
    """A participant's socket."""

    def __init__(self, heard: list[str]) -> None:
        self._heard = heard

    def send(self, event: str, payload: Any) -> None:
        self._heard.append(event)


@pytest.fixture
def sessions(db: Database, tmp_path: Path) -> Sessions:
    return Sessions(db, Writer(tmp_path, lock_wait=0.4))


@pytest.fixture
def heard(sessions: Sessions) -> list[str]:
    """What happened, as whoever is told of it heard it one after the other."""
    heard: list[str] = []
    sessions.on_change(lambda live, events: heard.append("desk"))
    return heard


@pytest.fixture
def clock() -> Counting:
    return Counting()


@pytest.fixture
def session(db: Database, tmp_path: Path, sessions: Sessions, heard: list[str], clock: Counting) -> str:
    """One with a participant at it."""
    pauses = Pauses(db, Writer(tmp_path, lock_wait=0.4))
    releases = Releases(sessions, clock, pauses)
    lobby = Lobby(sessions, Shift(sessions, db, grace=0.0), db, pauses)
    audience = Audience(sessions, releases, lobby, Endings(sessions, releases, lobby), lambda session: None)
    session = sessions.start(save_study(db, "study: a\ntitle: A\n", "system"), "p", "Guest 1", {}).session.id
    audience.join(Listening(heard), session)  # type: ignore[arg-type]
    heard.clear()
    return session


def record(sessions: Sessions, session: str, actor: str, body: Body) -> None:
    sessions.record(session, lambda now: [Draft(actor, body)])


def test_it_is_looked_once_whatever_a_wizard_does(sessions: Sessions, session: str, clock: Counting) -> None:
    record(sessions, session, PARTICIPANT, Message(n=1, role="user", text="hi"))
    assert clock.set == ["_look_again"]
    for body in (Claimed(), Unclaimed(), Claimed()):
        record(sessions, session, ANN, body)
    assert clock.set == ["_look_again"], "the soonest of several timers would tell of them"


def test_participants_hear_of_it_before_a_desk_has_work_with_it(
    sessions: Sessions, session: str, heard: list[str]
) -> None:
    record(sessions, session, PARTICIPANT, Ended(reason="participant"))
    assert heard == ["state", "desk"]
