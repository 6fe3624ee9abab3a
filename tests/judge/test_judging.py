"""From cases to a result: what changes nothing, what is never called learnable, and where figures come from."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import pytest

from tests.judge.asked import asked
from tests.judge.test_verdict import UNSURE
from wizard.dataset.reading import row_of
from wizard.judge import looking
from wizard.judge.advice import next_steps
from wizard.judge.cases import MOST, Case, Opinion, case_of_row, drawn
from wizard.judge.judging import judge
from wizard.judge.looking import read_cases
from wizard.judge.reasons import reasons
from wizard.judge.result import Result
from wizard.judge.vectors import NoVectors
from wizard.judge.verdict import Verdict

KEYS = [
    *("study", "version", "label", "exchanges", "bar", "verdict", "sentence", "why", "next", "accuracy", "people"),
    *("commonest", "unseen", "signal", "evidence"),
]
SIGNS = ["?!", " - - -"]


@pytest.fixture(scope="module")
def learnable() -> Result:
    return judge(asked(120), bar=80)


def test_a_task_that_is_named_in_the_message_is_learnable(learnable: Result) -> None:
    assert learnable.verdict == Verdict.LEARNABLE
    assert learnable.now
    assert learnable.now.low > 0.8
    assert "Of 100 new messages, a simple model would answer as your wizard did about" in learnable.sentence


@pytest.mark.parametrize(
    ("at_4n", "told"),
    [
        (0.5, ["More exchanges still make it better, but whether it gets to 80 in 100 can’t be said."]),
        (
            0.97,
            [
                "More exchanges still make it better, and with four times as many it would get to 80 in 100, "
                "97 % sure.",
                "Whether it is at 80 in 100 already can’t be said.",
            ],
        ),
    ],
)
def test_of_what_still_climbs_it_is_said_whether_it_will_get_there(
    learnable: Result, at_4n: float, told: list[str]
) -> None:
    climbing = replace(learnable, verdict=Verdict.STILL_CLIMBING)
    why = reasons(climbing, replace(UNSURE, now=0.6, at_4n=at_4n), read_cases(asked(60), "intent", None).ground)
    assert [each.words for each in why][: len(told)] == told


@pytest.mark.parametrize(
    ("sizes", "first", "rare"),
    [
        ((50, 50, 50), "Don’t collect more of the same. Try what a larger model does, or show the model more.", False),
        ((5, 5, *[2] * 50), "Show the model more, or ask for less, before you collect more.", True),
    ],
)
def test_where_it_levels_off_short_of_the_bar_it_is_said_that_it_still_gets_better(
    learnable: Result, sizes: tuple[int, ...], first: str, rare: bool
) -> None:
    short = replace(learnable, verdict=Verdict.LEVELLING_OFF)
    found = replace(UNSURE, exchanges=150, sizes=sizes, now=0.0, at_4n=0.01, climbs=0.95)
    even, better, *beyond = reasons(short, found, read_cases(asked(60), "intent", None).ground)
    assert even.words == "Even with four times as many exchanges a simple model would hardly get to 80 in 100."
    assert better.words == "More exchanges still make it better, but not by enough."
    assert any(each.words.startswith("What many more than that") for each in beyond) is rare
    assert next_steps(short, found)[0] == first


def test_the_json_is_as_it_is_designed(learnable: Result) -> None:
    facts = learnable.facts()
    assert list(facts) == KEYS
    assert set(facts["accuracy"]) == {"now", "at_2n", "at_4n"}
    assert set(facts["accuracy"]["now"]) == {"value", "low", "high"}
    assert facts["people"] == {"pairs": facts["people"]["pairs"], "agreement": None, "answerable": None}


def test_every_figure_opens_the_exchanges_that_it_came_from(learnable: Result) -> None:
    facts = learnable.facts()
    ids = {case.id for case in asked(120)}
    figures = [f"accuracy.{name}" for name in facts["accuracy"]]
    figures += [f"people.{name}" for name in facts["people"]]
    figures += ["exchanges", "commonest", "unseen", "signal.p"]
    for name in figures:
        assert set(facts["evidence"][name]) <= ids, name
    assert set(facts["evidence"]["accuracy.now"]) == ids


def test_shuffling_changes_nothing(learnable: Result) -> None:
    cases = asked(120)
    random.Random(1).shuffle(cases)
    assert judge(cases, bar=80).facts() == learnable.facts()


def test_shuffling_rows_without_names_changes_nothing_but_what_they_are_called() -> None:
    chance = random.Random(3)
    cases = [replace(each, message=each.message + signs) for each in asked(120) for signs in ("", chance.choice(SIGNS))]

    def judged() -> Result:
        chance.shuffle(cases)
        return judge([replace(case, id=f"line-{at}", session=f"line-{at}") for at, case in enumerate(cases)])

    one, other = judged(), judged()
    assert one.exchanges == 240
    assert one.curve is not None
    assert one.curve.right.shape[1] == 120, "texts that differ in signs are copies"
    assert {**one.facts(), "evidence": None} == {**other.facts(), "evidence": None}


def test_having_everything_twice_changes_no_figure(learnable: Result) -> None:
    cases = asked(120)
    twice = [*cases, *(replace(case, id=f"{case.id}-again", session=f"{case.session}-again") for case in cases)]
    result = judge(twice, bar=80)
    assert result.exchanges == 240
    assert (result.now, result.at_4n, result.unseen) == (learnable.now, learnable.at_4n, learnable.unseen)


def test_having_some_twice_does_not_raise_the_score(learnable: Result) -> None:
    cases = asked(120)
    more = [replace(case, id=f"{case.id}-again", session=f"{case.session}-again") for case in cases[:60]]
    result = judge([*cases, *more], bar=80)
    assert result.now
    assert learnable.now
    assert result.now.value <= learnable.now.value + 0.02


def test_random_labels_are_not_learnable() -> None:
    cases = asked(240)
    answers = [case.answers for case in cases]
    random.Random(2).shuffle(answers)
    result = judge([replace(case, answers=answer) for case, answer in zip(cases, answers, strict=True)], bar=20)
    assert result.verdict != Verdict.LEARNABLE
    assert result.p is not None
    assert result.p > 0.01


def test_without_the_text_that_holds_the_answer_it_is_not_learnable() -> None:
    result = judge([replace(case, context="What can I do for you?", message="?") for case in asked(240)], bar=60)
    assert result.verdict in {Verdict.NO_PATTERN, Verdict.LEVELLING_OFF, Verdict.NOT_ENOUGH}


def test_what_people_saw_beyond_the_observation_is_set_aside() -> None:
    cases = [replace(case, apart="saw_more") if at < 10 else case for at, case in enumerate(asked(60))]
    result = judge(cases)
    assert result.exchanges == 50
    assert result.evidence["aside.saw_more"] == tuple(f"e{at}" for at in range(10))


def test_a_few_suggested_answers_are_set_aside_but_not_most() -> None:
    cases = asked(60)
    few = [replace(case, apart="suggested") if at < 10 else case for at, case in enumerate(cases)]
    assert judge(few).exchanges == 50
    assert judge([replace(case, apart="suggested") for case in cases]).exchanges == 60


def test_it_is_held_against_what_it_never_saw() -> None:
    cases = asked(160)
    result = judge(cases[:40], against=cases[100:], more=cases[40:100])
    assert result.held_out
    assert result.held_out_4n
    assert result.held_out.value > 0.6
    assert "held_out_4n" in result.facts()


def test_without_the_sentence_model_it_judges_on_words_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: object) -> None:
        raise NoVectors("not installed")

    monkeypatch.setattr(looking, "vectors_of", none)
    result = judge(asked(60))
    assert result.now
    assert any("words alone" in each.words for each in result.why)


@pytest.mark.parametrize("n", [0, 1, 5, 13])
def test_few_exchanges_are_not_enough(n: int) -> None:
    result = judge(asked(n))
    assert result.verdict == Verdict.NOT_ENOUGH
    assert result.next


def test_of_a_few_exchanges_nothing_is_said_but_that_they_are_few() -> None:
    cases = [replace(case, opinions=(Opinion(case.answers, "cy"),)) for case in asked(25)]
    result = judge(cases)
    assert None not in (result.agreement and result.agreement.share, result.commonest, result.unseen)
    assert result.sentence == "25 exchanges: too few to say how often a simple model would be right."


def test_where_nobody_replied_or_gave_that_label_that_is_said() -> None:
    label = judge(asked(40), label="mood")
    assert [each.words for each in label.why][1:] == ["Without such a label, and not counted: 40."]
    nobody = [replace(case, answers={"intent": case.answers["intent"]}) for case in asked(40)]
    reply = judge(nobody, label="reply")
    assert [each.words for each in reply.why][1:] == ["Without a reply, and not counted: 40."]


def test_one_conversation_is_not_enough_however_long() -> None:
    result = judge([replace(case, session="s") for case in asked(220)])
    assert result.exchanges == 220
    assert result.verdict == Verdict.NOT_ENOUGH
    assert "one conversation" in result.why[0].words


def test_copies_are_told_from_exchanges() -> None:
    result = judge([replace(case, message=asked(2)[at % 2].message) for at, case in enumerate(asked(80))])
    assert result.verdict == Verdict.NOT_ENOUGH
    assert result.why[0].words.startswith("Of 80 exchanges only")


def test_of_very_many_rows_the_same_are_drawn_in_whatever_order_they_come() -> None:
    def rows(texts: Sequence[str]) -> list[Case]:
        return [
            case_of_row(at, row_of({"messages": [{"role": "user", "content": text}]})) for at, text in enumerate(texts)
        ]

    texts = [f"say {number}" for number in range(200)]
    one, other = ({case.message for case in drawn(rows(each), 2 * MOST)} for each in (texts, texts[::-1]))
    assert one == other
    assert 70 < len(one) < 130
