"""What others' tools recorded comes in as exchanges, or is refused by its line and in words."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.dataset.kinds import every_kind
from wizard.dataset.export import export
from wizard.dataset.incoming import bring_in
from wizard.dataset.reading import BadRow
from wizard.dataset.rows import Row
from wizard.dataset.sources import CannotRead, read_file, recognise
from wizard.store.writing import writing

Message = dict[str, str]


def come(tmp_path: Path, content: str | bytes, name: str = "f.jsonl", **columns: str) -> list[Row | BadRow]:
    file = tmp_path / name
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    means = {name.replace("_", " "): key for name, key in columns.items()}
    read = read_file(file, recognise(file, means), means)
    return [each if isinstance(each, BadRow) else each[1] for each in read]


def rows(*given: Any, **more: Any) -> str:
    return "".join(json.dumps(each) + "\n" for each in given)


def only(found: list[Row | BadRow]) -> Row:
    [row] = found
    assert isinstance(row, Row), row
    return row


def bad(found: list[Row | BadRow]) -> tuple[int, str]:
    [row] = found
    assert isinstance(row, BadRow)
    return row.line, row.reason


def talk(*turns: tuple[str, str], names: tuple[str, str] = ("role", "content")) -> list[Message]:
    return [dict(zip(names, turn, strict=True)) for turn in turns]


TALK = talk(
    ("system", "Be kind."), ("user", "hi"), ("assistant", "Hello."), ("user", "my card"), ("user", "is gone"),
    ("assistant", "One."), ("assistant", "Two."), ("user", "thanks"),
)  # fmt: skip


def test_each_answer_of_a_conversation_is_an_exchange(tmp_path: Path) -> None:
    first, second, unanswered = come(tmp_path, rows({"messages": TALK}))
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    assert isinstance(unanswered, Row)
    assert (first.texts, first.reply, first.shown) == ([("user", "hi")], "Hello.", {"system": "Be kind."})
    assert [text for _, text in second.texts] == ["hi", "Hello.", "my card", "is gone"]
    assert (second.reply, [bubble.text for bubble in second.bubbles]) == ("One.\n\nTwo.", ["One.", "Two."])
    assert (unanswered.reply, unanswered.texts[-1]) == (None, ("user", "thanks"))
    assert {first.session, second.session, unanswered.session} == {"line-1"}


def test_what_has_no_weight_is_not_for_training(tmp_path: Path) -> None:
    given = [*talk(("user", "hi")), {"role": "assistant", "content": "Hm.", "weight": 0}]
    assert only(come(tmp_path, rows({"messages": given}))).not_for_training


def test_parts_of_text_are_a_text(tmp_path: Path) -> None:
    parts = [{"type": "text", "text": "my"}, {"type": "text", "text": "card"}]
    given = [{"role": "developer", "content": "Be kind."}, {"role": "user", "content": parts}]
    row = only(come(tmp_path, rows({"messages": [*given, *talk(("assistant", "Yes?"))]})))
    assert (row.texts, row.shown) == ([("user", "my\ncard")], {"system": "Be kind."})


def test_a_preference_pair_is_a_reply_that_was_edited(tmp_path: Path) -> None:
    pair = {
        "input": {"messages": talk(("system", "Be kind."), ("user", "hi"))},
        "preferred_output": talk(("assistant", "Hello!")),
        "non_preferred_output": talk(("assistant", "What?")),
    }
    row = only(come(tmp_path, rows(pair)))
    assert (row.reply, row.source, row.offered[0].text, row.shown) == (
        "Hello!", "edited", "What?", {"system": "Be kind."},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("message", "why"),
    [
        ({"role": "tool", "content": "42"}, "messages.1: calls of tools can't come in"),
        ({"role": "assistant", "content": None, "tool_calls": [{}]}, "messages.1: calls of tools can't come in"),
        (
            {"role": "assistant", "content": [{"type": "image_url"}]},
            "messages.1.content.0: a part of the type image_url",
        ),
        ({"role": "narrator", "content": "x"}, "messages.1.role: must be one of system"),
        ({"role": "assistant", "content": 3}, "messages.1.content: must be a text"),
    ],
)
def test_what_cannot_come_in_is_said(tmp_path: Path, message: dict[str, Any], why: str) -> None:
    good = {"messages": TALK, "tools": []}
    *_, refused = come(tmp_path, rows(good, {"messages": [*talk(("user", "hi")), message], "tools": []}))
    line, reason = bad([refused])
    assert line == 2
    assert reason.startswith(why)


SPOKEN = talk(("human", "hi"), ("gpt", "Hello."), ("human", "bye"), ("gpt", "Bye!"), names=("from", "value"))


@pytest.mark.parametrize("wrap", ["lines", "array"])
def test_sharegpt_comes_in_as_lines_and_as_one_array(tmp_path: Path, wrap: str) -> None:
    given = [{"id": "a", "conversations": SPOKEN}, {"id": 7, "system": "Be kind.", "conversations": SPOKEN[:2]}]
    first, second, third = come(tmp_path, rows(*given) if wrap == "lines" else json.dumps(given, indent=1), "f.json")
    assert isinstance(first, Row)
    assert isinstance(second, Row)
    assert isinstance(third, Row)
    assert [(each.session, each.reply) for each in (first, second, third)] == [
        ("a", "Hello."), ("a", "Bye!"), ("7", "Hello."),
    ]  # fmt: skip
    assert third.shown == {"system": "Be kind."}


def test_other_spellings_of_who_spoke(tmp_path: Path) -> None:
    given = {"items": talk(("user", "hi"), ("Assistant", "Hello."), names=("from", "value"))}
    assert only(come(tmp_path, rows(given))).reply == "Hello."


def test_an_array_that_breaks_off_gives_what_was_whole(tmp_path: Path) -> None:
    whole = json.dumps([{"conversations": SPOKEN[:2]}] * 2, indent=1)
    row, refused = come(tmp_path, whole[:-40], "f.json")
    assert isinstance(row, Row)
    line, reason = bad([refused])
    assert line > 10
    assert reason.startswith("not JSON")


TABLE = """\
Case;Ticket text;Agent reply;Category;Note
1;my card\nis gone;Blocked;lost;x
1;thanks;;other;
2;hi;Hello;other;
"""


def test_a_table_comes_in_by_what_its_columns_are_said_to_mean(tmp_path: Path) -> None:
    text = TABLE.replace("my card\nis gone", '"my card\nis ""gone"""')
    found = come(
        tmp_path, text, "t.csv", Case="session", Ticket_text="message", Agent_reply="reply", Category="label:intent"
    )
    told = [(row.session, row.texts[-1][1], row.reply, row.labels) for row in found if isinstance(row, Row)]
    assert told == [
        ("1", 'my card\nis "gone"', "Blocked", {"intent": "lost"}),
        ("1", "thanks", None, {"intent": "other"}),
        ("2", "hi", "Hello", {"intent": "other"}),
    ]


