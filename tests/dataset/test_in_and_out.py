"""Import and export: what came in goes out again, and nothing else."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from tests.builders import (
    assistant,
    ended,
    finished,
    labelled,
    released,
    reply,
    retried,
    stopped,
    stored,
    user,
)
from tests.logged import import_rows, read_sessions
from wizard.dataset.columns import COLUMNS, SPLIT
from wizard.dataset.export import FORMATS, export
from wizard.dataset.formats._lines import LinesWriter
from wizard.store.database import connect
from wizard.store.doctor import examine
from wizard.store.schema import bring_up_to_date
from wizard.store.studies import save_study

ROOT = Path(__file__).resolve().parents[2]

STUDY = """
study: card-help
title: Card helper
labels:
  - {name: intent, options: [lost, charge, other]}
"""


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    opened = connect(tmp_path / "sessions", lock_wait=0.1)
    bring_up_to_date(opened, tmp_path / "sessions")
    yield opened
    opened.close()


def lines(*rows: dict[str, Any]) -> list[str]:
    return [json.dumps(row) for row in rows]


def said(*texts: str) -> list[dict[str, str]]:
    roles = ["user", "assistant"] * len(texts)
    start = (len(texts) + 1) % 2
    return [{"role": role, "content": text} for role, text in zip(roles[start:], texts, strict=False)]


def out(db: Database, format: str, folder: Path, study: str = "card-help") -> str:
    return export(folder_of(db), study, format, folder).files[0].read_text(encoding="utf-8")


def folder_of(db: Database) -> Path:
    return Path(next(db.query("SELECT file FROM pragma_database_list"))["file"]).parent


CALL = lines(
    {"session": "1", "id": "a", "messages": said("it's gone"), "reply": "Your name?", "labels": {"intent": "lost"},
     "wizard": "w1", "seconds": 22, "source": "suggested", "at": 1589837055, "could_answer": "yes"},
    {"session": "1", "id": "b", "messages": said("Your name?", "Brian"), "reply": "Blocked.",
     "shown": {"lookup": "found"}, "labels": {"intent": "other"}, "could_answer": "no", "missing": "the account",
     "second_opinions": [{"wizard": "w2", "labels": {"intent": "lost"}}]},
)  # fmt: skip


def test_imported_conversations_are_sessions_like_any_others(db: Database, tmp_path: Path) -> None:
    result = import_rows(db, "card-help", CALL, "calls.jsonl")
    assert (result.sessions, result.exchanges, result.made_study, result.bad) == (1, 2, True, [])
    [told] = read_sessions(db, "card-help")
    assert [(each.role, each.text) for each in told.messages] == [
        ("user", "it's gone"),
        ("assistant", "Your name?"),
        ("user", "Brian"),
        ("assistant", "Blocked."),
    ]
    first, second = told.exchanges
    assert (first.actor, first.reply.seconds, first.reply.source) == ("wizard:w1", 22, "suggested")
    assert (first.reply.could_answer, dict(first.labels)) == ("yes", {"intent": "lost"})
    assert (second.reply.could_answer, second.reply.missing) == ("no", "the account")
    assert second.reply.shown == {"lookup": "found"}
    assert second.second_opinions[0].opinion.labels == {"intent": "lost"}
    assert told.started.imported == "calls.jsonl"
    assert told.started_at == "2020-05-18T21:24:15.000Z"
    assert all(each.state != "bad" for each in examine(tmp_path / "sessions"))


def test_importing_twice_changes_nothing(db: Database) -> None:
    import_rows(db, "card-help", CALL, "calls.jsonl")
    before = list(db.query("SELECT * FROM events"))
    again = import_rows(db, "card-help", CALL, "calls.jsonl")
    assert (again.sessions, again.there_already) == (0, 1)
    assert list(db.query("SELECT * FROM events")) == before


def test_the_study_is_made_with_the_labels_that_are_found(db: Database) -> None:
    import_rows(db, "card-help", CALL, "calls.jsonl")
    source = next(db.query("SELECT source FROM study_versions"))["source"]
    assert "options:\n      - lost\n      - other" in source


def test_bad_rows_are_told_and_good_ones_go_in(db: Database) -> None:
    save_study(db, STUDY, "system")
    rows = lines(
        {"messages": said("hi"), "reply": "a", "labels": {"intent": "lost"}},
        {"messages": said("hi"), "reply": "a", "labels": {"intent": "stolen"}},
        {"session": "s", "id": "1", "messages": said("hi"), "reply": "a"},
        {"session": "s", "id": "1", "messages": said("ho"), "reply": "b"},
    )
    result = import_rows(db, "card-help", [*rows, "nonsense"], "f")
    assert [(each.line, each.reason.split(":")[0]) for each in result.bad] == [
        (5, "not JSON"),
        (2, "Label “intent” must be one of"),
        (4, "The id “1” stands on an earlier line of this session."),
    ]
    assert (result.sessions, result.exchanges) == (2, 2)


def test_of_reasons_of_one_sort_only_what_differs_is_passed_over(db: Database) -> None:
    rows = lines(
        *({"messages": said("hi"), "reply": "a", "at": when} for when in ("soon", "later")),
        *({"session": "s", "id": name, "messages": said("hi"), "reply": "a"} for name in "aabb"),
    )
    assert import_rows(db, "card-help", rows, "f").reasons == {
        "at: write ISO 8601, as 2026-03-01T14:30:00Z, or Unix seconds": 2,
        "The id … stands on an earlier line of this session.": 2,
    }


FORM = """
study: rides
title: Rides
reply: {kind: form, fields: [{name: from, required: true}, {name: seats, kind: integer}]}
"""


def test_a_reply_that_is_no_form_of_the_study_is_told_and_a_form_comes_in_typed(db: Database) -> None:
    save_study(db, FORM, "system")
    rows = lines(
        {"messages": said("a ride"), "reply": '{"seats": "2", "from": "Craig"}'},
        {"messages": said("a ride"), "reply": "Where from?"},
    )
    result = import_rows(db, "rides", rows, "f")
    assert [(each.line, each.reason) for each in result.bad] == [
        (2, "The reply must be a JSON object with the form's fields.")
    ]
    [told] = read_sessions(db)
    assert told.exchanges[0].reply.text == '{"from": "Craig", "seats": 2}'
    assert told.messages[-1].text == "from: Craig\nseats: 2"


def test_a_row_without_a_reply_is_labels_on_a_message(db: Database, tmp_path: Path) -> None:
    import_rows(db, "card-help", lines({"messages": said("hi"), "labels": {"intent": "lost"}}), "f")
    [told] = read_sessions(db)
    assert [each.text for each in told.messages] == ["hi"]
    assert dict(told.exchanges[0].labels) == {"intent": "lost"}
    [row] = csv.DictReader(out(db, "csv", tmp_path).splitlines())
    assert (row["message"], row["reply"], row["label_intent"]) == ("hi", "", "lost")
    assert out(db, "openai", tmp_path) == ""


def test_a_conversation_a_line_for_fine_tuning(db: Database, tmp_path: Path) -> None:
    import_rows(db, "card-help", CALL, "f")
    [line] = out(db, "openai", tmp_path).splitlines()
    assert json.loads(line) == {
        "messages": [
            {"role": "system", "content": "You are Assistant. card-help."},
            {"role": "user", "content": "it's gone"},
            {"role": "assistant", "content": "Your name?"},
            {"role": "system", "content": "lookup: found"},
            {"role": "user", "content": "Brian"},
            {"role": "assistant", "content": "Blocked."},
        ]
    }


def keep(db: Database, *steps: Any) -> None:
    save_study(db, STUDY, "system")
    stored(db, *steps)


def test_what_nobody_answered_is_left_out_of_fine_tuning(db: Database, tmp_path: Path) -> None:
    keep(db, assistant("Hi!"), user("one"), reply("1"), released(), user("and?"), reply("unreleased"))
    [line] = out(db, "openai", tmp_path).splitlines()
    assert [each["content"] for each in json.loads(line)["messages"][1:]] == ["Hi!", "one", "1"]


def test_what_was_answered_from_more_than_the_model_sees_is_left_out_of_fine_tuning(
    db: Database, tmp_path: Path
) -> None:
    told = (user("one"), reply("1"), released(), user("two"), reply("2", saw_more=True), released(), ended())
    keep(db, *told)
    [line] = out(db, "openai", tmp_path).splitlines()
    assert [each["content"] for each in json.loads(line)["messages"][1:]] == ["one", "1"]
    rows = list(csv.DictReader(out(db, "csv", tmp_path).splitlines()))
    assert [row["saw_more"] for row in rows] == ["false", "true"]


def test_a_stopped_answer_is_told_as_written_and_as_shown_and_one_that_was_asked_for_anew_stands_in_its_place(
    db: Database, tmp_path: Path
) -> None:
    stopped_at = [user("one"), reply("first second"), released(10.0), stopped(6)]
    keep(db, *stopped_at, retried(), reply("1", upto=1), released(), user("two"), reply("2"), released(9.0), finished())
    rows = list(csv.DictReader(out(db, "csv", tmp_path).splitlines()))
    assert [(row["reply"], row["released"], row["stopped"]) for row in rows] == [
        ("first second", "first ", "true"),
        ("1", "1", "false"),
        ("2", "2", "false"),
    ]
    assert all(row["finished_at"] for row in rows)
    assert [each["content"] for each in json.loads(rows[1]["observation"])] == ["one"]
    assert [each["content"] for each in json.loads(rows[2]["observation"])] == ["one", "first ", "1", "two"]
    [line] = out(db, "openai", tmp_path).splitlines()
    assert [each["content"] for each in json.loads(line)["messages"][1:]] == ["one", "1", "two", "2"]


def test_a_greeting_alone_is_no_example(db: Database, tmp_path: Path) -> None:
    keep(db, assistant("Hi!"))
    assert out(db, "openai", tmp_path) == ""
    assert len(out(db, "csv", tmp_path).splitlines()) == 1


def test_an_exchange_a_row_with_the_labels_as_they_stand_now(db: Database, tmp_path: Path) -> None:
    keep(
        db,
        assistant("Hi!"),
        user("my card"),
        user("it's gone"),
        reply("Blocked.", labels={"intent": "lost"}, could_answer="guessed", seconds=4.5),
        released(),
        labelled(1, intent="charge"),
        ended(),
    )
    [row] = csv.DictReader(out(db, "csv", tmp_path).splitlines(keepends=True))
    assert list(row) == [*(column.name for column in COLUMNS), SPLIT, "label_intent"]
    assert (row["id"], row["exchange"], row["wizard"]) == ("s1-1", "1", "ann")
    assert row["message"] == "my card\nit's gone"
    assert [each["content"] for each in json.loads(row["observation"])] == ["Hi!", "my card", "it's gone"]
    assert (row["reply"], row["could_answer"], row["seconds"], row["label_intent"]) == (
        "Blocked.",
        "guessed",
        "4.5",
        "charge",
    )


@pytest.mark.parametrize("text", ["=1+1", "+49 30", "-1", "@SUM(A1)", "\tx", "=cmd|' /C calc'!A0", "'=1", "''-1"])
def test_cells_that_a_spreadsheet_would_run_are_neutralised(db: Database, tmp_path: Path, text: str) -> None:
    keep(db, user(text), reply(text), released())
    [row] = csv.DictReader(out(db, "csv", tmp_path).splitlines(keepends=True))
    assert row["message"] == row["reply"] == f"'{text}"
    assert json.loads(row["observation"])[0]["content"] == text


def test_the_same_export_twice_is_the_same_bytes(db: Database, tmp_path: Path) -> None:
    import_rows(db, "card-help", CALL, "f")
    for format in FORMATS:
        one, two = (export(folder_of(db), "card-help", format, tmp_path / name / format) for name in ("one", "two"))
        assert [file.read_bytes() for file in one.files] == [file.read_bytes() for file in two.files]


def test_an_export_that_fails_leaves_what_was_there(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import_rows(db, "card-help", CALL, "f")
    before = out(db, "openai", tmp_path)

    def fail(writer: LinesWriter, piece: str) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(LinesWriter, "write", fail)
    with pytest.raises(OSError, match="full"):
        export(folder_of(db), "card-help", "openai", tmp_path)
    assert [each.name for each in tmp_path.glob("*") if each.name != "sessions"] == ["card-help.openai.jsonl"]
    assert (tmp_path / "card-help.openai.jsonl").read_text() == before


def test_every_format_is_in_the_docs() -> None:
    page = (ROOT / "docs" / "dataset.md").read_text(encoding="utf-8")
    assert not [name for name in FORMATS if f"| `{name}` |" not in page]
