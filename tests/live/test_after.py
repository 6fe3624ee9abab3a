"""After the end: what the participant thinks answered them, what they are told, and taking it all back."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import served
from tests.logged import read_sessions
from tests.served import Server, soon
from wizard.session import Session
from wizard.store.database import connect, connect_to_read, reading
from wizard.store.doctor import examine
from wizard.store.erasure import erase_participant

KEY, OTHER = "a-participants-own-key", "another-participant-here"
CANARY = "quxotic-canary-of-mine"
STUDY = """
study: honest
title: Honest
ask_what_answered: true
debriefing: "A **person** answered you."
scenarios: [{id: a, text: One}, {id: b, text: Two}]
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with served(tmp_path, STUDY) as running:
        yield running


def test_what_they_think_is_asked_before_they_are_told(server: Server) -> None:
    with server.participant(KEY) as chat, server.wizard(server.seat()) as desk:
        chat.call("send", {"id": "m1", "text": "hello"})
        session = desk.call("inbox")["sessions"][0]["session"]
        assert desk.call("reply", {"session": session, "id": "r1", "text": "hi"})["ok"]
        assert chat.call("guess", {"answered_by": "person"})["error"]["code"] == "order", "not before the end"
        assert chat.call("end")["ok"]
        state = chat.wait_for("state", open=False)
        assert state["asks"]
        assert "debriefing" not in state
        assert chat.call("guess", {"answered_by": "person", "confidence": 4})["ok"]
        told = chat.wait_for("state", debriefing="<p>A <strong>person</strong> answered you.</p>\n")
        assert "asks" not in told
        assert chat.call("guess", {"answered_by": "program"})["ok"], "the first word stands"
    with server.participant(KEY) as chat:
        assert chat.wait_for("state", open=False).keys() >= {"debriefing"}
    assert [each.guessed and each.guessed.answered_by for each in kept(server)] == ["person"]


def test_whom_nobody_answered_is_not_asked_but_told(server: Server) -> None:
    with server.participant(KEY) as chat:
        chat.call("end")
        state = chat.wait_for("state", open=False)
        assert "asks" not in state
        assert state["debriefing"]


def test_what_is_taken_back_is_gone_to_the_byte_and_nothing_else_is(server: Server) -> None:
    owner = server.seat()
    with server.participant(OTHER) as other, server.participant(KEY) as chat, server.wizard(owner) as desk:
        other.call("send", {"id": "m1", "text": "I stay"})
        for number in range(2):
            chat.call("send", {"id": f"m{number}", "text": f"{CANARY} {number}"})
            [session] = [row["session"] for row in desk.call("inbox")["sessions"] if row["alias"] != "Guest 1"]
            desk.call("claim", {"session": session})
            desk.call("draft", {"session": session, "text": f"draft {CANARY}", "revision": 0})
            answer = {"session": session, "id": f"r{number}", "text": f"answer {CANARY}", "could_answer": "yes"}
            assert desk.call("reply", answer)["ok"]
            desk.call("note", {"session": session, "id": f"n{number}", "text": f"note {CANARY}"})
            if number == 0:
                chat.call("end")
                chat.call("restart")
        wait_until_it_is_in_the_files(server)
        assert chat.call("withdraw")["ok"]
        assert chat.wait_for("state", withdrawn=True) == {"open": False, "reason": "ended", "withdrawn": True}
        desk.wait_for("ended", session=session)
        label = {"session": session, "id": "late", "exchange": 1, "labels": {}}
        assert desk.call("label", label)["error"]["code"] == "missing"
        assert chat.call("send", {"id": "late", "text": "hello?"})["error"]["code"] == "missing"
        assert other.call("sync", {"after": 0})["messages"][0]["text"] == "I stay"
        assert [row["alias"] for row in desk.call("inbox")["sessions"]] == ["Guest 1"]
    assert CANARY.encode() not in b"".join(path.read_bytes() for path in server.sessions.rglob("*") if path.is_file())
    assert [each.messages[0].text for each in kept(server)] == ["I stay"]
    assert [each for each in examine(server.sessions) if each.state == "bad" and each.what != "disk"] == []
    with server.participant(KEY) as chat:
        assert chat.wait_for("state", open=True)
        assert chat.call("sync", {"after": 0})["messages"] == []
    server.kill()
    server.start()
    assert [each.started.alias for each in kept(server)] == ["Guest 1", "Guest 4"]


def test_what_is_taken_back_goes_out_of_backups_too_while_the_chat_goes_on(server: Server) -> None:
    copy = server.sessions / "backups" / "copy.db"
    with server.participant(OTHER) as other, server.participant(KEY) as chat:
        other.call("send", {"id": "m1", "text": "I stay"})
        chat.call("send", {"id": "m1", "text": CANARY})
        db = connect(server.sessions, lock_wait=1)
        copy.parent.mkdir()
        db.conn.execute("VACUUM INTO ?", [str(copy)])
        db.close()
        assert CANARY.encode() in copy.read_bytes()
        assert chat.call("withdraw")["ok"]
        assert other.call("send", {"id": "m2", "text": "and go on"})["ok"]
        assert soon(lambda: CANARY.encode() not in read(server, "backups/"))
    assert b"I stay" in copy.read_bytes()


@pytest.mark.alone
def test_nobody_waits_where_somebody_takes_all_back_while_the_log_is_read(server: Server) -> None:
    with server.participant(OTHER) as other, server.participant(KEY) as chat:
        other.call("send", {"id": "m1", "text": "I stay"})
        chat.call("send", {"id": "m1", "text": CANARY})
        with reading(server.sessions) as reader:
            reader.conn.execute("BEGIN")
            reader.conn.execute("SELECT count(*) FROM events").fetchone()
            assert chat.call("withdraw")["ok"]
            took = []
            for number in range(2, 42):
                began = time.monotonic()
                assert other.call("send", {"id": f"m{number}", "text": "and go on"})["ok"]
                took.append(time.monotonic() - began)
                time.sleep(0.05)
            assert max(took) < 0.3
            assert CANARY.encode() in read(server, "log.db"), "or nobody was in its way"
        assert soon(lambda: CANARY.encode() not in read(server, ""))


def test_what_was_erased_before_a_kill_is_cleaned_up_after_the_start(server: Server) -> None:
    with server.participant(KEY) as chat, server.wizard(server.seat()):
        chat.call("send", {"id": "m1", "text": CANARY})
        wait_until_it_is_in_the_files(server)
    server.kill()
    db = connect(server.sessions, lock_wait=1)
    [participant] = db.conn.execute("SELECT participant FROM heads").fetchone()
    erase_participant(db, "honest", participant, "withdrawn")
    assert CANARY.encode() in read(server, "index.db")
    server.start()
    assert soon(lambda: CANARY.encode() not in read(server, ""))
    db.close()


def wait_until_it_is_in_the_files(server: Server) -> None:
    """Or its absence afterwards would say nothing."""
    assert soon(lambda: all(CANARY.encode() in read(server, name) for name in ("log.db", "index.db")))


def read(server: Server, name: str) -> bytes:
    return b"".join(path.read_bytes() for path in server.sessions.glob(f"{name}*") if path.is_file())


def kept(server: Server) -> list[Session]:
    db = connect_to_read(server.sessions)
    try:
        return list(read_sessions(db))
    finally:
        db.close()
