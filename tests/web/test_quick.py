"""What a page asks of the event loop, on which every chat waits: nothing that takes longer the longer the log is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import AT_ONCE, served
from tests.served import soon
from wizard import create_app
from wizard.settings import Settings
from wizard.store.accounts import access_or_make_account, make_sign_in_link, use_sign_in_link
from wizard.store.database import connect

ALL_OF_A_STUDY = re.compile(r"SCAN (heads|events|[ehs])$|heads_by_participant( \(study=\?\))?$")
"""A step of SQLite's plan that goes through every conversation, or every one of a study."""
OF_A_STUDY = "/studio/study/at-once"
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


@pytest.mark.parametrize("path", PAGES)
def test_no_page_reads_all_of_a_study_where_everybody_waits_for_it(app: Flask, path: str) -> None:
    curtain = app.extensions["curtain"]
    db = connect(curtain.settings.sessions, lock_wait=5)
    seat = use_sign_in_link(db, make_sign_in_link(db, access_or_make_account(db, "Ann", "owner"), hours=1), days=1)
    assert seat is not None
    browser = app.test_client()
    browser.set_cookie("seat", seat)
    asked: list[str] = []
    curtain.reader.conn.set_trace_callback(asked.append)
    answer = browser.get(path)
    curtain.reader.conn.set_trace_callback(None)
    assert answer.status_code == 200
    assert asked
    plans = {each: [row[3] for row in db.conn.execute(f"EXPLAIN QUERY PLAN {each}")] for each in asked}
    db.close()
    assert {each: plan for each, plan in plans.items() if any(map(ALL_OF_A_STUDY.search, plan))} == {}


def test_a_page_is_compiled_before_anybody_opens_it(app: Flask) -> None:
    ready = app.jinja_env.cache
    assert ready is not None
    assert soon(lambda: len(ready) == len(app.jinja_env.list_templates()), 30)
