"""Novelty over time: whether new kinds of messages still come, stretch by stretch."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.judge.ground import Ground
from wizard.shares import Share, share

STRETCHES = 8
SHORTEST = 20


@dataclass(frozen=True, slots=True)
class Stretch:
    """Exchanges that followed each other: the first and last by their place in time, and which are new (`ids`)."""

    first: int
    last: int
    every: tuple[str, ...]
    new: Share
    ids: tuple[str, ...]


def novelty_of(ground: Ground) -> tuple[Stretch, ...]:
    """The stretches after the first, in which every kind is new; none where times are missing or too few came."""
    told = sorted((case.at or "", case.id, item.answer) for item in ground.items for case in item.cases)
    if not told or not all(at for at, *_ in told):
        return ()
    stretches = min(STRETCHES, len(told) // SHORTEST)
    ends = [round(len(told) * (at + 1) / stretches) for at in range(stretches)]
    known: set[str] = set()
    found = []
    first = 0
    for end in ends:
        new = []
        for _, id, answer in told[first:end]:
            if answer not in known:
                known.add(answer)
                new.append(id)
        part = share(len(new), end - first)
        if first and part is not None:
            found.append(Stretch(first + 1, end, tuple(id for _, id, _ in told[first:end]), part, tuple(new)))
        first = end
    return tuple(found)
