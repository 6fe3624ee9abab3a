"""Growth: how often the simple model would be right now, and with up to four times as many exchanges."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wizard.judge.ground import Floats, Ground
from wizard.judge.simple import Curve
from wizard.judge.unseen import TIMES, KindCounts, kind_counts
from wizard.shares import Share

DRAWS = 400
BENDS = np.exp(np.log(0.5) + 0.6 * np.linspace(-2.0, 2.0, 21))
"""Exponents of the learning curve that are tried …"""
PRIOR = -0.5 * np.linspace(-2.0, 2.0, 21) ** 2
"""… and how likely each is before a curve was seen: log b is normal about log .5, with a spread of .6."""
INTERVAL = (0.1, 0.9)
"""Intervals of what lies ahead hold four of five."""
USUAL, USUAL_SPREAD = 0.25, 0.3
"""Four times the exchanges usually take away such a part of the mistakes, give or take such a part of that."""
DOUBT = 2
"""The power with which a lack of signal takes away from that, …"""
LIFT = 0.05
"""… as does it where the model is right less than so much more often than the commonest answer."""
TASKS_DIFFER, LEAST_DIFFERENCE = 0.4, 0.02
"""How far tasks lie from what is usual, in parts of it, and at the least, …"""
MISLED = 1.0
"""… and how far a curve misleads about the part of the mistakes that goes, times the root of the exchanges."""
NOISE, NOISE_AT_ONE = 0.006, 0.2
"""How far a point of the curve lies off it: a floor, and what shrinks with the root of the exchanges."""
TOGETHER = 10.0
"""How much kinds are drawn anew: the variance of a kind's weight is this over the square of its examples."""
OWN, OWN_AHEAD = 0.75, 0.15
"""What another sample of conversations would have changed: so many times the spread of a single answer, √(p(1−p)), over
the root of how many there are; times that power of how many times the exchanges."""
NEXT = 500
"""And what is told is how often it is right in so many messages to come, which are a sample, too."""
CERTAIN = 0.02
"""Nothing is taken for surer than that."""


@dataclass(frozen=True)
class Growth:
    """Draws of the accuracy by how many times the exchanges; each is a world that fits what was seen."""

    times: tuple[float, ...]
    draws: Floats
    """A row for each of `times`, a column for each of the 400 draws."""

    def at(self, times: float) -> Floats:
        return np.asarray(self.draws[self.times.index(times)])

    def reaches(self, bar: float, times: float = 1.0) -> float:
        """The chance that so many times the exchanges suffice for the bar."""
        return float((self.at(times) >= bar).mean())


def median_share(draws: Floats) -> Share:
    """The median of these draws of a share, and the interval that holds four of five."""
    low, median, high = (float(each) for each in np.quantile(draws, (INTERVAL[0], 0.5, INTERVAL[1])))
    return Share(median, low, high)


def growth_of(
    ground: Ground,
    curve: Curve,
    ceiling: float,
    p: float = 0.0,
    lift: float = 1.0,
    times: tuple[float, ...] = TIMES,
) -> Growth:
    """Accuracy at N exchanges is coverage times skill: C(N), the share of messages of a kind that was seen, times A(N).

    A(m) = c − k·m^−b, with c no higher than people's `ceiling`, is fitted to bootstraps of the groups; each takes one
    b, by how well it fits and how likely it is beforehand. What lies ahead is drawn from there towards what is usual.
    The larger `p`, that there is no signal, and the smaller `lift`, by how much the model is right more often than the
    commonest answer, the less growth is taken for usual.
    """
    rng = np.random.default_rng([ground.seed, 7])
    groups = int(ground.groups.max()) + 1
    skill = _resampled(ground, curve, groups, rng)
    m = curve.m.clip(min=1.0)
    noise = NOISE + NOISE_AT_ONE / np.sqrt(m)
    usual = USUAL * (1 - p) ** DOUBT * float(np.clip(lift / LIFT, 0.0, 1.0)) + 1e-3
    fits = [_fit(skill, m, noise, bend, ceiling, usual) for bend in BENDS]
    likely = np.stack([PRIOR[at] - 0.5 * misfit for at, (_, _, misfit) in enumerate(fits)])
    taken = (likely + rng.gumbel(size=likely.shape)).argmax(axis=0)
    draws = np.arange(len(skill))
    tops = np.stack([top for top, _, _ in fits])[taken, draws]
    steeps = np.stack([steep for _, steep, _ in fits])[taken, draws]
    seen = kind_counts(ground)
    covered = _coverage(seen, times, rng)
    skilled = np.stack([tops - steeps * (ground.n * _as_if(seen, many)) ** -BENDS[taken] for many in times])
    wobble = rng.standard_normal(DRAWS)
    own = np.stack(
        [wobble * _own(float(np.median(each)), groups, many) for each, many in zip(skilled, times, strict=True)]
    )
    reached = np.clip(skilled, 0.0, 1.0) * covered
    reached = _as_usual(reached, times, usual, ceiling, ground.n, rng.standard_normal(DRAWS))
    return Growth(times, np.clip(reached + own * covered, 0.0, 1.0))


