"""Versions of a study side by side: did giving the model more help?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from statistics import median

from wizard.judge.cases import Case
from wizard.judge.enough import FEWEST
from wizard.judge.growth import median_share
from wizard.judge.looking import Looked
from wizard.judge.people import Agreement, Answerable
from wizard.shares import Share


@dataclass(frozen=True, slots=True)
class Version:
    """What is known of one version: how often a simple model is right, and what people did.

    `better` is by how much the simple model is right more often than under the version before, where both learned
    from as many exchanges; a share of 1, and None where one of them has too few.
    """

    number: int
    ids: tuple[str, ...]
    now: Share | None
    answerable: Answerable
    agreement: Agreement
    seconds: float | None
    timed: tuple[str, ...]
    better: Share | None


def versions_of(cases: Sequence[Case], look: Callable[[Sequence[Case]], Looked]) -> tuple[Version, ...]:
    """The versions under which exchanges were answered, the oldest first; none where there is only one."""
    by_version: defaultdict[int, list[Case]] = defaultdict(list)
    for case in cases:
        if case.version is not None:
            by_version[case.version].append(case)
    if len(by_version) < 2:
        return ()
    told: list[Version] = []
    before: list[Case] = []
    for number, those in sorted(by_version.items()):
        looked = look(those)
        timed = [case for case in those if case.seconds is not None]
        told.append(
            Version(
                number=number,
                ids=tuple(sorted(looked.ground.ids)),
                now=median_share(looked.growth.at(1.0)) if looked.growth and len(those) >= FEWEST else None,
                answerable=looked.answerable,
                agreement=looked.agreement,
                seconds=median(case.seconds for case in timed if case.seconds is not None) if timed else None,
                timed=tuple(sorted(case.id for case in timed)),
                better=_better(before, those, look),
            )
        )
        before = those
    return tuple(told)


def _better(before: Sequence[Case], now: Sequence[Case], look: Callable[[Sequence[Case]], Looked]) -> Share | None:
    as_many = min(len(before), len(now))
    if as_many < FEWEST:
        return None
    older, newer = (look(_some(those, as_many)).growth for those in (before, now))
    return median_share(newer.at(1.0) - older.at(1.0)) if older and newer else None


def _some(cases: Sequence[Case], most: int) -> list[Case]:
    """About so many of them, whole conversations, chosen by their content."""
    sessions: defaultdict[str, list[Case]] = defaultdict(list)
    for case in cases:
        sessions[case.session].append(case)

    def place(those: Sequence[Case]) -> bytes:
        return blake2b("\0".join(sorted(case.content for case in those)).encode(errors="replace")).digest()

    taken: list[Case] = []
    for those in sorted(sessions.values(), key=place):
        if len(taken) >= most:
            break
        taken += those
    return taken
