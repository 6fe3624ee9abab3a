"""Judging: from cases to a result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from wizard.judge.cases import Case, what_to_judge
from wizard.judge.details import details_of
from wizard.judge.ground import Floats, Ground, ground_of, with_alike
from wizard.judge.growth import Growth, growth_of
from wizard.judge.inputs import Inputs, Matrix, Text
from wizard.judge.people import Agreement, Answerable, agreement_of, answerable_of
from wizard.judge.result import Result
from wizard.judge.sentence import next_steps, reasons, sentence_of
from wizard.judge.signal import signal_of
from wizard.judge.simple import Curve, curve_of, learn
from wizard.judge.unseen import unseen_of
from wizard.judge.vectors import NoVectors, vectors_of
from wizard.judge.verdict import FEWEST_KINDS, Findings, Verdict, verdict_of
from wizard.shares import Share, share

DEFAULT_BAR = 80
INTERVAL = (0.1, 0.9)
FEWEST_TO_LEARN_FROM = 12
"""Of fewer no curve is drawn."""
CLIMBS_BY = 0.01

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


@dataclass(frozen=True)
class Looked:
    """What was found out about a label; the bar comes later."""

    label: str
    read: Read
    answerable: Answerable
    agreement: Agreement
    commonest: Share | None
    unseen: Share | None
    curve: Curve | None = None
    growth: Growth | None = None
    p: float | None = None


def judge(
    cases: Sequence[Case],
    *,
    bar: int = DEFAULT_BAR,
    label: str | None = None,
    wanted: Sequence[str] = (),
    against: Sequence[Case] = (),
    more: Sequence[Case] = (),
    cache: Path | None = None,
    progress: Progress = untold,
) -> Result:
    """What these cases say about whether a model could learn the label.

    `against` are cases that the model that learned from `cases` (and once more from `more` too) is tried on. The same
    cases give the same result, in whatever order they come, on any number of cores.
    """
    label = label or next(iter(what_to_judge(cases, wanted)), None)
    if label is None:
        return _nothing(len(cases), bar)
    looked = look_at(cases, label, cache, progress)
    result = conclude(looked, bar)
    if against and looked.read.ground.items:
        result = replace(result, held_out=held_out(looked.read, against, label, cache, progress))
        if more:
            with threadpool_limits(limits=1):
                both = read_cases([*cases, *more], label, cache, progress)
            result = replace(result, held_out_4n=held_out(both, against, label, cache, progress))
    return result


def look_at(cases: Sequence[Case], label: str, cache: Path | None = None, progress: Progress = untold) -> Looked:
    """All that is found out about that label, whatever the bar."""
    with threadpool_limits(limits=1):
        read = read_cases(cases, label, cache, progress)
        ground = read.ground
        agreement = agreement_of(ground, label, read.whole)
        looked = Looked(
            label=label,
            read=read,
            answerable=answerable_of(ground),
            agreement=agreement,
            commonest=share(int(ground.of_kind.max(initial=0)), ground.n),
            unseen=Share(*unseen_of(ground)) if ground.n else None,
        )
        if ground.n < FEWEST_TO_LEARN_FROM or len(ground.kinds) < FEWEST_KINDS:
            return looked
        curve = curve_of(ground, read.inputs, lambda done, of: progress("learning", done, of))
        p = signal_of(ground, read.reduced)
        return replace(looked, curve=curve, growth=growth_of(ground, curve, agreement.ceiling, p), p=p)


def conclude(looked: Looked, bar: int) -> Result:
    """What was found, held against that bar."""
    ground, growth, commonest = looked.read.ground, looked.growth, looked.commonest
    found = Findings(
        bar=bar / 100,
        exchanges=ground.n,
        sizes=tuple(ground.of_kind.tolist()),
        answerable=looked.answerable,
        agreement=looked.agreement,
        now=growth.reaches(bar / 100) if growth else 0.0,
        at_4n=growth.reaches(bar / 100, 4.0) if growth else 1.0,
        climbs=float((growth.at(4.0) > growth.at(1.0) + CLIMBS_BY).mean()) if growth else 0.0,
        p=1.0 if looked.p is None else looked.p,
        beats=bool(growth and commonest and np.quantile(growth.at(1.0), INTERVAL[0]) > commonest.value),
    )
    result = Result(
        label=looked.label,
        exchanges=sum(len(item.cases) for item in ground.items),
        bar=bar,
        verdict=verdict_of(found),
        sentence="",
        why=(),
        next=(),
        now=_figure(growth.at(1.0)) if growth else None,
        at_2n=_figure(growth.at(2.0)) if growth else None,
        at_4n=_figure(growth.at(4.0)) if growth else None,
        agreement=looked.agreement,
        answerable=looked.answerable,
        commonest=commonest,
        unseen=looked.unseen,
        p=looked.p,
        evidence=_evidence(ground, looked.agreement, looked.answerable),
        curve=looked.curve,
        growth=growth,
        words_alone=looked.read.whole is None,
        details=details_of(ground, looked.curve),
    )
    return replace(
        result, sentence=sentence_of(result), why=reasons(result, found, ground), next=next_steps(result, found, ground)
    )


def _evidence(ground: Ground, agreement: Agreement, answerable: Answerable) -> dict[str, tuple[str, ...]]:
    """For each figure the ids of the exchanges that it came from."""
    every = ground.ids
    most = ground.kinds[int(ground.of_kind.argmax())] if ground.kinds else None
    rare = {kind for kind, size in zip(ground.kinds, ground.of_kind, strict=True) if size == 1}
    told = {
        "exchanges": every,
        "accuracy.now": every,
        "accuracy.at_2n": every,
        "accuracy.at_4n": every,
        "people.pairs": agreement.ids,
        "people.agreement": agreement.ids,
        "people.answerable": answerable.ids,
        "commonest": tuple(id for item in ground.items if item.answer == most for id in item.ids),
        "unseen": tuple(id for item in ground.items if item.answer in rare for id in item.ids),
        "signal.p": every,
        **{f"aside.{why}": ids for why, ids in ground.aside.items()},
    }
    return told


def read_cases(cases: Sequence[Case], label: str, cache: Path | None, progress: Progress = untold) -> Read:
    """The ground, with its inputs as numbers."""
    ground = ground_of(cases, label)
    texts = _texts(ground)
    messages, contexts, whole = _embedded(texts, cache, progress)
    if whole is not None:
        ground = with_alike(ground, whole)
    inputs = Inputs(texts, [each for each in (messages, contexts) if each is not None])
    reduced = inputs.reduced() if texts else np.zeros((0, 1), np.float32)
    return Read(ground, inputs, reduced, whole)


def _texts(ground: Ground) -> list[Text]:
    return [Text(item.cases[0].context, item.cases[0].message) for item in ground.items]


def _embedded(
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
    against: Sequence[Case],
    label: str,
    cache: Path | None,
    progress: Progress = untold,
) -> Share | None:
    """How often the simple model that learned from all of it is right on cases that it never saw."""
    with threadpool_limits(limits=1):
        return _tried(read, against, label, cache, progress)


def _tried(read: Read, against: Sequence[Case], label: str, cache: Path | None, progress: Progress) -> Share | None:
    ground = read.ground
    asked = sorted((case for case in against if label in case.answers), key=lambda case: (case.content, case.id))
    if not asked:
        return None
    texts = [Text(case.context, case.message) for case in asked]
    messages, contexts, _ = _embedded(texts, cache, progress) if read.whole is not None else (None, None, None)
    reduced = read.inputs.reduced_too(texts, [each for each in (messages, contexts) if each is not None])
    model = learn(read.reduced, ground.answers, ground.counts)
    said = model.answers(reduced)
    right = sum(ground.kinds[kind] == case.answers[label] for kind, case in zip(said.tolist(), asked, strict=True))
    return share(right, len(asked))


def _figure(draws: Floats) -> Share:
    low, middle, high = (float(each) for each in np.quantile(draws, (INTERVAL[0], 0.5, INTERVAL[1])))
    return Share(middle, low, high)


def _nothing(exchanges: int, bar: int) -> Result:
    """Where there is neither a label nor a reply to choose."""
    return Result(
        label=None,
        exchanges=exchanges,
        bar=bar,
        verdict=Verdict.NOT_ENOUGH,
        sentence="There is nothing to judge: no exchange has a label, and the replies aren’t a choice.",
        why=("A verdict is about a label, or about replies that are given again and again.",),
        next=("Give the study a choice label, and label what there is.",),
        now=None,
        at_2n=None,
        at_4n=None,
        agreement=None,
        answerable=None,
        commonest=None,
        unseen=None,
        p=None,
        evidence={},
    )
