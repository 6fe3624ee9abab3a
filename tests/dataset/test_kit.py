"""The kit: what a team is handed, and what is kept from them."""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import pytest

from tests.builders import Step
from tests.dataset.logs import EVERYTHING, log, talk
from wizard.dataset.export import export
from wizard.dataset.score import Wrong, score

PEOPLE = 200
WORDS = [f"{one}{other}" for one in ascii_lowercase for other in ascii_lowercase][:PEOPLE]


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    people = {
        f"{at:020x}": talk(f"{'gone' if at % 3 else 'charged twice'} {word}", "Yes.", "lost" if at % 3 else "charge")
        for at, word in enumerate(WORDS)
    }
    people["e" * 20] = EVERYTHING
    folder: Path = tmp_path_factory.mktemp("out")
    export(log(tmp_path_factory.mktemp("log") / "sessions", people), "card-help", "kit", folder)
    return folder


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def scored(out: Path, predictions: Path, answers: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-I", out / "kit" / "score.py", predictions, answers]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_every_example_is_somewhere_once_and_the_tests_answers_are_kept_back(out: Path) -> None:
    handed = {side: lines(out / "kit" / f"{side}.jsonl") for side in ("train", "validation", "test")}
    kept = lines(out / "keep" / "test-answers.jsonl")
    ids = [row["id"] for rows in handed.values() for row in rows]
    assert len(ids) == len(set(ids)) == PEOPLE + 1, "of the session in which everything happens, one can be learnt from"
    assert all("answer" in row for row in handed["train"] + handed["validation"])
    assert not any("answer" in row for row in handed["test"])
    assert [row["id"] for row in kept] == [row["id"] for row in handed["test"]]
    assert {row["answer"] for row in kept} == {"lost", "charge"}
    handed_over = "".join(path.read_text(encoding="utf-8") for path in (out / "kit").iterdir())
    for row in kept:
        assert f'{{"id": "{row["id"]}", "answer"' not in handed_over
    session = {row["session"] for row in handed["test"]}
    assert not session & {row["session"] for row in handed["train"]}


def test_the_checksums_are_of_the_files(out: Path) -> None:
    told = dict(line.split("  ")[::-1] for line in (out / "kit" / "SHA256SUMS").read_text().splitlines())
    assert told == {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in (out / "kit").iterdir()
        if path.name != "SHA256SUMS"
    }


def test_the_card_tells_of_what_is_in_the_files_and_of_nothing_else(out: Path) -> None:
    card = (out / "kit" / "CARD.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(\w+)` \|", card.partition("## Columns")[2], re.MULTILINE)
    there = {key for row in lines(out / "kit" / "train.jsonl") for key in row}
    assert there <= set(told) == {"id", "session", "messages", "shown", "documents", "form", "answer"}
    assert "`CITATION.cff` says how to cite it" in card
    assert (out / "kit" / "CITATION.cff").is_file()


def test_the_card_counts_what_is_in_the_files(tmp_path: Path) -> None:
    said = ["gone", "lost it", "stolen", "charged", "charged twice"]
    people: dict[str, Sequence[Step]] = {
        f"{at:020x}": talk(said[at % len(said)] if at % 4 else word, "Yes.", "lost" if at % 3 else "charge")
        for at, word in enumerate(WORDS)
    }
    people["e" * 20] = EVERYTHING
    export(log(tmp_path / "sessions", people), "card-help", "kit", tmp_path)
    card = (tmp_path / "kit" / "CARD.md").read_text(encoding="utf-8")
    given = {side: lines(tmp_path / "kit" / f"{side}.jsonl") for side in ("train", "validation", "test")}
    [aside] = re.findall(r"(\d+) exchanges whose input stands", card)
    [left_out] = re.findall(r"(\d+) exchanges? can’t be learnt from", card)
    assert int(aside) > 1
    assert ", ".join(f"{side} {len(rows)}" for side, rows in given.items()) in card
    assert f"{sum(map(len, given.values())) + int(aside) + int(left_out)} exchanges of" in card
    for label in ("lost", "charge"):
        many = [sum(row["answer"] == label for row in given[side]) for side in ("train", "validation")]
        assert f"| {label} | {many[0]} | {many[1]} |" in card


def test_the_baselines_are_told_with_their_count(out: Path) -> None:
    readme = (out / "kit" / "README.md").read_text(encoding="utf-8")
    test = len(lines(out / "kit" / "test.jsonl"))
    assert "Predict the label `intent`" in readme
    [commonest] = [line for line in readme.splitlines() if "the commonest answer" in line]
    [nearest] = [line for line in readme.splitlines() if "the most similar input" in line]
    assert commonest.endswith(f"| {test} |")
    assert "| 100.0% (" in nearest, "the words tell"
    assert "| charge | " in (out / "kit" / "CARD.md").read_text(encoding="utf-8")
    assert "| test |" not in (out / "kit" / "CARD.md").read_text(encoding="utf-8"), "how many of what are in the test"


def test_predictions_are_scored_from_the_kit_alone(out: Path, tmp_path: Path) -> None:
    answers = out / "kit" / "validation-answers.jsonl"
    right = lines(answers)
    given = tmp_path / "predictions.jsonl"
    given.write_text("".join(json.dumps({"id": row["id"], "prediction": row["answer"]}) + "\n" for row in right))
    told = json.loads(scored(out, given, answers).stdout)
    assert (told["n"], told["accuracy"]["value"], told["macro_f1"]) == (len(right), 1.0, 1.0)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("nonsense\n", "line 1: not JSON"),
        ('{"id": "x"}\n', 'line 1: must be an object with "id" and "prediction"'),
        ('{"id": "x", "prediction": "lost"}\n', "x: no such id is asked for"),
        ("", "there is no prediction"),
        ('{"id": "x", "prediction": 1}\n{"id": "x", "prediction": 2}\n', "line 2: x stands on an earlier line"),
        ('{"id": ["x"], "prediction": "lost"}\n', "line 1: the id must be a text"),
        ('\ufeff{"id": "x", "prediction": "lost"}\n', "x: no such id is asked for"),
    ],
)
def test_what_is_wrong_with_predictions_is_told(out: Path, tmp_path: Path, text: str, says: str) -> None:
    given = tmp_path / "predictions.jsonl"
    given.write_text(text, encoding="utf-8")
    done = scored(out, given, out / "kit" / "validation-answers.jsonl")
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr
    assert "Traceback" not in done.stderr


