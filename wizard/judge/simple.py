"""A simple model: a shrunk linear discriminant, and how often it is right the more it has seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import cho_factor, cho_solve
from scipy.sparse import csr_matrix
from scipy.special import log_softmax

from wizard.judge.ground import FOLDS, Floats, Ground, Ints
from wizard.judge.inputs import Inputs, Matrix

PARTS = (0.12, 0.2, 0.33, 0.55, 0.8, 1.0)
TURNS = ((1_000, 4), (2_500, 2), (float("inf"), 1))
"""How often all is cross-validated anew, by how many items there are at most: of many, once says as much."""
MIDDLING = 1.5
"""Every kind's mean is drawn to that of all, as if so many more of its examples had been just there."""
LEAST_BITS = -20.0
"""No answer is held to be less likely than one in a million."""
SHRINKING, LEAST_SHRUNK, MOST_SHRUNK = 4.24, 0.03, 0.8


@dataclass(frozen=True)
class Model:
    """A linear discriminant for the kinds that it has `seen`, a column of `weights` and an offset each."""

    weights: Matrix
    offsets: NDArray[np.float32]
    seen: Ints

    def scores(self, inputs: Matrix) -> Matrix:
        """How likely each kind (a column) is for each input (a row): logarithms, up to a constant of the row."""
        return np.asarray(inputs @ self.weights + self.offsets, np.float32)

    def answers(self, inputs: Matrix) -> Ints:
        """The number of the likeliest kind of each input."""
        return np.asarray(self.seen[self.scores(inputs).argmax(axis=1)], np.int64)


def learn(inputs: Matrix, answers: Ints, counts: Floats) -> Model:
    """Fisher's discriminant with the covariance within kinds drawn towards a sphere (Friedman 1989): of inputs (a row
    each), the number of the kind that each was answered with, and how often each counts.

    The sphere is as wide as all inputs are spread: where kinds have one or two examples, there is hardly any spread
    within them to go by. For the same reason means are drawn to that of all (James and Stein 1961).
    """
    seen, kinds = np.unique(answers, return_inverse=True)
    weights = counts.astype(np.float32)
    n, at = float(weights.sum()), np.arange(len(kinds))
    sizes = np.bincount(kinds, weights, len(seen)).astype(np.float32)
    means = np.asarray(csr_matrix((weights, (kinds, at))) @ inputs, np.float32) / sizes[:, None]
    spread = (inputs * weights[:, None]).T @ inputs
    width = spread.shape[0]
    rank = min(spread.shape[0], len(inputs))
    mean = weights @ inputs / n
    whole = float(np.trace(spread)) / n - float(mean @ mean)
    within = (spread - (means * sizes[:, None]).T @ means) / n
    shrunk = float(np.clip(SHRINKING / np.sqrt(n), LEAST_SHRUNK, MOST_SHRUNK))
    within *= 1 - shrunk
    within.flat[:: width + 1] += (shrunk * whole + 1e-4) / rank
    means = (means - mean) * (sizes / (sizes + MIDDLING))[:, None]
    solved = cho_solve(cho_factor(within, overwrite_a=True, check_finite=False), means.T, check_finite=False)
    offsets = np.log(sizes / n) - ((0.5 * means + mean).T * solved).sum(axis=0)
    return Model(np.asarray(solved, np.float32), offsets.astype(np.float32), seen)


@dataclass(frozen=True)
class Curve:
    """How it went, by part of the training side (a row each) and item (a column each), means over the turns.

    `right` and `seen` (that kind was learned from) are shares; `m` is how many exchanges were learned from.
    """

    m: Floats
    right: Floats
    seen: Floats
    answered: Ints
    """What was answered to each item (a column) in each turn (a row) after the whole training side."""

    each: NDArray[np.bool_]
    """Whether it was right, by turn, part and item."""

    own: Floats
    """How likely the answer that was given was held to be after the whole training side, in bits (log2, mean over the
    turns), and …"""

    best: Floats
    """… how likely the likeliest one was."""

    def accuracy(self, ground: Ground) -> float:
        """The share that was right after the whole training side."""
        return float(self.right[-1] @ ground.counts / ground.counts.sum())


def curve_of(ground: Ground, inputs: Inputs, progress: Callable[[int, int], None] = lambda done, of: None) -> Curve:
    """Cross-validation by groups, with samples of each training side in which every kind keeps its share."""
    turns = next(turns for most, turns in TURNS if len(ground.items) <= most)
    items, answers, counts = len(ground.items), ground.answers, ground.counts
    right, seen = np.zeros((turns, len(PARTS), items), np.bool_), np.zeros((len(PARTS), items))
    m = np.zeros(len(PARTS))
    answered = np.zeros((turns, items), np.int64)
    own, best = np.zeros(items), np.zeros(items)
    for turn in range(turns):
        folds = ground.folds(turn)
        for fold in range(FOLDS):
            test = np.flatnonzero(folds == fold)
            train = np.flatnonzero(folds != fold)
            if not len(test) or not len(train):
                continue
            rng = np.random.default_rng([ground.seed, turn, fold])
            place, size = _places(answers[train], rng)
            known, asked = inputs.sides(train, test)
            for at, part in enumerate(PARTS):
                chosen = place < np.maximum(1, np.round(part * size))
                taken = train[chosen]
                model = learn(known[chosen], answers[taken], counts[taken])
                scores = model.scores(asked)
                said = model.seen[scores.argmax(axis=1)]
                right[turn, at, test] = said == answers[test]
                seen[at, test] += np.isin(answers[test], model.seen)
                m[at] += counts[taken].sum()
            answered[turn, test] = said
            likely = np.maximum(log_softmax(scores, axis=1) / np.log(2), LEAST_BITS)
            held = np.full((len(test), len(ground.kinds)), LEAST_BITS)
            held[:, model.seen] = likely
            own[test] += held[np.arange(len(test)), answers[test]]
            best[test] += likely.max(axis=1)
            progress(turn * FOLDS + fold + 1, turns * FOLDS)
    return Curve(m / (turns * FOLDS), right.mean(axis=0), seen / turns, answered, right, own / turns, best / turns)


def _places(answers: Ints, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """For each its place among those of its kind, in random order, and how many of that kind there are."""
    order = np.lexsort((rng.permutation(len(answers)), answers))
    _, first, sizes = np.unique(answers[order], return_index=True, return_counts=True)
    place = np.empty(len(answers), np.int64)
    place[order] = np.arange(len(answers)) - np.repeat(first, sizes)
    size = np.empty(len(answers), np.int64)
    size[order] = np.repeat(sizes, sizes)
    return place, size
