"""Pictures over time: what is counted in them, and how sure they say it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from wizard.shares import share
from wizard.store.figures import Answer
from wizard.web.progress import bars_of, could_picture, seconds_picture

NOW = datetime(2026, 3, 1, 12, 3, tzinfo=UTC)


def answer(minutes_ago: float, could: str | None = "yes", seconds: float | None = 10.0) -> Answer:
    return Answer((NOW - timedelta(minutes=minutes_ago)).isoformat(), could, seconds)


def test_a_bar_has_the_answers_of_its_time_and_opens_them() -> None:
    bars = bars_of([answer(12), answer(11), answer(1)], NOW)
    assert bars.minutes == 5
    assert [(bar.since, bar.until, bar.count) for bar in bars.bars if bar.count] == [
        ("2026-03-01T11:50", "2026-03-01T11:54", 2),
        ("2026-03-01T12:00", "2026-03-01T12:04", 1),
    ]


@pytest.mark.parametrize(
    ("days", "minutes"), [(0.05, 5), (0.2, 15), (3, 360), (20, 1_440), (100, 10_080), (2_400, 524_160)]
)
def test_however_long_it_has_run_all_of_it_is_seen(days: float, minutes: int) -> None:
    bars = bars_of([answer(days * 1_440), answer(0)], NOW)
    assert (bars.minutes, sum(bar.count for bar in bars.bars)) == (minutes, 2)


def test_before_twenty_answers_there_is_no_picture() -> None:
    assert could_picture([answer(1)] * 19) is None
    assert seconds_picture([answer(1, seconds=None)] * 40) is None
    assert could_picture([]) is None
    assert bars_of([], NOW).most == 0


def test_each_point_is_a_share_with_its_interval_and_the_answers_it_came_from() -> None:
    answers = [answer(40 - at, "yes" if at < 20 or at % 2 else "no") for at in range(40)]
    picture = could_picture(answers)
    assert picture is not None
    assert [point.value for point in picture.points] == [100.0, 100.0, 50.0, 50.0]
    assert sum(point.count for point in picture.points) == 40
    sure = share(5, 10)
    assert sure is not None
    assert (picture.points[3].low, picture.points[3].high) == (sure.low * 100, sure.high * 100)
    assert (picture.points[1].since, picture.points[1].until) == (answers[10].at, answers[19].at)
    assert picture.points[0].y < picture.points[2].y, "what is more stands higher"
    assert picture.points[0].y_high <= picture.points[0].y <= picture.points[0].y_low


def test_seconds_are_the_middle_one_and_the_half_around_it() -> None:
    picture = seconds_picture([answer(1, seconds=float(at % 10)) for at in range(20)])
    assert picture is not None
    assert [(point.low, point.value, point.high) for point in picture.points] == [(2.25, 4.5, 6.75)] * 2
    assert picture.ticks[0][0] == "0 s"
