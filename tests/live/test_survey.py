"""Questions before and after a conversation, over the sockets: once each, each in its place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import served
from tests.logged import read_sessions
from tests.served import Client, Server, Visitor, closed_up
from wizard.store.database import connect, connect_to_read
from wizard.store.invites import count_arrivals, make_invite

STUDY = """
study: asks
title: Asks
ask_what_answered: true
debriefing: That was a person.
model_sees: {participant: [mood]}
survey:
  before:
    - {name: mood, question: How are you?, required: true}
    - name: age
      kind: choice
      question: How old are you?
      options: [under 18, 18 or over]
      screens_out: [under 18]
  after:
    - {name: why, kind: text, question: Why?}
"""
WELL = {"when": "before", "answers": {"mood": 4, "age": "18 or over"}}
YOUNG = {"when": "before", "answers": {"mood": 4, "age": "under 18"}}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("asks"), STUDY) as server:
        yield server


@pytest.fixture(scope="module")
def owner(server: Server) -> str:
    return server.seat()


def test_they_are_asked_before_they_can_write_and_after_the_end(server: Server, owner: str) -> None:
    with server.participant("somebody-who-answers") as chat, Client(server, "/desk", {"key": owner}) as desk:
        state = chat.wait_for("state")
        assert [each["name"] for each in state["survey"]["questions"]] == ["mood", "age"]
        assert "screens_out" not in json.dumps(state), "nobody is told what to answer"
        assert chat.call("send", {"id": "a", "text": "hi"})["error"]["code"] == "survey"
        assert chat.call("answer", {"when": "before", "answers": {}})["error"]["code"] == "invalid"
        assert chat.call("answer", {"when": "after", "answers": {}})["error"]["code"] == "order"
        assert chat.call("answer", WELL)["ok"]
        assert chat.call("answer", YOUNG)["ok"], "the first answers stand"
        assert chat.call("send", {"id": "a", "text": "hi"})["ok"]

        [waiting] = desk.call("inbox")["sessions"]
        claim = desk.call("claim", {"session": waiting["session"]})
        assert claim["observation"]["shown"] == {"mood": "4"}, "what the study grants, and no more"
        assert "18 or over" not in json.dumps(desk.heard)
        reply = {"session": waiting["session"], "id": "r", "text": "hello", "could_answer": "yes", "upto": 1}
        assert desk.call("reply", reply)["ok"]

        chat.call("end")
        asked = chat.wait_for("state", open=False)
        assert asked["survey"]["when"] == "after"
        assert not {"asks", "debriefing"} & set(asked), "one thing after the other"
        assert chat.call("answer", {"when": "after", "answers": {"why": "I was asked"}})["ok"]
        assert chat.wait_for("state", asks=True)
        assert chat.call("guess", {"answered_by": "person"})["ok"]
        assert "person" in chat.wait_for("state", debriefing="<p>That was a person.</p>\n")["debriefing"]
    db = connect_to_read(server.sessions)
    [told] = [each for each in read_sessions(db, "asks") if each.asked_after]
    db.close()
    assert told.asked_before is not None
    assert told.asked_before.answers == {"mood": 4, "age": "18 or over"}
    assert told.exchanges[0].reply.shown == {"mood": "4"}


def test_who_said_nothing_isnt_asked_after(server: Server) -> None:
    with server.participant("somebody-who-leaves-at-once") as chat:
        chat.call("answer", WELL)
        chat.call("end")
        assert "survey" not in chat.wait_for("state", open=False)


def test_who_is_screened_out_is_out_for_good_and_never_counts(server: Server) -> None:
    db = connect(server.sessions, lock_wait=5)
    given = {"most": 1, "done": "C0DE", "screened": "https://panel.example/out"}
    code = make_invite(db, "asks", panel="PROLIFIC_PID", **given)  # type: ignore[arg-type]
    db.close()
    link = f"/c/{code}?PROLIFIC_PID="
    key = re.findall(r'data-key="(\w+)"', Visitor(server.url).get(f"{link}young")[1])[0]
    auth = {"invite": code, "key": key}
    with Client(server, "/chat", auth) as chat, Client(server, "/chat", auth) as other:
        other.wait_for("state")
        assert chat.call("answer", YOUNG)["ok"]
        assert other.wait_for("state", reason="screened_out")["done"] == "https://panel.example/out"
        assert chat.call("send", {"id": "a", "text": "hi"})["error"]["code"] == "ended"
        assert chat.call("answer", WELL)["ok"]
        assert chat.call("restart")["error"]["code"] == "ended"
    assert Visitor(server.url).get(f"{link}young")[0] == 200
    with Client(server, "/chat", auth) as again:
        assert again.wait_for("state")["reason"] == "screened_out"
    db = connect_to_read(server.sessions)
    assert count_arrivals(db, code) == 0
    db.close()
    assert Visitor(server.url).get(f"{link}old")[0] == 200, "the one place is still free"

    with server.participant("young-by-the-open-link") as chat:
        chat.call("answer", YOUNG)
        assert chat.call("restart")["error"]["code"] == "ended"


def test_answers_are_counted_on_the_data_page(tmp_path: Path) -> None:
    with served(tmp_path, STUDY) as own:
        for number, answers in enumerate((WELL, WELL, YOUNG, YOUNG)):
            with own.participant(f"somebody-who-answers-{number}") as chat:
                assert chat.call("answer", answers)["ok"]
                if number == 0:
                    assert chat.call("send", {"id": "a", "text": "hi"})["ok"]
                    assert chat.call("end")["ok"]
                    assert chat.call("answer", {"when": "after", "answers": {"why": "I was asked"}})["ok"]
        status, page = Visitor(own.url, {"seat": own.seat()}).get("/studio/data")
    assert status == 200
    assert "4 answered before, 1 after; 2 were screened out." in page
    page = closed_up(page)
    assert '<li>4<span dir="auto">4</span></li>' in page
    assert '<li>2<span dir="auto">under 18</span></li>' in page


def test_answers_come_through_a_restart(server: Server, tmp_path: Path) -> None:
    with served(tmp_path, STUDY) as other:
        with other.participant("somebody-in-between") as chat:
            chat.call("answer", WELL)
        other.stop()
        other.start()
        with other.participant("somebody-in-between") as chat:
            assert "survey" not in chat.wait_for("state")
