"""Shares with their uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist

CONFIDENCE = 0.9
"""Of the intervals: in so many of a hundred studies the share lies within."""
LEAST = 10
"""Of fewer there is no share: it would say nothing."""


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a whole, and within which bounds it lies with 90 % confidence; shares of 1."""

    value: float
    low: float
    high: float


def share(part: int, whole: int) -> Share | None:
    """A share with its interval, or None where there is too little to say.

    The interval is Wilson's score interval (Journal of the American Statistical Association, 1927). Here and not from
    scipy, as loading that would hold up every conversation for a second; a test holds the two against each other.
    """
    if whole < LEAST:
        return None
    value, z = part / whole, NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
    middle = value + z**2 / (2 * whole)
    half = z * sqrt(value * (1 - value) / whole + (z / (2 * whole)) ** 2)
    scale = 1 + z**2 / whole
    return Share(value, max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale))