def _as_usual(reached: Floats, times: tuple[float, ...], usual: float, ceiling: float, n: int, other: Floats) -> Floats:
    """What is reached, drawn from where the curve leads towards where curves usually lead, the more the less is known.

    Both are shares of the mistakes that needn't be; what is told of either is normal, and so is what follows from both
    (Bühlmann and Gisler, A Course in Credibility Theory, 2005).
    """
    now = reached[0]
    wrong = np.maximum(ceiling - now, CERTAIN)
    drawn = [now]
    for each, many in zip(reached[1:], times[1:], strict=True):
        gone = (each - now) / wrong
        goes = 1.0 - (1.0 - usual) ** (np.log(many) / np.log(4.0))
        differs = TASKS_DIFFER * goes + LEAST_DIFFERENCE
        trust = differs**2 / (differs**2 + gone.var() + MISLED**2 / n)
        drawn.append(now + wrong * (trust * gone + (1.0 - trust) * (goes + differs * other)))
    return np.stack(drawn)


def _as_if(seen: KindCounts, times: float) -> float:
    """With how many times the exchanges, all of kinds that are known, as much is learned as with so many times.

    What counts is how many examples a kind has, and there will be more kinds.
    """
    return times * seen.kinds / seen.kinds_at(times)


def _own(right: float, groups: int, many: float) -> float:
    """How far another sample of as many conversations would have led the model elsewhere, and how far the messages to
    come may differ, where the model is right in such a share.
    """
    right = float(np.clip(right, CERTAIN, 1 - CERTAIN))
    return float(np.sqrt(right * (1 - right) * (OWN**2 / groups * many ** (2 * OWN_AHEAD) + 1 / NEXT)))


def _resampled(ground: Ground, curve: Curve, groups: int, rng: np.random.Generator) -> Floats:
    """A(m) in each bootstrap (a row) at each part of the curve (a column).

    Exchanges of one kind are right or wrong together where they hang on the same few examples. So kinds are drawn
    anew, too, the more the fewer examples they have.
    """
    drawn = rng.multinomial(groups, np.full(groups, 1 / groups), DRAWS).astype(float)
    shapes = ground.of_kind**2.0 / TOGETHER
    weights = drawn[:, ground.groups] * rng.gamma(shapes, 1 / shapes, (DRAWS, len(shapes)))[:, ground.answers]
    right, seen = (weights @ (share * ground.counts).T for share in (curve.right, curve.seen))
    return np.asarray((right + 0.5) / (seen + 1.0))


def _fit(
    skill: Floats, m: Floats, noise: Floats, bend: float, ceiling: float, share: float
) -> tuple[Floats, Floats, Floats]:
    """For each row of `skill` the best c and k of c − k·m^−b, and how badly they fit."""
    x, weights = -(m**-bend), noise**-2.0
    total = weights.sum()
    mean_x = (weights * x).sum() / total
    mean_y = skill @ weights / total
    spread = (weights * (x - mean_x) ** 2).sum()
    usual = share * (1.0 - skill[:, -1] + 0.01) / (m[-1] ** -bend * (1.0 - 4.0**-bend))
    trust = (USUAL_SPREAD * usual) ** -2.0
    steep = ((skill - mean_y[:, None]) * (weights * (x - mean_x))).sum(axis=1)
    steep = np.maximum((steep + trust * usual) / (spread + trust), 0.0)
    top = mean_y - steep * mean_x
    over = top > ceiling
    held = np.maximum(((skill - ceiling) * (weights * x)).sum(axis=1) / (weights * x * x).sum(), 0.0)
    top, steep = np.where(over, ceiling, top), np.where(over, held, steep)
    misfit = ((skill - top[:, None] - steep[:, None] * x) ** 2 * weights).sum(axis=1)
    return top, steep, misfit


def _coverage(seen: KindCounts, times: tuple[float, ...], rng: np.random.Generator) -> Floats:
    """Draws of the share of messages of a kind that was seen, after so many times the exchanges."""
    values = np.array([seen.unseen(many) for many in times])
    off = seen.spread * rng.standard_normal(DRAWS)
    least = values[0] if values[0] > 0 else 1.0
    return np.asarray(1.0 - np.clip(values[:, None] * (1 + off / least), 0.0, 1.0))
