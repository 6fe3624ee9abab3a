"""The corpus: by the rules of ConvoKit's loader and, under --long, with ConvoKit, from an environment of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from tests.builders import Step
from tests.dataset.kinds import KINDS, PUBLIC, every_kind, exchanges, public
from tests.dataset.logs import log
from tests.dataset.making import made_of, talks
from wizard.dataset.columns import COLUMNS
from wizard.dataset.examples import Example
from wizard.dataset.export import export

FILES = ["conversations.json", "corpus.json", "index.json", "speakers.json", "utterances.jsonl"]
BEFORE_CONVOKIT = ("scikit-learn", "pandas", "pymongo", "requests", "pyyaml", "tqdm", "dill", "msgpack-numpy")
"""What ConvoKit's corpora need. Its models need gigabytes more."""
KIND_OF = {
    "<class 'int'>": int,
    "<class 'str'>": str,
    "<class 'bool'>": bool,
    "<class 'list'>": list,
    "<class 'dict'>": dict,
}
SPOKEN = "text", "speaker", "reply-to", "timestamp"
OF_ALL = ("study", "version", "session", "participant", "alias", "scenario", "consented_at", "answers_before",
          "answers_after", "believed", "confidence", "imported")  # fmt: skip
"""Columns that an exchange has from its conversation."""


class Corpus:
    """The files of a folder, as ConvoKit reads them: in whatever encoding, here ASCII."""

    def __init__(self, folder: Path) -> None:
        def load(name: str) -> Any:
            return json.loads((folder / name).read_text(encoding="ascii"), object_pairs_hook=_once)

        self.index = load("index.json")
        lines = (folder / "utterances.jsonl").read_text(encoding="ascii").splitlines()
        rows = [json.loads(line) for line in lines]
        self.utterances = {row["id"]: row for row in rows}
        assert len(self.utterances) == len(rows)
        self.speakers = {name: each["meta"] for name, each in load("speakers.json").items()}
        self.conversations = {name: each["meta"] for name, each in load("conversations.json").items()}
        self._is_whole()
        self._is_as_indexed(load("corpus.json"))

    def _is_whole(self) -> None:
        assert {row["speaker"] for row in self.utterances.values()} == set(self.speakers)
        assert {row["conversation_id"] for row in self.utterances.values()} == set(self.conversations)
        roots: set[str] = set()
        for row in self.utterances.values():
            assert isinstance(row["timestamp"], float)
            if row["reply-to"] is None:
                assert row["conversation_id"] not in roots, "a conversation is one tree"
                roots.add(row["conversation_id"])
            else:
                assert self.utterances[row["reply-to"]]["conversation_id"] == row["conversation_id"]
        assert roots == set(self.conversations)

    def _is_as_indexed(self, corpus: dict[str, Any]) -> None:
        of = {
            "utterances-index": [row["meta"] for row in self.utterances.values()],
            "speakers-index": list(self.speakers.values()),
            "conversations-index": list(self.conversations.values()),
            "overall-index": [corpus],
        }
        assert set(self.index) == {*of, "version", "vectors"}
        for name, metas in of.items():
            for meta in metas:
                assert set(meta) == set(self.index[name])
                for key, value in meta.items():
                    [kind] = self.index[name][key]
                    assert value is None or type(value) is KIND_OF[kind], (name, key)

    def texts(self) -> dict[str, list[tuple[str, str]]]:
        """Role and text of every utterance, by conversation."""
        told: dict[str, list[tuple[str, str]]] = {name: [] for name in self.conversations}
        for row in self.utterances.values():
            told[row["conversation_id"]].append((row["meta"]["role"], row["text"]))
        return told

    def exchanges(self) -> dict[str, dict[str, Any]]:
        """Every column of every exchange but its messages, and the texts of those."""
        told = {}
        for name, conversation in self.conversations.items():
            for each in conversation["exchanges"]:
                own = {**each, **{key: conversation[key] for key in OF_ALL if key != "session"}, "session": name}
                said = "\n".join(self.utterances[id]["text"] for id in own.pop("message"))
                told[each["id"]] = {**own, "message": said}
        return told


def _once(members: list[tuple[str, Any]]) -> dict[str, Any]:
    assert len(dict(members)) == len(members)
    return dict(members)


def as_told(each: Example) -> dict[str, Any]:
    """An example as the corpus has it: its observation by utterances; of a reply anew, what it is an answer to too."""
    told = json.loads(json.dumps({column.name: column.read(each) for column in COLUMNS}))
    told["observation"] = [f"{each.session.id}.{said.n}" for said in each.seen]
    if not each.asked:
        before = [other for other in each.session.exchanges if other.reply.upto < each.exchange.reply.upto]
        after = before[-1].reply.upto if before else 0
        told["message"] = "\n".join(said.text for said in each.seen if said.role == "user" and said.n > after)
    return told


