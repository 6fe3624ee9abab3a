"""The order in which findings are looked at, and what each comes to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from wizard.judge.people import Agreement, Answerable
from wizard.judge.verdict import Findings, Verdict, verdict_of
from wizard.shares import share


def agreement(agreed: int, pairs: int, *, stand_in: bool = False) -> Agreement:
    return Agreement(pairs, share(agreed, pairs), stand_in, None, (), (), None)


def answerable(yes: int, asked: int) -> Answerable:
    return Answerable(share(yes, asked), asked, (), ())


UNSURE = Findings(
    bar=0.8,
    exchanges=400,
    sizes=(200, 200),
    answerable=answerable(0, 0),
    agreement=agreement(0, 0),
    now=0.5,
    at_4n=0.5,
    climbs=0.0,
    p=0.005,
    beats=True,
    above=True,
)


@pytest.mark.parametrize(
    ("verdict", "changed"),
    [
        (Verdict.NOT_ENOUGH, {}),
        (Verdict.NOT_ENOUGH, {"exchanges": 29, "sizes": (20, 9), "now": 1.0}),
        (Verdict.NOT_ENOUGH, {"exchanges": 100, "sizes": (96, 4), "now": 1.0}),
        (Verdict.PEOPLE_CANT_EITHER, {"answerable": answerable(60, 100), "now": 1.0}),
        (Verdict.LABELS_INCONSISTENT, {"agreement": agreement(40, 100), "answerable": answerable(95, 100)}),
        (Verdict.LABELS_INCONSISTENT, {"agreement": agreement(40, 100, stand_in=True)}),
        (Verdict.PEOPLE_CANT_EITHER, {"agreement": agreement(40, 100)}),
        (Verdict.LEARNABLE, {"now": 0.95, "at_4n": 1.0}),
        (Verdict.NOT_ENOUGH, {"now": 0.94, "at_4n": 1.0}),
        (Verdict.NOT_ENOUGH, {"now": 0.95, "at_4n": 1.0, "beats": False}),
        (Verdict.NO_PATTERN, {"p": 0.51, "above": False, "beats": False, "now": 0.95, "at_4n": 1.0}),
        (Verdict.NOT_ENOUGH, {"p": 0.5, "above": False, "beats": False}),
        (Verdict.NO_PATTERN, {"p": 0.4, "above": False, "beats": False, "exchanges": 500, "sizes": (250, 250)}),
        (Verdict.NOT_ENOUGH, {"p": 0.6, "beats": False}),
        (Verdict.NOT_ENOUGH, {"p": 0.6, "beats": True}),
        (Verdict.NOT_ENOUGH, {"p": 0.6, "above": False, "exchanges": 150, "sizes": (75, 75)}),
        (Verdict.LEVELLING_OFF, {"now": 0.0, "at_4n": 0.02}),
        (Verdict.NOT_ENOUGH, {"now": 0.0, "at_4n": 0.08}),
        (Verdict.LEVELLING_OFF, {"now": 0.0, "at_4n": 0.12, "exchanges": 500, "sizes": (250, 250)}),
        (Verdict.NOT_ENOUGH, {"now": 0.0, "at_4n": 0.13, "exchanges": 500, "sizes": (250, 250)}),
        (Verdict.LEVELLING_OFF, {"now": 0.0, "at_4n": 0.02, "agreement": agreement(38, 40, stand_in=True)}),
        (Verdict.PEOPLE_CAN_MODEL_CANT, {"now": 0.0, "at_4n": 0.02, "agreement": agreement(38, 40)}),
        (Verdict.NOT_ENOUGH, {"now": 0.0, "at_4n": 0.04, "exchanges": 90, "sizes": (45, 45)}),
        (Verdict.NOT_ENOUGH, {"now": 0.0, "at_4n": 0.04, "exchanges": 500, "sizes": (10,) * 100}),
        (Verdict.LEVELLING_OFF, {"now": 0.0, "at_4n": 0.03, "exchanges": 50, "sizes": (25, 25)}),
        (Verdict.NOT_ENOUGH, {"now": 0.0, "at_4n": 0.004, "exchanges": 39, "sizes": (20, 19)}),
        (Verdict.LEVELLING_OFF, {"now": 0.0, "at_4n": 0.03, "exchanges": 50, "sizes": (5, 5, *[2] * 20)}),
        (
            Verdict.STILL_CLIMBING,
            {"now": 0.0, "at_4n": 0.1, "climbs": 0.9, "exchanges": 50, "sizes": (5, 5, *[2] * 20)},
        ),
        (Verdict.NOT_ENOUGH, {"now": 0.0, "at_4n": 0.004, "exchanges": 50, "sizes": (5, 5, *[1] * 40)}),
        (Verdict.NOT_YET, {"now": 0.1, "at_4n": 0.9}),
        (Verdict.STILL_CLIMBING, {"climbs": 0.95}),
    ],
)
def test_findings_come_to_a_verdict(verdict: Verdict, changed: dict[str, Any]) -> None:
    assert verdict_of(replace(UNSURE, **changed)) == verdict


def test_agreement_is_not_the_ceiling() -> None:
    borderline = agreement(70, 100)
    assert borderline.share
    assert borderline.share.value < 0.8 < borderline.ceiling
    assert verdict_of(replace(UNSURE, agreement=borderline)) == Verdict.NOT_ENOUGH


def test_few_pairs_say_nothing_of_what_is_possible() -> None:
    assert agreement(2, 19).ceiling == 1.0
    assert agreement(2, 20).ceiling < 1.0
