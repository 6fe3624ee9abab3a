"""How a study has gone, as pictures: answers over time, how many could be given, and how long they took."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from statistics import median, quantiles

from wizard.shares import LEAST, share
from wizard.store.figures import Answer

BARS = 24
SPANS = [
    *(timedelta(minutes=minutes) for minutes in (5, 15, 30, 60, 180, 360, 720)),
    *(timedelta(days=days) for days in (1, 7, 28, 91, 364)),
]
"""How much time a bar may be of: the shortest with which all of them are seen."""
MOST_GROUPS = 12
FEWEST_GROUPS = 2
HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 150.0, 52.0, 8.0, 22.0, 22.0
"""Of a picture, in its own units, and what is left free around the plot; how wide it is, the page says."""


@dataclass(frozen=True, slots=True)
class Bar:
    """The answers of a span of time; `since` and `until` as the search takes them, both included."""

    since: str
    until: str
    count: int


@dataclass(frozen=True, slots=True)
class Bars:
    """Answers over time: the bars, the oldest first, and how many minutes each is of."""

    bars: tuple[Bar, ...]
    minutes: int

    @property
    def most(self) -> int:
        return max((bar.count for bar in self.bars), default=0)


@dataclass(frozen=True, slots=True)
class Point:
    """A middle figure of a group of answers with its bounds, and where all of them stand in the picture: `across` is a
    share of the plot's width.
    """

    since: str
    until: str
    count: int
    value: float
    low: float
    high: float
    across: float
    y: float
    y_low: float
    y_high: float

    def x(self, width: float) -> float:
        """Where it stands in a picture of that width."""
        return LEFT + (width - LEFT - RIGHT) * self.across


@dataclass(frozen=True, slots=True)
class Picture:
    """A line through points, over its band. `ticks` are values of the axis, and where they stand."""

    points: tuple[Point, ...]
    ticks: tuple[tuple[str, float], ...]

    @property
    def free(self) -> float:
        """How far down a word over the right half of the plot may stand and touch nothing of the band."""
        return max(TOP - 8, min(each.y_high for each in self.points[len(self.points) // 2 :]) - 6)

    def band(self, width: float) -> str:
        """The outline of the band, as SVG takes it."""
        there = [f"{each.x(width):.1f},{each.y_high:.1f}" for each in self.points]
        back = [f"{each.x(width):.1f},{each.y_low:.1f}" for each in reversed(self.points)]
        return " ".join([*there, *back])

    def line(self, width: float) -> str:
        """The line through the points, as SVG takes it."""
        return " ".join(f"{each.x(width):.1f},{each.y:.1f}" for each in self.points)


def bars_of(answers: Sequence[Answer], moment: datetime) -> Bars:
    """How many answers were given when, up to this moment: at least two hours of it."""
    first = datetime.fromisoformat(answers[0].at) if answers else moment
    span = next((span for span in SPANS if moment - first < span * (BARS - 1)), SPANS[-1])
    end = _floor(moment, span) + span
    starts = [end - span * (BARS - at) for at in range(BARS)]
    counts = [0] * BARS
    for answer in answers:
        at = int((datetime.fromisoformat(answer.at) - starts[0]) / span)
        if 0 <= at < BARS:
            counts[at] += 1
    last = timedelta(minutes=1)
    told = [
        Bar(_minute(start), _minute(start + span - last), count) for start, count in zip(starts, counts, strict=True)
    ]
    return Bars(tuple(told), int(span / timedelta(minutes=1)))


def could_picture(answers: Sequence[Answer]) -> Picture | None:
    """How many in a hundred could be answered from what was shown, group by group with its interval."""
    told = []
    for group in _groups([each for each in answers if each.could]):
        found = share(sum(each.could == "yes" for each in group), len(group))
        if found:
            told.append((group, found.value * 100, found.low * 100, found.high * 100))
    return _picture(told, 100.0, " %")


def seconds_picture(answers: Sequence[Answer]) -> Picture | None:
    """The seconds that the middle answer took, group by group, and between which bounds half of them lie."""
    told = []
    for group in _groups([each for each in answers if each.seconds is not None]):
        taken = [each.seconds for each in group if each.seconds is not None]
        low, _, high = quantiles(taken, n=4, method="inclusive")
        told.append((group, median(taken), low, high))
    return _picture(told, _round_up(max((high for _, _, _, high in told), default=0.0)), " s")


def _groups(answers: Sequence[Answer]) -> list[Sequence[Answer]]:
    """The answers in the order in which they were given, in groups of about the same size, none too small to say."""
    many = min(MOST_GROUPS, len(answers) // LEAST)
    return [answers[at * len(answers) // many : (at + 1) * len(answers) // many] for at in range(many)]


def _picture(told: Sequence[tuple[Sequence[Answer], float, float, float]], most: float, unit: str) -> Picture | None:
    if len(told) < FEWEST_GROUPS:
        return None
    high = HEIGHT - TOP - BOTTOM

    def y(value: float) -> float:
        return TOP + high * (1 - value / most)

    points = [
        Point(
            since=group[0].at,
            until=group[-1].at,
            count=len(group),
            value=value,
            low=low,
            high=upper,
            across=(at + 0.5) / len(told),
            y=y(value),
            y_low=y(low),
            y_high=y(upper),
        )
        for at, (group, value, low, upper) in enumerate(told)
    ]
    ticks = tuple((f"{value:g}{unit}", y(value)) for value in (0.0, most / 2, most))
    return Picture(tuple(points), ticks)


def _round_up(value: float) -> float:
    """A number that an axis can end at."""
    steps = (1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 40.0, 60.0, 90.0, 120.0, 180.0, 300.0, 600.0, 1_800.0, 3_600.0)
    return next((step for step in steps if value <= step), max(value, 1.0))


def _floor(moment: datetime, span: timedelta) -> datetime:
    epoch = datetime(2024, 1, 1, tzinfo=UTC)  # a Monday
    return epoch + (moment - epoch) // span * span


def _minute(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M")
