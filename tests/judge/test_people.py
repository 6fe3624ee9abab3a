"""What people can do, by what they said and by how often they agree."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.judge.asked import asked
from wizard.judge.cases import Case, Opinion
from wizard.judge.ground import ground_of
from wizard.judge.judging import judge
from wizard.judge.people import agreement_of, answerable_of
from wizard.judge.verdict import Verdict
from wizard.shares import share


def with_opinions(agreeing: int, of: int) -> list[Case]:
    others = {"lost": "charge", "charge": "hours", "hours": "lost"}
    cases = asked(of + 10)
    return [
        replace(case, opinions=(Opinion({"intent": own if at < agreeing else others[own]}),)) if at < of else case
        for at, case in enumerate(cases)
        for own in [case.answers["intent"]]
    ]


def test_agreement_is_between_first_and_second_opinion() -> None:
    found = agreement_of(ground_of(with_opinions(45, 60), "intent"), "intent", None)
    assert (found.pairs, found.share, found.stand_in) == (60, share(45, 60), False)
    assert found.share
    assert found.ceiling == pytest.approx(found.share.high**0.5)
    assert found.ids
    assert set(found.ids) == {f"e{at}" for at in range(60)}


def test_what_is_confused_most_is_named_with_what_merging_it_would_do() -> None:
    found = agreement_of(ground_of(with_opinions(45, 60), "intent"), "intent", None)
    assert found.confused
    assert found.merged
    assert found.share
    assert found.merged.value > found.share.value


def test_an_exchange_over_which_many_fell_out_counts_once() -> None:
    others = (Opinion({"intent": "b"}, "bo"), Opinion({"intent": "b"}, "cy"), Opinion({"intent": "a"}, "di"))
    cases = [Case(f"s{at}-1", f"s{at}", "", f"say {at}", {"intent": "a"}, opinions=others) for at in range(3)]
    found = agreement_of(ground_of(cases, "intent"), "intent", None)
    assert found.confused == (("a", "b", ("s0-1", "s1-1", "s2-1")),)


@pytest.mark.parametrize(("bar", "advice"), [(85, "Or make “"), (95, "Making “")])
def test_making_two_kinds_one_is_advised_where_it_could_do(bar: int, advice: str) -> None:
    result = judge(with_opinions(30, 60), bar=bar)
    assert result.verdict in (Verdict.PEOPLE_CANT_EITHER, Verdict.LABELS_INCONSISTENT)
    assert result.next[1].startswith(advice)


def test_alpha_is_shown_from_a_hundred_pairs_on() -> None:
    assert agreement_of(ground_of(with_opinions(90, 99), "intent"), "intent", None).alpha is None
    alpha = agreement_of(ground_of(with_opinions(100, 100), "intent"), "intent", None).alpha
    assert alpha == pytest.approx(1.0)


def test_alpha_is_nought_where_people_agree_as_chance_would() -> None:
    rng = np.random.default_rng(0)
    cases = [
        replace(
            case,
            answers={"intent": "ab"[rng.integers(2)]},
            opinions=(Opinion({"intent": "ab"[rng.integers(2)]}),),
        )
        for case in asked(400)
    ]
    assert agreement_of(ground_of(cases, "intent"), "intent", None).alpha == pytest.approx(0, abs=0.12)


def test_near_duplicates_stand_in_where_nobody_gave_a_second_opinion() -> None:
    ground = ground_of(asked(40), "intent")
    vectors = np.repeat(np.eye(20, dtype=np.float32), 2, axis=0)
    found = agreement_of(ground, "intent", vectors)
    assert found.stand_in
    assert found.pairs == 20
    assert not agreement_of(ground, "intent", None).pairs


def test_what_was_missing_is_counted_with_where_it_was() -> None:
    cases = asked(40)
    cases = [replace(case, could_answer="yes") for case in cases[:30]] + [
        replace(case, could_answer="no", missing="the balance") for case in cases[30:]
    ]
    found = answerable_of(ground_of(cases, "intent"))
    assert found.share == share(30, 40)
    [(what, count, ids)] = found.missing
    assert (what, count, set(ids)) == ("the balance", 10, {f"e{at}" for at in range(30, 40)})
