"""Parquet by split: read with pyarrow, and under --long with `datasets` and TRL, from an environment of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from ruamel.yaml import YAML

from tests.builders import Step
from tests.dataset.logs import EVERYTHING, NASTY, STUDY, log, talk
from tests.dataset.making import made_of, talks
from tests.logged import import_rows
from tests.served import ROOT
from wizard.dataset.columns import COLUMNS
from wizard.dataset.export import export
from wizard.dataset.splits import side_of
from wizard.store.database import connect, connect_to_read
from wizard.store.studies import save_study, split_key

PEOPLE = 120
SAME = (
    *("session", "exchange", "seq", "at", "asked_at", "reply", "released", "released_at", "finished_at", "stopped"),
    *("wizard", "seconds", "source", "could_answer", "missing", "saw_more", "shown", "form", "labels_given"),
    *("not_for_training", "notes", "believed", "confidence"),
)
"""What is told alike in both formats."""


@pytest.fixture(scope="module")
def sessions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    people = {
        f"{number:020x}": talk(f"question {chr(97 + number % 26)}{chr(97 + number // 26)}", f"answer {number}")
        for number in range(PEOPLE)
    }
    people["e" * 20] = EVERYTHING
    return log(tmp_path_factory.mktemp("log") / "sessions", people)


@pytest.fixture(scope="module")
def out(sessions: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("out")
    export(sessions, "card-help", "huggingface", folder)
    return folder


def rows(folder: Path, config: str = "data") -> dict[str, dict[str, Any]]:
    """Every row by its id, with the part that it stands in."""
    found = {}
    for path in sorted((folder / config).iterdir()):
        for row in pq.read_table(path).to_pylist():
            found[row["id"]] = {**row, "part": path.name.partition("-")[0]}
    return found


def test_everything_is_there_text_for_text_and_typed(out: Path) -> None:
    found = rows(out)
    assert len(found) == PEOPLE + 3
    first = found["e" * 20 + "-1"]
    assert [each["content"] for each in first["observation"]] == ["Hi!", NASTY, "and more"]
    assert (first["reply"], first["released"], first["missing"]) == ("One.\n\nTwo.", "One.\n\nTwo.", "the account")
    assert (first["seconds"], first["keystrokes"], first["stopped"]) == (12.5, 31, False)
    assert first["at"].isoformat() == "2026-01-02T03:04:05+00:00"
    assert first["offered"] == [{"kind": "canned", "key": "block", "text": "Blocked."}]
    assert json.loads(first["bubbles"][1]["card"])["rows"] == [{"name": "number", "value": "… 12"}]
    assert json.loads(first["labels_given"]) == {"intent": "lost", "why": NASTY}
    assert (first["label_intent"], first["label_why"]) == ("charge", None)
    assert [json.loads(each["labels"]) for each in first["corrections"]] == [{"intent": "charge"}, {"why": None}]
    assert [(each["wizard"], each["reply"]) for each in first["second_opinions"]] == [("bob", "Mine.")]
    assert first["seq"][0] < first["seq"][1]
    assert set(first) - {"part"} == {each.name for each in COLUMNS if each.name != "labels"} | {
        "label_intent",
        "label_why",
    }


def test_nobody_is_on_two_sides_and_each_is_on_their_own(out: Path, sessions: Path) -> None:
    db = connect_to_read(sessions)
    key = split_key(db, "card-help")
    db.close()
    found = rows(out)
    assert {row["part"] for row in found.values()} >= {"train", "validation", "test"}
    assert all(row["part"] == side_of(row["participant"], key) for row in found.values())


def test_what_cannot_be_learnt_is_not_in_sft(out: Path) -> None:
    learnt = rows(out, "sft")
    everything = {f"{'e' * 20}-{number}" for number in (1, 2, 3)}
    assert everything & set(learnt) == {"e" * 20 + "-1"}, "the second saw more and was stopped, the third is flagged"
    row = learnt["e" * 20 + "-1"]
    assert [each["role"] for each in row["prompt"]] == ["system", "assistant", "user", "user"]
    assert row["prompt"][0]["content"] == "You are Penny. Card helper.\n\nlocale: de-CH"
    assert row["completion"] == [{"role": "assistant", "content": "One.\n\nTwo."}]


def test_the_same_input_on_two_sides_is_set_aside(tmp_path: Path) -> None:
    people = {f"{number:020x}": talk(f"My card {number} is gone!", "Blocked.") for number in range(PEOPLE)}
    export(log(tmp_path / "sessions", people), "card-help", "huggingface", tmp_path / "out")
    found = rows(tmp_path / "out")
    assert len(found) == PEOPLE
    assert {row["part"] for row in found.values()} == {"train", "aside"}
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    aside = sum(row["part"] == "aside" for row in found.values())
    assert f"{aside} exchanges whose input stands" in card


def test_what_is_nearly_the_same_on_two_sides_is_counted_and_named(tmp_path: Path) -> None:
    """With a word more, or words in another place, it is another input; so is a short one with another word."""
    said = [" ".join(each) for each in permutations(["I", "lost", "my", "card", "today"])]
    told = [said[at] + " please" * (at % 3 == 0) if at % 2 else f"what is {chr(97 + at)}" for at in range(60)]
    talks = {f"{at:020x}": talk(text, "Yes.") for at, text in enumerate(told)}
    sessions = log(tmp_path / "sessions", talks)
    export(sessions, "card-help", "huggingface", tmp_path / "out")
    found = rows(tmp_path / "out")
    held = {id: row for id, row in found.items() if row["part"] in ("validation", "test")}
    near = sorted(id for id, row in held.items() if "card" in row["message"])
    assert len(held) > len(near) > 0
    card = (tmp_path / "out" / "README.md").read_text(encoding="utf-8")
    many = sum(row["part"] == "train" for row in found.values())
    assert f"Of {len(held)} exchanges in validation and test {len(near)} " in card
    assert f"nearly the same as one of {many} in train" in card
    assert ", ".join(f"`{id}`" for id in near) in card
    export(sessions, "card-help", "kit", tmp_path / "kit")
    handed = (tmp_path / "kit" / "kit" / "CARD.md").read_text(encoding="utf-8")
    assert "nearly the same as one of" in handed
    assert not [id for id in near if id in handed], "whoever is to beat it isn't told which"


def test_the_card_has_a_head_and_says_what_a_buyer_asks(out: Path) -> None:
    _, head, card = (out / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    told = YAML(typ="safe").load(head)
    assert [each["config_name"] for each in told["configs"]] == ["default", "sft"]
    for config in told["configs"]:
        assert all(list(out.glob(each["path"])) for each in config["data_files"])
    for word in (
        "You lost your card.", "Ask about your card.", "the field `locale`", "the document `faq.md`", "| lost |",
        "not enough to say", "CC BY 4.0", "SHA-256", "python -m wizard export card-help --to huggingface",
        "answered from more than a model would see", "| `keystrokes` |",
    ):  # fmt: skip
        assert word in card, word
    listed = re.findall(r"^\| `(\w+)` \|", card.partition("## Columns")[2], re.MULTILINE)
    assert listed == pq.read_schema(next((out / "data").iterdir())).names, "each column, and no other"
    cff = YAML(typ="safe").load((out / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cff["cff-version"], cff["type"], cff["title"]) == ("1.2.0", "dataset", "Card helper")


def test_a_card_claims_no_more_than_the_log_knows(tmp_path: Path) -> None:
    asks = STUDY.replace("licence: CC BY 4.0", "licence: CC BY 4.0\nconsent: I take part.")
    sessions = log(tmp_path / "sessions", {"e" * 20: EVERYTHING, "a" * 20: talk("gone", "Blocked.")}, asks)
    rows = [{"messages": [{"role": "user", "content": "hi"}], "reply": "Hello", "wizard": "w", "at": 1589837055}]
    db = connect(sessions, lock_wait=1)
    save_study(db, asks.replace("faq.md", "terms.md"), "system")
    import_rows(db, "card-help", map(json.dumps, rows), "old.jsonl")
    import_rows(db, "tickets", map(json.dumps, rows), "old.jsonl")
    db.close()
    ours, theirs = (card_of(sessions, study, tmp_path / study) for study in ("card-help", "tickets"))
    assert "5 exchanges of 3 participants with what they took for a model" in ours
    assert "1 of them were recorded elsewhere" in ours
    assert "From 2020-05-18 to 2026-01-02." in ours
    assert "exchanges by version: 1 (4), 2 (1)." in ours
    assert "The participants of 3 of 5 exchanges agreed to this before they began" in ours
    assert "1 participant, answered by 1 person; recorded elsewhere, and imported. From 2020-05-18. Study" in theirs
    assert "what they took for a model" not in theirs


def test_a_card_says_of_what_a_file_leaves_out_that_nobody_knows(tmp_path: Path) -> None:
    said = [{"messages": [{"role": "user", "content": f"hi {at}"}], "labels": {"tone": "kind"}} for at in range(12)]
    asked = {"second_opinions": [{"wizard": f"w{at}", "labels": {"tone": "kind"}} for at in range(5)]}
    both = [{**said[0], "reply": "Hello", "wizard": "w", "source": "canned"}, *(each | asked for each in said[1:])]
    sessions = log(tmp_path / "sessions", {})
    db = connect(sessions, lock_wait=1)
    import_rows(db, "moods", map(json.dumps, [each | asked for each in said]), "old.jsonl")
    import_rows(db, "mixed", map(json.dumps, both), "old.jsonl")
    db.close()
    moods, mixed = (card_of(sessions, study, tmp_path / study) for study in ("moods", "mixed"))
    assert "answered by people whom the file doesn’t name; recorded elsewhere" in moods
    assert "\n\nPeople whom the file doesn’t name. Whether they could answer" in moods
    assert "Replies by source: none." in moods
    assert "answered by 1 person and others whom the file doesn’t name; recorded elsewhere" in mixed
    assert "Replies by source: canned 1." in mixed
    assert "agreed in 100% of 60, on 12 exchanges (82% to 100% with 90 % confidence)" in moods, (
        "five of one are no five"
    )


def card_of(sessions: Path, study: str, out: Path) -> str:
    export(sessions, study, "huggingface", out)
    return (out / "README.md").read_text(encoding="utf-8")


def test_an_export_over_an_older_one_leaves_nothing_of_it(sessions: Path, tmp_path: Path) -> None:
    export(sessions, "card-help", "huggingface", tmp_path)
    (tmp_path / "data" / "aside-00000-of-00001.parquet").write_bytes(b"somebody who was erased")
    (tmp_path / "mine.txt").write_text("stays")
    export(sessions, "card-help", "huggingface", tmp_path)
    assert not (tmp_path / "data" / "aside-00000-of-00001.parquet").exists()
    assert (tmp_path / "mine.txt").exists()


def test_a_study_in_which_nothing_was_said_has_a_card_and_no_rows(tmp_path: Path) -> None:
    done = export(log(tmp_path / "sessions", {}), "card-help", "huggingface", tmp_path / "out")
    assert sorted(file.name for file in done.files) == ["CITATION.cff", "README.md"]


def as_line(row: dict[str, Any]) -> dict[str, Any]:
    """A row of the table as the format `jsonl` has it, without what is empty and what is told in other words."""
    line = dict(row)
    for name, value in row.items():
        if isinstance(value, datetime):
            line[name] = value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    for name in ("shown", "form", "labels_given"):
        line[name] = json.loads(line[name]) if line[name] else None
    line["labels"] = {name.removeprefix("label_"): value for name, value in row.items() if name.startswith("label_")}
    return line


def test_whatever_is_said_comes_back(tmp_path_factory: pytest.TempPathFactory, long_run: bool) -> None:
    seen = 0

    @settings(max_examples=500 if long_run else 30, deadline=None)
    @given(talks(), talks(), talks())
    def comes_back(one: list[Step], two: list[Step], three: list[Step]) -> None:
        nonlocal seen
        folder = tmp_path_factory.mktemp("made")
        sessions = made_of(folder / "sessions", one, two, three)
        for format in ("huggingface", "jsonl"):
            export(sessions, "card-help", format, folder / format)
        lines = [
            json.loads(line) for line in (folder / "jsonl" / "card-help.jsonl").read_bytes().decode().split("\n")[:-1]
        ]
        found = rows(folder / "huggingface") if lines else {}
        assert set(found) == {line["id"] for line in lines}
        for line in lines:
            row = as_line(found[line["id"]])
            for name in SAME:
                assert (row.get(name) or None) == (line.get(name) or None), name
            texts = [[each["role"], each["content"]] for each in row["observation"]]
            assert texts == [[each["role"], each["content"]] for each in line["messages"]]
            given = [[each.get("wizard"), each.get("reply")] for each in line.get("second_opinions", [])]
            assert [[each["wizard"], each["reply"]] for each in row["second_opinions"] or []] == given
        seen += len(lines)

    comes_back()
    assert seen > 20


LOAD = """
import json, sys
from datasets import load_dataset
whole, sft = load_dataset(sys.argv[1], cache_dir=sys.argv[2]), load_dataset(sys.argv[1], "sft", cache_dir=sys.argv[2])
told = [row for part in whole.values() for row in part]
rows = {row["id"]: [row["reply"], [each["content"] for each in row["observation"]]] for row in told}
print(json.dumps({"rows": rows, "parts": sorted(whole), "sft": {name: len(part) for name, part in sft.items()}}))
"""


@pytest.fixture(scope="module")
def python(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One that has them, of TRL what looks at data: its trainers need torch besides."""
    if not request.config.getoption("--long"):
        pytest.skip("--long makes an environment with the packages datasets and trl")
    folder = tmp_path_factory.mktemp("env")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    pip = [folder / "bin" / "python", "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "datasets", "transformers==5.24.0", "jinja2"], check=True)
    subprocess.run([*pip, "--no-deps", "trl==1.16.0"], check=True)
    return folder / "bin" / "python"


def said_by(python: Path, code: str, out: Path, cache: Path) -> Any:
    environ = {**os.environ, "HF_DATASETS_OFFLINE": "1", "HF_HUB_OFFLINE": "1"}
    command = [python, "-c", code, out, cache]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True, env=environ).stdout)


