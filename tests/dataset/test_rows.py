"""Import rows: what is read, and what is refused in which words."""

from __future__ import annotations

import json

import pytest

from wizard.dataset.reading import BadRow, conversations, read_row, read_rows
from wizard.dataset.rows import overlap

HI = {"role": "user", "content": "hi"}


def row(**given: object) -> str:
    return json.dumps({"messages": [HI], **given})


@pytest.mark.parametrize(
    ("at", "read"),
    [
        (1589837055, "2020-05-18T21:24:15.000Z"),
        (1589837055.25, "2020-05-18T21:24:15.250Z"),
        ("2020-05-18T21:24:15Z", "2020-05-18T21:24:15.000Z"),
        ("2020-05-18T23:24:15+02:00", "2020-05-18T21:24:15.000Z"),
        ("2020-05-18T21:24:15", "2020-05-18T21:24:15.000Z"),
    ],
)
def test_times_are_iso_or_unix_seconds(at: object, read: str) -> None:
    assert read_row(row(at=at)).at == read


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("{", "not JSON"),
        ("[]", "a row is a JSON object"),
        ("{}", "messages: is required"),
        (row(colour="red"), "colour: this key isn't known"),
        (json.dumps({"messages": []}), "messages: "),
        (json.dumps({"messages": [{"role": "assistant", "content": "hi"}]}), "the last one must be the participant's"),
        (json.dumps({"messages": [{"role": "robot", "content": "hi"}]}), "messages.0.role"),
        (json.dumps({"messages": [{**HI, "name": "x"}]}), "messages.0.name: this key isn't known"),
        (row(at="yesterday"), "at: write ISO 8601"),
        (row(at="0001-01-01T00:00:00+14:00"), "at: write ISO 8601"),
        (row(at=1589837055000), "between 1970 and 2100"),
        (row(at=True), "at: write ISO 8601"),
        (row(labels={"intent": 3}), "labels.intent"),
        (row(could_answer="maybe"), "could_answer"),
        (row(seconds=-1), "seconds"),
        ('{"messages": [{"role": "user", "content": "hi"}], "seconds": NaN}', "NaN isn't JSON"),
        ('{"messages": [{"role": "user", "content": "hi"}], "seconds": 1e999}', "seconds: must be a number"),
        (json.dumps({"messages": [{"role": "user", "content": "a\0b"}]}), "NUL"),
        ('{"messages": [{"role": "user", "content": "\\ud800"}]}', "messages.0.content"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_what_is_wrong_with_a_row_is_told(line: str, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        read_row(line)


def test_a_blank_label_is_none_unless_it_was_exported_so() -> None:
    assert read_row(row(labels={"intent": "", "mood": " ", "kind": "lost"})).labels == {"kind": "lost"}
    assert read_row(row(labels={"note": " "}, exchange=1)).labels == {"note": " "}


def test_bad_lines_are_told_by_number_and_good_ones_go_on() -> None:
    read = list(read_rows([row(), "", "nonsense", row()]))
    assert [each.line if isinstance(each, BadRow) else each[0] for each in read] == [1, 3, 4]
    assert isinstance(read[1], BadRow)


def test_rows_of_one_session_are_one_conversation_in_file_order() -> None:
    lines = [row(session="a", id="1"), row(session="b", id="2"), row(session="a", id="3"), row()]
    told = conversations(each for each in read_rows(lines) if not isinstance(each, BadRow))
    assert [(each.key, [one.id for one in each.rows]) for each in told] == [
        ("a", ["1", "3"]),
        ("b", ["2"]),
        ("line-4", [None]),
    ]


def test_a_row_continues_the_conversation_where_its_messages_begin_with_its_end() -> None:
    given = read_row(json.dumps({"messages": [{"role": "assistant", "content": "yes?"}, HI]}))
    assert overlap([("user", "hello"), ("assistant", "yes?")], given) == 1
    assert overlap([("user", "hello")], given) == 0
    assert overlap([], given) == 0


def test_the_same_word_said_again_is_another_message() -> None:
    assert overlap([("user", "hi")], read_row(row())) == 0
