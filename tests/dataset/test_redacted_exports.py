"""What was said in confidence is in no byte that leaves: not in the files, not in the card, not in what is printed."""

from __future__ import annotations

import json
import re
import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from tests.builders import (
    Step,
    assistant,
    ended,
    labelled,
    noted,
    released,
    reply,
    retried,
    second_opinion,
    stopped,
    user,
)
from tests.dataset.logs import log
from tests.logged import import_rows
from wizard.cli import main
from wizard.dataset.export import FORMATS
from wizard.store.database import connect
from wizard.store.schema import bring_up_to_date
from wizard.values import Bubble, Card, Offered, Row

NAME, MAIL, PHONE = "Zaphod Beeblebrox", "zaphod.b@example.com", "+49 170 7654321"
IBAN, CARD, STREET = "DE89 3704 0044 0532 0130 00", "4111 1111 1111 1111", "Lindenstraße 77, 10969 Berlin"
LINK = "https://bank.example/reset?token=9f8e7d6c5b4a39281706"
CANARIES = (
    *("Zaphod", "Beeblebrox", "zaphod.b", "7654321", "0044 0532", "1111 1111", "Lindenstraße 77", "9f8e7d6c5b4a"),
    *("00440532", "11111111"),
)
"""Long enough to stand in no hash by chance: four digits do in one run of 200."""


def confided() -> list[Step]:
    """A conversation that has them in every text that there is."""
    every = f"My name is {NAME}. {MAIL}, {PHONE}, {IBAN}, {CARD}, {STREET}, {LINK}"
    card = Card(title=f"For Mr {NAME}", rows=(Row(name="IBAN", value=IBAN),))
    return [
        assistant("What's your name?"),
        user(NAME),
        reply(
            f"Thank you, Zaphod.\n\n{every}",
            bubbles=(Bubble(text="Thank you, Zaphod.", buttons=(PHONE,), card=card), Bubble(text=every)),
            shown={"phone": PHONE, "account": {"iban": IBAN}, "about": [every]},
            missing=f"the mail of {NAME}, {MAIL}",
            labels={"intent": "lost", "why": f"Beeblebrox, {CARD}"},
            offered=(Offered(kind="canned", key="k", text=every),),
            source="edited",
        ),
        released(),
        released(),
        user(every),
        reply(f"I ring you at {PHONE}."),
        released(9.0),
        stopped(20),
        retried(),
        reply(f"Is {CARD} right, Mr Beeblebrox?"),
        released(),
        second_opinion(1, f"Dear Zaphod, {every}", why=every),
        labelled(1, why=f"as {NAME} said"),
        noted(f"{NAME} called from {PHONE}", 1),
        noted(every),
        ended(),
    ]


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    plain = [user("Hello"), reply("Good morning.", labels={"intent": "other"}), released()]
    talks = {f"{at:020x}": plain for at in range(30)}
    return log(tmp_path_factory.mktemp("log") / "sessions", {"e" * 20: confided(), **talks})


def run(sessions: Path, format: str, out: Path, *words: str) -> Result:
    arguments = ["--sessions", str(sessions), "export", "card-help", "--to", format, "--out", str(out), *words]
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def all_that_left(out: Path) -> Iterator[str]:
    """Every file's name and bytes, and what stands packed in them."""
    for file in sorted(out.rglob("*")):
        yield file.name
        if not file.is_file():
            continue
        yield file.read_bytes().decode("utf-8", "replace")
        if file.suffix == ".parquet":
            yield str(pq.read_table(file).to_pylist())
        if file.suffix == ".db":
            with closing(sqlite3.connect(file)) as db:
                yield "\n".join(db.iterdump())


def spoken_of(text: str) -> set[str]:
    """Which canaries stand there, or do once JSON is read."""
    text = text.replace("zaphod_beeblebrox", NAME)
    return {canary for canary in CANARIES if canary in text or json.dumps(canary)[1:-1] in text}


@pytest.mark.parametrize("format", FORMATS)
def test_they_are_nowhere_in_what_leaves(sessions: Path, tmp_path: Path, format: str) -> None:
    result = run(sessions, format, tmp_path)
    assert result.exit_code == 0
    assert not spoken_of("\n".join([*all_that_left(tmp_path), result.output]))
    assert "Taken out: " in result.output
    again = tmp_path / "again"
    plain = run(sessions, format, again, "--no-redact")
    assert "Personal data was left in it." in plain.output
    assert spoken_of("\n".join(all_that_left(again))), "the search finds them where they are"


