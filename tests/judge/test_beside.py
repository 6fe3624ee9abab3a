"""What a report says beside the verdict: forms, replies in free text, versions, pairs, novelty, doubts."""

from __future__ import annotations

import json
import random
from dataclasses import replace
from pathlib import Path

import pytest

from tests.dataset.kinds import exchanges
from tests.dataset.logs import EVERYTHING, log
from tests.judge.asked import asked
from wizard.dataset.reading import row_of
from wizard.judge.cases import REPLY, Case, Opinion, Rated, case_of_example, case_of_row
from wizard.judge.ground import ground_of
from wizard.judge.judging import judge
from wizard.judge.novelty import novelty_of
from wizard.judge.pairs import pairs_of
from wizard.judge.result import Result
from wizard.judge.task import task_of
from wizard.judge.verdict import Verdict

VEHICLES, DAYS = ("taxi", "bus", "train"), ("today", "tomorrow")
WAYS = {
    "open": ["We open at nine.", "We open at 9 o'clock.", "We open at nine in the morning."],
    "card": ["I have blocked your card.", "Your card is blocked now.", "I blocked the card for you."],
    "bye": ["Goodbye, enjoy your day!", "Bye, have a nice day!", "Have a great day, goodbye!"],
}


def form(vehicle: str, day: str, **more: object) -> str:
    return json.dumps({"vehicle": vehicle, "day": day, **more})


def forms(n: int, wrong_days: float = 0.0) -> list[Case]:
    """Rides that are asked for, each with a note of its own."""
    rng = random.Random(3)
    told: dict[str, tuple[str, str]] = {}
    while len(told) < n:
        vehicle, day, who = rng.choice(VEHICLES), rng.choice(DAYS), rng.choice(["I", "we", "my friend"])
        tail = rng.choice(["please", "thanks", "if you can", "from home", "from work", "from the station"])
        said = f"{who} want a {vehicle} {day} {tail} {rng.randrange(n)}"
        told[said] = vehicle, day if rng.random() >= wrong_days else rng.choice(DAYS)
    return [
        Case(f"e{at}-1", f"e{at}", "", said, {REPLY: form(*values, note=f"n{at}")})
        for at, (said, values) in enumerate(told.items())
    ]


@pytest.fixture(scope="module")
def rides() -> Result:
    return judge(forms(150, wrong_days=0.4))


def test_a_form_is_judged_field_by_field_and_right_where_all_are(rides: Result) -> None:
    assert [field.label for field in rides.fields] == ["reply.day", "reply.vehicle"]
    day, vehicle = rides.fields
    assert rides.now is not None
    assert day.now is not None
    assert vehicle.now is not None
    assert vehicle.now.value > 0.9
    assert vehicle.verdict is Verdict.LEARNABLE
    assert rides.now.value <= day.now.value + 0.03 < vehicle.now.value
    assert "fill in all 2 fields" in rides.sentence
    assert any("The weakest is “day”" in each.words for each in rides.why)


def test_a_field_that_is_free_text_is_passed_over_and_one_that_is_left_out_is_empty() -> None:
    task = task_of(forms(60))
    assert task is not None
    assert task.fields == ("day", "vehicle")
    (read,) = task.read([Case("a-1", "a", "", "hi", {REPLY: '{"day": "today"}'})])
    assert read.answers["reply.vehicle"] == "–"


def test_a_number_that_differs_is_no_disagreement() -> None:
    assert judge(forms(120)).verdict is Verdict.LEARNABLE


def replies(n: int) -> list[Case]:
    rng = random.Random(4)
    asks = {"open": "when do you open", "card": "my card was stolen", "bye": "thanks, that is all"}
    told = []
    for at in range(n):
        kind = sorted(WAYS)[at % 3]
        said = f"{asks[kind]} {rng.choice(['please', 'now', 'today', 'you there'])} {at}"
        others = (Opinion({REPLY: rng.choice(WAYS[kind])}),) if at % 4 == 0 else ()
        told.append(Case(f"e{at}-1", f"e{at}", "", said, {REPLY: f"{rng.choice(WAYS[kind])}"}, others))
    return told


def test_replies_in_free_text_are_sorted_by_what_they_mean() -> None:
    few = replies(33)  # nine texts: fewer than four times each
    task = task_of(few)
    assert task is not None
    assert task.kinds is not None
    kinds = {case.answers[REPLY] for case in task.read(few)}
    assert len(kinds) == 3
    result = judge(few)
    assert result.replies is not None
    assert result.replies.kinds == 3
    assert result.replies.covered is not None
    assert result.replies.covered.value == 1
    assert any("free text" in each.words for each in result.why)


def test_what_a_model_would_say_is_held_against_what_a_second_person_said() -> None:
    told = [replace(case, answers={REPLY: f"{case.answers[REPLY]} {at}"}) for at, case in enumerate(replies(60))]
    result = judge(told)
    assert result.replies is not None
    assert result.replies.near is not None
    assert result.replies.near.value > 0.7
    assert len(result.replies.near_ids) == 15


def test_a_reply_that_does_something_new_is_a_kind_of_its_own() -> None:
    few = replies(33)
    task = task_of(few)
    assert task is not None
    near, far = task.read(
        [
            Case("a", "a", "", "?", {REPLY: "We will open at nine."}),
            Case("b", "b", "", "?", {REPLY: "Blue whales sing."}),
        ]
    )
    assert near.answers[REPLY] in WAYS["open"]
    assert far.answers[REPLY] == "Blue whales sing."


