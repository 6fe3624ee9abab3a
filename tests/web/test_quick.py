"""What a page asks of the event loop, on which every chat waits: nothing that takes longer the longer the log is."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.builders import claimed, released, reply, stored, user
from tests.conftest import AT_ONCE, served
from tests.served import soon
from wizard import create_app, loop
from wizard.events import Started
from wizard.settings import Settings
from wizard.store.accounts import access_or_make_account, make_sign_in_link, use_sign_in_link
from wizard.store.apart import read_apart
from wizard.store.database import connect
from wizard.store.heads import count_sessions
from wizard.store.invites import invite_code
from wizard.store.writing import writing
from wizard.web import exporting, parts, running

ALL_OF_A_STUDY = re.compile(r"SCAN (heads|events|[ehs])$|heads_by_participant( \(study=\?\))?$")
"""A step of SQLite's plan that goes through every conversation, or every one of a study."""
OF_A_STUDY = "/studio/study/at-once"
LOADED, IMPORTED = re.compile(r'(?:src|href)="(/[^"]+)"'), re.compile(r'(?:from|import)\s*\(?"([^"]+)"')
PHONES = 60
PAGES = [
    "/studio",
    "/studio/data",
    "/studio/studies",
    "/studio/people",
    "/studio/trail",
    "/studio/report/at-once",
    "/studio/report/at-once/now",
    "/studio/report/at-once/now?live=",
    *(
        f"{OF_A_STUDY}{more}"
        for more in (
            "",
            "/live",
            "/live/now",
            "/wall",
            "/wall/now?revealed=",
            "/versions",
            "/links",
            "/everybody",
            "/end",
        )
    ),
    "/studio/replies/at-once",
]


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    return create_app(Settings(sessions=served(tmp_path, AT_ONCE).sessions))


@pytest.fixture
def browser(app: Flask) -> FlaskClient:
    """An owner's."""
    db = connect(app.extensions["curtain"].settings.sessions, lock_wait=5)
    seat = use_sign_in_link(db, make_sign_in_link(db, access_or_make_account(db, "Ann", "owner"), hours=1), days=1)
    db.close()
    assert seat is not None
    client = app.test_client()
    client.set_cookie("seat", seat)
    return client


@pytest.mark.parametrize("path", PAGES)
def test_no_page_reads_all_of_a_study_where_everybody_waits_for_it(app: Flask, browser: FlaskClient, path: str) -> None:
    reader = app.extensions["curtain"].reader
    asked: list[str] = []
    reader.conn.set_trace_callback(asked.append)
    answer = browser.get(path)
    reader.conn.set_trace_callback(None)
    assert answer.status_code == 200
    assert asked
    plans = {each: [row[3] for row in reader.conn.execute(f"EXPLAIN QUERY PLAN {each}")] for each in asked}
    assert {each: plan for each, plan in plans.items() if any(map(ALL_OF_A_STUDY.search, plan))} == {}


def test_a_page_is_compiled_before_anybody_opens_it(app: Flask) -> None:
    ready = app.jinja_env.cache
    assert ready is not None
    assert soon(lambda: len(ready) == len(app.jinja_env.list_templates()), 30)


@pytest.mark.parametrize("path", [f"{OF_A_STUDY}/live", f"{OF_A_STUDY}/live/now"])
def test_a_page_with_many_conversations_is_written_by_turns_with_the_chats(
    app: Flask, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    curtain = app.extensions["curtain"]
    with writing(curtain.settings.sessions) as db:
        for number in range(60):
            begun = Started(study="at-once", version=1, participant=f"p{number}", alias=f"Guest {number}")
            stored(db, claimed(), user("hi"), reply("hello"), released(), user("and?"), id=f"s{number}", begun=begun)
    monkeypatch.setattr(running, "read_apart", lambda read, *given: read(curtain.reader, *given))  # waits for no thread
    monkeypatch.setattr(parts, "PART_SECONDS", 0.0)
    turns, opened = 0, True

    def take_turns() -> None:
        nonlocal turns
        while opened:
            loop.sleep(0)
            turns += 1

    loop.spawn(take_turns)
    page = browser.get(path).text
    opened = False
    assert page.count('id="watch-') == 50
    assert turns > 500


def test_a_room_full_of_phones_behind_one_address_gets_the_page_with_all_that_is_on_it(app: Flask) -> None:
    elsewhere = {"REMOTE_ADDR": "192.0.2.1"}
    page = f"/c/{invite_code(app.extensions['curtain'].reader, 'at-once')}"
    files, found = set[str](), LOADED.findall(app.test_client().get(page).text)
    while found:
        file = found.pop()
        if file not in files and file.startswith("/static/"):
            files.add(file)
            found += [urljoin(file, each) for each in IMPORTED.findall(app.test_client().get(file).text)]
    assert len(files) > 20
    for _ in range(PHONES):
        phone = app.test_client()
        assert {phone.get(each, environ_base=elsewhere).status_code for each in [page, *sorted(files)]} == {200}


def test_many_who_wait_for_what_an_export_would_take_out_hold_up_nobody_who_reads(
    app: Flask, browser: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, told = threading.Event(), [loop.Result[int]() for _ in range(25)]

    def review(*_: Any) -> None:
        looked.wait(20)

    monkeypatch.setattr(exporting, "_review", review)
    for each in told:
        loop.spawn(lambda each=each: each.set(browser.get("/studio/data/at-once/redaction").status_code))
    loop.sleep(0.2)
    with loop.eventlet.Timeout(10):
        assert read_apart(app.extensions["curtain"].settings.sessions, count_sessions, "at-once") == 0
    looked.set()
    assert [each.wait() for each in told] == [200] * 25
