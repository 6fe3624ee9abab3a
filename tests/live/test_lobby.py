"""The lobby: in order, nobody twice, nobody stranded, and what is told of it is so."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from tests.builders import ended, let_in, stored
from tests.conftest import served
from tests.served import Client, Server, soon
from wizard import loop
from wizard.events import Started
from wizard.live import lobby
from wizard.live.lobby import Lobby
from wizard.live.pauses import Pauses
from wizard.live.sessions import Sessions
from wizard.live.shift import Shift
from wizard.store.database import connect, connect_to_read
from wizard.store.studies import save_study, sessions_let_in
from wizard.store.writer import Writer

STUDY = "study: line\ntitle: Line\ndesk: {lobby: true, limit: 4}\n"
PEOPLE, WIZARDS, LIMIT = 60, 3, 4


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with served(tmp_path, STUDY) as server:
        yield server


def guest(server: Server, number: int) -> Client:
    return Client(server, "/chat", {"invite": server.invite, "key": f"somebody-in-line-{number:03}"})


def stands(client: Client) -> dict[str, Any]:
    """The last state that they were told."""
    return next((payload for event, payload in reversed(client.heard) if event == "state"), {})


def is_in(client: Client) -> bool:
    return bool(stands(client)) and "lobby" not in stands(client)


def place(client: Client) -> int:
    return int(stands(client).get("lobby", {}).get("place", 0))


def wizards(server: Server, stack: ExitStack) -> list[Client]:
    owner = server.seat()
    seats = [server.seat(server.invite_person(owner, f"Wizard {at}", "wizard")) for at in range(WIZARDS)]
    return [stack.enter_context(Client(server, "/desk", {"key": seat})) for seat in seats]


def events_of(server: Server, kind: str) -> list[str]:
    db = connect_to_read(server.sessions)
    try:
        return [row[0] for row in db.execute("SELECT session FROM events WHERE kind = ? ORDER BY seq", [kind])]
    finally:
        db.close()


def test_sixty_come_within_ten_seconds_and_are_served_in_order(server: Server) -> None:
    with ExitStack() as stack:
        began = time.monotonic()
        people = [stack.enter_context(guest(server, number)) for number in range(PEOPLE)]
        assert time.monotonic() - began < 10
        assert soon(lambda: [place(each) for each in people] == list(range(1, PEOPLE + 1)))
        assert stands(people[0])["lobby"]["about"] is None
        assert people[0].call("send", {"id": "a", "text": "hi"})["error"]["code"] == "lobby"

        desks = wizards(server, stack)
        room = WIZARDS * LIMIT
        assert soon(lambda: sum(map(is_in, people)) == room)
        assert all(map(is_in, people[:room]))
        assert soon(lambda: place(people[room]) == 1)
        time.sleep(0.5)
        assert sum(map(is_in, people)) == room

        desks[0].disconnect()
        for each in people[:2]:
            assert each.call("send", {"id": "a", "text": "still here"})["ok"]
        for each in people[2:6]:
            each.call("end")
        time.sleep(0.5)
        assert not is_in(people[room])
        people[6].call("end")
        assert soon(lambda: is_in(people[room]))
        assert not is_in(people[room + 1])

        for at in range(7, PEOPLE):
            assert soon(lambda at=at: is_in(people[at]))
            people[at].call("send", {"id": "a", "text": "hi"})
            people[at].call("end")
        begun, let_in = events_of(server, "started"), events_of(server, "let_in")
        assert let_in == begun
        assert len(set(let_in)) == PEOPLE


def test_whom_a_wizard_leaves_in_the_middle_is_answered_by_another(tmp_path: Path) -> None:
    study = "study: line\ntitle: Line\ndesk: {lobby: true, limit: 2, assign: round_robin}\n"
    with served(tmp_path, study) as server, ExitStack() as stack:
        server.stop()
        server.environ["CURTAIN_CLAIM_GRACE"] = "0.3"
        server.start()
        desks = wizards(server, stack)
        people = [stack.enter_context(guest(server, number)) for number in range(10)]
        assert soon(lambda: sum(map(is_in, people)) == 6)
        for each in people[:6]:
            assert each.call("send", {"id": "a", "text": "hi"})["ok"]
        assert soon(lambda: all(len(mine(each)) == 2 for each in desks))
        left = mine(desks[0])
        desks[0].disconnect()
        time.sleep(0.5)
        assert not is_in(people[6]), "who is in comes before who is in line"
        assert not set(left) & {*mine(desks[1]), *mine(desks[2])}, "both have as many as they may"

        until = time.monotonic() + 15
        while not all(map(is_answered, people)) and time.monotonic() < until:
            for desk in desks[1:]:
                for session in mine(desk):
                    desk.call("reply", {"session": session, "id": f"r-{session}", "text": "hello"})
            for each in people:
                if is_answered(each):
                    each.call("end")
                elif is_in(each):
                    each.call("send", {"id": "a", "text": "hi"})
        assert all(map(is_answered, people))
        assert len(events_of(server, "replied")) == len(set(events_of(server, "replied"))) == 10


def mine(desk: Client) -> list[str]:
    """The sessions that this wizard has and hasn't answered."""
    return [each["session"] for each in desk.call("inbox")["sessions"] if each["mine"] and each["waiting_since"]]


def is_answered(client: Client) -> bool:
    return any(event == "message" and payload["role"] == "assistant" for event, payload in client.heard)


