"""People: how often they could answer from what the model would be given, and how often two of them agree."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from wizard.judge.ground import Ground, alike
from wizard.shares import Share, share

STAND_IN = 0.9
"""Messages with this cosine or more are alike enough for their answers to stand in for a second opinion."""
ENOUGH_PAIRS = 20
PAIRS_FOR_ALPHA = 100
NEIGHBOURS = 20_000


@dataclass(frozen=True)
class Agreement:
    """How often two people agreed on the same input, in how many cases; from which cases, and over what they fell out.

    `stand_in` where nobody gave a second opinion, and messages that are nearly alike were compared.
    """

    pairs: int
    share: Share | None
    stand_in: bool
    alpha: float | None
    ids: tuple[str, ...]
    confused: tuple[tuple[str, str, tuple[str, ...]], ...]
    """Pairs of answers that were given to the same input, the commonest first, and each case in which they were."""

    merged: Share | None
    """The agreement there would be if the two kinds that are confused most were one."""

    @property
    def ceiling(self) -> float:
        """The most that any model could reach, at the best: √H at the upper end of H; 1 where too little is known.

        If both people draw from p(y|x), the best accuracy lies between H and √H (Richie et al., BioNLP 2022; Boguslav
        and Cohen 2017): H = Σ p² is at least (max p)².
        """
        return sqrt(self.share.high) if self.share and self.pairs >= ENOUGH_PAIRS else 1.0


@dataclass(frozen=True)
class Answerable:
    """In how many of the cases in which it was said the wizard could answer from what was shown."""

    share: Share | None
    asked: int
    ids: tuple[str, ...]
    missing: tuple[tuple[str, int, tuple[str, ...]], ...]


def answerable_of(ground: Ground) -> Answerable:
    """How often the answer was said to be known, and what was named as missing, most often first."""
    said = [case for item in ground.items for case in item.cases if case.could_answer is not None]
    lacking: dict[str, list[str]] = defaultdict(list)
    for case in said:
        if case.could_answer != "yes" and case.missing:
            lacking[case.missing.strip()].append(case.id)
    named = sorted(((what, len(ids), tuple(ids)) for what, ids in lacking.items()), key=lambda each: (-each[1], each))
    yes = sum(case.could_answer == "yes" for case in said)
    return Answerable(share(yes, len(said)), len(said), tuple(case.id for case in said), tuple(named))


def agreement_of(ground: Ground, label: str, vectors: NDArray[np.float32] | None) -> Agreement:
    """Agreement between first and second opinions; among near-duplicates where nobody gave any."""
    asked: list[tuple[str, list[str], float]] = []
    for item in ground.items:
        each = item.count / len(item.cases)
        for case in item.cases:
            given = [case.answers[label], *(other.answers[label] for other in case.opinions if label in other.answers)]
            if len(given) > 1:
                asked.append((case.id, given, each))
    if asked:
        return _agreement(asked, stand_in=False)
    return _agreement(_stand_in(ground, label, vectors), stand_in=True)


def unknown_agreement() -> Agreement:
    """Where nobody gave a second opinion and nothing stands in: nearly the same words may well ask for something else,
    which shows where the simple model is right more often than such an agreement would let anybody be.
    """
    return _agreement([], stand_in=False)


def _stand_in(ground: Ground, label: str, vectors: NDArray[np.float32] | None) -> list[tuple[str, list[str], float]]:
    """Each input with the nearest one of another group, where that is near."""
    if vectors is None:
        return []
    taken: set[int] = set()
    found = []
    for one, other in alike(vectors, STAND_IN)[:NEIGHBOURS]:
        if ground.groups[one] == ground.groups[other] or one in taken or other in taken:
            continue
        taken |= {one, other}
        first, second = ground.items[one].cases[0], ground.items[other].cases[0]
        found.append((first.id, [first.answers[label], second.answers[label]], 1.0))
    return found


def _agreement(asked: Sequence[tuple[str, list[str], float]], *, stand_in: bool) -> Agreement:
    agreed = sum(_same(given) * each for _, given, each in asked)
    pairs = round(sum(each for *_, each in asked))
    confused: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for id, given, _ in asked:
        for pair in combinations(sorted(set(given)), 2):
            confused[pair].append(id)
    worst = sorted(confused.items(), key=lambda each: (-len(each[1]), each[0]))
    merged = None
    if worst:
        (one, other), _ = worst[0]
        together = sum(_same([one if a == other else a for a in given]) * each for _, given, each in asked)
        merged = _share(together, pairs)
    return Agreement(
        pairs=pairs,
        share=_share(agreed, pairs),
        stand_in=stand_in,
        alpha=_alpha([given for _, given, _ in asked]) if pairs >= PAIRS_FOR_ALPHA else None,
        ids=tuple(id for id, *_ in asked),
        confused=tuple((one, other, tuple(cases)) for (one, other), cases in worst),
        merged=merged,
    )


def _share(part: float, whole: int) -> Share | None:
    """A share of cases in each of which more than two may have answered, so that `part` need not be whole."""
    found, more = share(int(part), whole), share(min(int(part) + 1, whole), whole)
    if found is None or more is None:
        return None
    between = part - int(part)
    ends = [low + between * (high - low) for low, high in ((found.low, more.low), (found.high, more.high))]
    return Share(part / whole, *ends)


def _same(given: Sequence[str]) -> float:
    """Of all pairs of answers, the share that is the same."""
    n = len(given)
    return sum(times * (times - 1) for times in Counter(given).values()) / (n * (n - 1))


def _alpha(answers: Sequence[Sequence[str]]) -> float | None:
    """Krippendorff's alpha for nominal answers (Content Analysis, 2004)."""
    total: Counter[str] = Counter()
    observed = 0.0
    for given in answers:
        total.update(given)
        observed += len(given) * (1 - _same(given))
    n = total.total()
    expected = n - sum(times * (times - 1) for times in total.values()) / (n - 1)
    return None if expected <= 0 else 1 - observed / expected