def test_a_table_with_known_columns_needs_no_map(tmp_path: Path) -> None:
    text = "\ufeffmessage\treply\tlabel_intent\tseconds\tat\nhi\tHello\tgreet\t2.5\t1700000000\nx\ty\tz\tmany\t\n"
    row, refused = come(tmp_path, text, "t.tsv")
    assert isinstance(row, Row)
    assert (row.reply, row.labels, row.seconds, row.at) == (
        "Hello",
        {"intent": "greet"},
        2.5,
        "2023-11-14T22:13:20.000Z",
    )
    assert bad([refused]) == (3, "“many” must be a number")


def test_a_row_of_a_table_without_its_message_is_refused_by_the_name_of_its_column(tmp_path: Path) -> None:
    found = come(tmp_path, "Question,Reply\n,Hello\n", "t.csv", Question="message", Reply="reply")
    assert bad(found) == (2, "“Question”, the message, is empty")


@pytest.mark.parametrize(
    ("content", "name", "columns", "why"),
    [
        ("a,b\n1,2\n", "t.csv", {}, "has no column that is the message"),
        ("a,b\n1,2\n", "t.csv", {"c": "message"}, "has no column “c”. It has: “a”, “b”."),
        ("a,b\n1,2\n", "t.csv", {"a": "message", "b": "message"}, "Two columns mean the same"),
        ("message\ncaf\xe9\n".encode("cp1252"), "t.csv", {}, "isn't UTF-8"),
        ("what is this", "notes.txt", {}, "It isn't clear what"),
        ('{"turns": []}\n', "f.jsonl", {}, "It isn't clear what"),
        ('{"text": "hi", "label": 1}\n', "f.jsonl", {}, "comes in as a table .CSV., where --map says"),
        ('{\n  "messages": []\n}\n', "f.json", {}, "f.json, line 1: not JSON: .* an object on each line"),
        ("", "t.csv", {}, "t.csv is empty"),
        ("hi,Hello\n", "t.csv", {}, "Its first line names the columns: “hi”, “Hello”"),
        ("message,message\na,b\n", "t.csv", {}, "has 2 columns “message”"),
        (f"message\n{'hi' * 9_999}\ncaf\xe9\n".encode("cp1252"), "t.csv", {}, "isn't UTF-8 .line 3, byte 4 of it"),
        ("message\nhi\n".encode("utf-16"), "t.csv", {}, "is UTF-16, which Excel calls"),
        (b"PK\x03\x04" + b"[Content_Types].xml" * 9 + b"\xff", "t.csv", {}, "is an Excel workbook"),
        (b"PK\x03\x04" + b"[Content_Types].xml" * 9 + b"\xff", "t.jsonl", {}, "is an Excel workbook"),
        (b"\x1f\x8b\x08\x00", "f.jsonl", {}, "is packed with gzip"),
        (b"PAR1\x15\x04", "f.parquet", {}, "is parquet"),
    ],
)
def test_a_file_that_is_none_is_refused_in_words(
    tmp_path: Path, content: str | bytes, name: str, columns: Mapping[str, str], why: str
) -> None:
    with pytest.raises(CannotRead, match=why):
        come(tmp_path, content, name, **columns)


