"""The advice at the desk, and what the desk is told of what the participant sees, over real sockets."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import served
from tests.served import Client, Server

KEY = "a-participants-own-key"
STUDY = """
study: slow
title: Slow
persona: {name: Penny, greeting: "Hi, I'm Penny. What can I do?"}
pacing: {first: 1, chars_per_second: 20, still: {after: 2}, busy: {after: 4, again: 3, say: Not now.}}
model_sees: {documents: [cards.md]}
canned:
  - {key: block, text: I have blocked your card.}
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    twice_as_fast = served(tmp_path, STUDY, {"cards.md": "A flimp is what a card has."})
    twice_as_fast.environ = {"CURTAIN_HASTE": "2"}
    with twice_as_fast as running:
        yield running


def asked(chat: Client, desk: Client, text: str = "my card is gone") -> str:
    assert chat.call("send", {"id": f"m-{time.monotonic()}", "text": text})["ok"]
    [row] = desk.call("inbox")["sessions"]
    return str(row["session"])


def checked(desk: Client, session: str, text: str) -> list[tuple[str, str]]:
    answer = desk.call("check", {"session": session, "text": text})
    assert answer["ok"], answer
    return [(each["kind"], text[each["start"] : each["end"]]) for each in answer["hints"]]


def newest(desk: Client, **participant: bool) -> dict[str, Any]:
    """The newest observation, once it says that of the participant."""
    until = time.monotonic() + 5
    while time.monotonic() < until:
        last: dict[str, Any] = [payload for name, payload in desk.heard if name == "observation"][-1]
        if participant.items() <= last["participant"].items():
            return last
        time.sleep(0.01)
    raise AssertionError(f"no observation said {participant}; heard {desk.heard}")


def test_a_text_is_checked_against_what_the_persona_wrote_and_the_words_of_the_study(server: Server) -> None:
    with server.participant(KEY) as chat, server.wizard(server.seat()) as desk:
        session = asked(chat, desk, "my flurb is gone")
        assert desk.call("claim", {"session": session})["ok"]
        assert checked(desk, session, "I have blocked it.") == []
        assert checked(desk, session, "Is your flurb a flimp?") == [], "both stand in what is given"
        assert checked(desk, session, "brb 🙂 i blokced it.") == [
            ("style", "b"),
            ("chat", "brb"),
            ("smiley", "🙂"),
            ("typo", "blokced"),
        ]


def test_only_whoever_has_the_conversation_may_ask(server: Server) -> None:
    with server.participant(KEY) as chat, server.wizard(server.seat()) as desk:
        session = asked(chat, desk)
        assert desk.call("check", {"session": session, "text": "ok"})["error"]["code"] == "claimed"
        assert desk.call("check", {"session": "nonsense", "text": "ok"})["error"]["code"] == "missing"


def test_the_desk_is_told_what_the_participant_sees_in_seconds_as_they_pass(server: Server) -> None:
    with server.participant(KEY) as chat, server.wizard(server.seat()) as desk:
        session = asked(chat, desk)
        seen = desk.call("claim", {"session": session})["observation"]["participant"]
        assert 0 <= seen.pop("waited") < 1
        assert seen == {
            "phases": [
                {"at": 0, "sees": "nothing", "says": None},
                {"at": 0.2, "sees": "dots", "says": None},
                {"at": 1, "sees": "still", "says": "Still working on it…"},
                {"at": 2, "sees": "busy", "says": "Not now."},
            ],
            "cycle": 3.5,
            "first_word": None,
            "coming": None,
            "stopped": False,
            "again": False,
            "paused": False,
        }
        desk.call("reply", {"session": session, "id": "r1", "text": "I have blocked your card. " * 4})
        due = desk.wait_for("observation", waiting=False)["participant"]
        assert 0.2 < due["first_word"] <= 0.5
        chat.wait_for("words")
        coming = [each for name, each in desk.heard if name == "observation"][-1]["participant"]
        assert coming["coming"] == {"chars": 0, "length": 104, "rate": 40}
        assert coming["waited"] is None


def test_a_stopped_answer_that_is_asked_for_again_keeps_its_draft_for_a_reload(server: Server) -> None:
    with server.participant(KEY) as chat, server.wizard(server.seat()) as desk:
        session = asked(chat, desk)
        desk.call("reply", {"session": session, "id": "r1", "text": "I have blocked your card. " * 4})
        chat.wait_for("words")
        assert chat.call("stop")["ok"]
        stopped = newest(desk, stopped=True)
        assert (stopped["upto"], stopped["waiting"], stopped["participant"]["again"]) == (3, False, False)
        assert chat.call("retry")["ok"]
        again = newest(desk, again=True)
        assert (again["upto"], again["participant"]["stopped"], again["participant"]["again"]) == (2, True, True)
        draft = {"text": "Another", "upto": 2}
        assert desk.call("draft", {"session": session, "revision": 5, "draft": draft})["ok"]
        assert desk.call("claim", {"session": session})["draft"]["text"] == "Another"