def test_versions_stand_side_by_side_and_the_second_is_held_against_the_first() -> None:
    cases = asked(160)
    first = [replace(case, version=1, message=cases[at * 7 % 80].message) for at, case in enumerate(cases[:80])]
    second = [replace(case, version=2) for case in cases[80:]]
    old, new = judge([*first, *second]).versions
    assert (old.number, new.number) == (1, 2)
    assert new.better is not None
    assert new.better.low > 0.2
    assert old.better is None
    assert judge(second).versions == ()


def test_pairs_are_told_with_where_they_differ() -> None:
    def by(case: Case, other: str) -> Case:
        return replace(case, wizard="ann", opinions=(Opinion({"intent": other}, "bob"),))

    cases = [by(case, case.answers["intent"] if at else "other") for at, case in enumerate(asked(20))]
    (pair,) = pairs_of(ground_of(cases, "intent"), "intent")
    assert (pair.one, pair.other, len(pair.ids), len(pair.differed)) == ("ann", "bob", 20, 1)
    assert pair.agreed is not None
    assert pair.agreed.value == 0.95


@pytest.mark.parametrize("times", [True, False])
def test_novelty_over_time(times: bool) -> None:
    def case(at: int) -> Case:
        kind = "old" if at < 60 else f"new {at}"
        return Case(f"e{at:03d}", f"s{at}", "", f"say {at}", {"x": kind}, at=f"{at:03d}" if times else None)

    cases = [case(at) for at in range(80)]
    stretches = novelty_of(ground_of(cases, "x"))
    if not times:
        assert stretches == ()
        return
    assert [len(each.ids) for each in stretches] == [0, 0, 20]
    assert stretches[-1].new.value == 1
    assert [each.first for each in stretches] == [21, 41, 61]


def test_messages_that_are_like_none_of_another_conversation_are_told() -> None:
    cases = [replace(case, at=f"{at:03d}") for at, case in enumerate(asked(80))]
    odd = [
        Case(f"odd{at}", f"odd{at}", "", said, {"intent": "hours"}, at=f"9{at}")
        for at, said in enumerate(["Sing me a song about whales", "What is seven times eight?", "My knee hurts a lot"])
    ]
    messages = judge([*cases, *odd]).messages
    assert messages is not None
    assert {case.id for case in odd} <= set(messages.ids)
    assert len(messages.ids) < 40
    assert messages.unlike is not None
    assert messages.unlike.low <= len(messages.ids) / 83 <= messages.unlike.high
    assert {case.id for case in odd} <= set(messages.novelty[-1].ids)


def test_of_very_many_messages_those_that_are_not_compared_go_to_the_nearest(monkeypatch: pytest.MonkeyPatch) -> None:
    all_compared = judge(asked(200)).messages
    monkeypatch.setattr("wizard.judge.novelty.COMPARED", 150)
    some_compared = judge(asked(200)).messages
    assert all_compared is not None
    assert some_compared is not None
    assert len(some_compared.ids) == pytest.approx(len(all_compared.ids), abs=10)


def test_what_is_flagged_is_set_aside_and_said() -> None:
    cases = [replace(case, apart="flagged" if at < 7 else None) for at, case in enumerate(asked(60))]
    result = judge(cases)
    assert result.exchanges == 53
    assert len(result.evidence["aside.flagged"]) == 7
    assert any(each.words == "Set aside because they are flagged as not to be trained on: 7." for each in result.why)


def test_where_all_is_set_aside_there_is_a_report_all_the_same() -> None:
    result = judge([replace(case, apart="flagged") for case in asked(20)])
    assert result.verdict == Verdict.NOT_ENOUGH
    assert (result.exchanges, result.unseen, result.coming) == (0, None, ())


def test_whether_a_second_opinion_would_be_sent_counts_for_nobody_else(tmp_path: Path) -> None:
    [first, *_] = exchanges(log(tmp_path, {"e": EVERYTHING}))
    assert [each.rated.opinion for each in first.exchange.ratings] == [None, None, 1]
    assert case_of_example(first).ratings == (Rated(True, of_model=False), Rated(False, of_model=True))
    given = {"wizard": "bob", "at": "2026-01-02T03:04:05Z", "would_send": True}
    row = {
        "messages": [{"role": "user", "content": "hi"}],
        "reply": "a",
        "second_opinions": [{"wizard": "bob", "reply": "b"}],
    }
    read = row_of({**row, "ratings": [given, {**given, "opinion": 1}]})
    assert case_of_row(1, read).ratings == (Rated(True, of_model=False),)
    with pytest.raises(ValueError, match=r"ratings\.0\.opinion: there is no second opinion of that number"):
        row_of({**row, "ratings": [{**given, "opinion": 2}]})


def test_what_helps_is_in_keeping_with_the_verdict(rides: Result) -> None:
    assert rides.helps.words.startswith("A second opinion helps most")
    seconded = [replace(case, opinions=(Opinion(case.answers, "cy"),)) for case in forms(150, wrong_days=0.4)]
    assert "“day” help most" in judge(seconded, bar=40).helps.words
    lacking = [replace(case, could_answer="no", missing="the date") for case in asked(60)]
    result = judge(lacking)
    assert result.verdict == Verdict.PEOPLE_CANT_EITHER
    assert result.helps.words == "More of the same helps little: first show what would settle it."
    assert "learns what they answered all the same" in result.why[2].words


def test_nothing_is_doubted_where_there_is_no_pattern() -> None:
    cases = asked(210)
    answers = [case.answers for case in cases]
    random.Random(2).shuffle(answers)
    result = judge([replace(case, answers=answer) for case, answer in zip(cases, answers, strict=True)])
    assert result.p is not None
    assert result.p > 0.2
    assert result.verdict == Verdict.NO_PATTERN
    assert not result.look_again
