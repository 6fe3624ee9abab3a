"""What hasn't been seen: the chance that the next message is of a kind of which there is no example yet."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.stats import gamma

from wizard.judge.ground import Ground, Ints
from wizard.shares import Share

TIMES = (1.0, 2.0, 4.0)
"""For so many times the exchanges there are is told what lies ahead; of more nothing can be said."""


@dataclass(frozen=True)
class KindCounts:
    """In how many conversations kinds were seen. The next message comes from another one, so a kind that was seen in a
    single conversation was seen once, however often it was answered there.

    `once` and `twice` are how many kinds were seen in one conversation and in two, `alone` is the share of exchanges
    that are of those seen in one, and `each` what one kind in one conversation makes of all exchanges.
    """

    conversations: int
    kinds: int
    once: int
    twice: int
    alone: float
    each: float

    def unseen(self, times: float = 1.0) -> float:
        """The share of messages of a kind never seen, with so many times the conversations.

        Chao and Jost 2012, “Coverage-based rarefaction and extrapolation”, Ecology 93, equation 12; with nothing more,
        it is Good and Turing's f1/n, corrected for kinds that were seen once but are not rare.
        """
        if not self.once:
            return 0.0
        others = self.conversations - 1
        if self.twice:
            left = others * self.once / (others * self.once + 2 * self.twice)
        else:
            left = others * (self.once - 1) / (others * (self.once - 1) + 2)
        return float(self.alone * left ** (self._more(times) + 1))

    def kinds_at(self, times: float) -> float:
        """How many kinds there will be with so many times the conversations (Chao and Jost 2012, equation 9)."""
        others = self.conversations - 1
        pairs = self.once**2 / (2 * self.twice) if self.twice else self.once * (self.once - 1) / 2
        hidden = others / self.conversations * pairs
        if not hidden:
            return float(self.kinds)
        met = 1 - (1 - self.once / (self.conversations * hidden + self.once)) ** self._more(times)
        return float(self.kinds + hidden * met)

    def _more(self, times: float) -> float:
        return (times - 1) * self.conversations

    @property
    def spread(self) -> float:
        """The standard error of the share of messages of a kind never seen (Robbins 1968; Esty 1983)."""
        return sqrt(max(self.once * (1 - self.alone) + 2 * self.twice, 1.0)) * self.each


def conversations_of(ground: Ground) -> Ints:
    """In how many conversations each kind was seen."""
    copies = _copies(ground)
    of_kind = np.zeros(len(ground.kinds), np.int64)
    conversations = (item.conversation for item in ground.items)
    for kind, conversation in set(zip(ground.answers.tolist(), conversations, strict=True)):
        of_kind[kind] += copies[conversation]
    return of_kind


def kind_counts(ground: Ground) -> KindCounts:
    """What is known of how often the kinds of that ground were seen."""
    of_kind = conversations_of(ground)
    rare = of_kind == 1
    once = int(rare.sum())
    alone = float(ground.of_kind[rare].sum()) / ground.n
    return KindCounts(
        conversations=sum(_copies(ground).values()),
        kinds=len(of_kind),
        once=once,
        twice=int((of_kind == 2).sum()),
        alone=alone,
        each=alone / once if once else 1 / float(of_kind.sum()),
    )


def unseen_of(ground: Ground) -> Share | None:
    """The share of messages of a kind never seen, and its 80 % interval; None of a single conversation."""
    if not ground.items:
        return None
    seen = kind_counts(ground)
    if seen.conversations == 1:
        return None
    value = seen.unseen()
    low = float(gamma.ppf(0.1, seen.once)) * seen.each if seen.once else 0.0
    high = float(gamma.ppf(0.9, seen.once + 1)) * seen.each
    return Share(value, min(low, value), min(1.0, max(high, value)))


def unseen_ahead(ground: Ground) -> tuple[float, ...]:
    """The share of messages of a kind never seen, with so many `TIMES` the exchanges; nothing of one conversation."""
    seen = kind_counts(ground) if ground.items else None
    return tuple(seen.unseen(times) for times in TIMES) if seen and seen.conversations > 1 else ()


def _copies(ground: Ground) -> dict[bytes, int]:
    """How many conversations there are of each in which the same was asked and answered."""
    copies: dict[bytes, int] = {}
    for item in ground.items:
        copies[item.conversation] = min(item.count, copies.get(item.conversation, item.count))
    return copies
