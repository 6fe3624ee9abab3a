"""Whether two kinds of answers can be told apart by figures: what a classifier makes of it, with its uncertainty."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

Figures = NDArray[np.float64]

TOLD_FROM = 0.55
"""An area under the curve up to which two kinds count as the same; 0.5 is guessing."""
CLEARLY_FROM = 0.65
"""Where even the low end of the interval is this high, nobody need look twice."""
FOLDS = 4
DRAWS = 400
TAILS = (0.05, 0.95)


@dataclass(frozen=True, slots=True)
class Sample:
    """Answers of two kinds: the figures of each, whether a `person` gave it, and which belong together."""

    figures: Figures
    person: NDArray[np.bool_]
    group: NDArray[np.int64]

    @classmethod
    def of(cls, rows: Sequence[tuple[Sequence[float], bool, int]]) -> Sample:
        """From (figures, whether a person gave it, group)."""
        figures, person, group = zip(*rows, strict=True)
        return cls(np.asarray(figures, float), np.asarray(person, bool), np.asarray(group, int))


@dataclass(frozen=True, slots=True)
class Separation:
    """How often a person's answer looks more like a person's than a program's does: the area under the curve.

    `low` and `high` are the ends of its 90 % interval, drawn anew over conversations; `each` is how many answers of
    either kind there were, `best` the feature that tells the most by itself, `looks` how often it was played.
    """

    auc: float
    low: float
    high: float
    each: int
    best: int = 0
    looks: int = 1

    @property
    def found(self) -> bool:
        """Whether they can be told apart."""
        return self.auc > TOLD_FROM and self.low > 0.5

    @property
    def in_doubt(self) -> bool:
        """Whether it looks so, but chance does that too now and then."""
        return self.auc > TOLD_FROM and self.low <= CLEARLY_FROM


def separation(sample: Sample, seed: int = 0) -> Separation:
    """Try to tell them apart, each fold by what was learned from the others."""
    score = np.zeros(len(sample.person))
    split = StratifiedGroupKFold(FOLDS, shuffle=True, random_state=seed)
    for train, test in split.split(sample.figures, sample.person, sample.group):
        score[test] = _score(sample, train, sample.figures[test], seed)
    return _with_interval(score, sample, 1, seed)


def separation_again(before: Sample, sample: Sample, seed: int = 0) -> Separation:
    """Whether what can be learned from those before holds for answers that nobody has learned from."""
    return _with_interval(_score(before, np.arange(len(before.person)), sample.figures, seed), sample, 2, seed)


def auc(score: Figures, person: NDArray[np.bool_]) -> float:
    """The area under the curve: how often a person's score is above a program's; 0.5 where it says nothing."""
    persons, programs = int(person.sum()), int((~person).sum())
    if not persons or not programs:
        return 0.5
    return float((_ranks(score)[person].sum() - persons * (persons + 1) / 2) / (persons * programs))


def _score(sample: Sample, rows: NDArray[np.intp], figures: Figures, seed: int) -> Figures:
    """How much each looks like a person's, to two classifiers that have learned from those rows of the sample.

    One sees what adds up, the other what goes together; both have a vote.
    """
    votes = []
    for model in (
        make_pipeline(StandardScaler(), LogisticRegression(C=0.3)),
        GradientBoostingClassifier(
            n_estimators=20, learning_rate=0.2, max_depth=2, subsample=0.8, min_samples_leaf=10, random_state=seed
        ),
    ):
        with threadpool_limits(1):  # more of them only get in each other's way over so little
            model.fit(sample.figures[rows], sample.person[rows])
            votes.append(_ranks(model.predict_proba(figures)[:, 1]))
    return np.asarray(np.mean(votes, axis=0) / len(figures))


def _with_interval(score: Figures, sample: Sample, looks: int, seed: int) -> Separation:
    rng = np.random.default_rng(seed)
    members = [np.flatnonzero(sample.group == group) for group in np.unique(sample.group)]
    drawn = []
    for _ in range(DRAWS):
        rows = np.concatenate([members[at] for at in rng.integers(len(members), size=len(members))])
        drawn.append(auc(score[rows], sample.person[rows]))
    low, high = np.quantile(drawn, TAILS)
    alone = [abs(auc(column, sample.person) - 0.5) for column in sample.figures.T]
    each = int(min(sample.person.sum(), (~sample.person).sum()))
    return Separation(auc(score, sample.person), float(low), float(high), each, int(np.argmax(alone)), looks)


def _ranks(score: Figures) -> Figures:
    """The rank of each, from 1; equal ones share theirs."""
    _, place, count = np.unique(score, return_inverse=True, return_counts=True)
    upto = np.cumsum(count)
    return ((upto - count + 1 + upto) / 2)[place]
