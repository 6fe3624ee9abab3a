"""Scenarios that are to be reached so many times: dealt evenly until they are, and then nobody new gets in."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from socketio.exceptions import ConnectionError as Refused

from tests.conftest import served
from tests.served import Client, Server, Visitor
from wizard.store.database import connect_to_read
from wizard.store.log import read_sessions

STUDY = """
study: cards
title: Cards
scenarios:
  - {id: lost, text: You lost your card., count: 2}
  - {id: charge, text: There is a strange payment., count: 4}
"""


def comes(server: Server, number: int) -> Client | None:
    try:
        return Client(server, "/chat", {"invite": server.invite, "key": f"somebody-with-a-card-{number:02}"}).connect()
    except Refused:
        return None


def dealt(server: Server) -> list[str | None]:
    db = connect_to_read(server.sessions)
    try:
        return [each.started.scenario for each in read_sessions(db, "cards")]
    finally:
        db.close()


def test_each_is_dealt_evenly_until_it_is_reached(tmp_path: Path) -> None:
    with served(tmp_path, STUDY) as server:
        first = [comes(server, number) for number in range(4)]
        assert dealt(server) == ["lost", "charge", "lost", "charge"]
        assert first[0] is not None
        first[0].call("end")
        with ThreadPoolExecutor(10) as pool:
            more = list(pool.map(lambda number: comes(server, number), range(10, 20)))
        assert len([client for client in more if client]) == 3, "who left without a word makes room for another"
        assert Counter(dealt(server)) == {"lost": 3, "charge": 4}
        status, page = Visitor(server.url).get(f"/c/{server.invite}")
        assert status == 410
        assert "This is full" in page
        _, page = Visitor(server.url, {"seat": server.seat()}).get("/studio/study/cards/live")
        assert "Every scenario was taken up" in page
        assert "4 of 4" in page
        for client in filter(None, (*first, *more)):
            client.disconnect()