def test_predictions_in_another_encoding_than_utf_8_are_refused_with_what_to_do(out: Path, tmp_path: Path) -> None:
    given = tmp_path / "predictions.jsonl"
    given.write_text('{"id": "x", "prediction": "lost"}\n', encoding="utf-16")
    done = scored(out, given, out / "kit" / "validation-answers.jsonl")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f'{given} isn\'t UTF-8: write it anew, with encoding="utf-8"\n'


def test_scores_by_hand() -> None:
    told = score({"1": "a", "2": "a", "3": "b b"}, {"1": "a", "2": "b", "3": "b c"})
    assert told["accuracy"]["value"] == 0.3333
    assert told["macro_f1"] == round((2 * 1 / (2 + 1) + 0 + 0) / 3, 4)
    assert told["token_f1"] == round((1 + 0 + 2 * 1 / 4) / 3, 4)
    form = score({"1": {"to": "x"}, "2": {"to": "y", "at": 1}}, {"1": {"to": "x"}, "2": {"to": "z", "at": 1}})
    assert form["accuracy"]["value"] == 0.5
    assert {name: each["value"] for name, each in form["fields"].items()} == {"at": 1.0, "to": 0.5}
    with pytest.raises(Wrong, match="the prediction must be an object"):
        score({"1": "x"}, {"1": {"to": "x"}})


def test_too_few_for_a_test_is_said(tmp_path: Path) -> None:
    folder = log(tmp_path / "sessions", {"a" * 20: talk("gone", "Yes.")})
    export(folder, "card-help", "kit", tmp_path / "out")
    assert "Nothing is left to test on" in (tmp_path / "out" / "kit" / "README.md").read_text(encoding="utf-8")
