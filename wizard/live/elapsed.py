"""How long ago a time of the log is. Clocks jump: one that was set back would have it still to come."""

from __future__ import annotations

from datetime import datetime
from time import monotonic, time

BOOTED = time() - monotonic()
"""What the clock would say where the one that only grows has 0, as it went when this began."""


def seconds_since(at: str) -> float:
    """From then (UTC, ISO 8601) until now; never less than 0."""
    seconds = time() - datetime.fromisoformat(at).timestamp()
    if seconds < 0:
        seconds += max(0.0, BOOTED - (time() - monotonic()))  # so far it was set back meanwhile
    return max(0.0, seconds)
