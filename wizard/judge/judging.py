"""Judging: from cases to a result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from wizard.judge.advice import most_helpful, next_steps, wanted
from wizard.judge.cases import Case
from wizard.judge.details import details_of
from wizard.judge.doubts import doubts_of
from wizard.judge.forms import ground_of_field, label_of, look_at_form
from wizard.judge.ground import Ground
from wizard.judge.growth import INTERVAL, median_share
from wizard.judge.looking import Looked, Progress, Read, find_out, held_out, read_cases, untold
from wizard.judge.novelty import messages_of, novelty_of
from wizard.judge.pairs import pairs_of
from wizard.judge.people import Agreement, Answerable
from wizard.judge.reasons import reasons
from wizard.judge.replies import replies_of
from wizard.judge.result import Phrase, Result
from wizard.judge.sentence import sentence_of
from wizard.judge.task import Task, task_of
from wizard.judge.unseen import conversations_of, unseen_ahead
from wizard.judge.verdict import NO_SIGNAL, Findings, Verdict, verdict_of
from wizard.judge.versions import versions_of
from wizard.shares import Share

DEFAULT_BAR = 80
CLIMBS_BY = 0.01


def judge(
    cases: Sequence[Case],
    *,
    bar: int = DEFAULT_BAR,
    label: str | None = None,
    wanted: Sequence[str] = (),
    of: int | None = None,
    against: Sequence[Case] = (),
    more: Sequence[Case] = (),
    cache: Path | None = None,
    progress: Progress = untold,
) -> Result:
    """What these cases say about whether a model could learn the label.

    `of` is how many exchanges there are, where these were drawn from them. `against` are cases that the model that
    learned from `cases` (and once more from `more` too) is tried on. The same cases give the same result, in whatever
    order they come, on any number of cores.
    """
    task = task_of(cases, label, wanted, cache)
    if task is None:
        return replace(_nothing(cases, bar), tried_on=0 if against else None, more=bool(against and more))
    with threadpool_limits(limits=1):
        read = task.read(cases)
        looked = look(task, read, cache, progress)
        if task.kinds is not None:
            looked = replace(looked, replies=replies_of(looked.ground, looked.curve, cases, cache))
        result = conclude(looked, bar, of)
        if looked.read.messages is not None:
            result = replace(result, messages=messages_of(looked.ground, looked.read.messages))
        result = replace(result, versions=versions_of(read, lambda those: look(task, those, cache)))
        if against:
            tried = [case for case in task.read(against) if task.label in case.answers]
            held = _tried(task, looked.read, tried, cache, progress)
            result = replace(result, held_out=held, tried_on=len(tried))
            if more:
                both = read_cases([*read, *task.read(more)], task.label, cache, progress)
                result = replace(result, held_out_4n=_tried(task, both, tried, cache, progress), more=True)
    return result


def look(task: Task, cases: Sequence[Case], cache: Path | None = None, progress: Progress = untold) -> Looked:
    """All that is found out, whatever the bar. The answers of the cases are as the task reads them."""
    read = read_cases(cases, task.label, cache, progress)
    return look_at_form(read, task.fields, progress) if task.fields else find_out(read, task.label, progress)


def _tried(task: Task, read: Read, against: Sequence[Case], cache: Path | None, progress: Progress) -> Share | None:
    if not read.ground.items:
        return None
    fields = {label_of(field): ground_of_field(read.ground, field) for field in task.fields}
    return held_out(read, fields or {task.label: read.ground}, against, cache, progress)


def conclude(looked: Looked, bar: int, of: int | None = None) -> Result:
    """What was found, held against that bar."""
    ground, growth = looked.ground, looked.growth
    found = _findings(looked, bar)
    look_again, hardest = doubts_of(looked) if looked.p is not None and looked.p <= NO_SIGNAL else ((), ())
    result = Result(
        label=looked.label,
        exchanges=sum(len(item.cases) for item in ground.items),
        bar=bar,
        verdict=verdict_of(found),
        phrases=(),
        why=(),
        next=(),
        helps=Phrase(""),
        now=median_share(growth.at(1.0)) if growth else None,
        at_2n=median_share(growth.at(2.0)) if growth else None,
        at_4n=median_share(growth.at(4.0)) if growth else None,
        agreement=looked.agreement,
        answerable=looked.answerable,
        commonest=looked.commonest,
        unseen=looked.unseen,
        p=looked.p,
        evidence=_evidence(ground, looked.agreement, looked.answerable),
        curve=looked.curve,
        growth=growth,
        words_alone=looked.read.whole is None,
        details=details_of(ground, looked.curve, kinds=not looked.fields),
        fields=tuple(conclude(field, bar) for field in looked.fields),
        replies=looked.replies,
        look_again=look_again,
        hardest=hardest,
        coming=unseen_ahead(looked.counted),
        novelty=novelty_of(looked.counted),
        pairs=pairs_of(ground, looked.label),
        of=of,
    )
    return replace(
        result,
        phrases=sentence_of(result),
        why=reasons(result, found, ground),
        next=next_steps(result, found),
        helps=most_helpful(result),
        wanted=wanted(result),
    )


def _findings(looked: Looked, bar: int) -> Findings:
    """What the verdict hangs on."""
    ground, growth, commonest = looked.ground, looked.growth, looked.commonest
    return Findings(
        bar=bar / 100,
        exchanges=ground.n,
        sizes=tuple(looked.counted.of_kind.tolist()),
        answerable=looked.answerable,
        agreement=looked.agreement,
        now=growth.reaches(bar / 100) if growth else 0.0,
        at_4n=growth.reaches(bar / 100, 4.0) if growth else 1.0,
        climbs=float((growth.at(4.0) > growth.at(1.0) + CLIMBS_BY).mean()) if growth else 0.0,
        p=1.0 if looked.p is None else looked.p,
        beats=bool(growth and commonest and np.quantile(growth.at(1.0), INTERVAL[0]) > commonest.value),
        above=bool(growth and commonest and np.median(growth.at(1.0)) > commonest.value),
        tried=growth is not None,
    )


def _evidence(ground: Ground, agreement: Agreement, answerable: Answerable) -> dict[str, tuple[str, ...]]:
    """For each figure the ids of the exchanges that it came from."""
    every = ground.ids
    most = ground.kinds[int(ground.of_kind.argmax())] if ground.kinds else None
    rare = {kind for kind, seen in zip(ground.kinds, conversations_of(ground), strict=True) if seen == 1}
    told = {
        "exchanges": every,
        "accuracy.now": every,
        "accuracy.at_2n": every,
        "accuracy.at_4n": every,
        "people.pairs": agreement.ids,
        "people.agreement": agreement.ids,
        "people.answerable": answerable.ids,
        "people.missing": tuple(id for _, _, ids in answerable.missing for id in ids),
        "people.confused": agreement.confused[0][2] if agreement.confused else (),
        "commonest": tuple(id for item in ground.items if item.answer == most for id in item.ids),
        "unseen": tuple(id for item in ground.items if item.answer in rare for id in item.ids) or every,
        "signal.p": every,
        "kinds": every,
        **{f"aside.{why}": ids for why, ids in ground.aside.items()},
    }
    return told


def _nothing(cases: Sequence[Case], bar: int) -> Result:
    """Where there is neither a label nor a reply to choose."""
    ids = tuple(sorted(case.id for case in cases))
    return Result(
        label=None,
        exchanges=len(cases),
        bar=bar,
        verdict=Verdict.NOT_ENOUGH,
        phrases=(Phrase("There is nothing to judge yet: no exchange has a label or a reply."),),
        why=(Phrase("A verdict is about what was answered."),),
        next=("Answer some messages, or import exchanges that were answered.",),
        helps=Phrase("Any exchange that is answered helps."),
        now=None,
        at_2n=None,
        at_4n=None,
        agreement=None,
        answerable=None,
        commonest=None,
        unseen=None,
        p=None,
        evidence={"exchanges": ids},
    )