def test_datasets_loads_it_offline(out: Path, tmp_path: Path, python: Path) -> None:
    told = said_by(python, LOAD, out, tmp_path)
    assert told["rows"] == {
        id: [row["reply"], [each["content"] for each in row["observation"]]] for id, row in rows(out).items()
    }
    assert sum(told["sft"].values()) == len(rows(out, "sft"))


PREPARE = """
import json, sys
from datasets import load_dataset
from tokenizers import Tokenizer, models
from transformers import PreTrainedTokenizerFast
from trl.data_utils import is_conversational, maybe_apply_chat_template
words = Tokenizer(models.WordLevel({"?": 0}, unk_token="?"))
tokenizer = PreTrainedTokenizerFast(tokenizer_object=words, unk_token="?", chat_template=(
    "{% for each in messages %}<{{ each.role }}>{{ each.content }}</>{% endfor %}"
    "{% if add_generation_prompt %}<assistant>{% endif %}"
))
rows = [row for part in load_dataset(sys.argv[1], "sft", cache_dir=sys.argv[2]).values() for row in part]
assert all(map(is_conversational, rows))
print(json.dumps({row["id"]: maybe_apply_chat_template(row, tokenizer) for row in rows}))
"""


def test_trl_makes_prompts_and_completions_of_it(out: Path, tmp_path: Path, python: Path) -> None:
    prepared, learnt = said_by(python, PREPARE, out, tmp_path), rows(out, "sft")
    assert set(prepared) == set(learnt)
    for id, row in learnt.items():
        asked = "".join(f"<{each['role']}>{each['content']}</>" for each in row["prompt"])
        assert prepared[id]["prompt"] == f"{asked}<assistant>"
        assert prepared[id]["completion"] == f"{row['completion'][0]['content']}</>"


def test_to_write_parquet_loads_no_pandas_and_whoever_wants_frames_still_has_them() -> None:
    code = (
        "import sys, wizard.dataset.formats._parquet, pyarrow; table = pyarrow.table({'at': [1]});"
        "print('pandas' in sys.modules, table.to_pandas()['at'].to_list())"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False [1]"
