"""A participant sees all that is kept of them, and nothing of who answered; and takes it back."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.conftest import served
from tests.served import Client, Server, Visitor
from wizard.store.database import connect, connect_to_read
from wizard.store.invites import make_invite

STUDY = """
study: mine
title: Mine
consent: You are asked to **try** something.
survey: {before: [{name: mood, question: How are you today?, kind: text}]}
scenarios: [{id: lost, text: You lost your card.}]
labels: [{name: intent, kind: choice, options: [lost, other]}]
ask_what_answered: true
"""
SECRET = "a-participant-who-asks"
TELLING = ("wizard", "exchange", "labels", "intent", "session", "released", "operator", "human", "Wanda", "secret word")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("mine"), STUDY) as server:
        yield server


def talked(server: Server, secret: str) -> None:
    """A conversation with all that one can have."""
    with server.participant(secret) as chat, server.wizard(server.seat()) as desk:
        assert chat.call("agree")["ok"]
        assert chat.call("answer", {"when": "before", "answers": {"mood": "Fine"}})["ok"]
        assert chat.call("send", {"id": "a", "text": f"hello from {secret}"})["ok"]
        session = desk.call("inbox")["sessions"][-1]["session"]
        given = {"session": session, "id": "r", "text": "an answer", "labels": {"intent": "lost"}, "could_answer": "no"}
        assert desk.call("reply", given)["ok"]
        chat.wait_for("message", role="assistant")
        desk.call("note", {"session": session, "text": "a secret word"})
        assert chat.call("end")["ok"]
        assert chat.call("guess", {"answered_by": "program", "confidence": 3})["ok"]
    server.restart()


def test_all_that_is_kept_of_somebody_is_told_to_them_alone_and_goes(server: Server) -> None:
    for secret in (SECRET, "somebody-else-entirely"):
        talked(server, secret)
    visitor = Visitor(server.url, {"visit": SECRET})
    where = f"/c/{server.invite}/mine"
    _, text = visitor.get(f"{where}?file=")
    [told] = json.loads(text)["conversations"]
    assert told["task"] == "You lost your card."
    assert told["agreed"]["text"] == "You are asked to **try** something."
    assert [(each["role"], each["text"]) for each in told["messages"]] == [
        ("user", f"hello from {SECRET}"),
        ("assistant", "an answer"),
    ]
    assert told["answers"][0]["question"] == "How are you today?"
    assert told["answers"][0]["answer"] == "Fine"
    assert (told["guess"]["answered_by"], told["guess"]["confidence"]) == ("program", 3)
    _, page = visitor.get(where)
    for said in (f"hello from {SECRET}", "an answer", "How are you today?", "Fine", "You lost your card."):
        assert said in page
    for word in (*TELLING, "somebody-else-entirely"):
        assert word not in page, word
        assert word not in text, word
    assert "Nothing is kept of you here." in visitor.post(where, {})[1]
    assert json.loads(visitor.get(f"{where}?file=")[1]) == {"conversations": []}
    db = connect_to_read(server.sessions)
    everything = "\n".join(map(str, db.execute("SELECT body FROM events").fetchall()))
    db.close()
    assert SECRET not in everything
    assert "somebody-else-entirely" in everything


def test_whom_a_panel_sent_sees_theirs_by_their_id_and_also_behind_a_link_that_was_taken_back(server: Server) -> None:
    db = connect(server.sessions, lock_wait=5)
    code = make_invite(db, "mine", panel="PID")
    db.close()
    key = Visitor(server.url).get(f"/c/{code}?PID=p1")[1].partition('data-key="')[2].partition('"')[0]
    with Client(server, "/chat", {"invite": code, "key": key}) as chat:
        assert chat.call("agree")["ok"]
    Visitor(server.url, {"seat": server.seat(server.restart().owner_link)}).post(f"/studio/links/{code}/revoke", {})
    assert "You are asked to **try** something." in Visitor(server.url).get(f"/c/{code}/mine?PID=p1")[1]
    for other in ("", "?PID=p2"):
        assert "Nothing is kept of you here." in Visitor(server.url).get(f"/c/{code}/mine{other}")[1]
