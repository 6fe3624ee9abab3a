"""What a report shows beside the verdict: the curve's points, each kind, what was missing, how long it took."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

import numpy as np

from wizard.judge.ground import Ground
from wizard.judge.simple import Curve

Ids = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """How often the simple model was right, a share of 1, when it had learned from so many exchanges; and those that it
    got wrong more often than not.
    """

    exchanges: float
    right: float
    missed: Ids


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of answer: its exchanges, the share of them in which the simple model was right, and those it missed.

    `taken_for` says what it answered instead, the commonest first.
    """

    name: str
    ids: Ids
    right: float | None
    missed: Ids
    taken_for: tuple[tuple[str, Ids], ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """What a wizard said was missing, and in which exchanges."""

    what: str
    ids: Ids


@dataclass(frozen=True, slots=True)
class Details:
    """All that a report shows beside the figures of the result. `seconds` are those an answer took: the tenth that was
    quickest took the first or less, half the second, nine tenths the third.
    """

    points: tuple[Point, ...]
    kinds: tuple[Kind, ...]
    missing: tuple[Missing, ...]
    seconds: tuple[float, float, float] | None
    timed: Ids


def details_of(ground: Ground, curve: Curve | None, *, kinds: bool = True) -> Details:
    """What stands in the ground, and how the simple model did on it, the largest kinds first; without `kinds` no kinds,
    where a whole is right as its parts are.
    """
    timed = [case for item in ground.items for case in item.cases if case.seconds is not None]
    said: defaultdict[str, list[str]] = defaultdict(list)
    for item in ground.items:
        for case in item.cases:
            if case.missing and case.missing.strip():
                said[case.missing.strip()].append(case.id)
    largest_first = np.argsort(-ground.of_kind, kind="stable").tolist()
    return Details(
        points=_points(ground, curve),
        kinds=tuple(_kind(ground, curve, number) for number in largest_first) if kinds else (),
        missing=tuple(Missing(what, tuple(ids)) for what, ids in sorted(said.items(), key=lambda each: -len(each[1]))),
        seconds=_spread([case.seconds for case in timed if case.seconds is not None]),
        timed=tuple(case.id for case in timed),
    )


def _points(ground: Ground, curve: Curve | None) -> tuple[Point, ...]:
    if curve is None:
        return ()
    right = curve.right @ ground.counts / ground.counts.sum()
    missed = [np.flatnonzero(each < 0.5) for each in curve.right]
    return tuple(
        Point(float(m), float(share), tuple(id for at in those for id in ground.items[at].ids))
        for m, share, those in zip(curve.m, right, missed, strict=True)
    )


def _spread(seconds: list[float]) -> tuple[float, float, float] | None:
    if not seconds:
        return None
    low, median, high = (float(each) for each in np.quantile(seconds, (0.1, 0.5, 0.9)))
    return low, median, high


def _kind(ground: Ground, curve: Curve | None, number: int) -> Kind:
    """One kind; an item counts as missed where it was in most turns."""
    at = np.flatnonzero(ground.answers == number)
    ids = tuple(id for each in at for id in ground.items[each].ids)
    if curve is None:
        return Kind(ground.kinds[number], ids, None, (), ())
    counts = ground.counts[at]
    right = float((curve.right[-1, at] * counts).sum() / counts.sum())
    missed: list[str] = []
    instead: defaultdict[str, list[str]] = defaultdict(list)
    for each in at:
        answered = Counter(curve.answered[:, each].tolist()).most_common(1)[0][0]
        if answered != number:
            missed += ground.items[each].ids
            instead[ground.kinds[answered]] += ground.items[each].ids
    taken = sorted(instead.items(), key=lambda one: (-len(one[1]), one[0]))
    return Kind(ground.kinds[number], ids, right, tuple(missed), tuple((name, tuple(those)) for name, those in taken))
