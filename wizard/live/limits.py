"""How fast things may come."""

from __future__ import annotations

from time import monotonic


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
