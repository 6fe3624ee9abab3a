"""Agreement pair by pair: which two wizards agree how often."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from wizard.judge.ground import Ground
from wizard.shares import Share, share


@dataclass(frozen=True, slots=True)
class Pair:
    """Two wizards, the exchanges that both answered, and those in which they differed."""

    one: str
    other: str
    ids: tuple[str, ...]
    differed: tuple[str, ...]
    agreed: Share | None


def pairs_of(ground: Ground, label: str) -> tuple[Pair, ...]:
    """Every two that answered the same, those with most in common first."""
    told: defaultdict[tuple[str, str], list[tuple[str, bool]]] = defaultdict(list)
    for item in ground.items:
        for case in item.cases:
            for opinion in case.opinions:
                if label in opinion.answers and case.wizard and opinion.wizard:
                    same = opinion.answers[label] == case.answers[label]
                    told[min(case.wizard, opinion.wizard), max(case.wizard, opinion.wizard)].append((case.id, same))
    return tuple(
        Pair(
            one=one,
            other=other,
            ids=tuple(id for id, _ in those),
            differed=tuple(id for id, same in those if not same),
            agreed=share(sum(same for _, same in those), len(those)),
        )
        for (one, other), those in sorted(told.items(), key=lambda each: (-len(each[1]), each[0]))
    )
