"""What participants are asked before and after: what a study may ask, and what may be answered."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import asked, ended, session, user
from wizard.observation import for_model
from wizard.reply import BadReply
from wizard.session import NotAllowed
from wizard.study import BadStudy, Study
from wizard.study_file import read_study
from wizard.survey import Survey

ASKED = Survey.model_validate(
    {
        "before": [
            {"name": "mood", "question": "How are you?", "low": 0, "high": 10, "high_means": "Well"},
            {"name": "cards", "kind": "choice", "question": "Which cards?", "options": ["debit", "credit"],
             "several": True},
            {"name": "age", "kind": "choice", "question": "How old are you?", "options": ["under 18", "18 or over"],
             "screens_out": ["under 18"], "required": True},
        ],
        "after": [{"name": "why", "kind": "text", "question": "Why?"}],
    }
)  # fmt: skip


def test_answers_are_kept_in_the_order_of_the_questions_and_what_is_passed_over_isnt_there() -> None:
    answers = ASKED.read("before", {"age": "18 or over", "cards": ["credit", "debit"], "mood": None})
    assert answers == {"cards": ("debit", "credit"), "age": "18 or over"}
    assert list(answers) == ["cards", "age"]
    assert ASKED.read("before", {"age": "18 or over", "mood": 0, "cards": []}) == {"mood": 0, "age": "18 or over"}
    assert ASKED.read("after", {"why": "  "}) == {}


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "“age” must be answered"),
        ({"age": "20"}, "“age” can't"),
        ({"age": ["under 18"]}, "“age” can't"),
        ({"age": "18 or over", "mood": 11}, "“mood” can't"),
        ({"age": "18 or over", "mood": True}, "“mood” can't"),
        ({"age": "18 or over", "mood": "3"}, "“mood” can't"),
        ({"age": "18 or over", "cards": ["gold"]}, "“cards” can't"),
        ({"age": "18 or over", "why": "so"}, "no question “why”"),
    ],
)
def test_an_answer_that_isnt_one_is_refused_with_the_question(given: dict[str, Any], why: str) -> None:
    with pytest.raises(BadReply, match=why):
        ASKED.read("before", given)


def test_one_answer_screens_out() -> None:
    assert ASKED.screens_out(ASKED.read("before", {"age": "under 18"}))
    assert not ASKED.screens_out(ASKED.read("before", {"age": "18 or over"}))


@pytest.mark.parametrize(
    ("survey", "field", "message"),
    [
        ("{before: [{name: a, question: A, kind: choice, options: [x]}]}", "survey.before.0.options", "at least two"),
        ("{before: [{name: a, question: A, options: [x, y]}]}", "survey.before.0.kind", "go with a choice"),
        ("{before: [{name: a, question: A}, {name: a, question: B}]}", "survey.before", "a stands twice"),
        ("{before: [{name: locale, question: A}]}", "survey.before", "locale is known"),
        ("{after: [{name: a, question: A, kind: choice, options: [x, y], screens_out: [x]}]}",
         "survey.after", "talked"),
        ("{before: [{name: a, question: A, kind: choice, options: [x, y], screens_out: [z]}]}",
         "survey.before.0.screens_out", "“z” isn't"),
    ],
)  # fmt: skip
def test_what_cant_be_asked_is_told_at_its_field(survey: str, field: str, message: str) -> None:
    with pytest.raises(BadStudy) as refusal:
        read_study(f"study: a\ntitle: A\nsurvey: {survey}\n")
    [problem] = refusal.value.problems
    assert problem.field == field
    assert message in problem.message


def test_answers_before_are_no_part_of_what_the_model_sees_unless_the_study_grants_them() -> None:
    told = session(asked(mood=3, cards=("debit", "credit")), user("hi"))
    bare = Study(study="a", title="A")
    granting = Study.model_validate(
        {"study": "a", "title": "A", "model_sees": {"participant": ["cards", "locale", "mood", "why"]}}
    )
    assert for_model(bare, told).shown == {}
    assert for_model(granting, told).shown == {"cards": "debit, credit", "mood": "3"}


def test_questions_are_answered_once_each_before_and_after_the_end() -> None:
    told = session(asked(mood=3), user("hi"), ended(), asked("after", why="so"))
    assert told.asked_before is not None
    assert told.asked_after is not None
    assert (told.asked_before.answers, told.asked_after.answers) == ({"mood": 3}, {"why": "so"})
    for steps, code in (
        ((asked(), asked()), "order"),
        ((asked("after"),), "open"),
        ((ended(), asked()), "ended"),
        ((ended(), asked("after"), asked("after")), "ended"),
    ):
        with pytest.raises(NotAllowed) as refusal:
            session(*steps)
        assert refusal.value.code == code
