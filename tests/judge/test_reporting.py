"""The verb `report`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.judge.asked import asked
from tests.logged import import_rows
from wizard.cli import main
from wizard.store.database import connect
from wizard.store.schema import bring_up_to_date


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    return written(tmp_path / "rows.jsonl", 60)


def lines(n: int, seed: int = 0) -> list[str]:
    return [
        json.dumps({"id": each.id, "messages": [{"role": "user", "content": each.message}], "labels": each.answers})
        for each in asked(n, seed)
    ]


def written(file: Path, n: int, seed: int = 0) -> Path:
    file.write_text("\n".join(lines(n, seed)), encoding="utf-8")
    return file


def report(folder: Path, arguments: Sequence[str | Path]) -> Result:
    words = ["--sessions", folder / "sessions", "report", *arguments]
    return CliRunner().invoke(main, [str(each) for each in words])


def test_a_file_is_judged_with_no_study(tmp_path: Path, rows: Path) -> None:
    done = report(tmp_path, ["--file", rows, "--bar", "60", "--json"])
    assert done.exit_code == 0, done.output
    facts = json.loads(done.stdout)
    assert (facts["study"], facts["label"], facts["exchanges"], facts["bar"]) == (None, "intent", 60, 60)
    assert "held_out" not in facts


def test_the_verdict_is_held_against_rows_that_it_never_saw(tmp_path: Path, rows: Path) -> None:
    test, more = written(tmp_path / "test.jsonl", 60, 1), written(tmp_path / "more.jsonl", 90, 2)
    done = report(tmp_path, ["--file", rows, "--against", test, "--more", more, "--json"])
    facts = json.loads(done.stdout)
    assert 0.5 < facts["held_out"]["value"] <= facts["held_out_4n"]["value"] + 0.1
    right = round(100 * facts["held_out"]["value"])
    words = report(tmp_path, ["--file", rows, "--against", test, "--more", more]).stdout
    assert f"Held against 60 rows that it never saw: right {right} times in 100 (" in words


def test_a_study_and_a_file_are_not_judged_together(tmp_path: Path, rows: Path) -> None:
    done = report(tmp_path, ["card-help", "--file", rows])
    assert done.exit_code == 2
    assert "Either the study “card-help” or the file" in done.stderr


def test_a_share_of_a_few_rows_is_not_told(tmp_path: Path, rows: Path) -> None:
    few = written(tmp_path / "few.jsonl", 5, 1)
    facts = json.loads(report(tmp_path, ["--file", rows, "--against", few, "--json"]).stdout)
    assert facts["held_out"] is None
    assert "5 rows that it never saw: too few to say" in report(tmp_path, ["--file", rows, "--against", few]).stdout


@pytest.mark.parametrize("changed", [{"saw_more": True}, {"labels": {}}], ids=["nothing counts", "no label"])
def test_where_nothing_can_be_learned_there_is_no_share_of_what_was_never_seen(
    tmp_path: Path, changed: dict[str, object]
) -> None:
    none = tmp_path / "none.jsonl"
    none.write_text("\n".join(json.dumps({**json.loads(each), **changed}) for each in lines(60)), encoding="utf-8")
    test = written(tmp_path / "test.jsonl", 60, 1)
    done = report(tmp_path, ["--file", none, "--against", test, "--more", none, "--json"])
    facts = json.loads(done.stdout)
    assert (facts["verdict"], facts["held_out"], facts["held_out_4n"]) == ("NOT_ENOUGH", None, None)


def test_rows_without_the_label_cannot_be_held_against(tmp_path: Path, rows: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_text(rows.read_text().replace("intent", "mood"), encoding="utf-8")
    done = report(tmp_path, ["--file", rows, "--against", other])
    assert done.exit_code == 2
    assert "other.jsonl has the label “intent”. There are: mood" in done.stderr


def test_the_same_rows_parted_otherwise_are_judged_anew(tmp_path: Path) -> None:
    one, other = written(tmp_path / "one.jsonl", 60), written(tmp_path / "other.jsonl", 60, 1)
    there, back = ["--file", one, "--against", other, "--json"], ["--file", other, "--against", one, "--json"]
    told, turned = (json.loads(report(tmp_path, each).stdout) for each in (there, back))
    assert set(told["evidence"]["exchanges"]) == {each.id for each in asked(60)}
    assert told["accuracy"] != turned["accuracy"]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ({}, "There is nothing to judge yet"),
        ({"labels": {"a": "  "}, "reply": " "}, "There is nothing to judge yet"),
        ({"labels": {"a": "b"}}, "Fewer than 2 kinds of answers"),
    ],
)
def test_rows_of_which_nothing_can_be_said_are_a_verdict_too(tmp_path: Path, row: dict[str, object], says: str) -> None:
    file = tmp_path / "rows.jsonl"
    said = [{"messages": [{"role": "user", "content": each.message}], **row} for each in asked(60)]
    file.write_text("\n".join(map(json.dumps, said)), encoding="utf-8")
    done = report(tmp_path, ["--file", file, "--html", tmp_path / "page.html"])
    assert done.exit_code == 0, done.output
    assert "NOT ENOUGH TO SAY" in done.stdout
    assert says in done.stdout


def test_a_label_that_is_a_note_is_not_what_is_judged(tmp_path: Path, rows: Path) -> None:
    noted = [json.loads(each) for each in lines(60)]
    for at, each in enumerate(noted):
        each["labels"]["about"] = f"call {at}"
    rows.write_text("\n".join(map(json.dumps, noted)), encoding="utf-8")
    assert json.loads(report(tmp_path, ["--file", rows, "--json"]).stdout)["label"] == "intent"


def test_spaces_around_a_label_make_no_other_kind(tmp_path: Path, rows: Path) -> None:
    told = json.loads(report(tmp_path, ["--file", rows, "--json"]).stdout)
    spaced = [json.loads(each) for each in lines(60)]
    for each in spaced[::2]:
        each["labels"] = {"intent": f" {each['labels']['intent']}\n"}
    rows.write_text("\n".join(map(json.dumps, spaced)), encoding="utf-8")
    assert json.loads(report(tmp_path, ["--file", rows, "--json"]).stdout) == told


@pytest.mark.parametrize("text", ["", "message,label\nhi,a\n", "[]", '{"messages": 1}'])
def test_a_file_without_rows_is_told_what_a_row_is(tmp_path: Path, text: str) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(text, encoding="utf-8")
    done = report(tmp_path, ["--file", file])
    assert done.exit_code == 1
    assert "has no row that can be used. A row is a JSON object on a line" in done.stderr
    assert "come in with `import STUDY FILE`, and are judged with `report STUDY`" in done.stderr


def test_words_are_for_people(tmp_path: Path, rows: Path) -> None:
    done = report(tmp_path, ["--file", rows])
    assert done.stdout.startswith("Of 100 new messages, a simple model would answer as your wizard did")
    assert "Next:" in done.stdout


def test_rows_that_are_none_are_told_and_left_out(tmp_path: Path, rows: Path) -> None:
    rows.write_text(rows.read_text() + '\n{"massages": []}\n', encoding="utf-8")
    done = report(tmp_path, ["--file", rows, "--json"])
    assert json.loads(done.stdout)["exchanges"] == 60


@pytest.mark.parametrize(
    "arguments", [[], ["a-study", "--file", "ROWS"], ["--file", "ROWS", "--more", "ROWS"], ["--file", "nowhere"]]
)
def test_a_wrong_call_is_told(tmp_path: Path, rows: Path, arguments: list[str]) -> None:
    assert report(tmp_path, [rows if each == "ROWS" else each for each in arguments]).exit_code == 2


def test_a_label_that_nobody_gave_is_told_with_those_there_are(tmp_path: Path, rows: Path) -> None:
    done = report(tmp_path, ["--file", rows, "--label", "mood"])
    assert done.exit_code == 2
    assert "There are: intent" in done.stderr


def test_a_study_is_judged_from_its_log_as_its_rows_are(tmp_path: Path, rows: Path) -> None:
    sessions = tmp_path / "sessions"
    db = connect(sessions, lock_wait=1)
    bring_up_to_date(db, sessions)
    import_rows(db, "card-help", lines(60), "rows.jsonl")
    ids = {f"{session}-1" for (session,) in db.conn.execute("SELECT session FROM heads")}
    db.close()
    of_study = json.loads(report(tmp_path, ["card-help", "--json"]).stdout)
    of_file = json.loads(report(tmp_path, ["--file", rows, "--json"]).stdout)
    assert (of_study["study"], of_study["version"], of_study["label"]) == ("card-help", 1, "intent")
    assert of_study["accuracy"] == of_file["accuracy"]
    assert set(of_study["evidence"]["accuracy.now"]) == ids
    assert of_study["evidence"]["exchanges"]


def test_a_study_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert report(tmp_path, ["nowhere"]).exit_code != 0


def test_what_was_judged_is_kept_and_said_again_until_something_changes(
    tmp_path: Path, rows: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = report(tmp_path, ["--file", rows, "--json"])
    monkeypatch.setattr("wizard.judge.judging.judge", lambda *_, **__: pytest.fail("judged anew"))
    assert report(tmp_path, ["--file", rows, "--json"]).stdout == first.stdout
    (file,) = (tmp_path / "sessions" / "cache" / "reports").iterdir()
    monkeypatch.undo()
    file.write_text("{", encoding="utf-8")
    assert report(tmp_path, ["--file", rows, "--json"]).stdout == first.stdout
    assert report(tmp_path, ["--file", rows, "--json", "--bar", "99"]).stdout != first.stdout
    written(rows, 59)
    assert json.loads(report(tmp_path, ["--file", rows, "--json"]).stdout)["exchanges"] == 59


def test_where_nothing_can_be_kept_it_is_judged_all_the_same(tmp_path: Path, rows: Path) -> None:
    kept = report(tmp_path, ["--file", rows, "--json"])
    (tmp_path / "nowhere").mkdir()
    (tmp_path / "nowhere" / "sessions").touch()  # a file, where a folder would have to be
    environ = {"CURTAIN_SESSIONS": str(tmp_path / "nowhere" / "sessions")}
    not_kept = CliRunner().invoke(main, ["report", "--file", str(rows), "--json"], env=environ)
    assert (not_kept.exit_code, not_kept.stdout) == (0, kept.stdout)


def here(command: Sequence[str]) -> list[str]:
    """What a process of its own would say; that one steps back behind all else, and a busy machine lets it wait."""
    assert command[:3] == [sys.executable, "-m", "wizard"]
    return CliRunner().invoke(main, command[3:]).stdout.splitlines()


def test_a_card_has_the_verdict_as_it_was_at_the_exports_last_event_and_nothing_that_people_wrote(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wizard.dataset.verdict.said_by", here)
    sessions = tmp_path / "sessions"
    db = connect(sessions, lock_wait=5)
    bring_up_to_date(db, sessions)
    said = [json.loads(each) for each in lines(60)]
    for each in said:
        each.update(could_answer="no", missing="call Zebulon Quux")
    import_rows(db, "asks", [json.dumps(each) for each in said], "rows.jsonl")
    db.close()
    words = ["--sessions", str(sessions), "export", "asks", "--to", "kit", "--out", str(tmp_path / "out")]
    monkeypatch.setattr("wizard.terminal.TICK_SECONDS", 0)
    done = CliRunner().invoke(main, [*words, "--ticks", "--json"])
    assert done.exit_code == 0, done.output
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["doing"] for each in told if "doing" in each][-1].startswith("judging"), "which may take minutes"
    card = (tmp_path / "out" / "kit" / "CARD.md").read_text(encoding="utf-8")
    assert "## Could a model learn this?\n\nOf 100 new messages" in card
    assert "**People can’t either**" in card
    assert "Zebulon" not in card
