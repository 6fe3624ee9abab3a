"""Replies in free text: what they do, how much the commonest of them would cover, how near a model comes to them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wizard.judge.cases import REPLY, Case
from wizard.judge.clusters import COMPARED, centroids_of, linked, nearest
from wizard.judge.ground import Ground
from wizard.judge.growth import median_share
from wizard.judge.simple import Curve
from wizard.judge.vectors import NoVectors, vectors_of
from wizard.shares import LEAST, Share, share

APART = 0.3
"""Replies nearer than this (cosine distance, averaged over what is joined) do the same."""
READY = 20
"""How much so many ready replies would cover is told."""
DRAWS = 400
ASKED_OF = 200
"""Of so many exchanges, drawn by lot, the model's reply is kept for people to say blind whether they would send it."""


@dataclass(frozen=True)
class Kinds:
    """What replies do: kinds of texts that mean nearly the same, each called by the text that was given most often.

    Without a sentence model every text is a kind of its own.
    """

    of: dict[str, str]
    centroids: NDArray[np.float32] | None = None
    names: tuple[str, ...] = ()
    cache: Path | None = None

    def read(self, cases: Iterable[Case]) -> list[Case]:
        """The cases with what the reply does in its place; a reply that does something new is a kind of its own."""
        those = list(cases)
        new = sorted({text for case in those for text in _texts(case)} - self.of.keys())
        of = {**self.of, **dict(zip(new, self._nearest(new), strict=True))}
        return [
            replace(
                case,
                answers=_renamed(case.answers, of),
                opinions=tuple(replace(each, answers=_renamed(each.answers, of)) for each in case.opinions),
            )
            for case in those
        ]

    def _nearest(self, texts: Sequence[str]) -> list[str]:
        if self.centroids is None or not texts:
            return list(texts)
        near = nearest(vectors_of(texts, self.cache), self.centroids, APART)
        return [self.names[at] if at >= 0 else text for text, at in zip(texts, near.tolist(), strict=True)]


@dataclass(frozen=True)
class Sendable:
    """Which share of replies somebody would send, asked blind, and in which exchanges they said so."""

    share: Share | None
    ids: tuple[str, ...]


@dataclass(frozen=True)
class Replies:
    """What is known of replies in free text: how many kinds there are, which exchanges the commonest `READY` of them
    would answer, and how near the simple model comes to what was said.

    `near` is (model − chance) / (second person − chance) in the cosine of sentence vectors: 1 is as near as another
    person comes, 0 as near as any reply. `model` and `people` say how many of the model's replies, and of those that
    were given, others would send. `drafts` are replies of the model for that, by the exchange in whose place: the
    exchange whose reply it is.
    """

    kinds: int
    covered: Share | None
    covered_ids: tuple[str, ...]
    model: Sendable
    people: Sendable
    near: Share | None = None
    near_ids: tuple[str, ...] = ()
    drafts: Mapping[str, str] = field(default_factory=dict)


def kinds_of(cases: Iterable[Case], cache: Path | None) -> Kinds:
    """What the replies of these cases do: clusters of the commonest, to which the others go if they are near."""
    counted = Counter(case.answers[REPLY] for case in cases if REPLY in case.answers)
    texts = sorted(counted, key=lambda text: (-counted[text], text))
    first = texts[:COMPARED]
    try:
        vectors = vectors_of(first, cache)
    except NoVectors:
        return Kinds({text: text for text in texts})
    clusters = linked(vectors, APART)
    names: dict[int, str] = {}
    for text, cluster in zip(first, clusters.tolist(), strict=True):
        names.setdefault(cluster, text)
    centroids = centroids_of(vectors, clusters, np.array([counted[text] for text in first], float))
    known = {text: names[cluster] for text, cluster in zip(first, clusters.tolist(), strict=True)}
    return Kinds(known, centroids, tuple(names.values()), cache)


def replies_of(ground: Ground, curve: Curve | None, said: Sequence[Case], cache: Path | None) -> Replies:
    """What is known of them; `said` are the cases with the replies as they were given."""
    commonest = np.argsort(-ground.of_kind, kind="stable")[:READY]
    covered = [item for item, kind in zip(ground.items, ground.answers.tolist(), strict=True) if kind in commonest]
    many = int(sum(item.count for item in covered))
    by_id = {case.id: case for case in said}
    drafts = {} if curve is None else _drafts(ground, curve, _given(ground, by_id))
    near, ids = _near(ground, curve, by_id, cache)
    return Replies(
        kinds=len(ground.kinds),
        covered=share(many, ground.n),
        covered_ids=tuple(id for item in covered for id in item.ids),
        model=_sendable(said, of_model=True),
        people=_sendable(said, of_model=False),
        near=near,
        near_ids=ids,
        drafts=drafts,
    )