def test_what_a_recorded_file_called_people_and_things_does_not_leave_either(tmp_path: Path) -> None:
    file = "zaphod_beeblebrox.csv"
    noted = {"wizard": NAME, "at": "2026-01-02T03:04:05Z"}
    rows = [
        {
            "session": f"{MAIL} {at}",
            "id": f"{MAIL} {at}", "participant": f"{MAIL} {at}", "scenario": MAIL, "wizard": NAME,
            "messages": [{"role": "user", "content": "Hello"}], "reply": "Good morning", "labels": {"intent": "lost"},
            "shown": {"contacts": {MAIL: {"deep": 1}}, PHONE: "x"}, "form": {IBAN: "yes"}, "source": "edited",
            "second_opinions": [{"wizard": MAIL, "reply": "Hi"}], "notes": [{**noted, "text": "hm"}],
            "corrections": [{**noted, "labels": {"intent": "lost"}}], "ratings": [{**noted, "would_send": True}],
            "documents": [{"name": MAIL}], "evidence": [{"document": MAIL, "passage": 1, "how": "opened"}],
            "offered": [{"kind": "canned", "key": MAIL, "text": "Good"}],
        }
        for at in range(2)
    ] + [{"messages": [{"role": "user", "content": "Hello"}], "reply": "Good morning", "wizard": "w1"}]  # fmt: skip
    db = connect(tmp_path / "sessions", lock_wait=1)
    bring_up_to_date(db, tmp_path / "sessions")
    assert import_rows(db, "card-help", map(json.dumps, rows), file).exchanges == 3
    db.close()
    for format in FORMATS:
        result = run(tmp_path / "sessions", format, tmp_path / "out" / format)
        assert not spoken_of("\n".join([*all_that_left(tmp_path / "out" / format), result.output])), format
    file = tmp_path / "out" / "jsonl" / "card-help.jsonl"
    told = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    who = [each["wizard"] for each in told]
    assert who[0] == who[1] != NAME, "the same for the same person in every conversation"
    assert who[2] == "w1"
    assert told[0]["evidence"][0]["document"] == told[0]["documents"][0]["name"]


def test_they_are_in_no_record_of_the_command(sessions: Path, tmp_path: Path) -> None:
    result = run(sessions, "jsonl", tmp_path, "--json")
    facts = json.loads(result.stdout)
    assert facts["redacted"].keys() >= {"name", "email", "phone", "iban", "card", "address", "url"}
    with closing(sqlite3.connect(sessions / "log.db")) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE name LIKE 'export%'")]
        assert tables
        kept = [row for table in tables for row in db.execute(f"SELECT * FROM [{table}]")]
    assert kept
    told = " ".join(_unpacked(cell) for row in kept for cell in row)
    assert not spoken_of(told)


def _unpacked(cell: object) -> str:
    if not isinstance(cell, bytes):
        return str(cell)
    try:
        return zlib.decompress(cell).decode()
    except (zlib.error, UnicodeDecodeError):
        return cell.decode("utf-8", "replace")


def test_the_same_person_is_the_same_word_and_the_card_says_how_much(sessions: Path, tmp_path: Path) -> None:
    run(sessions, "jsonl", tmp_path)
    lines = [json.loads(line) for line in (tmp_path / "card-help.jsonl").read_text(encoding="utf-8").splitlines()]
    first = next(line for line in lines if line["id"] == "e" * 20 + "-1")
    assert first["messages"][-1]["content"] == "[NAME_1]"
    assert first["reply"].startswith("Thank you, [NAME_1].\n\nMy name is [NAME_1]. [EMAIL_1], [PHONE_1], [IBAN_1]")
    run(sessions, "huggingface", tmp_path / "hub")
    assert re.search(
        r"Taken out.* names of persons \(\d+\)", (tmp_path / "hub" / "README.md").read_text(encoding="utf-8")
    )


@pytest.mark.parametrize(
    ("names", "why"),
    [
        ("nowhere:names", "there is no such recogniser"),
        ("math:pi", "it can't be called"),
        ("math:sqrt", "failed: TypeError"),
        ("builtins:len", "failed: TypeError"),
    ],
)
def test_a_recogniser_that_is_none_is_refused_in_words(sessions: Path, tmp_path: Path, names: str, why: str) -> None:
    result = run(sessions, "csv", tmp_path, "--names", names)
    assert result.exit_code == 2
    assert result.output.startswith(f"--names {names}")
    assert why in result.output
    assert not list(tmp_path.iterdir())


def test_a_recogniser_finds_more_in_an_export(sessions: Path, tmp_path: Path) -> None:
    run(sessions, "csv", tmp_path, "--names", "wizard.dataset.redaction.given:names")
    assert "[NAME_1]" in (tmp_path / "card-help.csv").read_text(encoding="utf-8")


def test_a_recogniser_that_is_none_is_a_wrong_call_of_review_too(sessions: Path) -> None:
    words = ["--sessions", str(sessions), "review", "card-help", "--names", "nowhere:names"]
    assert CliRunner().invoke(main, words).exit_code == 2


def test_a_card_tells_the_whole_command(sessions: Path, tmp_path: Path) -> None:
    run(sessions, "huggingface", tmp_path, "--names", "wizard.dataset.redaction.given:names", "--split", "train")
    card = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "--to huggingface --out DIR --names wizard.dataset.redaction.given:names --split train\n" in card


def test_a_kit_of_one_side_is_refused(sessions: Path, tmp_path: Path) -> None:
    result = run(sessions, "kit", tmp_path / "out", "--split", "test")
    assert (result.exit_code, result.output) == (2, "A kit is made of all sides: leave --split out.\n")
    assert not (tmp_path / "out").exists()
