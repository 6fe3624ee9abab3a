"""When an answer is let through: the same for the same study, text and times, whoever wrote it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.pacing import (
    DOTS_AFTER_SECONDS,
    REFUSED_AFTER_SECONDS,
    Pacing,
    first_word,
    let_through,
    next_bubble,
    paused,
    phase,
)
from wizard.study import BadStudy
from wizard.study_file import read_study

SLOW = Pacing.model_validate({"still": {"after": 10}, "busy": {"after": 30, "again": 5}})


def pacing(**given: object) -> Pacing:
    return Pacing.model_validate(given)


@pytest.mark.parametrize(
    ("waited", "sees", "left"),
    [
        (0.0, "nothing", DOTS_AFTER_SECONDS),
        (2.0, "dots", 8.0),
        (10.0, "still", 20.0),
        (30.0, "busy", 5.0),
        (34.0, "busy", 1.0),
        (35.0, "nothing", DOTS_AFTER_SECONDS),
        (45.0, "still", 20.0),
        (71.0, "dots", 9.0),
    ],
)
def test_what_is_seen_while_nothing_comes(waited: float, sees: str, left: float) -> None:
    now = phase(SLOW, waited)
    assert now.sees == sees
    assert now.left == pytest.approx(left)


def test_paused_it_is_busy_soon_in_the_studys_own_words_where_it_has_any() -> None:
    own = paused(pacing(busy={"after": 30, "say": "Not now."}))
    assert own.busy
    assert own.busy.say == "Not now."
    assert phase(own, REFUSED_AFTER_SECONDS).sees == "busy"
    assert phase(own, REFUSED_AFTER_SECONDS / 2).sees == "dots"
    assert phase(paused(pacing(busy=None)), REFUSED_AFTER_SECONDS).sees == "busy"


def test_dots_for_good_where_the_study_says_nothing_else() -> None:
    assert phase(pacing(still=None, busy=None), 5_000).sees == "dots"
    assert phase(pacing(still=None, busy=None), 5_000).left is None
    assert phase(pacing(busy=None), 5_000).sees == "still"


def test_a_busy_time_before_the_still_leaves_that_out() -> None:
    assert {phase(pacing(still={"after": 20}, busy={"after": 10}), at / 2).sees for at in range(100)} == {
        "nothing",
        "dots",
        "busy",
    }


def test_the_first_word_is_drawn_from_the_span_and_again_the_same() -> None:
    draws = [first_word(pacing(first="2-6"), "hello", f"s:{at}", 1.0) for at in range(500)]
    assert all(2 <= each <= 6 for each in draws)
    assert min(draws) < 2.2
    assert max(draws) > 5.8
    assert sum(draws) / 500 == pytest.approx(4, abs=0.2)
    assert draws == [first_word(pacing(first="2-6"), "hello", f"s:{at}", 1.0) for at in range(500)]


def test_a_longer_answer_takes_longer_to_begin_where_the_study_says_so() -> None:
    assert first_word(pacing(first=1, per_100_chars=2), "x" * 150, "s", 0) == pytest.approx(4)
    assert next_bubble(pacing(first=1, per_100_chars=2), "x" * 50, "s") == pytest.approx(2)


@given(waited=st.floats(0, 40))
def test_a_covered_wait_is_the_same_however_long_the_answer_took(waited: float) -> None:
    covered = pacing(first=1, cover=45, busy=None)
    assert waited + first_word(covered, "hello", "s", waited) == pytest.approx(max(45, waited + 1))


def test_nothing_is_let_through_while_it_is_busy() -> None:
    study = pacing(first="1-2", busy={"after": 30, "again": 5})
    for waited in range(0, 200, 3):
        at = waited + first_word(study, "hello", "s", waited)
        assert phase(study, at).sees != "busy"


@given(text=st.text(min_size=1, max_size=300), rate=st.floats(1, 500), seconds=st.floats(0, 60))
def test_words_come_in_order_and_to_the_end(text: str, rate: float, seconds: float) -> None:
    now, later = let_through(text, rate, seconds), let_through(text, rate, seconds + 1)
    assert 1 <= now <= later <= len(text)
    assert let_through(text, rate, len(text) / rate) == len(text)


def test_words_are_let_through_whole() -> None:
    text = "Hello there, what can I do?"
    assert [text[: let_through(text, 20, at / 10)] for at in range(0, 15, 3)] == [
        "Hello",
        "Hello ",
        "Hello there, ",
        "Hello there, what ",
        "Hello there, what can I ",
    ]
    assert let_through("漢" * 100, 20, 3) == 61, "where there are no spaces, character by character"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("{first: 6-2}", "pacing.first: the shorter time comes first, as 2-6"),
        ("{cover: soon}", "pacing.cover: write seconds, as 2 or 2-6"),
        ("{busy: {after: 0}}", "pacing.busy.after: must be 1 or more"),
        ("{still: {say: 5}}", "pacing.still.say: must be a text"),
    ],
)
def test_pacing_that_cannot_be_is_refused_in_words(wrong: str, says: str) -> None:
    with pytest.raises(BadStudy, match=says.replace(".", r"\.")):
        read_study(f"study: a\ntitle: A\npacing: {wrong}")
