"""The form's fields and the YAML file are two views of one study: nothing is lost between them, comments included."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from tests.studies import STUDIES
from wizard.study import BadStudy, Label, Problem, Study
from wizard.study_file import fields_of, read_study, rewritten, study_of, write_study

SOURCE = """\
# Ours.
study: help            # the slug
title: "Help"

# What they meet
persona: {name: Penny, greeting: 'Hi'}   # short
pacing:
  first: 0.5-1.5  # seconds
labels:
  # what it is about
  - name: intent
    options: [lost, charge]  # in this order
  - {name: tone, kind: text}
canned:
  - {key: hello, text: Hello}  # first
  - {key: bye, text: Bye}      # last
bar: 80
"""


@settings(max_examples=200, deadline=None)
@given(STUDIES)
def test_form_file_form_is_the_same(study: Study) -> None:
    fields = json.loads(json.dumps(fields_of(study)))
    assert study_of(fields) == study
    source = write_study(study)
    assert read_study(source) == study
    assert read_study(f"{source}") is read_study(source[:-1] + source[-1]), "it takes long, and is asked for often"
    assert rewritten(source, study_of(fields)) == source


@settings(max_examples=200, deadline=None)
@given(STUDIES, STUDIES)
def test_any_study_can_be_made_of_any_other_file(was: Study, will: Study) -> None:
    assert read_study(rewritten(write_study(was), will)) == will
    assert read_study(rewritten(SOURCE, will)) == will


def changed(**fields: Any) -> str:
    return rewritten(SOURCE, study_of({**fields_of(read_study(SOURCE)), **fields}))


def test_what_is_the_same_stays_as_it_is_written() -> None:
    assert changed() == SOURCE
    assert changed(bar=90) == SOURCE.replace("bar: 80", "bar: 90")
    assert changed(title="Aid") == SOURCE.replace('"Help"', '"Aid"')
    told = changed(persona={"name": "Max", "greeting": "Hi"}, pacing={"first": "1-2"})
    wanted = SOURCE.replace("Penny", "Max").replace("0.5-1.5", "1-2")
    assert [line.split() for line in told.splitlines()] == [line.split() for line in wanted.splitlines()]


def test_a_number_that_is_whole_is_written_as_a_person_would() -> None:
    fields = fields_of(read_study(SOURCE))
    study = study_of({**fields, "limits": {"minutes": 20}, "pacing": {**fields["pacing"], "per_100_chars": 0.5}})
    assert study.limits.minutes == 20
    for text in (rewritten(SOURCE, study), write_study(study)):
        assert "minutes: 20\n" in text
        assert "per_100_chars: 0.5\n" in text
        assert read_study(text) == study


def test_items_of_a_list_keep_their_words_wherever_they_stand() -> None:
    labels = fields_of(read_study(SOURCE))["labels"]
    told = changed(labels=[labels[1], {**labels[0], "options": ["lost", "charge", "other"]}])
    assert "options: [lost, charge, other]" in told
    assert told.index("tone") < told.index("intent")
    assert read_study(told).labels[1] == Label(name="intent", options=["lost", "charge", "other"])
    fewer = changed(canned=[{"key": "bye", "text": "Bye"}])
    assert "# last" in fewer
    assert "hello" not in fewer


def test_a_field_that_is_new_stands_where_it_belongs_and_one_at_its_default_goes() -> None:
    told = changed(welcome="Ask away.", pacing={})
    assert told.index("persona") < told.index("welcome: Ask away.") < told.index("labels")
    assert "pacing" not in told
    assert "# Ours." in told


def test_a_file_with_anchors_says_what_it_is_made_to_say() -> None:
    source = "study: a\ntitle: &t Same\nwelcome: *t\n"
    assert read_study(rewritten(source, Study(study="a", title="Other", welcome="Same"))).title == "Other"


def test_what_is_wrong_is_told_by_field_and_in_a_file_by_line() -> None:
    wrong = {"study": "a", "title": "", "labels": [{"name": "x", "options": ["a"]}, {"name": "?", "options": ["a"]}]}
    with pytest.raises(BadStudy) as refusal:
        study_of(wrong)
    assert [each.field for each in refusal.value.problems] == ["title", "labels.1.name"]
    assert refusal.value.problems[0] == Problem("this can't be empty", "title")
    with pytest.raises(BadStudy) as refusal:
        read_study("study: a\ntitle: A\nlabels:\n  - {name: x, options: [a]}\n  - {name: '?', options: [a]}\n")
    assert [(each.field, each.line) for each in refusal.value.problems] == [("labels.1.name", 5)]
    twice = [{"name": "x", "options": ["a"]}, {"name": "x", "options": ["a"]}]
    with pytest.raises(BadStudy) as refusal:
        study_of({"study": "a", "title": "A", "labels": twice})
    assert refusal.value.problems == [Problem("x stands twice", "labels")]
    with pytest.raises(BadStudy) as refusal:
        read_study("study: a\ntitle: A\nreply:\n  kind: form\n  fields: [{name: x}]\n  say: '{{y}}'\n")
    assert refusal.value.problems == [Problem("there is no field y", "reply.say", 6)]
    with pytest.raises(BadStudy):
        rewritten("title: A\n", Study(study="a", title="A"))
