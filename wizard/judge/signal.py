"""Signal: whether what is asked has anything to do with what is answered, or whether chance would do as well."""

from __future__ import annotations

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from wizard.judge.ground import FOLDS, Ground
from wizard.judge.inputs import Matrix

SHUFFLES = 199
MOST = 2_000
"""Of more items a sample is looked at: whatever signal there is shows in so many."""
FEWEST_OF_A_KIND = 5
"""Rarer kinds are passed over, where there are others: a hit or two would count as much as a whole kind."""
RIDGE = 0.1
KINDS_AT_ONCE = 400
"""Orders times kinds: few enough for what they are turned into to stay in a processor's cache. That is as quick as more
at once, and leaves the memory to the conversations beside it.
"""


def signal_of(ground: Ground, inputs: Matrix) -> float:
    """How often answers in random order are told as well as those that were given: p, between 1/200 and 1.

    `inputs` has a row for each item of the ground.

    Measured on balanced accuracy, every kind counting alike, of a least-squares discriminant, for which trying another
    order of the answers costs one multiplication (Ojala and Garriga 2010, test 1).
    """
    rng = np.random.default_rng([ground.seed, 99])
    kept = np.sort(rng.permutation(len(ground.items))[:MOST])
    inputs, folds = inputs[kept], ground.folds(0)[kept]
    kinds, answers = np.unique(ground.answers[kept], return_inverse=True)
    orders = np.stack([answers, *(rng.permutation(answers) for _ in range(SHUFFLES))], axis=1)
    right = np.zeros_like(orders, dtype=bool)
    batch = max(1, KINDS_AT_ONCE // len(kinds))
    for fold in range(FOLDS):
        test, train = folds == fold, folds != fold
        if not test.any() or not train.any():
            continue
        mean = inputs[train].mean(axis=0)
        known, asked = inputs[train] - mean, inputs[test] - mean
        spread = known.T @ known
        spread.flat[:: spread.shape[0] + 1] += RIDGE * np.trace(spread) / spread.shape[0] + 1e-6
        pull = asked @ cho_solve(cho_factor(spread), known.T)
        for start in range(0, orders.shape[1], batch):
            given = orders[train, start : start + batch]
            wanted = (given[:, :, None] == np.arange(len(kinds))).astype(np.float32)
            sizes = wanted.sum(axis=0)
            wanted = (wanted - sizes / len(given)) / np.sqrt(np.maximum(sizes, 1))
            scores = (pull @ wanted.reshape(len(given), -1)).reshape(len(pull), given.shape[1], len(kinds))
            right[test, start : start + batch] = scores.argmax(axis=2) == orders[test, start : start + batch]
    sizes = np.bincount(answers).astype(float)
    common = sizes >= FEWEST_OF_A_KIND
    counts = common if common.sum() > 1 else sizes > 0
    told = (right * (counts / sizes)[orders]).sum(axis=0)
    return float((1 + (told[1:] >= told[0] - 1e-12).sum()) / (1 + SHUFFLES))
