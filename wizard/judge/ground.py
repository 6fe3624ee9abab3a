"""Clean ground: which cases count, which are copies of each other, and which are tested together."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
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
    """An input with its answer, and the cases that are copies of it."""

    cases: tuple[Case, ...]
    answer: str
    count: int

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
        told = blake2b(digest_size=4)
        for item in self.items:
            told.update(_print(item))
        return int.from_bytes(told.digest())

    def folds(self, turn: int) -> Ints:
        """For each item the fold that tests it. Groups stay whole, and kinds are dealt out evenly."""
        chance = np.random.default_rng([self.seed, turn])
        first = np.unique(self.groups, return_index=True)[1]
        order = np.lexsort((chance.permutation(len(first)), self.answers[first]))
        fold_of_group = np.empty(len(first), np.int64)
        fold_of_group[order] = (np.arange(len(first)) + turn) % FOLDS
        return fold_of_group[self.groups]


def ground_of(cases: Sequence[Case], label: str) -> Ground:
    """The ground for judging that label, near-identical texts found by their letters alone; see `with_alike`."""
    aside: dict[str, list[str]] = defaultdict(list)
    labelled = [case for case in cases if label in case.answers]
    suggested = sum(case.apart == "suggested" for case in labelled)
    apart = {"saw_more"} | ({"suggested"} if 2 * suggested < len(labelled) else set())
    aside["unlabelled"] = [case.id for case in cases if label not in case.answers]
    copies: dict[tuple[bytes, str], list[Case]] = defaultdict(list)
    for case in labelled:
        if case.apart in apart:
            aside[case.apart].append(case.id)
        else:
            copies[letters(case.content), case.answers[label]].append(case)
    whole = min(map(len, copies.values()), default=1)
    items = [
        Item(tuple(sorted(those, key=lambda case: case.id)), answer, len(those) // whole)
        for (_, answer), those in copies.items()
    ]
    items.sort(key=lambda item: (_print(item), item.answer))
    return Ground(tuple(items), _groups(items, _texts(items)), {why: tuple(ids) for why, ids in aside.items() if ids})


def with_alike(ground: Ground, vectors: NDArray[np.float32]) -> Ground:
    """The same ground with texts in one fold that mean the same nearly word by word. `vectors` are of length one."""
    joined = _texts(ground.items)
    for one, other in alike(vectors, ALIKE):
        joined[_root(joined, one)] = _root(joined, other)
    roots = np.array([_root(joined, at) for at in range(len(joined))], np.int64)
    return Ground(ground.items, _groups(ground.items, roots), ground.aside)


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


def _texts(items: Sequence[Item]) -> Ints:
    """For each item the first that has the same letters."""
    first: dict[bytes, int] = {}
    return np.array([first.setdefault(letters(item.cases[0].content), at) for at, item in enumerate(items)], np.int64)


def _groups(items: Sequence[Item], texts: Ints) -> Ints:
    """A session is a group; a text that stands in several sessions is one of its own, or it would join them all."""
    sessions: dict[int, set[str]] = defaultdict(set)
    for item, text in zip(items, texts.tolist(), strict=True):
        sessions[text].update(case.session for case in item.cases)
    names = [
        ("session", min(sessions[text])) if len(sessions[text]) == 1 else ("text", str(text)) for text in texts.tolist()
    ]
    numbers: dict[tuple[str, str], int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], np.int64)


def _print(item: Item) -> bytes:
    return blake2b(
        letters(item.cases[0].content) + b"\0" + item.answer.encode(errors="replace"), digest_size=8
    ).digest()


def seen_once(ground: Ground) -> Counter[int]:
    """How many kinds were seen once, twice, …"""
    return Counter(ground.of_kind.tolist())
