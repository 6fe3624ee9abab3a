"""Lines for trainers: read back as they read them, and as the log has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.builders import (
    Step,
    announced,
    assistant,
    flagged,
    rated,
    released,
    reply,
    retried,
    second_opinion,
    spoken,
    stopped,
    user,
    whispered,
)
from tests.dataset.kinds import FORM, PUBLIC, every_kind, exchanges, public
from tests.dataset.logs import EVERYTHING, NASTY, STUDY, log
from wizard.dataset.export import FORMATS, export

Turn = dict[str, str]


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return every_kind(tmp_path_factory.mktemp("logs"))


def lines(sessions: Path, study: str, format: str, out: Path, *, tools: bool = False) -> list[dict[str, Any]]:
    done = export(sessions, study, format, out, tools=tools)
    [file] = done.files
    return [json.loads(line) for line in file.read_bytes().decode().removesuffix("\n").split("\n") if line]


def as_llama_factory_takes_it(line: dict[str, Any]) -> tuple[str, list[tuple[str, str]]]:
    """The system's words and the pairs of a prompt and a reply, by the rules by which it passes over a line."""
    first, *turns = line["conversations"]
    assert first["from"] == "system"
    assert all(set(turn) == {"from", "value"} for turn in line["conversations"])
    assert [turn["from"] for turn in turns] == ["human", "gpt"] * (len(turns) // 2)
    return first["value"], [(human["value"], gpt["value"]) for human, gpt in zip(turns[::2], turns[1::2], strict=True)]


def test_sharegpt_has_the_conversation_in_turn_text_for_text(logs: dict[str, Path], tmp_path: Path) -> None:
    made = lines(logs["text"], "card-help", "sharegpt", tmp_path)
    told = {line["id"]: as_llama_factory_takes_it(line) for line in made}
    system = "You are Penny. Card helper."
    assert told["e" * 20] == (
        f"{system}\n\nYou began with: Hi!\n\nlocale: de-CH",
        [(f"{NASTY}\nand more", "One.\n\nTwo.")],
    ), "the second reply saw more, and what came after was said because of it"
    assert told["a" * 20][1] == [("gone\r\nsince\u2028today\x85", "“Sure”, {name}. \\n")]
    assert told["b" * 20][1] == [("/restart yes: no # - [a]{b}", "- null\n: ~")]
    assert told["c" * 20] == (system, [("two\nat once", "first\n\nsecond")])
    assert told["d" * 20][1] == [("🙂🙃", "A")], "the second is flagged"
    assert set(told) == {each * 20 for each in "eabcd"}


def test_sharegpt_has_choices_and_forms_as_the_model_would_give_them(logs: dict[str, Path], tmp_path: Path) -> None:
    for kind, many in (("choice", 4), ("form", 2)):
        told = [as_llama_factory_takes_it(line) for line in lines(logs[kind], "card-help", "sharegpt", tmp_path)]
        answers = [answer for _, pairs in told for _, answer in pairs]
        assert len(answers) == many
        assert answers == [each.reply for each in exchanges(logs[kind])]


def test_what_stood_beside_is_told_where_it_is_new(tmp_path: Path) -> None:
    told = (
        user("one"), reply("1", shown={"locale": "de"}), released(), user("two"), reply("2", shown={"locale": "de"}),
        released(), user("three"), user("more"), reply("3", shown={"locale": "fr"}), released(),
    )  # fmt: skip
    [line] = lines(log(tmp_path / "sessions", {"a": told}), "card-help", "sharegpt", tmp_path / "out")
    assert as_llama_factory_takes_it(line) == (
        "You are Penny. Card helper.\n\nlocale: de",
        [("one", "1"), ("two", "2"), ("locale: fr\n\nthree\nmore", "3")],
    )


@pytest.mark.parametrize("name", PUBLIC)
def test_sharegpt_has_public_conversations_as_they_are(tmp_path: Path, name: str) -> None:
    sessions, study = public(tmp_path / "sessions", name), name.replace("_", "-")
    told = {line["id"]: as_llama_factory_takes_it(line)[1] for line in lines(sessions, study, "sharegpt", tmp_path)}
    for each in exchanges(sessions, study):
        if each.reply is not None:
            assert any(each.reply in answer for _, answer in told[each.session.id])
            assert any(each.asked[-1].text in asked for asked, _ in told[each.session.id])
    assert bool(told) == (name != "banking77"), "labels on messages are no conversation to learn"


CY, DAN = "wizard:cy", "wizard:dan"
OFFERED = {"source": "edited", "offered": [{"kind": "canned", "key": "block", "text": "Blocked."}]}


def pairs(tmp_path: Path, *steps: Step, study: str = STUDY, tools: bool = False) -> list[Any]:
    sessions = log(tmp_path / "sessions", {"a": steps}, study)
    return lines(sessions, "card-help", "openai-preference", tmp_path / "out", tools=tools)


def test_what_was_offered_stands_against_what_was_sent(logs: dict[str, Path], tmp_path: Path) -> None:
    [pair, judged] = lines(logs["text"], "card-help", "openai-preference", tmp_path)
    assert judged == {**pair, "non_preferred_output": [{"role": "assistant", "content": "Mine."}]}
    assert pair == {
        "input": {
            "messages": [
                {"role": "system", "content": "You are Penny. Card helper.\n\nlocale: de-CH"},
                {"role": "assistant", "content": "Hi!"},
                {"role": "user", "content": NASTY},
                {"role": "user", "content": "and more"},
            ]
        },
        "preferred_output": [{"role": "assistant", "content": "One.\n\nTwo."}],
        "non_preferred_output": [{"role": "assistant", "content": "Blocked."}],
    }


@pytest.mark.parametrize(
    "more",
    [
        {"source": "canned"},
        {"source": "typed", "offered": []},
        {"saw_more": True},
        {"offered": [*OFFERED["offered"], {"kind": "suggested", "key": "2", "text": "Gone?"}]},
        {"offered": [{"kind": "canned", "key": "block", "text": " I blocked it.\n"}]},
    ],
)
def test_where_the_log_says_of_no_text_that_it_was_worse_there_is_no_pair(tmp_path: Path, more: dict[str, Any]) -> None:
    assert pairs(tmp_path, user("hi"), reply("I blocked it.", **{**OFFERED, **more}), released()) == []


def test_a_flagged_or_stopped_reply_is_preferred_to_nothing(tmp_path: Path) -> None:
    assert pairs(tmp_path / "1", user("hi"), reply("Mine.", **OFFERED), released(), flagged(1)) == []
    assert pairs(tmp_path / "2", user("hi"), reply("Mine.", **OFFERED), released(5.0), stopped(2), retried()) == []
    assert len(pairs(tmp_path / "3", assistant("Hi!"), user("hi"), reply("Mine.", **OFFERED))) == 1, "nobody says so"


def judged(tmp_path: Path, *ratings: Step, **more: Any) -> list[tuple[str, str]]:
    opinions = second_opinion(1, "Bob's."), second_opinion(1, "Cy's.", CY), second_opinion(1, None, DAN, intent="lost")
    made = pairs(tmp_path, user("hi"), reply("Ann's.", **more), released(), *opinions, *ratings)
    return [(each["preferred_output"][0]["content"], each["non_preferred_output"][0]["content"]) for each in made]


def test_a_reply_that_all_would_send_stands_against_one_to_the_same_that_none_would(tmp_path: Path) -> None:
    first, bobs, cys = rated(1), rated(1, opinion=1), rated(1, opinion=2)
    no_first, no_bobs, no_cys = rated(1, False), rated(1, False, opinion=1), rated(1, False, opinion=2)
    assert judged(tmp_path / "1", first, no_bobs) == [("Ann's.", "Bob's.")]
    assert judged(tmp_path / "2", no_first, bobs, cys) == [("Bob's.", "Ann's."), ("Cy's.", "Ann's.")]
    assert judged(tmp_path / "3", bobs, no_cys) == [("Bob's.", "Cy's.")]
    assert judged(tmp_path / "4", first, bobs, cys) == judged(tmp_path / "5", no_first, no_bobs) == []
    assert judged(tmp_path / "6", first, no_bobs, bobs) == [], "they don't agree on Bob's"
    assert judged(tmp_path / "7", first, first, no_bobs, no_bobs) == [("Ann's.", "Bob's.")], "a pair is one"
    assert judged(tmp_path / "8", no_bobs) == judged(tmp_path / "9", first) == [], "nobody judged the other"
    assert judged(tmp_path / "10", first, rated(1, False, "0123456789abcdef")) == [], "that one is of somebody else"
    assert judged(tmp_path / "11", first, no_bobs, flagged(1)) == []
    assert judged(tmp_path / "12", first, no_bobs, saw_more=True) == []
    edited = judged(tmp_path / "13", first, no_bobs, **OFFERED)
    assert edited == [("Ann's.", "Blocked."), ("Ann's.", "Bob's.")]


def test_a_judged_form_is_told_as_the_model_would_give_it(tmp_path: Path) -> None:
    told = user("hi"), reply('{"from": "Bern"}', bubbles=[{"text": "…"}])
    opinions = second_opinion(1, '{"seats": 2, "from": "x"}'), second_opinion(1, "no form", CY)
    ratings = rated(1, False), rated(1, opinion=1), rated(1, opinion=2)
    [pair] = pairs(tmp_path, *told, *opinions, *ratings, study=FORM)
    assert pair["preferred_output"] == [{"role": "assistant", "content": '{"from": "x", "seats": 2}'}]


def test_a_form_is_offered_as_the_model_would_give_it_or_not_at_all(tmp_path: Path) -> None:
    def asked(offered: str) -> tuple[Step, ...]:
        more = {"source": "edited", "offered": [{"kind": "suggested", "key": "1", "text": offered}]}
        return user("hi"), reply('{"from": "Bern"}', bubbles=[{"text": "…"}], **more)

    def made(folder: str, offered: str) -> list[Any]:
        return pairs(tmp_path / folder, *asked(offered), study=FORM, tools=True)

    assert made("1", "Bern?") == []
    [pair] = made("2", '{"seats": 2, "from": " Basel"}')
    assert pair["input"]["tools"][0]["function"]["parameters"]["properties"]["seats"] == {"type": "integer"}
    calls = [pair[side][0]["tool_calls"][0]["function"] for side in ("preferred_output", "non_preferred_output")]
    assert calls == [
        {"name": "answer", "arguments": '{"from": "Bern"}'},
        {"name": "answer", "arguments": '{"from": "Basel", "seats": 2}'},
    ]


def test_everything_in_one_session_still_makes_one_line(tmp_path: Path) -> None:
    [line] = lines(log(tmp_path / "sessions", {"e": EVERYTHING}), "card-help", "sharegpt", tmp_path / "out")
    assert line["id"] == "e"


@pytest.mark.parametrize("format", ["jsonl", "openai", "openai-preference", "sharegpt", "kit"])
def test_a_line_is_one_however_lines_are_split(logs: dict[str, Path], tmp_path: Path, format: str) -> None:
    done = export(logs["text"], "card-help", format, tmp_path)
    files = [file for file in done.files if file.suffix == ".jsonl"]
    assert files
    for file in files:
        told = file.read_bytes().decode()
        assert told.splitlines() == [line for line in told.split("\n") if line]


WITH_COLUMNS = {"csv", "jsonl", "huggingface", "datasette", "convokit"}
"""The formats that have all that is known of an exchange; the others are what is trained on, or tried."""


@pytest.mark.parametrize("format", sorted(FORMATS))
def test_what_an_observer_whispered_is_in_no_text_that_is_trained_on(format: str, tmp_path: Path) -> None:
    canary = "canaryofawhisper"
    told = (
        user("gone"),
        whispered(canary),
        reply("Blocked.", labels={"intent": "lost"}),
        released(),
        announced("We close."),
        spoken(),
        user("and?"),
        reply("Done.", labels={"intent": "other"}),
        released(),
    )
    sessions = log(tmp_path / "sessions", {"a" * 20: told})
    done = export(sessions, "card-help", format, tmp_path / "out")
    hold = [path.relative_to(tmp_path / "out") for path in done.files if canary.encode() in path.read_bytes()]
    assert bool(hold) == (format in WITH_COLUMNS), hold
    assert all("data" in path.parts for path in hold) or format != "huggingface"
