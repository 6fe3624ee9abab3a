"""How long ago something was, by a clock that people and networks set."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from wizard.live import elapsed
from wizard.live.elapsed import seconds_since
from wizard.store.log import written


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


class Clock:
    """What the system says: what the time is, and how long it runs."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.wall, self.steady = 1_000_000.0, 50.0
        monkeypatch.setattr(elapsed, "time", lambda: self.wall)
        monkeypatch.setattr(elapsed, "monotonic", lambda: self.steady)
        monkeypatch.setattr(elapsed, "BOOTED", self.wall - self.steady)

    def passes(self, seconds: float) -> None:
        self.wall, self.steady = self.wall + seconds, self.steady + seconds

    def label(self) -> str:
        return written(datetime.fromtimestamp(self.wall, UTC))


def test_it_is_the_seconds_that_passed(clock: Clock) -> None:
    at = clock.label()
    assert seconds_since(at) == 0
    clock.passes(90)
    assert seconds_since(at) == 90


def test_what_was_before_the_clock_was_set_back_is_as_long_ago_as_it_is(clock: Clock) -> None:
    before = clock.label()
    clock.passes(10)
    clock.wall -= 7_200
    after = clock.label()
    clock.passes(5)
    assert (seconds_since(before), seconds_since(after)) == (15, 5)
    clock.passes(7_200)
    assert seconds_since(after) == 7_205


def test_what_was_before_it_was_set_forward_seems_longer_ago_and_nothing_is_still_to_come(clock: Clock) -> None:
    before = clock.label()
    clock.wall += 3_600
    assert seconds_since(before) == 3_600
    to_come = clock.label()
    clock.wall -= 3_600
    assert seconds_since(to_come) == 0
