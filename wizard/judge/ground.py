"""Clean ground: which cases count, which are copies of each other, and which are tested together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from wizard.dataset.splits import letters
from wizard.judge.cases import Case

FOLDS = 6
ALIKE = 0.98
"""Vectors of a whole input with this cosine and more are of one text that was typed twice."""
AT_ONCE = 1_000

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Item:
    """An input with its answer, and the cases that are copies of it, in the order of their texts: the first one's is
    read. Names would make the order of a file count, where rows have none or several have the same.

    Conversations in which the same was asked and answered are one; a `lone` one has nothing else in it.
    """

    cases: tuple[Case, ...]
    answer: str
    count: int
    conversation: bytes
    lone: bool

    @property
    def ids(self) -> tuple[str, ...]:
        return tuple(case.id for case in self.cases)


@dataclass(frozen=True)
class Ground:
    """What is learned from and tested on, in an order that its content gives.

    `groups` are numbers: items with the same one stay in one fold. `aside` are the ids of cases that don't count, by
    why. Copies of a whole file count once: `count` is how often an item is there, over how often everything is.
    """

    items: tuple[Item, ...]
    groups: Ints
    aside: dict[str, tuple[str, ...]]

    @cached_property
    def kinds(self) -> tuple[str, ...]:
        return tuple(sorted({item.answer for item in self.items}))

    @cached_property
    def answers(self) -> Ints:
        at = {kind: number for number, kind in enumerate(self.kinds)}
        return np.array([at[item.answer] for item in self.items], np.int64)

    @cached_property
    def counts(self) -> Floats:
        return np.array([item.count for item in self.items], float)

    @property
    def n(self) -> int:
        return int(self.counts.sum())

    @cached_property
    def of_kind(self) -> Ints:
        """How many exchanges there are of each kind."""
        return np.bincount(self.answers, self.counts, len(self.kinds)).astype(np.int64)

    @cached_property
    def ids(self) -> tuple[str, ...]:
        return tuple(id for item in self.items for id in item.ids)

    @cached_property
    def seed(self) -> int:
        """Chance comes from the content: the same file gives the same figures, in whatever order it is."""
        told = blake2b(b"".join(item.conversation for item in self.items), digest_size=4)
        return int.from_bytes(told.digest())

    def answered(self, answers: Sequence[str]) -> Ground:
        """The same ground with these as the items' answers."""
        items = (replace(item, answer=answer) for item, answer in zip(self.items, answers, strict=True))
        return replace(self, items=tuple(items))

    def folds(self, turn: int) -> Ints:
        """For each item the fold that tests it. Groups stay whole, and kinds are dealt out evenly."""
        rng = np.random.default_rng([self.seed, turn])
        first = np.unique(self.groups, return_index=True)[1]
        order = np.lexsort((rng.permutation(len(first)), self.answers[first]))
        fold_of_group = np.empty(len(first), np.int64)
        fold_of_group[order] = (np.arange(len(first)) + turn) % FOLDS
        return fold_of_group[self.groups]


def ground_of(cases: Sequence[Case], label: str) -> Ground:
    """The ground for judging that label, near-identical texts found by their letters alone; see `with_alike`."""
    labelled = [case for case in cases if label in case.answers]
    suggested = sum(case.apart == "suggested" for case in labelled)
    apart = {"saw_more", "flagged"} | ({"suggested"} if 2 * suggested < len(labelled) else set())
    aside = {why: sorted(case.id for case in labelled if case.apart == why) for why in sorted(apart)}
    aside["unlabelled"] = sorted(case.id for case in cases if label not in case.answers)
    sessions: dict[str, list[Case]] = defaultdict(list)
    for case in labelled:
        if case.apart not in apart:
            sessions[case.session].append(case)
    copies: dict[tuple[bytes, bytes], list[Case]] = defaultdict(list)
    lone: set[bytes] = set()
    for those in sessions.values():
        told = {_fingerprint(case, label) for case in those}
        conversation = b"".join(sorted(told))
        if len(told) == 1:
            lone.add(conversation)
        for case in those:
            copies[conversation, _fingerprint(case, label)].append(case)
    times = min(map(len, copies.values()), default=1)
    items = [
        Item(
            cases=tuple(sorted(those, key=lambda case: (case.context, case.message, case.id))),
            answer=those[0].answers[label],
            count=len(those) // times,
            conversation=conversation,
            lone=conversation in lone,
        )
        for (conversation, _), those in sorted(copies.items())
    ]
    return Ground(tuple(items), _groups(items, []), {why: tuple(ids) for why, ids in aside.items() if ids})


def with_alike(ground: Ground, vectors: NDArray[np.float32]) -> Ground:
    """The same ground with texts in one fold that mean the same nearly word by word. `vectors` are of length one."""
    return replace(ground, groups=_groups(ground.items, alike(vectors, ALIKE)))


def alike(vectors: NDArray[np.float32], least: float) -> list[tuple[int, int]]:
    """The pairs of rows whose cosine is `least` or more."""
    found: list[tuple[int, int]] = []
    for start in range(0, len(vectors), AT_ONCE):
        close = vectors[start : start + AT_ONCE] @ vectors[start:].T >= least
        for one, other in zip(*np.nonzero(np.triu(close, 1)), strict=True):
            found.append((start + int(one), start + int(other)))
    return found


def _root(joined: Ints, at: int) -> int:
    while joined[at] != at:
        joined[at] = joined[joined[at]]
        at = int(joined[at])
    return at


def _groups(items: Sequence[Item], twins: Sequence[tuple[int, int]]) -> Ints:
    """Conversations are groups, and lone ones in which nearly the same was asked are one.

    What is asked in several longer conversations is asked often: there the model will have seen it before, too.
    """
    first: dict[bytes, int] = {}
    joined = np.array(
        [
            first.setdefault(letters(item.cases[0].content) if item.lone else item.conversation, at)
            for at, item in enumerate(items)
        ],
        np.int64,
    )
    for one, other in twins:
        if items[one].lone and items[other].lone:
            joined[_root(joined, one)] = _root(joined, other)
    return np.unique([_root(joined, at) for at in range(len(items))], return_inverse=True)[1].astype(np.int64)


def _fingerprint(case: Case, label: str) -> bytes:
    told = letters(case.content) + b"\0" + case.answers[label].encode(errors="replace")
    return blake2b(told, digest_size=8).digest()
