"""Figures and kinds as words."""

from __future__ import annotations

from wizard.shares import Share

NOW, AT_4N, AGREED = "accuracy.now", "accuracy.at_4n", "people.agreement"
NAMED = 3
"""So many things of a sort are named; the report has the rest."""
SHORT = 60


def short(name: str) -> str:
    """A kind's name for a line of text; a reply that is one may be long."""
    line = " ".join(name.split())
    return line if len(line) <= SHORT else f"{line[: SHORT - 1].rstrip()}…"


def hundred(share: float) -> int:
    """A share of 1 as one of a hundred."""
    return round(100 * share)


def between(share: Share) -> str:
    """A share with its bounds."""
    return f"{hundred(share.value)} ({hundred(share.low)} to {hundred(share.high)})"
