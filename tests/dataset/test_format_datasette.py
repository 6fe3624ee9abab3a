"""The SQLite file: read with sqlite-utils and, under --long, with Datasette itself, from an environment of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from sqlite_utils import Database

from tests.builders import Step, noted, user
from tests.dataset.kinds import KINDS, PUBLIC, every_kind, exchanges, public
from tests.dataset.logs import NASTY, log, talk
from tests.dataset.making import made_of, talks
from wizard.dataset.columns import COLUMNS
from wizard.dataset.examples import Example
from wizard.dataset.export import export
from wizard.dataset.formats._datasette_tables import TABLES

OURS = ("session", "number")
"""What rows of an exchange have for their key."""


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return every_kind(tmp_path_factory.mktemp("logs"))


def made(sessions: Path, out: Path, study: str = "card-help") -> Database:
    done = export(sessions, study, "datasette", out)
    assert {file.name for file in done.files} == {f"{study}.db", "metadata.json"}
    return Database(out / f"{study}.db")


def as_told(each: Example) -> dict[str, Any]:
    """Every column of an example, as JSON has it."""
    return json.loads(json.dumps({column.name: column.read(each) for column in COLUMNS}))


def as_stored(db: Database) -> dict[str, dict[str, Any]]:
    """The same from the tables, by the exchange's id."""
    kinds = {column.name: column.kind for column in COLUMNS}
    told: dict[str, dict[str, Any]] = {}
    for row in db.table("exchanges").rows:
        row.pop("split")
        told[row["id"]] = {name: _value(kinds[name], value) for name, value in row.items()}
        told[row["id"]] |= {"labels": {}, "corrections": [], "second_opinions": [], "ratings": [], "notes": []}
    for row in db.table("labels").rows:
        told[row["exchange_id"]]["labels"][row["name"]] = row["value"]
    for name in ("corrections", "second_opinions", "ratings", "notes"):
        for row in db.query(f"SELECT * FROM {name} WHERE exchange_id IS NOT NULL ORDER BY number"):
            id = row.pop("exchange_id")
            if "labels" in row:
                row["labels"] = json.loads(row["labels"])
            if "would_send" in row:
                row["would_send"] = bool(row["would_send"])
            told[id][name].append({key: row[key] for key in row if key not in OURS and row[key] is not None})
    return told


def _value(kind: str, value: Any) -> Any:
    if kind == "yes_no":
        return bool(value)
    return json.loads(value) if kind in ("messages", "list", "texts", "json", "range") and value is not None else value


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_column_of_every_exchange_is_there(logs: dict[str, Path], tmp_path: Path, kind: str) -> None:
    db = made(logs[kind], tmp_path)
    told = {each.id: as_told(each) for each in exchanges(logs[kind])}
    assert told
    assert as_stored(db) == told
    for each in exchanges(logs[kind]):
        rows = db.query("SELECT * FROM messages WHERE session = ? ORDER BY n", [each.session.id])
        assert [(row["role"], row["text"]) for row in rows] == [
            (said.role, said.text) for said in each.session.messages
        ]


def test_what_is_said_is_found_and_every_key_leads_somewhere(logs: dict[str, Path], tmp_path: Path) -> None:
    db = made(logs["text"], tmp_path)
    assert [row["text"] for row in db.table("messages").search("名前")] == [NASTY]
    assert list(db.query("PRAGMA foreign_key_check")) == []
    assert {each.column for each in db.table("messages").foreign_keys} == {"session", "exchange_id"}
    assert db.table("labels").indexes
    assert [row["whole"] for row in db.query("SELECT whole FROM messages WHERE whole IS NOT NULL")] == ["This is long."]
    assert [row["text"] for row in db.query("SELECT text FROM notes WHERE exchange_id IS NULL")] == ["a note on all"]
    [flags] = db.query("SELECT sum(not_for_training) AS flagged, sum(saw_more) AS more FROM exchanges")
    assert flags == {"flagged": 2, "more": 1}, "what can't be learnt from is there, and marked"


def test_every_column_has_a_meaning_and_datasette_is_told_it(logs: dict[str, Path], tmp_path: Path) -> None:
    db = made(logs["text"], tmp_path)
    told = json.loads((tmp_path / "metadata.json").read_text(encoding="utf-8"))
    assert (told["title"], told["license"]) == ("Card helper", "CC BY 4.0")
    tables = told["databases"]["card-help"]["tables"]
    assert set(tables) == set(TABLES)
    for name, table in tables.items():
        assert list(table["columns"]) == list(db.table(name).columns_dict)
        assert all(table["columns"].values())


def test_a_note_on_a_conversation_without_answers_is_kept(tmp_path: Path) -> None:
    db = made(log(tmp_path / "sessions", {"a": (user("hi"), noted("quiet"))}), tmp_path / "out")
    assert (db.table("exchanges").count, [row["text"] for row in db.table("notes").rows]) == (0, ["quiet"])


def test_the_order_of_the_work_changes_no_byte(tmp_path: Path) -> None:
    sessions = log(tmp_path / "sessions", {f"{at:020x}": talk(f"question {at}", "yes") for at in range(30)})
    for name in ("one", "two"):
        export(sessions, "card-help", "datasette", tmp_path / name)
    assert (tmp_path / "one" / "card-help.db").read_bytes() == (tmp_path / "two" / "card-help.db").read_bytes()


def test_whatever_is_said_comes_back(tmp_path_factory: pytest.TempPathFactory, long_run: bool) -> None:
    seen = 0

    @settings(max_examples=500 if long_run else 50, deadline=None)
    @given(talks(), talks(), talks())
    def comes_back(one: list[Step], two: list[Step], three: list[Step]) -> None:
        nonlocal seen
        folder = tmp_path_factory.mktemp("made")
        sessions = made_of(folder / "sessions", one, two, three)
        told = {each.id: as_told(each) for each in exchanges(sessions)}
        assert as_stored(made(sessions, folder / "out")) == told
        seen += len(told)

    comes_back()
    assert seen > 20


@pytest.mark.parametrize("name", PUBLIC)
def test_public_data_is_there_text_for_text(tmp_path: Path, name: str) -> None:
    sessions, study = public(tmp_path / "sessions", name), name.replace("_", "-")
    assert as_stored(made(sessions, tmp_path / "out", study)) == {
        each.id: as_told(each) for each in exchanges(sessions, study)
    }


def test_datasette_serves_it(logs: dict[str, Path], tmp_path: Path, long_run: bool) -> None:
    if not long_run:
        pytest.skip("--long makes an environment with the package datasette")
    made(logs["text"], tmp_path / "out").close()
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "env"], check=True)
    subprocess.run([tmp_path / "env" / "bin" / "pip", "install", "--quiet", "datasette==0.65.5"], check=True)

    def get(path: str) -> str:
        file, metadata = tmp_path / "out" / "card-help.db", tmp_path / "out" / "metadata.json"
        command = [tmp_path / "env" / "bin" / "datasette", file, "--metadata", metadata, "--get", path]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    rows = json.loads(get("/card-help/exchanges.json?_shape=array&_size=max"))
    assert {row["id"]: row["reply"] for row in rows} == {each.id: each.reply for each in exchanges(logs["text"])}
    found = json.loads(get("/card-help/messages.json?_shape=array&_search=%E5%90%8D%E5%89%8D"))
    assert [row["text"] for row in found] == [NASTY]
    page = get("/card-help/exchanges")
    assert "One observation and the reply to it" in page
    assert "CC BY 4.0" in page
