"""What hasn't been seen: the chance that the next message is of a kind of which there is no example yet."""

from __future__ import annotations

from math import sqrt

from scipy.stats import gamma

from wizard.judge.ground import Ground, seen_once


def unseen_after(more: float, n: float, once: float, twice: float) -> float:
    """The share of messages of a kind never seen, after `more` than the `n` that were.

    Chao and Jost 2012, “Coverage-based rarefaction and extrapolation”, Ecology 93, equation 12; with nothing more, it
    is Good and Turing's f1/n, corrected for kinds that were seen once but are not rare.
    """
    if not once or not n:
        return 0.0
    ratio = (
        (n - 1) * once / ((n - 1) * once + 2 * twice) if twice else (n - 1) * (once - 1) / ((n - 1) * (once - 1) + 2)
    )
    return float(once / n * ratio ** (more + 1))


def kinds_after(more: float, n: float, seen: float, once: float, twice: float) -> float:
    """How many kinds there will be after `more` than the `n` in which `seen` were (Chao and Jost 2012, equation 9)."""
    if not once or not n:
        return seen
    hidden = (n - 1) / n * (once**2 / (2 * twice) if twice else once * (once - 1) / 2)
    if not hidden:
        return seen
    return float(seen + hidden * (1 - (1 - once / (n * hidden + once)) ** more))


def unseen_of(ground: Ground) -> tuple[float, float, float]:
    """That share as it is now, and its 80 % interval."""
    seen = seen_once(ground)
    n, once = ground.n, seen[1]
    value = unseen_after(0, n, once, seen[2])
    low, high = float(gamma.ppf(0.1, once)) / n if once else 0.0, float(gamma.ppf(0.9, once + 1)) / n
    return value, min(low, value), min(1.0, max(high, value))


def unseen_spread(ground: Ground) -> float:
    """The standard error of that share (Robbins 1968; Esty 1983)."""
    seen, n = seen_once(ground), ground.n
    return sqrt(max(seen[1] * (1 - seen[1] / n) + 2 * seen[2], 1.0)) / n
