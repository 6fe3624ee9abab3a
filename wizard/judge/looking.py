"""Looking at cases: what they are as numbers, and all that is found out about a label, whatever the bar."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from wizard.judge.cases import Case
from wizard.judge.enough import FEWEST_KINDS
from wizard.judge.ground import Ground, ground_of, with_alike
from wizard.judge.growth import Growth, growth_of
from wizard.judge.inputs import Inputs, Matrix, Text
from wizard.judge.people import Agreement, Answerable, agreement_of, answerable_of, unknown_agreement
from wizard.judge.replies import Replies
from wizard.judge.signal import signal_of
from wizard.judge.simple import Curve, curve_of, learn
from wizard.judge.unseen import unseen_of
from wizard.judge.vectors import NoVectors, vectors_of
from wizard.shares import Share, share

FEWEST_TO_LEARN_FROM = 12
"""Of fewer no curve is drawn."""

Progress = Callable[[str, int, int], None]


def untold(what: str, done: int, of: int) -> None:
    """Nobody waits."""


@dataclass(frozen=True)
class Read:
    """A ground, with what its inputs are as numbers."""

    ground: Ground
    inputs: Inputs
    reduced: Matrix
    whole: Matrix | None
    """Vectors of whole inputs; None where it is judged on words alone."""

    messages: Matrix | None
    """Vectors of the messages without what stood before them; None likewise."""


@dataclass(frozen=True)
class Looked:
    """What was found out about a label; the bar comes later.

    `counted` is the ground whose kinds are counted: its own, or that of the field of a form that has the most. `fields`
    are those of a form, `replies` what is known of replies in free text.
    """

    label: str
    read: Read
    answerable: Answerable
    agreement: Agreement
    commonest: Share | None
    unseen: Share | None
    counted: Ground
    curve: Curve | None = None
    growth: Growth | None = None
    p: float | None = None
    fields: tuple[Looked, ...] = ()
    replies: Replies | None = None

    @property
    def ground(self) -> Ground:
        return self.read.ground


def find_out(read: Read, label: str, progress: Progress = untold) -> Looked:
    """All that is found out about that label, whatever the bar."""
    ground = read.ground
    agreement = agreement_of(ground, label, read.whole)
    looked = Looked(
        label=label,
        read=read,
        answerable=answerable_of(ground),
        agreement=agreement,
        commonest=share(int(ground.of_kind.max(initial=0)), ground.n),
        unseen=unseen_of(ground),
        counted=ground,
    )
    if ground.n < FEWEST_TO_LEARN_FROM or len(ground.kinds) < FEWEST_KINDS or not ground.groups.any():
        return looked
    curve = curve_of(ground, read.inputs, lambda done, of: progress("learning", done, of))
    p = signal_of(ground, read.reduced)
    measured = curve.accuracy(ground)
    if agreement.stand_in and measured > agreement.ceiling:
        looked = replace(looked, agreement=unknown_agreement())
    lift = measured - float(ground.of_kind.max()) / ground.n
    growth = growth_of(ground, curve, max(agreement.ceiling, measured), p, lift)
    return replace(looked, curve=curve, growth=growth, p=p)


def read_cases(cases: Sequence[Case], label: str, cache: Path | None, progress: Progress = untold) -> Read:
    """The ground, with its inputs as numbers."""
    ground = ground_of(cases, label)
    texts = _texts(ground)
    messages, contexts, whole = embedded(texts, cache, progress)
    if whole is not None:
        ground = with_alike(ground, whole)
    inputs = Inputs(texts, [each for each in (messages, contexts) if each is not None])
    reduced = inputs.reduced() if texts else np.zeros((0, 1), np.float32)
    return Read(ground, inputs, reduced, whole, messages)


def _texts(ground: Ground) -> list[Text]:
    return [Text(item.cases[0].context, item.cases[0].message) for item in ground.items]


def embedded(
    texts: Sequence[Text], cache: Path | None, progress: Progress
) -> tuple[Matrix | None, Matrix | None, Matrix | None]:
    """Vectors of the messages, of what stood before them, and of both together; None where there is no model."""

    def told(done: int, of: int) -> None:
        progress("reading", done, of)

    try:
        messages = vectors_of([each.message for each in texts], cache, told)
        contexts = vectors_of([each.context for each in texts], cache, told)
    except NoVectors:
        return None, None, None
    whole = np.concatenate([messages, contexts], axis=1)
    return messages, contexts, whole / np.maximum(np.linalg.norm(whole, axis=1, keepdims=True), 1e-9)


def held_out(
    read: Read,
    answered: Mapping[str, Ground],
    against: Sequence[Case],
    cache: Path | None,
    progress: Progress = untold,
) -> Share | None:
    """How often the simple model that learned from all of it is right on cases that it never saw.

    `answered` has what it learned by label: the ground itself, or for a form, all of whose fields must be right, that
    ground with each field as the answer.
    """
    asked = sorted(
        (case for case in against if answered.keys() <= case.answers.keys()), key=lambda case: (case.content, case.id)
    )
    if not asked:
        return None
    with threadpool_limits(limits=1):
        texts = [Text(case.context, case.message) for case in asked]
        messages, contexts, _ = embedded(texts, cache, progress) if read.whole is not None else (None, None, None)
        reduced = read.inputs.reduced_too(texts, [each for each in (messages, contexts) if each is not None])
        right = np.ones(len(asked), np.bool_)
        for label, ground in answered.items():
            said = learn(read.reduced, ground.answers, ground.counts).answers(reduced)
            right &= [
                ground.kinds[kind] == case.answers[label] for kind, case in zip(said.tolist(), asked, strict=True)
            ]
    return share(int(right.sum()), len(asked))
