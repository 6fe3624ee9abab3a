"""Links into a study: their limits, panels, and what is taken back holds within a second."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from socketio.exceptions import ConnectionError as Refused

from tests.conftest import AT_ONCE, served
from tests.logged import read_sessions
from tests.served import Client, Server, Visitor, closed_up, soon
from wizard.store.database import connect, connect_to_read
from wizard.store.invites import make_invite


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("links"), AT_ONCE) as server:
        yield server


@pytest.fixture(scope="module")
def owner(server: Server) -> Visitor:
    return Visitor(server.url, {"seat": server.seat()})


def link(server: Server, **given: Any) -> str:
    db = connect(server.sessions, lock_wait=5)
    try:
        return make_invite(db, "at-once", **given)
    finally:
        db.close()


def guest(server: Server, code: str, key: str) -> Client:
    return Client(server, "/chat", {"invite": code, "key": f"a-participant-{key}"})


def within_a_second(holds: Callable[[], bool]) -> bool:
    return soon(holds, 1)


def is_in(client: Client) -> bool:
    return bool(client._client.connected)


def refused(client: Client) -> bool:
    try:
        client.connect().disconnect()
    except Refused:
        return True
    return False


def test_so_many_get_in_and_whoever_is_in_may_come_back(server: Server) -> None:
    code = link(server, most=2)
    for key in ("one", "two"):
        with guest(server, code, key) as client:
            client.call("send", {"id": "a", "text": "hi"})
    assert refused(guest(server, code, "three"))
    assert Visitor(server.url).get(f"/c/{code}")[0] == 410
    with guest(server, code, "one") as client:
        assert client.call("sync", {"after": 0})["messages"][0]["text"] == "hi"


def test_what_is_over_lets_nobody_new_in(server: Server) -> None:
    code = link(server, until="2026-01-01T00:00:00.000Z")
    assert refused(guest(server, code, "late"))
    status, page = Visitor(server.url).get(f"/c/{code}")
    assert status == 410
    assert "This is over" in page


def test_a_link_that_is_taken_back_drops_its_sockets_within_a_second_for_good(server: Server, owner: Visitor) -> None:
    code, other = link(server), link(server)
    clients = [guest(server, code, f"r{at}").connect() for at in range(5)]
    stays = guest(server, other, "stays").connect()
    owner.post(f"/studio/links/{code}/revoke", {})
    assert within_a_second(lambda: not any(map(is_in, clients)))
    assert all(refused(guest(server, code, f"r{at}")) for at in range(5))
    assert Visitor(server.url).get(f"/c/{code}")[0] == 410
    assert is_in(stays)
    stays.disconnect()


def test_a_seat_that_is_taken_back_is_out_within_a_second_for_good(server: Server, owner: Visitor) -> None:
    token = server.invite_person(owner._given["seat"], "Wanda", "wizard")
    seat = server.seat(token)
    desk = Client(server, "/desk", {"key": seat}).connect()
    assert Visitor(server.url, {"seat": seat}).get("/studio")[0] == 200
    _, page = owner.get("/studio/people")
    row = re.search(r"Wanda</strong>.*?action=\"(/studio/people/[^\"]+/out)\"", page, re.DOTALL)
    assert row is not None
    assert owner.post(row[1], {})[0] == 200
    assert within_a_second(lambda: not is_in(desk))
    assert refused(Client(server, "/desk", {"key": seat}))
    assert Visitor(server.url, {"seat": seat}).get("/studio")[0] == 404
    assert Visitor(server.url).get(token.removeprefix(server.url))[0] == 404


def test_whom_a_panel_sends_has_one_conversation_by_their_id_and_goes_back_after_it(server: Server) -> None:
    done = "https://panel.example/done?cc=C0DE"
    code = link(server, panel="PROLIFIC_PID", done=done, full="https://panel.example/full", most=1)
    visitor = Visitor(server.url)
    assert visitor.get(f"/c/{code}")[0] == 400
    assert visitor.get(f"/c/{code}?PROLIFIC_PID=")[0] == 400
    _, page = visitor.get(f"/c/{code}?PROLIFIC_PID=person-77")
    assert "person-77" not in page
    keys = set(re.findall(r'data-key="(\w+)"', page))
    keys |= set(re.findall(r'data-key="(\w+)"', Visitor(server.url).get(f"/c/{code}?PROLIFIC_PID=person-77")[1]))
    assert len(keys) == 1
    key = keys.pop()
    with Client(server, "/chat", {"invite": code, "key": key}) as client:
        client.call("send", {"id": "a", "text": "hello"})
        client.call("end")
        assert client.wait_for("state", open=False)["done"] == done
        assert client.call("restart")["ok"] is False
    with Client(server, "/chat", {"invite": code, "key": key}) as again:
        assert again.wait_for("state")["done"] == done
    status, page = visitor.get(f"/c/{code}?PROLIFIC_PID=other")
    assert status == 410
    assert 'href="https://panel.example/full"' in page
    db = connect_to_read(server.sessions)
    told = [each for each in read_sessions(db, "at-once") if each.started.invite == code]
    everything = "\n".join(map(str, db.execute("SELECT body FROM events").fetchall()))
    db.close()
    assert len(told) == 1
    assert "person-77" not in everything


def test_a_link_is_made_on_the_page_and_what_is_wrong_is_told_beside_it(server: Server, owner: Visitor) -> None:
    _, page = owner.post("/studio/study/at-once/links", {"name": "Tuesday", "most": "many"})
    assert 'id="most-problem"' in page
    assert 'value="Tuesday"' in page
    for wrong in ({"until": "soon"}, {"panel": "x"}, {"panel": "other", "other": "a b"}, {"done": "C0DE"},
                  {"panel": "workerId", "full": "javascript:1"}, {"name": "x" * 201}):  # fmt: skip
        assert "-problem" in owner.post("/studio/study/at-once/links", wrong)[1]
    given = {"name": "Tuesday", "most": "30", "until": "2030-01-01T10:00", "panel": "workerId", "done": "C0DE"}
    _, page = owner.post("/studio/study/at-once/links", given)
    assert "0 of 30 came" in page
    assert "?workerId=${workerId}" in page
    assert "After the end:<code>C0DE</code>" in closed_up(page)
    assert "When it is full: no way back to the panel is given" in " ".join(page.split())
    assert "When somebody is screened out:" not in page, "nobody is"


def test_links_of_before_still_lead_where_they_led(tmp_path: Path) -> None:
    with served(tmp_path, AT_ONCE) as server, guest(server, server.invite, "first") as client:
        client.call("send", {"id": "a", "text": "hi"})
