"""Every recorded conversation of a public data set, played through the real app, and the export held against it."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.recordings import NOT_THERE, recording
from wizard.cli import main

RECORDING = recording("star_bank_fraud_report")
RATE = 120
PLAYED = 60
"""Conversations; with --long all of them."""

Told = list[tuple[str, str, str]]
"""A conversation: what was said, what was replied, and the label of it, in order."""


@pytest.mark.skipif(not RECORDING.is_file(), reason=NOT_THERE)
def test_what_was_recorded_is_what_comes_out_in_order_and_with_its_labels(tmp_path: Path, long_run: bool) -> None:
    def run(*words: object) -> str:
        result = CliRunner().invoke(main, ["--sessions", str(tmp_path / "sessions"), *map(str, words)])
        assert result.exit_code == 0, result.output
        return result.stdout

    rows = [json.loads(line) for line in RECORDING.read_text(encoding="utf-8").splitlines()]
    played = list(dict.fromkeys(row["session"] for row in rows))[: None if long_run else PLAYED]
    rows = [row for row in rows if row["session"] in set(played)]
    recorded: dict[str, Told] = {}
    for row in rows:
        said = row["messages"][-1]["content"]
        recorded.setdefault(row["session"], []).append((said, row["reply"], row["labels"]["action"]))

    done = json.loads(
        run("simulate", "bank-fraud", "--from", RECORDING, "--rate", RATE, "--sessions", len(played), "--json")
    )
    assert (done["sent"], done["acknowledged"], done["answered"]) == (len(rows),) * 3
    assert (done["lost"], done["duplicated"], done["reordered"], done["wrong_labels"]) == (0, 0, 0, 0)

    run("export", "bank-fraud", "--to", "csv", "--out", tmp_path, "--no-redact")
    exported: dict[str, Told] = {}
    with (tmp_path / "bank-fraud.csv").open(encoding="utf-8", newline="") as file:
        for cells in csv.DictReader(file):
            exported.setdefault(cells["session"], []).append((cells["message"], cells["reply"], cells["label_action"]))
    assert sorted(exported.values()) == sorted(recorded.values())

    run("export", "bank-fraud", "--to", "openai", "--out", tmp_path, "--no-redact")
    lines = (tmp_path / "bank-fraud.openai.jsonl").read_text(encoding="utf-8").splitlines()
    chats = [[each["content"] for each in json.loads(line)["messages"][1:]] for line in lines]
    assert sorted(chats) == sorted([text for turn in told for text in turn[:2]] for told in recorded.values())
