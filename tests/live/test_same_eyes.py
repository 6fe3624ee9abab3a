"""Same eyes: what reaches the desk is the observation and nothing else, and the log keeps it to the byte."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.conftest import served
from tests.logged import read_sessions
from tests.served import Listening, Server, Visitor
from wizard.observation import of_exchange
from wizard.store.database import connect_to_read
from wizard.store.log import read_session

TWO_MESSAGES = """
study: two-messages
title: Two messages
persona: {name: Penny, greeting: "canary-of-the-greeting"}
welcome: canary-of-the-welcome
scenarios:
  - {id: lost, text: canary-of-the-scenario}
model_sees: {history: 2}
labels:
  - {name: intent, kind: choice, options: [lost, charge, other]}
"""
KEY = "canary-of-the-participants-secret"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with served(tmp_path, TWO_MESSAGES) as running:
        yield running


def listening(server: Server, secret: str) -> Listening:
    return Listening(server, "/desk", {"key": secret})


def test_nothing_outside_the_observation_is_on_the_desks_wire(server: Server) -> None:
    owner = server.seat()
    with ExitStack() as stack:
        desk = listening(server, owner)
        stack.enter_context(desk)
        other = stack.enter_context(listening(server, server.seat(server.invite_person(owner, "Ann", "wizard"))))
        chat = stack.enter_context(server.participant(KEY))
        assert chat.wait_for("state", open=True)["task"] == "canary-of-the-scenario"
        for number in range(4):
            chat.call("send", {"id": f"m{number}", "text": f"canary-of-an-earlier-message-{number}"})
        chat.call("send", {"id": "m4", "text": "my card"})
        chat.call("send", {"id": "m5", "text": "is gone"})
        desk.heard.clear()
        [row] = desk.call("inbox")["sessions"]
        claim = desk.call("claim", {"session": row["session"]})
        assert [turn["text"] for turn in claim["observation"]["messages"]] == ["my card", "is gone"]
        chat.call("send", {"id": "m6", "text": "help"})
        assert desk.wait_for("observation", upto=8)["messages"][-1]["text"] == "help"
        desk.call("reply", {"session": row["session"], "id": "r1", "text": "Blocked.", "upto": 8})
        chat.wait_for("message", text="Blocked.")
        desk.call("search", {"text": "card"})
        _, page = Visitor(server.url, {"seat": owner}).get("/studio")
        seen = "".join(desk.wire) + "".join(other.wire) + page
        assert "is gone" in seen, "the wire isn't recorded"
        assert "canary" not in seen, seen[max(0, seen.find("canary") - 200) : seen.find("canary") + 80]


def test_looking_further_is_logged_and_marks_this_and_the_later_exchanges(server: Server) -> None:
    with server.participant(KEY) as chat, server.wizard(server.seat()) as desk:
        for number in range(4):
            chat.call("send", {"id": f"m{number}", "text": f"message {number}"})
        [row] = desk.call("inbox")["sessions"]
        session = row["session"]
        assert desk.call("claim", {"session": session})["observation"]["saw_more"] is False
        assert desk.call("reply", {"session": session, "id": "r1", "text": "one"})["ok"]
        chat.call("send", {"id": "m5", "text": "and now?"})

        looked = desk.call("look", {"session": session})
        assert [each["text"] for each in looked["whole"]["messages"]][1:5] == [f"message {n}" for n in range(4)]
        assert desk.wait_for("observation", saw_more=True)
        assert desk.call("look", {"session": session, "at": "scenario"})["scenario"] == "canary-of-the-scenario"
        assert desk.call("reply", {"session": session, "id": "r2", "text": "two"})["ok"]
        chat.call("send", {"id": "m6", "text": "and then?"})
        assert desk.call("reply", {"session": session, "id": "r3", "text": "three"})["ok"]

        whole = desk.call("look", {"session": session})["whole"]
        assert [each["saw_more"] for each in whole["exchanges"]] == [False, True, True]
    db = connect_to_read(server.sessions)
    [stored] = read_sessions(db)
    looks = db.conn.execute("SELECT actor, body FROM events WHERE kind = 'looked'").fetchall()
    assert [json.loads(body) for _, body in looks] == [{"at": "session"}]
    assert {actor for actor, _ in looks} == stored.looked
    rows = db.conn.execute("SELECT saw_more FROM exchanges ORDER BY exchange").fetchall()
    assert [bool(saw_more) for (saw_more,) in rows] == [False, True, True]


def test_the_observation_that_was_answered_is_kept_to_the_byte(server: Server) -> None:
    with server.participant(KEY) as chat, server.wizard(server.seat()) as desk:
        chat.call("send", {"id": "m1", "text": "my card"})
        [row] = desk.call("inbox")["sessions"]
        shown = desk.call("claim", {"session": row["session"]})["observation"]
        chat.call("send", {"id": "m2", "text": "is gone"})
        given = {"session": row["session"], "id": "r1", "text": "Blocked.", "upto": shown["upto"]}
        wrong = desk.call("reply", {**given, "observation": "0" * 64})
        assert (wrong["error"]["code"], "would have been given" in wrong["error"]["message"]) == ("invalid", True)
        assert desk.call("reply", {**given, "observation": shown["hash"]})["ok"]
    stored = read_session(connect_to_read(server.sessions), row["session"])
    assert stored is not None
    [exchange] = stored.exchanges
    seen = of_exchange(stored, exchange)
    assert seen.hash() == exchange.reply.observation == shown["hash"]
    assert seen.turns() == [{"role": turn["role"], "content": turn["text"]} for turn in shown["messages"]]