def _sendable(said: Sequence[Case], *, of_model: bool) -> Sendable:
    asked = [(case.id, each.would_send) for case in said for each in case.ratings if each.of_model == of_model]
    return Sendable(share(sum(would for _, would in asked), len(asked)), tuple(id for id, _ in asked))


def _drafts(ground: Ground, curve: Curve, given: Mapping[int, Sequence[KnownReply]]) -> dict[str, str]:
    """What the model would reply in some of the exchanges, which it hadn't learned from."""
    rng = np.random.default_rng([ground.seed, 43])
    drafts = {}
    for at in rng.permutation(len(ground.items))[:ASKED_OF].tolist():
        reply = _reply_of(given[int(curve.answered[0, at])], int(ground.groups[at]))
        if reply is not None:
            drafts[ground.items[at].cases[0].id] = reply.id
    return drafts


class AnsweredTwice(NamedTuple):
    """An exchange to which a second person replied, too: the item that it is of, and what both said."""

    at: int
    id: str
    first: str
    second: str


def _near(
    ground: Ground, curve: Curve | None, said: dict[str, Case], cache: Path | None
) -> tuple[Share | None, tuple[str, ...]]:
    """How near the model comes, over the exchanges to which a second person replied, too."""
    twice = [
        AnsweredTwice(at, case.id, said[case.id].answers[REPLY], other.answers[REPLY])
        for at, item in enumerate(ground.items)
        for case in item.cases
        for other in said[case.id].opinions[:1]
        if REPLY in other.answers
    ]
    if curve is None or len(twice) < LEAST:
        return None, ()
    given = _given(ground, said)
    by_model = [_reply_of(given[int(curve.answered[0, each.at])], int(ground.groups[each.at])) for each in twice]
    rng = np.random.default_rng([ground.seed, 41])
    every = [said[item.cases[0].id].answers[REPLY] for item in ground.items]
    try:
        first = vectors_of([each.first for each in twice], cache)
        model = vectors_of([each.text if each else "" for each in by_model], cache)
        second = vectors_of([each.second for each in twice], cache)
        random = vectors_of([every[at] for at in rng.integers(0, len(every), len(twice))], cache)
    except NoVectors:
        return None, ()
    as_model, as_second, as_any = ((first * each).sum(axis=1) for each in (model, second, random))
    drawn = rng.integers(0, len(twice), (DRAWS, len(twice)))
    room = np.maximum((as_second[drawn] - as_any[drawn]).mean(axis=1), 1e-3)
    draws = (as_model[drawn] - as_any[drawn]).mean(axis=1) / room
    value = (as_model - as_any).mean() / max(float((as_second - as_any).mean()), 1e-3)
    interval = median_share(draws)
    return Share(float(value), interval.low, interval.high), tuple(each.id for each in twice)


class KnownReply(NamedTuple):
    """A reply that was given, in which group of exchanges, and in which of them."""

    group: int
    text: str
    id: str


def _given(ground: Ground, said: dict[str, Case]) -> dict[int, list[KnownReply]]:
    """The replies of each kind, the commonest first."""
    counted: Counter[str] = Counter(case.answers[REPLY] for case in said.values() if REPLY in case.answers)
    given: defaultdict[int, list[KnownReply]] = defaultdict(list)
    for at, item in enumerate(ground.items):
        for case in item.cases:
            reply = KnownReply(int(ground.groups[at]), said[case.id].answers[REPLY], case.id)
            given[int(ground.answers[at])].append(reply)
    for each in given.values():
        each.sort(key=lambda one: (-counted[one.text], one.text, one.id))
    return given


def _reply_of(given: Sequence[KnownReply], group: int) -> KnownReply | None:
    """The commonest reply of a kind that was given in another conversation than this."""
    return next((each for each in given if each.group != group), None)


def _texts(case: Case) -> list[str]:
    every = [case.answers, *(each.answers for each in case.opinions)]
    return [answers[REPLY] for answers in every if REPLY in answers]


def _renamed(answers: Mapping[str, str], of: Mapping[str, str]) -> dict[str, str]:
    return {name: of[value] if name == REPLY else value for name, value in answers.items()}
