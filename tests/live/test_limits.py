"""Limits: conversations that end by themselves, and a study that is full, however many come at once."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from socketio.exceptions import ConnectionError as Refused

from tests.conftest import served
from tests.served import Client, Server, Visitor
from wizard.store.database import connect, connect_to_read
from wizard.store.invites import count_participants

PEOPLE, MOST = 60, 20
MESSAGES = """
study: short
title: Short
limits: {messages: 2}
pacing: {first: 0.5, busy: {after: 2}}
"""
MINUTES = """
study: quick
title: Quick
consent: Take part?
limits: {minutes: 0.05}
pacing: {busy: {after: 2}}
"""
FULL = f"study: few\ntitle: Few\nlimits: {{participants: {MOST}}}\n"


@pytest.mark.alone
def test_who_chats_does_not_wait_while_others_come_into_a_study_that_counts_very_many(tmp_path: Path) -> None:
    server = served(
        tmp_path,
        "study: many\ntitle: Many\nlimits: {participants: 100000}\n"
        "scenarios: [{id: lost, text: You lost your card., count: 100000}]\n",
    )
    db = connect(server.sessions, lock_wait=5)
    numbers = range(30_000)
    db.conn.executemany(
        "INSERT INTO heads (session, participant, study, version, alias, started_at, messages, exchanges, unreleased)"
        " VALUES (?, ?, 'many', 1, 'Guest', '2026-01-01T00:00:00.000Z', 1, 0, 0)",
        ([f"s{number}", f"p{number}"] for number in numbers),
    )
    db.conn.executemany(
        "INSERT INTO events (session, kind, at, actor, body) VALUES (?, ?, '', 'system', ?)",
        (
            [f"s{number}", kind, json.dumps(body)]
            for number in numbers
            for kind, body in (("started", {"scenario": "lost"}), ("message", {"role": "user"}))
        ),
    )
    db.conn.commit()
    db.close()
    with server, server.participant("somebody-who-chats") as chat, ThreadPoolExecutor(1) as pool:
        comers = [Client(server, "/chat", {"invite": server.invite, "key": f"new-{number:020}"}) for number in range(3)]
        coming = pool.submit(lambda: [each.connect() for each in comers])
        took = []
        while not coming.done():
            began = time.monotonic()
            assert chat.call("send", {"id": f"m{len(took)}", "text": "hi"})["ok"]
            took.append(time.monotonic() - began)
            time.sleep(0.02)
        for each in coming.result():
            each.disconnect()
    assert max(took) < 0.2


def answer(server: Server, seat: str, upto: int) -> None:
    with Client(server, "/desk", {"key": seat}) as desk:
        [waiting] = desk.call("inbox")["sessions"]
        desk.call("claim", {"session": waiting["session"]})
        told = {"session": waiting["session"], "id": f"r{upto}", "text": "hello", "could_answer": "yes", "upto": upto}
        assert desk.call("reply", told)["ok"]


def ended(client: Client, seconds: float = 8.0) -> bool:
    return client.wait_for("state", seconds, open=False) == {"open": False, "reason": "limit"}


def test_the_last_message_is_answered_and_then_it_ends(tmp_path: Path) -> None:
    with served(tmp_path, MESSAGES) as server:
        seat = server.seat()
        with server.participant("somebody-with-two-messages") as chat:
            assert chat.call("send", {"id": "a", "text": "one"})["ok"]
            assert chat.call("send", {"id": "b", "text": "two"})["ok"]
            assert chat.wait_for("state", last=True)["open"], "the answer is owed"
            assert chat.call("send", {"id": "c", "text": "three"})["error"]["code"] == "over"
            assert chat.call("send", {"id": "b", "text": "two"})["ok"], "a retry of the last one is no third"
            answer(server, seat, 2)
            assert ended(chat)
            names = [name for name, payload in chat.heard if name == "message" or payload.get("reason")]
            assert names == ["message", "state"], "first the answer, then the end"
        with server.participant("somebody-whom-nobody-answers") as chat:
            chat.call("send", {"id": "a", "text": "one"})
            chat.call("send", {"id": "b", "text": "two"})
            began = time.monotonic()
            assert ended(chat)
            assert time.monotonic() - began > 1, "it waited as long as anybody would"


def test_the_minutes_begin_when_they_can_write_and_go_on_through_a_restart(tmp_path: Path) -> None:
    with served(tmp_path, MINUTES) as server:
        with server.participant("somebody-with-three-seconds") as chat:
            time.sleep(3.2)
            assert "consent" in chat.wait_for("state"), "reading it takes no time off"
            chat.call("agree")
            assert chat.call("send", {"id": "a", "text": "one"})["ok"]
        server.restart()
        with server.participant("somebody-with-three-seconds") as chat:
            assert chat.call("send", {"id": "b", "text": "two"})["ok"]
            assert chat.wait_for("state", last=True)
            assert chat.call("send", {"id": "c", "text": "three"})["error"]["code"] == "over"
            assert ended(chat)
        with server.participant("somebody-who-says-nothing") as chat:
            chat.call("agree")
            assert ended(chat)


def test_no_more_get_in_than_the_study_takes_however_many_come_at_once(tmp_path: Path) -> None:
    with served(tmp_path, FULL) as server:

        def comes(number: int) -> Client | None:
            client = Client(server, "/chat", {"invite": server.invite, "key": f"one-of-sixty-people-{number:02}"})
            try:
                return client.connect()
            except Refused:
                return None

        with ThreadPoolExecutor(PEOPLE) as pool:
            clients = list(pool.map(comes, range(PEOPLE)))
        those = [client for client in clients if client]
        assert len(those) == MOST
        db = connect_to_read(server.sessions)
        assert count_participants(db, "few") == MOST
        db.close()
        status, page = Visitor(server.url).get(f"/c/{server.invite}")
        assert status == 410
        assert "This is full" in page
        those[0].call("end")
        assert those[0].call("restart")["ok"], "who is in may begin anew"
        for client in those:
            client.disconnect()
