"""Scenarios that are to be reached so many times: dealt evenly until they are, and then nobody new gets in."""

from __future__ import annotations

import re
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from socketio.exceptions import ConnectionError as Refused
from sqlite_utils import Database

from tests.conftest import served
from tests.logged import read_sessions
from tests.served import Client, Server, Visitor
from wizard import loop
from wizard.live import scenarios
from wizard.live.scenarios import Scenarios
from wizard.store.database import connect_to_read
from wizard.store.heads import scenarios_dealt
from wizard.store.studies import save_study

STUDY = """
study: cards
title: Cards
scenarios:
  - {id: lost, text: You lost your card., count: 2}
  - {id: charge, text: There is a strange payment., count: 4}
"""


def test_what_was_dealt_is_counted_apart_and_who_comes_at_once_is_dealt_each_as_often(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = save_study(db, re.sub(", count: .", "", STUDY), "system")
    threads: list[int] = []

    def counted(*asked: Any) -> dict[str, int]:
        threads.append(threading.get_ident())
        return scenarios_dealt(*asked)

    monkeypatch.setattr(scenarios, "scenarios_dealt", counted)
    deals = Scenarios(tmp_path)
    assert Counter(loop.side_by_side(deals.deal, [version] * 4, 4)) == {"lost": 2, "charge": 2}
    assert threading.get_ident() not in threads
    assert threads


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
