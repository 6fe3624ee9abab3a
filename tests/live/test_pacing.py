"""What a participant is shown while an answer comes, on real sockets; and that the log says the same."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import served
from tests.served import Client, Server, kept
from wizard.live.pacing import TICK_SECONDS, tick_seconds

KEY = "a-participants-own-key"
TEXT = "One two three four five six seven eight nine ten **eleven** twelve."
STUDY = """
study: slow
title: Slow
pacing: {first: 0.3, chars_per_second: 40, still: {after: 2}, busy: {after: 4, again: 3, say: Not now.}}
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with served(tmp_path, STUDY) as running:
        yield running


def test_many_texts_at_once_come_in_larger_pieces_and_as_fast() -> None:
    assert tick_seconds(chars=100, streams=1) == tick_seconds(chars=2_000, streams=200) == TICK_SECONDS
    assert tick_seconds(chars=100, streams=2_000) > 4 * TICK_SECONDS


def ask(chat: Client, desk: Client, text: str = "hello") -> str:
    n = chat.call("send", {"id": f"m-{time.monotonic()}", "text": text})["n"]
    sessions = {row["session"]: row for row in desk.call("inbox")["sessions"] if row["waiting_since"]}
    assert n
    [session] = sessions
    return session


def reply(desk: Client, session: str, text: str = TEXT, **more: Any) -> None:
    answer = desk.call("reply", {"session": session, "id": f"r-{time.monotonic()}", "text": text, **more})
    assert answer["ok"], answer


def said(server: Server, session: str) -> list[str]:
    """What the log has of the conversation."""
    return [each.text for each in kept(server, session).messages]


def written(server: Server, session: str) -> str | None:
    """What the log has of the last reply, as the wizard wrote it."""
    return kept(server, session).exchanges[-1].reply.text


def words(chat: Client) -> str:
    return "".join(payload["text"] for name, payload in chat.heard if name == "words")


def html(chat: Client) -> str:
    """What a page would show of the words so far."""
    shown = ""
    for name, payload in chat.heard:
        if name == "words":
            shown = shown.encode("utf-16-le")[: payload["keep"] * 2].decode("utf-16-le") + payload["html"]
    return shown


@pytest.mark.alone
def test_an_answer_comes_word_by_word_and_then_as_a_message(server: Server) -> None:
    with server.participant(KEY) as chat, server.wizard(server.seat()) as desk:
        session = ask(chat, desk)
        chat.wait_for("thinking", on=True)
        began = time.monotonic()
        reply(desk, session)
        first = chat.wait_for("words")
        assert time.monotonic() - began >= 0.3
        assert (first["n"], first["text"]) == (2, "One")
        assert chat.call("sync", {"after": 0})["state"]["streaming"]["text"] == words(chat)
        assert len(chat.call("sync", {"after": 0})["messages"]) == 1
        whole = chat.wait_for("message", n=2)
        assert time.monotonic() - began >= 0.3 + (len(TEXT) - 8) / 40
        assert whole["text"] == words(chat) == TEXT
        assert whole["html"] == html(chat)
        assert len([name for name, _ in chat.heard if name == "words"]) > 8
        assert [payload["on"] for name, payload in chat.heard if name == "thinking"] == [True, False]


def test_whoever_says_more_while_they_wait_sees_the_dots_go_on(server: Server) -> None:
    with server.participant(KEY) as chat, server.wizard(server.seat()) as desk:
        session = ask(chat, desk)
        chat.wait_for("thinking", on=True)
        assert chat.call("send", {"id": "more", "text": "are you there?"})["ok"]
        time.sleep(0.6)
        reply(desk, session, "Yes.")
        chat.wait_for("message", text="Yes.")
        chat.wait_for("thinking", on=False)
        assert [payload["on"] for name, payload in chat.heard if name == "thinking"] == [True, False]


def test_a_stop_leaves_both_sides_and_the_log_with_the_same_words(server: Server) -> None:
    with server.participant(KEY) as chat, server.wizard(server.seat()) as desk:
        session = ask(chat, desk)
        reply(desk, session)
        chat.wait_for("words")
        time.sleep(0.5)
        assert chat.call("stop")["ok"]
        told = chat.wait_for("message", n=2)
        time.sleep(0.4)
        assert told["stopped"]
        assert told["text"] == words(chat)
        assert TEXT.startswith(told["text"])
        assert chat.call("sync", {"after": 1})["messages"] == [told]
        assert chat.call("stop")["ok"], "to stop what is over is no error"
        assert desk.call("claim", {"session": session})["observation"]["messages"][-1]["text"] == told["text"]
        assert said(server, session)[-1] == told["text"]
        assert written(server, session) == TEXT
        assert chat.call("retry")["ok"]
        again = desk.wait_for("observation", waiting=True, upto=1)
        assert [turn["text"] for turn in again["messages"]] == ["hello"]
        reply(desk, session, "Again.", upto=1, observation=again["hash"])
        assert chat.wait_for("message", n=3)["text"] == "Again."


def test_whoever_waits_long_is_told_so_and_what_comes_while_busy_waits_for_the_next_try(server: Server) -> None:
    with server.participant(KEY) as chat, server.wizard(server.seat()) as desk:
        session = ask(chat, desk)
        chat.wait_for("thinking", on=True, say="Still working on it…")
        assert chat.wait_for("state", busy="Not now.")
        reply(desk, session, "Here I am.")
        time.sleep(0.8)
        assert not [name for name, _ in chat.heard if name == "words"]
        asked = time.monotonic()
        assert chat.call("retry")["ok"]
        chat.wait_for("message", text="Here I am.")
        assert 0.3 <= time.monotonic() - asked < 3, "not before the pacing, nor with the next word that it is busy"


def test_a_message_lets_the_rest_of_the_answer_through_at_once(server: Server) -> None:
    with server.participant(KEY) as chat, server.wizard(server.seat()) as desk:
        session = ask(chat, desk)
        reply(desk, session)
        chat.wait_for("words")
        assert chat.call("send", {"id": "next", "text": "and now?"})["n"] == 3
        assert chat.wait_for("message", n=2)["text"] == TEXT


def test_a_kill_in_the_middle_of_an_answer_leaves_it_coming(server: Server) -> None:
    owner = server.seat()
    with server.participant(KEY) as chat, server.wizard(owner) as desk:
        session = ask(chat, desk)
        reply(desk, session, TEXT * 5)
        chat.wait_for("words")
        server.kill()
    had = words(chat)
    server.start()
    with server.participant(KEY) as chat:
        state = chat.wait_for("state", open=True)
        assert state["streaming"]["text"].startswith(had)
        whole = chat.wait_for("message", n=2)
        assert whole["text"] == TEXT * 5 == state["streaming"]["text"] + words(chat)


def test_whoever_comes_back_while_an_answer_is_awaited_is_told_so_once(server: Server) -> None:
    with server.participant(KEY) as chat, server.wizard(server.seat()) as desk:
        ask(chat, desk)
        chat.wait_for("thinking", on=True)
    with server.participant(KEY) as again:
        again.wait_for("thinking", on=True)
        again.call("sync", {"after": 0})
        assert [name for name, _ in again.heard] == ["state", "thinking"]
