"""Forms: replies that are values of fields, judged field by field and as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from wizard.judge.cases import FEWEST_A_REPLY, REPLY, Case
from wizard.judge.ground import Ground
from wizard.judge.growth import growth_of
from wizard.judge.looking import Looked, Progress, Read, find_out, untold
from wizard.judge.people import agreement_of, answerable_of
from wizard.judge.simple import Curve
from wizard.reply import shown
from wizard.shares import share

EMPTY = "–"
"""What a field holds that wasn't filled in."""


def fields_of(cases: Iterable[Case]) -> list[str]:
    """The fields whose values are a choice: two or more of them, each given four times on average.

    None where a reply isn't a form.
    """
    forms = [_form(case.answers[REPLY]) for case in cases if REPLY in case.answers]
    if not forms or any(form is None for form in forms):
        return []
    names = sorted({name for form in forms if form for name in form})
    values = {name: {form.get(name, EMPTY) for form in forms if form is not None} for name in names}
    return [name for name in names if len(values[name]) > 1 and FEWEST_A_REPLY * len(values[name]) <= len(forms)]


def by_field(cases: Iterable[Case], fields: Sequence[str]) -> list[Case]:
    """The cases with an answer for each of these fields, and with these alone as the reply."""
    return [
        replace(
            case,
            answers=_answers(case.answers, fields),
            opinions=tuple(replace(each, answers=_answers(each.answers, fields)) for each in case.opinions),
        )
        for case in cases
    ]


def label_of(field: str) -> str:
    """What a field is called beside labels."""
    return f"{REPLY}.{field}"


def ground_of_field(ground: Ground, field: str) -> Ground:
    """The same ground, where what is answered is that field."""
    return ground.answered([item.cases[0].answers[label_of(field)] for item in ground.items])


def look_at_form(read: Read, fields: Sequence[str], progress: Progress = untold) -> Looked:
    """All that is found out about forms: of each field, and of them as a whole, which is right where all fields are.

    So a form can be right that was never there, if each of its values was. Therefore its kinds aren't counted, but
    those of the field that has most.
    """
    each = tuple(
        find_out(replace(read, ground=ground_of_field(read.ground, field), whole=None), label_of(field), progress)
        for field in fields
    )
    ground = read.ground
    # near-duplicates don't stand in for colleagues: with another number, the same words are filled in otherwise
    agreement = agreement_of(ground, REPLY, None)
    most = max(each, key=lambda looked: len(looked.ground.kinds))
    looked = Looked(
        label=REPLY,
        read=read,
        answerable=answerable_of(ground),
        agreement=agreement,
        commonest=share(int(ground.of_kind.max(initial=0)), ground.n),
        unseen=most.unseen,
        counted=most.ground,
        fields=each,
    )
    curves = [field.curve for field in each if field.curve is not None]
    if len(curves) < len(each):
        return looked
    curve = _together(curves)
    p = max(field.p or 0.0 for field in each)
    alike = ground.answered([""] * len(ground.items))
    measured = curve.accuracy(ground)
    lift = measured - float(ground.of_kind.max()) / ground.n
    growth = growth_of(alike, curve, max(agreement.ceiling, measured), p, lift)
    return replace(looked, curve=curve, growth=growth, p=p)


def _together(curves: Sequence[Curve]) -> Curve:
    """Right where all are."""
    each = np.logical_and.reduce([curve.each for curve in curves])
    right = each.mean(axis=0)
    own, best = (np.sum([getattr(curve, name) for curve in curves], axis=0) for name in ("own", "best"))
    return replace(
        curves[0],
        m=np.mean([curve.m for curve in curves], axis=0),
        right=right,
        seen=np.ones_like(right),
        answered=np.zeros_like(curves[0].answered),
        each=each,
        own=own,
        best=best,
    )


def _answers(answers: Mapping[str, str], fields: Sequence[str]) -> dict[str, str]:
    form = _form(answers.get(REPLY, ""))
    if form is None:
        return {name: value for name, value in answers.items() if name != REPLY}
    held = {name: form.get(name, EMPTY) for name in fields}
    whole = ", ".join(f"{name}: {value}" for name, value in held.items())
    return {**answers, REPLY: whole, **{label_of(name): value for name, value in held.items()}}


def _form(reply: str) -> dict[str, str] | None:
    """The values of a reply as they are read; None where it isn't a form."""
    try:
        form = json.loads(reply)
    except (ValueError, RecursionError):
        return None
    if not isinstance(form, dict):
        return None
    return {str(name): shown(value) for name, value in form.items() if value not in (None, "")}