def is_the_log(sessions: Path, out: Path, study: str = "card-help") -> Corpus:
    """The corpus made of that log, which has all of it."""
    done = export(sessions, study, "convokit", out)
    assert [file.name for file in done.files] == FILES
    corpus = Corpus(out)
    told = exchanges(sessions, study)
    assert corpus.exchanges() == {each.id: as_told(each) for each in told}
    texts = corpus.texts()
    for each in told:
        assert texts[each.session.id] == [(said.role, said.text) for said in each.session.messages]
    return corpus


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return every_kind(tmp_path_factory.mktemp("logs"))


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_exchange_is_there_text_for_text(logs: dict[str, Path], tmp_path: Path, kind: str) -> None:
    assert is_the_log(logs[kind], tmp_path).utterances


def test_an_utterance_tells_who_said_it_and_what_it_answers(logs: dict[str, Path], tmp_path: Path) -> None:
    corpus = is_the_log(logs["text"], tmp_path)
    told = [corpus.utterances[f"{'e' * 20}.{n}"] for n in range(1, 9)]
    participant = f"participant:participant-{'e' * 20}"
    assert [each["speaker"] for each in told] == [
        "assistant", participant, participant, "wizard:ann", "wizard:ann", participant, "wizard:ann", "wizard:ann",
    ]  # fmt: skip
    answers = [each["reply-to"] and int(each["reply-to"].rpartition(".")[2]) for each in told]
    assert answers == [None, 1, 2, 3, 4, 5, 6, 6], "what was given anew answers the same"
    assert [each["meta"]["saw_more"] for each in told] == [False] * 5 + [True, True, False]
    assert [each["meta"]["not_for_training"] for each in told] == [False] * 5 + [True, False, True]
    assert told[1]["meta"]["labels"] == told[4]["meta"]["labels"] == {"intent": "charge"}
    assert (told[6]["text"], told[6]["meta"]["whole"]) == ("This is", "This is long.")
    assert (told[4]["meta"]["buttons"], told[4]["meta"]["card"]["title"]) == (["Yes", "No"], "Yours")
    assert told[0]["timestamp"] == 1767323045.0
    assert corpus.speakers[participant]["split"] == corpus.conversations["e" * 20]["split"]
    assert corpus.speakers["wizard:ann"] == {"role": "wizard", "split": None}


def test_of_two_replies_each_answers_what_was_said_when_it_was_written(logs: dict[str, Path], tmp_path: Path) -> None:
    corpus = is_the_log(logs["text"], tmp_path)
    assert [corpus.utterances[f"{'c' * 20}.{n}"]["reply-to"] for n in (3, 4)] == [f"{'c' * 20}.1", f"{'c' * 20}.3"]


def test_a_study_in_which_nothing_was_said_is_an_empty_corpus(tmp_path: Path) -> None:
    assert is_the_log(log(tmp_path / "sessions", {}), tmp_path / "out").utterances == {}


def test_whatever_is_said_comes_back(tmp_path_factory: pytest.TempPathFactory, long_run: bool) -> None:
    seen = 0

    @settings(max_examples=500 if long_run else 50, deadline=None)
    @given(talks(), talks())
    def comes_back(one: list[Step], other: list[Step]) -> None:
        nonlocal seen
        folder = tmp_path_factory.mktemp("made")
        seen += len(is_the_log(made_of(folder / "sessions", one, other), folder / "out").exchanges())

    comes_back()
    assert seen > 20


@pytest.mark.parametrize("name", PUBLIC)
def test_public_data_is_there_text_for_text(tmp_path: Path, name: str) -> None:
    assert is_the_log(public(tmp_path / "sessions", name), tmp_path / "out", name.replace("_", "-")).utterances


LOAD = """
import json, sys
from convokit import Corpus
corpus = Corpus(filename=sys.argv[1])
told = {}
for conversation in corpus.iter_conversations():
    conversation.check_integrity(verbose=False) or sys.exit("not one tree")
    said = conversation.iter_utterances()
    told[conversation.id] = [[each.meta["role"], each.text, each.speaker.meta["role"]] for each in said]
replies = {each["id"]: each["reply"] for each in (e for c in corpus.iter_conversations() for e in c.meta["exchanges"])}
print(json.dumps({"told": told, "replies": replies, "title": corpus.meta["title"]}))
"""


def test_convokit_loads_it(logs: dict[str, Path], tmp_path: Path, long_run: bool) -> None:
    if not long_run:
        pytest.skip("--long makes an environment with the package convokit")
    corpus = is_the_log(logs["text"], tmp_path / "corpus")
    python = tmp_path / "env" / "bin" / "python"
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "env"], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", *BEFORE_CONVOKIT], check=True)
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", "convokit==3.5.0"], check=True)
    command = [python, "-W", "ignore", "-c", LOAD, tmp_path / "corpus"]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={"HOME": str(tmp_path), "LC_ALL": "C"}
    )
    told = json.loads(done.stdout.splitlines()[-1])
    roles = {"user": "participant"}
    for name, texts in corpus.texts().items():
        assert [tuple(each[:2]) for each in told["told"][name]] == texts
        assert all(said == roles.get(role, said) for role, _, said in told["told"][name])
    assert told["replies"] == {each.id: each.reply for each in exchanges(logs["text"])}
    assert told["title"] == "Card helper"
