"""Doubts: exchanges that were likely labelled by mistake, and those that are hardest to answer from what is shown."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from wizard.judge.looking import Looked

MOST = 10
FEWEST_OF_A_KIND = 3
"""Of a rarer kind the model knows too little to doubt it."""
CLEARLY = 2.0
"""Bits: something else must be four times as likely."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """An exchange with what was asked, what was given as its answer, and what the simple model would have given.

    `bits` is the pointwise V-information (Ethayarajh et al. 2022): how much likelier the answer becomes by what was
    asked. Under 0, what was asked spoke against it. `seconded` says that a second opinion is the model's.
    """

    id: str
    label: str
    message: str
    given: str
    instead: str
    bits: float
    seconded: bool


def doubts_of(looked: Looked) -> tuple[tuple[Doubt, ...], tuple[Doubt, ...]]:
    """The exchanges to look at again, most doubtful first, and of the others the hardest."""
    told = [one for each in looked.fields or (looked,) for one in _doubts(each)]
    clear = [one for one in told if one[0] >= CLEARLY]
    again = [one for _, one in sorted(clear, key=lambda one: (not one[1].seconded, -one[0], one[1].id))][:MOST]
    known = {one.id for one in again}
    hard = [one for _, one in told if one.bits < 0 and one.id not in known]
    return tuple(again), tuple(sorted(hard, key=lambda one: (one.bits, one.id))[:MOST])


def _doubts(looked: Looked) -> list[tuple[float, Doubt]]:
    """Of each exchange that the model got wrong in every turn how much likelier, in bits, its own answer is held."""
    ground, curve = looked.ground, looked.curve
    if curve is None:
        return []
    prior = np.log2(ground.of_kind / ground.n)
    found = []
    for at in np.flatnonzero(ground.of_kind[ground.answers] >= FEWEST_OF_A_KIND).tolist():
        instead, turns = Counter(curve.answered[:, at].tolist()).most_common(1)[0]
        if instead == ground.answers[at] or turns < len(curve.answered):
            continue
        item, kind = ground.items[at], ground.kinds[instead]
        case = item.cases[0]
        doubt = Doubt(
            id=case.id,
            label=looked.label,
            message=case.message,
            given=item.answer,
            instead=kind,
            bits=float(curve.own[at] - prior[ground.answers[at]]),
            seconded=any(other.answers.get(looked.label) == kind for each in item.cases for other in each.opinions),
        )
        found.append((float(curve.best[at] - curve.own[at]), doubt))
    return found