def test_an_empty_file_has_nothing(tmp_path: Path) -> None:
    assert come(tmp_path, "\n\n") == []


ON_ONE_LINE = [
    [{"messages": talk(("user", text)), "reply": "Hello."} for text in ("hi", "my card")],
    [{"messages": talk(("user", text), ("assistant", "Hello."))} for text in ("hi", "my card")],
    [{"conversations": talk(("human", text), ("gpt", "Hello."), names=("from", "value"))} for text in ("hi", "x")],
]


@pytest.mark.parametrize("given", ON_ONE_LINE, ids=["rows", "openai", "sharegpt"])
def test_what_stands_on_one_line_of_an_array_is_a_conversation_each(tmp_path: Path, given: list[Any]) -> None:
    file = tmp_path / "f.json"
    file.write_text(json.dumps(given))
    with writing(tmp_path / "sessions") as db:
        result = bring_in(db, "help", read_file(file, recognise(file, {}), {}), file.name)
        assert (result.sessions, result.exchanges, result.bad) == (2, 2, [])
        again = bring_in(db, "help", read_file(file, recognise(file, {}), {}), file.name)
        assert (again.sessions, again.there_already) == (0, 2)


@pytest.mark.parametrize("kind", ["text", "choice", "form"])
@pytest.mark.parametrize("format", ["openai", "openai-preference", "sharegpt", "csv", "jsonl"])
def test_what_is_exported_here_is_recognised_and_read(tmp_path: Path, kind: str, format: str) -> None:
    sessions = every_kind(tmp_path / "logs")[kind]
    file = export(sessions, "card-help", format, tmp_path / "out").files[0]
    expected = {"openai-preference": "openai", "jsonl": "rows"}.get(format, format)
    if not file.read_bytes():
        return
    assert recognise(file, {}) == expected
    found = list(read_file(file, expected, {}))
    assert found
    assert not [each for each in found if isinstance(each, BadRow)]


def test_whoever_chats_meanwhile_waits_for_few_events_at_a_time(tmp_path: Path) -> None:
    file = tmp_path / "long.jsonl"
    turns = [(role, f"turn {at}") for at in range(40) for role in ("user", "assistant")]
    file.write_text("".join(rows({"messages": talk(*turns)}) for _ in range(30)), encoding="utf-8")
    with writing(tmp_path / "sessions") as db:
        stored = [0]

        def count(done: int, of: int) -> None:
            stored.append(db.conn.execute("SELECT count(*) FROM events").fetchone()[0])

        bring_in(db, "long", read_file(file, recognise(file, {}), {}), file.name, progress=count)
    together = [after - before for before, after in pairwise(stored)]
    assert sum(together) > 3_000
    assert max(together) <= 1_250, "a thousand, and what the last session has over"
