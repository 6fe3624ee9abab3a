"""The learning curve as a drawing: where things stand in it, in its own units; a template draws them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from math import log

from wizard.judge.result import Result

WIDE, NARROW = 720, 340
"""On a desk and on a phone: a drawing that is made smaller has letters that nobody can read."""
HEIGHT = 336
LEFT, RIGHT, TOP, BOTTOM = 36, 16, 44, 44
TICKS = (0, 25, 50, 75, 100)
LETTERS_HIGH = 16
WORDS_WIDE = 150


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at a place, with the words beside it."""

    x: float
    y: float
    words: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line across, and what it stands for, written at `at`, at its end or its start; a band where it has an upper
    edge, too.
    """

    y: float
    words: str
    about: str
    upper: float | None = None
    at: float = 0.0
    at_end: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """The drawing: points that were measured, the way ahead with its band, lines to hold it against, and the axes."""

    points: tuple[Mark, ...]
    ahead: tuple[Mark, ...]
    band: str
    lines: tuple[Line, ...]
    across: tuple[Mark, ...]
    up: tuple[Mark, ...]
    width: int
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = HEIGHT - BOTTOM

    @property
    def narrow(self) -> bool:
        return self.width == NARROW

    @property
    def right(self) -> int:
        return self.width - RIGHT


def pictures_of(result: Result) -> tuple[Picture, ...]:
    """The wide drawing and the narrow one; none where there is nothing to draw."""
    return tuple(drawn for width in (WIDE, NARROW) if (drawn := picture_of(result, width)) is not None)


def picture_of(result: Result, width: int = WIDE) -> Picture | None:
    """The learning curve of a result; None where there is none to draw. Exchanges go across by their logarithm."""
    details, now = result.details, result.now
    if details is None or now is None or len(details.points) < 2:
        return None
    first, n = details.points[0].exchanges, float(result.exchanges)

    def x(exchanges: float) -> float:
        share = log(max(exchanges, first) / first) / log(4 * n / first)
        return round(LEFT + share * (width - LEFT - RIGHT), 1)

    def y(share: float) -> float:
        return round(TOP + (1 - share) * (HEIGHT - TOP - BOTTOM), 1)

    steps = [(times, each) for times, each in ((1, now), (2, result.at_2n), (4, result.at_4n)) if each is not None]
    edges = [(x(times * n), y(each.high)) for times, each in steps]
    edges += [(x(times * n), y(each.low)) for times, each in reversed(steps)]
    points = tuple(Mark(x(each.exchanges), y(each.right)) for each in details.points)
    ahead = tuple(Mark(x(times * n), y(each.value)) for times, each in steps)
    return Picture(
        points=points,
        ahead=ahead,
        band=" ".join(f"{across},{up}" for across, up in edges),
        lines=tuple(_clear(line, points, ahead, width) for line in _apart(list(_lines(result, y)))),
        across=tuple(Mark(x(each), HEIGHT - BOTTOM, f"{round(each)}") for each in _told_across(first, n, width)),
        up=tuple(Mark(LEFT, y(each / 100), str(each)) for each in TICKS),
        width=width,
    )


def _told_across(first: float, n: float, width: int) -> tuple[float, ...]:
    """The exchanges that are written under the drawing; on a phone there is no room between the last two."""
    return (first, n, 4 * n) if width == NARROW else (first, n, 2 * n, 4 * n)


def _lines(result: Result, y: Callable[[float], float]) -> Iterator[Line]:
    yield Line(y(result.bar / 100), f"your bar, {result.bar}", "bar")
    people = result.agreement
    if people is not None and people.share is not None:
        words = "near-duplicates agree" if people.stand_in else "two people agree"
        yield Line(y(people.share.value), words, "agreement", y(people.share.value**0.5))
    if result.commonest is not None:
        yield Line(y(result.commonest.value), "commonest answer", "commonest")


def _apart(lines: list[Line]) -> tuple[Line, ...]:
    """The words of each over its line, or under it where they would stand on others."""
    placed: list[Line] = []
    for line in sorted(lines, key=lambda line: line.y):
        least = placed[-1].at + LETTERS_HIGH if placed else LETTERS_HIGH
        over, under = line.y - 5, line.y + 13
        placed.append(replace(line, at=over if over >= least else max(under, least)))
    return tuple(placed)


def _clear(line: Line, points: tuple[Mark, ...], ahead: tuple[Mark, ...], width: int) -> Line:
    """With its words at the end of the line where the curve would run through them at the start."""
    at_start = [abs(each.y - line.at) for each in points if each.x < LEFT + WORDS_WIDE]
    at_end = [abs(each.y - line.at) for each in (*points, *ahead) if each.x > width - RIGHT - WORDS_WIDE]
    nearest = min(at_start, default=HEIGHT)
    return replace(line, at_end=nearest < LETTERS_HIGH and nearest < min(at_end, default=HEIGHT))
