"""Study files: what is read, what is refused and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

import wizard
from wizard.reply import BadReply
from wizard.study import BadStudy, Study, labels_found
from wizard.study_file import read_study, write_study

DEMO = Path(wizard.__file__).with_name("demo") / "card-help.yaml"

OF_THE_DESIGN = """
study: card-help
title: Card helper
persona: {name: Penny, greeting: "Hi, I'm Penny. What's happening with your card?"}
welcome: Ask about your bank card.
scenarios:
  - {id: lost, text: You lost your card on holiday. Get it blocked.}
model_sees:
  history: 6
  participant: [locale]
  documents: [faq.md]
reply: {kind: text, max_chars: 600}
pacing: {first: 2-6, chars_per_second: 60}
labels:
  - {name: intent, kind: choice, options: [lost, charge, other], required: true}
canned:
  - {key: block, text: "I have blocked your card, {{participant.alias}}."}
second_opinions: 0.2
bar: 80
"""


def problems(source: str) -> list[str]:
    with pytest.raises(BadStudy) as refusal:
        read_study(source)
    return [str(each) for each in refusal.value.problems]


@pytest.mark.parametrize("source", [OF_THE_DESIGN, DEMO.read_text(encoding="utf-8")])
def test_a_study_is_read_and_written_without_loss(source: str) -> None:
    study = read_study(source)
    assert study.study == "card-help"
    assert read_study(write_study(study)) == study


@pytest.mark.parametrize(
    ("source", "line", "word"),
    [
        ("title: No name", 1, "study: this field is required"),
        ("study: ok\ntitle: T\ncolour: red", 3, "colour: this field isn't known"),
        ("study: Not A Slug\ntitle: T", 1, "study: "),
        ("study: ok\ntitle: T\nlabels:\n  - {name: intent}", 4, "a choice needs options"),
        ("study: ok\ntitle: T\nlabels:\n  - {name: a, options: [x]}\n  - {name: a, options: [x]}", 3, "a stands twice"),
        ("study: ok\ntitle: T\npacing: {first: 6-2}", 3, "the shorter time comes first"),
        ("study: ok\ntitle: T\npacing: {first: soon}", 3, "write seconds, as 2 or 2-6"),
        ("study: ok\ntitle: T\nreply: {kind: choice, options: [a]}", 3, "at least two different options"),
        ("study: ok\ntitle: T\nmodel_sees: {history: 0}", 3, "model_sees.history: must be 1 or more"),
        ("study: ok\ntitle: T\nbar: 101", 3, "bar: must be 100 or less"),
        ("study: Card-Help\ntitle: T", 1, "study: must begin with a small letter or a digit, and have these, - and _"),
        ("study: ok\ntitle: T\nlabels: [{name: a b}]", 3, "labels.0.name: must begin with a letter"),
        ("study: ok\ntitle: T\nmodel_sees: {documents: [a/b.md]}", 3, "must be the name of a file"),
        ("study: ok\ntitle: T\nmodel_sees: {documents: faq.md}", 3, "model_sees.documents: must be a list"),
        ("study: ok\ntitle: T\npersona: Penny", 3, "persona: must be fields, each with its value"),
        ("study: ok\ntitle: T\nbar: high", 3, "bar: must be a whole number"),
        ("study: ok\ntitle: T\nlanguage: xx", 3, "language: must be 'en', 'de'"),
        ("study: [", 1, "a bracket is opened and not closed"),
        ("study: a\ntitle: 'A", 2, "a bracket is opened and not closed"),
        ("study: a\ntitle: Ask: now", 2, "a text with a colon in it must be in quotes"),
        ("study: a\n\ttitle: A", 2, "not with a tab"),
        ("study: a\ntitle: @A", 2, "begins with such a sign must be in quotes"),
        ("study: a\ntitle\npersona: {}", 3, "a field is a name, a colon and a value"),
        ("study: a\nstudy: b\ntitle: A", 2, "a field stands here twice"),
        ("- a list", 1, "a study is a list of fields"),
        ("", 1, "a study is a list of fields"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(source: str, line: int, word: str) -> None:
    told = problems(source)
    assert any(each.startswith(f"line {line}: ") and word in each for each in told), told


def test_all_that_is_wrong_is_told_at_once() -> None:
    assert len(problems("study: ok\nbar: 0\ncolour: red")) == 3


def test_pacing_is_a_span_or_a_number() -> None:
    assert read_study("study: a\ntitle: A\npacing: {first: 2-6}").pacing.first == (2, 6)
    assert read_study("study: a\ntitle: A\npacing: {first: 3}").pacing.first == (3, 3)


STUDY = Study.model_validate(
    {
        "study": "s",
        "title": "S",
        "reply": {"max_chars": 10},
        "labels": [
            {"name": "intent", "options": ["lost", "other"], "required": True},
            {"name": "why", "kind": "text"},
        ],
    }
)


@pytest.mark.parametrize("labels", [{"intent": "lost"}, {"intent": "other", "why": "said so"}])
def test_labels_of_the_study_are_taken(labels: dict[str, str]) -> None:
    STUDY.check_labels(labels)


@pytest.mark.parametrize(
    ("labels", "word"),
    [
        ({}, "“intent” is required"),
        ({"why": "because"}, "“intent” is required"),
        ({"intent": "stolen"}, "must be one of: lost, other"),
        ({"intent": "lost", "tone": "calm"}, "no label “tone”"),
    ],
)
def test_other_labels_are_refused_by_name(labels: dict[str, str], word: str) -> None:
    with pytest.raises(BadReply, match=word):
        STUDY.check_labels(labels)


def test_a_correction_may_leave_labels_out_but_not_take_a_required_one_away() -> None:
    STUDY.check_labels({"why": None}, whole=False)
    with pytest.raises(BadReply, match="required"):
        STUDY.check_labels({"intent": None}, whole=False)


@pytest.mark.parametrize(("text", "word"), [(" ", "empty"), ("far too long", "12 characters; this study takes 10")])
def test_replies_that_the_study_does_not_take_are_refused(text: str, word: str) -> None:
    with pytest.raises(BadReply, match=word):
        STUDY.read_reply(text)


def test_a_choice_takes_its_options_only() -> None:
    choice = Study.model_validate(
        {"study": "s", "title": "S", "reply": {"kind": "choice", "options": ["red", "green"]}}
    )
    choice.read_reply("red")
    with pytest.raises(BadReply, match="one of: red, green"):
        choice.read_reply("blue")


def test_labels_are_found_in_what_was_imported() -> None:
    found = labels_found([{"b": "2"}, {"a": "x", "b": "1"}, {"b": "2", "note": "long " * 41}, {"note": "short"}])
    assert [(label.name, label.kind, label.options) for label in found] == [
        ("a", "choice", ["x"]), ("b", "choice", ["1", "2"]), ("note", "text", []),
    ]  # fmt: skip