def test_how_long_it_takes_is_what_it_took_and_nothing_while_nobody_knows(server: Server) -> None:
    with ExitStack() as stack:
        desk = stack.enter_context(Client(server, "/desk", {"key": server.seat()}))
        people = [stack.enter_context(guest(server, number)) for number in range(7)]
        assert soon(lambda: place(people[4]) == 1)
        assert stands(people[4])["lobby"]["about"] is None, "no conversation has come to its end"
        people[0].call("send", {"id": "a", "text": "hi"})
        [session] = [each["session"] for each in desk.call("inbox")["sessions"]]
        desk.call("reply", {"session": session, "id": "r", "text": "hello"})
        time.sleep(2)
        people[0].call("end")
        assert soon(lambda: is_in(people[4]))
        assert soon(lambda: place(people[6]) == 2)
        assert stands(people[6])["lobby"]["about"] in (1, 2), (
            "two of four places, of conversations that take two seconds or three"
        )
        assert desk.call("away", {"on": True})["ok"]
        assert soon(lambda: stands(people[6])["lobby"]["about"] is None)


@pytest.mark.alone
def test_whoever_chats_does_not_wait_while_a_long_line_moves_in_a_study_that_has_had_many(server: Server) -> None:
    server.stop()
    db = connect(server.sessions, lock_wait=5)
    over = ["line", 1, "Guest", "2026-01-01T00:00:00.000Z", 2, 1, 0, "wizard", "2026-01-01T00:05:00.000Z"]
    columns = "study, version, alias, started_at, messages, exchanges, unreleased, ended, ended_at"
    rows = ([*over, f"s{number}", f"p{number}"] for number in range(80_000))
    db.conn.executemany(f"INSERT INTO heads ({columns}, session, participant) VALUES ({'?, ' * 10}?)", rows)
    db.conn.commit()
    db.close()
    server.start()
    with ExitStack() as stack:
        stack.enter_context(Client(server, "/desk", {"key": server.seat()}))
        people = [stack.enter_context(guest(server, number)) for number in range(LIMIT + 25)]
        inside, *_, last = people
        assert soon(lambda: place(last) == 25)
        assert stands(last)["lobby"]["about"] == round(25 / LIMIT * 300)
        took = []
        for each in reversed(people[-5:]):
            each.disconnect()
            for _ in range(10):
                began = time.monotonic()
                assert inside.call("send", {"id": f"m{len(took)}", "text": "hi"})["ok"]
                took.append(time.monotonic() - began)
                time.sleep(0.02)
        assert max(took) < 0.2


def test_a_place_in_line_is_kept_through_a_reload_and_without_a_wizard_nobody_is_lost(server: Server) -> None:
    with ExitStack() as stack:
        first, second = stack.enter_context(guest(server, 1)), stack.enter_context(guest(server, 2))
        assert soon(lambda: place(second) == 2)
        first.disconnect()
        assert soon(lambda: place(second) == 1)
        again = stack.enter_context(guest(server, 1))
        assert soon(lambda: place(second) == 2)
        assert place(again) == 1
        for each in (again, second):
            each.disconnect()
        wizard = stack.enter_context(Client(server, "/desk", {"key": server.seat()}))
        assert wizard.call("away", {"on": True})["ok"]
        again = stack.enter_context(guest(server, 1))
        time.sleep(0.7)
        assert place(again) == 1
        assert wizard.call("away", {"on": False})["ok"]
        assert soon(lambda: is_in(again))
        assert json.dumps(again.heard).count("wizard") == 0


def test_who_was_in_when_the_server_stopped_keeps_their_room_though_the_line_is_back_first(tmp_path: Path) -> None:
    with served(tmp_path, "study: line\ntitle: Line\ndesk: {lobby: true, limit: 1}\n") as server, ExitStack() as stack:
        seat = server.seat()
        desk = Client(server, "/desk", {"key": seat})
        with desk, guest(server, 1) as first, guest(server, 2) as second:
            assert soon(lambda: is_in(first) and place(second) == 1)
        server.restart()
        stack.enter_context(Client(server, "/desk", {"key": seat}))
        second = stack.enter_context(guest(server, 2))
        assert not soon(lambda: is_in(second), 1.0)
        first = stack.enter_context(guest(server, 1))
        assert soon(lambda: is_in(first))
        assert place(second) == 1
        assert first.call("end")["ok"]
        assert soon(lambda: is_in(second))


def test_whoever_does_not_come_back_after_a_restart_makes_room(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lobby, "BACK_SECONDS", 0.05)
    save_study(db, "study: line\ntitle: Line\ndesk: {lobby: true, limit: 1}\n", "system")
    for number in range(3):
        begun = Started(study="line", version=1, participant=f"p{number}", alias="Guest", trial=number == 2)
        stored(db, *([let_in()] if number else []), id=f"s{number}", begun=begun)
    stored(db, let_in(), ended(), id="over", begun=Started(study="line", version=1, participant="p", alias="Guest"))
    assert sorted(sessions_let_in(db)) == [("s1", "line"), ("s2", "line")]
    sessions = Sessions(db, Writer(tmp_path, lock_wait=0.4))
    line = Lobby(sessions, Shift(sessions, db, grace=0.0), db, Pauses(db, sessions._writer))
    line.take_up(sessions_let_in(db))
    line.came("s1")
    assert line._inside["line"] == {"s1", "s2"}
    loop.sleep(0.2)
    assert line._inside["line"] == {"s1"}
