"""How fast things may come."""

from __future__ import annotations

from time import monotonic

ADDRESSES_KEPT = 10_000


class Bucket:
    """Lets `burst` through at once and `rate` a second after that."""

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst, self._left, self._at = rate, burst, float(burst), monotonic()

    def take(self) -> bool:
        """Whether one more may pass now."""
        at = monotonic()
        self._left = min(self._burst, self._left + (at - self._at) * self._rate)
        self._at = at
        if self._left < 1:
            return False
        self._left -= 1
        return True


class ByAddress:
    """A bucket for every network address. Where more come than are kept, all of them begin anew."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate, self._burst = rate, burst
        self._buckets: dict[str, Bucket] = {}

    def take(self, address: str) -> bool:
        """Whether one more of that address may pass now."""
        if len(self._buckets) > ADDRESSES_KEPT:
            self._buckets.clear()
        return self._buckets.setdefault(address, Bucket(self._rate, self._burst)).take()
