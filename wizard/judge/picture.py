"""The learning curve as a drawing: where things stand in it, in its own units; a template draws them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import log

from wizard.judge.result import Result

WIDTH, HEIGHT = 720, 320
LEFT, RIGHT, TOP, BOTTOM = 44, 140, 12, 44
TICKS = (0, 25, 50, 75, 100)


@dataclass(frozen=True, slots=True)
class Mark:
    """Something at a place, with the words beside it."""

    x: float
    y: float
    words: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A line across, and what it stands for; a band where it has an upper edge, too."""

    y: float
    words: str
    upper: float | None = None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """The drawing: points that were measured, the way ahead with its band, lines to hold it against, and the axes."""

    points: tuple[Mark, ...]
    ahead: tuple[Mark, ...]
    band: str
    lines: tuple[Line, ...]
    across: tuple[Mark, ...]
    up: tuple[Mark, ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    right: int = WIDTH - RIGHT
    bottom: int = HEIGHT - BOTTOM


def picture_of(result: Result) -> Picture | None:
    """The learning curve of a result; None where there is none to draw. Exchanges go across by their logarithm."""
    details, now = result.details, result.now
    if details is None or now is None or len(details.points) < 2:
        return None
    first, n = details.points[0].exchanges, float(result.exchanges)

    def x(exchanges: float) -> float:
        share = log(max(exchanges, first) / first) / log(4 * n / first)
        return round(LEFT + share * (WIDTH - LEFT - RIGHT), 1)

    def y(share: float) -> float:
        return round(TOP + (1 - share) * (HEIGHT - TOP - BOTTOM), 1)

    steps = [(times, each) for times, each in ((1, now), (2, result.at_2n), (4, result.at_4n)) if each is not None]
    edges = [(x(times * n), y(each.high)) for times, each in steps]
    edges += [(x(times * n), y(each.low)) for times, each in reversed(steps)]
    return Picture(
        points=tuple(Mark(x(each.exchanges), y(each.right)) for each in details.points),
        ahead=tuple(Mark(x(times * n), y(each.value)) for times, each in steps),
        band=" ".join(f"{across},{up}" for across, up in edges),
        lines=tuple(_lines(result, y)),
        across=tuple(Mark(x(each), HEIGHT - BOTTOM, f"{round(each):,}") for each in (first, n, 2 * n, 4 * n)),
        up=tuple(Mark(LEFT, y(each / 100), str(each)) for each in TICKS),
    )


def _lines(result: Result, y: Callable[[float], float]) -> Iterator[Line]:
    yield Line(y(result.bar / 100), f"your bar, {result.bar}", about="bar")
    people = result.agreement
    if people is not None and people.share is not None:
        yield Line(y(people.share.value), "two people agree", y(people.share.value**0.5), about="agreement")
    if result.commonest is not None:
        yield Line(y(result.commonest.value), "commonest answer", about="commonest")
