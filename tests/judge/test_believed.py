"""Whether it was believed, and how sure one can be of that."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from tests.builders import Step, ended, guessed, released, reply, stored, user
from wizard.judge.believed import Respondent, believed, in_words, respondents
from wizard.pacing import Pacing
from wizard.shares import share
from wizard.store.database import connect
from wizard.store.schema import bring_up_to_date
from wizard.store.studies import save_study

FAST, SLOW = Pacing(), Pacing.model_validate({"first": "2-6", "chars_per_second": 60})


def asked(*answers: str | None, pacing: Pacing = FAST, confidence: int = 3) -> list[Respondent]:
    return [Respondent(f"s{at}", f"Guest {at}", 1, pacing, each, confidence) for at, each in enumerate(answers)]  # type: ignore[arg-type]


@given(whole=st.integers(10, 10_000), data=st.data())
def test_a_share_comes_with_the_bounds_that_wilson_gives(whole: int, data: st.DataObject) -> None:
    part = data.draw(st.integers(0, whole))
    found, bounds = share(part, whole), binomtest(part, whole).proportion_ci(0.9, method="wilson")
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((part / whole, bounds.low, bounds.high), abs=1e-9)


def test_under_ten_answers_there_is_not_enough_to_say() -> None:
    everybody, _ = believed(asked(*["person"] * 9, None))
    assert everybody.detected is None
    assert everybody.facts() == {
        "asked": 10,
        "answered": 9,
        "person": 9,
        "program": 0,
        "unsure": 0,
        "person_and_sure": 0,
        "detected": None,
    }


def test_it_is_told_for_each_pacing_and_for_all() -> None:
    everybody, each = believed(
        [*asked(*["person"] * 12), *asked(*["program"] * 11, "person", pacing=SLOW, confidence=5)]
    )
    assert everybody.answered == 24
    assert [belief.pacing for belief in each] == [FAST, SLOW]
    assert [round(belief.detected.value, 2) for belief in each if belief.detected] == [1.0, 0.08]
    assert len(each[1].those("person", 4)) == 1
    assert [in_words(belief.pacing) for belief in each if belief.pacing] == [
        "at once",
        "first word after 2 to 6 s, 60 characters a second",
    ]


@pytest.mark.parametrize("asks", [True, False])
def test_only_those_count_who_were_asked_and_answered_to(tmp_path: Path, asks: bool) -> None:
    db = connect(tmp_path, lock_wait=1)
    bring_up_to_date(db, tmp_path)
    save_study(db, f"study: card-help\ntitle: A\nask_what_answered: {asks}\n", "system")
    talked: list[Step] = [user("hi"), reply("hello"), released()]
    for number, steps in enumerate(
        [
            [*talked, ended(), guessed("person", 5)],
            [*talked, ended(), guessed(None, None)],
            [*talked, ended()],
            talked,
            [ended()],
        ]
    ):
        told = steps
        stored(db, *told, id=f"s{number}")
    found = [(each.session, each.answer, each.confidence) for each in respondents(db, "card-help")]
    db.close()
    assert found == ([("s0", "person", 5), ("s1", None, None), ("s2", None, None)] if asks else [])
