"""Versions of a study in their figures, from the log."""

from __future__ import annotations

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
SELECT h.version, e.session || '-' || (e.body ->> '$.exchange'), e.body ->> '$.exchange' = 1,
       e.body ->> '$.could_answer', e.body ->> '$.seconds'
FROM heads h JOIN events e ON e.session = h.session AND e.kind = 'replied'
WHERE h.study = ? AND h.version IN (?, ?) ORDER BY e.seq
"""


@dataclass(frozen=True, slots=True)
class Median:
    """What half of these are at most, and within which bounds that lies with 90 % confidence."""

    value: float
    low: float
    high: float
    of: int


@dataclass(frozen=True, slots=True)
class InFigures:
    """A version: its conversations, and in how many something was answered; the share of answers that could be given
    from what was shown, and their seconds. Each with the exchanges that it comes from: the first of each conversation
    in which something was answered, all, those of which it was said, those that were timed.
    """

    version: int
    conversations: int
    answered: int
    first: tuple[str, ...]
    exchanges: tuple[str, ...]
    said: tuple[str, ...]
    could: Share | None
    timed: tuple[str, ...]
    seconds: Median | None


def in_figures(db: Database, study: str, versions: tuple[int, int]) -> list[InFigures]:
    """The figures of two versions of a study, in this order; of one, if they are the same."""
    conversations = {version: (all, some) for version, all, some in db.conn.execute(CONVERSATIONS, [study])}
    answers: dict[int, list[tuple[str, bool, str | None, float | None]]] = {each: [] for each in versions}
    for version, *answer in db.conn.execute(ANSWERS, [study, *versions]):
        answers[version].append(tuple(answer))
    return [_of_one(each, *conversations.get(each, (0, 0)), answers[each]) for each in answers]


def _of_one(
    version: int, conversations: int, answered: int, answers: Sequence[tuple[str, bool, str | None, float | None]]
) -> InFigures:
    could = [answer for *_, answer, _ in answers if answer]
    return InFigures(
        version,
        conversations,
        answered,
        first=tuple(id for id, first, *_ in answers if first),
        exchanges=tuple(id for id, *_ in answers),
        said=tuple(id for id, _, answer, _ in answers if answer),
        could=share(could.count("yes"), len(could)),
        timed=tuple(id for id, *_, took in answers if took is not None),
        seconds=median_of([took for *_, took in answers if took is not None]),
    )


def median_of(values: Sequence[float]) -> Median | None:
    """The median with its interval, or None where there is too little to say.

    The bounds are order statistics, whose ranks come from the binomial distribution by its normal approximation
    (Conover, Practical Nonparametric Statistics): no shape of the values is assumed.
    """
    if len(values) < LEAST:
        return None
    ordered, many = sorted(values), len(values)
    half = NormalDist().inv_cdf(0.5 + CONFIDENCE / 2) * sqrt(many) / 2
    low, high = max(0, int(many / 2 - half)), min(many - 1, int(many / 2 + half))
    return Median(median(ordered), ordered[low], ordered[high], many)
