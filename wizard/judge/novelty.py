"""Novelty: whether messages still come that are unlike all before, and answers of new kinds, stretch by stretch."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wizard.judge.clusters import COMPARED, centroids_of, linked, nearest
from wizard.judge.ground import Ground
from wizard.judge.inputs import Matrix
from wizard.judge.unseen import conversations_of, unseen_ahead, unseen_of
from wizard.shares import Share, share

STRETCHES = 8
SHORTEST = 20
APART = 0.5
"""Messages nearer than this (cosine distance, averaged over what is joined) are alike."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Exchanges that followed each other: the first and last by their place in time, and which are new (`ids`)."""

    first: int
    last: int
    every: tuple[str, ...]
    new: Share
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Messages:
    """Messages by what they mean, whatever was answered: which share of the next ones will be `unlike` all of these, as
    those of these exchanges (`ids`) are unlike all of other conversations. `coming` is as in a result.
    """

    unlike: Share | None
    ids: tuple[str, ...]
    coming: tuple[float, ...]
    novelty: tuple[Stretch, ...]


def messages_of(ground: Ground, vectors: Matrix) -> Messages:
    """Whether messages unlike these still come. `vectors` are those of the items' messages."""
    clusters = linked(vectors[:COMPARED], APART)
    centroids = centroids_of(vectors[:COMPARED], clusters, ground.counts[:COMPARED])
    clusters = np.concatenate([clusters, nearest(vectors[COMPARED:], centroids, APART)])
    names = [str(cluster) if cluster >= 0 else f"new {at}" for at, cluster in enumerate(clusters.tolist())]
    asked = ground.answered(names)
    alone = conversations_of(asked)[asked.answers] == 1
    rare = tuple(id for item, once in zip(asked.items, alone, strict=True) if once for id in item.ids)
    return Messages(
        unlike=unseen_of(asked),
        ids=rare or ground.ids,
        coming=unseen_ahead(asked),
        novelty=novelty_of(asked),
    )


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
