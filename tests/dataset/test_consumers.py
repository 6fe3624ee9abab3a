"""What each reader documents: a file that passes its checks and gives the log's exchanges back, text for text.

Parquet, ConvoKit, Datasette and Rasa have files of tests of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas
import pytest

from tests.dataset.kinds import KINDS, PUBLIC, every_kind, exchanges, public
from wizard.dataset.columns import COLUMNS
from wizard.dataset.examples import Example
from wizard.dataset.export import export
from wizard.dataset.formats.csv import neutral

ROLES = {"system", "user", "assistant", "tool"}
KEYS = {"role", "content", "tool_calls", "tool_call_id"}
JSON_TYPES: dict[str, type] = {"string": str, "integer": int, "boolean": bool}


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return every_kind(tmp_path_factory.mktemp("logs"))


def lines(sessions: Path, format: str, out: Path, *, tools: bool = False, study: str = "card-help") -> list[Any]:
    [file] = export(sessions, study, format, out, tools=tools).files
    return [json.loads(line) for line in file.read_bytes().decode().split("\n") if line]


def openai_takes(messages: list[dict[str, Any]]) -> None:
    """By the checks that OpenAI's guide to preparing chat data makes of every example."""
    assert messages
    for each in messages:
        assert set(each) <= KEYS
        assert each["role"] in ROLES
        assert isinstance(each.get("content"), str) != ("tool_calls" in each), "a text or calls"
    assert any(each["role"] == "assistant" for each in messages)


def openai_takes_calls(line: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The arguments of every call, which are of the tool's schema; each call is followed by what came of it."""
    [tool] = line["tools"]
    schema = tool["function"]["parameters"]
    for call, taken in zip(line["messages"], line["messages"][1:], strict=False):
        if "tool_calls" in call:
            [made] = call["tool_calls"]
            assert (taken["role"], taken["tool_call_id"]) == ("tool", made["id"])
            assert (tool["type"], made["function"]["name"]) == ("function", tool["function"]["name"])
            given = json.loads(made["function"]["arguments"])
            assert set(schema["required"]) <= set(given) <= set(schema["properties"])
            for name, value in given.items():
                assert type(value) is JSON_TYPES[schema["properties"][name]["type"]]
                assert value in schema["properties"][name].get("enum", [value])
            yield given


def learnt(sessions: Path, study: str = "card-help") -> list[Example]:
    """The exchanges that the participant got an answer in, of conversations where all can be learnt from."""
    whole = {
        each.session.id: not any(other.not_for_training or other.reply.saw_more for other in each.session.exchanges)
        for each in exchanges(sessions, study)
    }
    return [each for each in exchanges(sessions, study) if whole[each.session.id] and each.released is not None]


@pytest.mark.parametrize("kind", list(KINDS))
def test_openai_gets_every_answer_and_what_it_answers(logs: dict[str, Path], tmp_path: Path, kind: str) -> None:
    told = lines(logs[kind], "openai", tmp_path)
    for line in told:
        openai_takes(line["messages"])
    answered = [messages(line["messages"]) for line in told]
    some = learnt(logs[kind])
    assert some
    for each in some:
        [conversation] = [told for told in answered if told[0] == first_said(each)]
        assert ("assistant", each.reply) in conversation
        assert all(("user", said.text) in conversation for said in each.asked)


def messages(told: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """From the participant's first message on: roles and texts, without what stands beside."""
    said = [(each["role"], each["content"]) for each in told if each["role"] != "system"]
    return said[[role for role, _ in said].index("user") :]


def first_said(each: Example) -> tuple[str, str]:
    return next(("user", said.text) for said in each.session.messages if said.role == "user")


@pytest.mark.parametrize("kind", ["choice", "form"])
def test_openai_gets_calls_of_the_tool(logs: dict[str, Path], tmp_path: Path, kind: str) -> None:
    told = lines(logs[kind], "openai", tmp_path, tools=True)
    for line in told:
        openai_takes(line["messages"])
    given = [arguments for line in told for arguments in openai_takes_calls(line)]
    replies = [each.reply or "" for each in learnt(logs[kind])]
    assert given == [{"choice": each} if kind == "choice" else json.loads(each) for each in replies]


@pytest.mark.parametrize("name", PUBLIC)
def test_openai_gets_public_conversations(tmp_path: Path, name: str) -> None:
    sessions, study = public(tmp_path / "sessions", name), name.replace("_", "-")
    told = lines(sessions, "openai", tmp_path, study=study)
    for line in told:
        openai_takes(line["messages"])
    got = [text for line in told for role, text in messages(line["messages"]) if role == "assistant"]
    assert got == [each.reply for each in learnt(sessions, study) if each.reply is not None]


def test_a_preference_pair_ends_with_a_question_and_has_two_answers(logs: dict[str, Path], tmp_path: Path) -> None:
    pairs = lines(logs["text"], "openai-preference", tmp_path)
    assert pairs
    for pair in pairs:
        assert set(pair) == {"input", "preferred_output", "non_preferred_output"}
        asked = pair["input"]["messages"]
        openai_takes([*asked, *pair["preferred_output"]])
        openai_takes([*asked, *pair["non_preferred_output"]])
        assert asked[-1]["role"] == "user"
        assert [each["role"] for each in pair["preferred_output"] + pair["non_preferred_output"]] == ["assistant"] * 2
        assert pair["preferred_output"] != pair["non_preferred_output"]


@pytest.mark.parametrize("kind", list(KINDS))
def test_pandas_reads_the_table(logs: dict[str, Path], tmp_path: Path, kind: str) -> None:
    [file] = export(logs[kind], "card-help", "csv", tmp_path).files
    frame = pandas.read_csv(file, dtype=str, keep_default_na=False)
    told = exchanges(logs[kind])
    texts = [column for column in COLUMNS if column.kind == "text"]
    for column in texts:
        assert frame[column.name].tolist() == [neutral(column.read(each) or "") for each in told], column.name
    seen = [[(one["role"], one["content"]) for one in json.loads(each)] for each in frame["observation"]]
    assert seen == [[(said.role, said.text) for said in each.seen] for each in told]
    assert [json.loads(each or "{}") for each in frame["labels"]] == [dict(each.labels) for each in told]


@pytest.mark.parametrize("kind", list(KINDS))
def test_pandas_reads_the_lines(logs: dict[str, Path], tmp_path: Path, kind: str) -> None:
    [file] = export(logs[kind], "card-help", "jsonl", tmp_path).files
    frame = pandas.read_json(file, lines=True, dtype=False)
    told = exchanges(logs[kind])
    assert frame["id"].tolist() == [each.id for each in told]
    replies = frame["reply"].astype(object).where(frame["reply"].notna(), None)
    assert replies.tolist() == [each.reply for each in told]
    seen = [[(one["role"], one["content"]) for one in each] for each in frame["messages"]]
    assert seen == [[(said.role, said.text) for said in each.seen] for each in told]
