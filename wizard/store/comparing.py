"""Versions of a study in their figures, from the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist, median

from sqlite_utils import Database

from wizard.shares import CONFIDENCE, LEAST, Share, share

CONVERSATIONS = """
SELECT version, count(*), count(CASE WHEN exchanges > 0 THEN 1 END) FROM heads WHERE study = ? GROUP BY 1
"""
ANSWERS = """
SELECT h.version, e.body ->> '$.could_answer', e.body ->> '$.seconds' FROM heads h
JOIN events e ON e.session = h.session AND e.kind = 'replied' WHERE h.study = ? AND h.version IN (?, ?)
"""


@dataclass(frozen=True, slots=True)
class Middle:
    """What half of these are at most, and within which bounds that lies with 90 % confidence."""

    value: float
    low: float
    high: float
    of: int


@dataclass(frozen=True, slots=True)
class InFigures:
    """A version: its conversations, and in how many something was answered; its answers, for how many it was said
    whether they could be given from what was shown, the share of those that could, and their seconds.
    """

    version: int
    conversations: int
    answered: int
    exchanges: int
    said: int
    could: Share | None
    seconds: Middle | None


def in_figures(db: Database, study: str, versions: tuple[int, int]) -> list[InFigures]:
    """These two, in this order; one of them, if they are the same."""
    conversations = {version: (all, some) for version, all, some in db.conn.execute(CONVERSATIONS, [study])}
    could: dict[int, Counter[str]] = {each: Counter() for each in versions}
    seconds: dict[int, list[float]] = {each: [] for each in versions}
    exchanges: Counter[int] = Counter()
    for version, answer, took in db.conn.execute(ANSWERS, [study, *versions]):
        exchanges[version] += 1
        if answer:
            could[version][answer] += 1
        if took is not None:
            seconds[version].append(took)
    return [
        InFigures(
            each,
            *conversations.get(each, (0, 0)),
            exchanges[each],
            could[each].total(),
            share(could[each]["yes"], could[each].total()),
            middle(seconds[each]),
        )
        for each in dict.fromkeys(versions)
    ]


def middle(values: Sequence[float]) -> Middle | None:
    """The median with its interval, or None where there is too little to say.

    The bounds are order statistics, whose ranks come from the binomial distribution by its normal approximation
    (Conover, Practical Nonparametric Statistics): no shape of the values is assumed.
    """
    if len(values) < LEAST:
        return None
    ordered, many = sorted(values), len(values)
    half = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2) * sqrt(many) / 2
    low, high = max(0, int(many / 2 - half)), min(many - 1, int(many / 2 + half))
    return Middle(median(ordered), ordered[low], ordered[high], many)
