"""“Would you send this?”: colleagues judge replies blind, and the report says how many they would send."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sit
from tests.browser.test_accessible import violations
from tests.conftest import served
from tests.judge.test_beside import replies
from tests.logged import import_rows
from tests.served import Server, Visitor
from wizard.judge.cases import REPLY
from wizard.store.database import connect, connect_to_read

STUDY = "study: help\ntitle: Help\nreply: {kind: text}\n"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = served(tmp_path, STUDY)
    lines = [
        {
            "session": case.session,
            "messages": [{"role": "user", "content": case.message}],
            "reply": f"{case.answers[REPLY]} ({at})",
        }
        for at, case in enumerate(replies(60))
    ]
    with server:
        db = connect(server.sessions, lock_wait=5)
        import_rows(db, "help", [json.dumps({**line, "wizard": "ann"}) for line in lines], "rows.jsonl")
        db.close()
        yield server


def rated(server: Server) -> list[dict[str, Any]]:
    db = connect_to_read(server.sessions)
    try:
        rows = db.execute("SELECT body, session FROM events WHERE kind = 'rated' ORDER BY seq").fetchall()
        return [{**json.loads(body), "session": session} for body, session in rows]
    finally:
        db.close()


def test_a_colleague_says_blind_which_replies_they_would_send(server: Server, contexts: Any) -> None:
    owner = server.seat()
    page = contexts()
    page.goto(server.invite_person(owner, "Bob", "wizard"))
    page.goto(f"{server.url}/studio/replies")
    expect(page.get_by_role("heading", level=1)).to_have_text("Would you send this?")
    page.get_by_role("link", name="Help").click()
    heading = page.get_by_role("heading", name="The reply")
    expect(heading).to_be_focused(timeout=30_000)
    assert violations(page) == []
    for at in range(16):
        expect(page.get_by_text(f"{at} of about 50 answered.")).to_be_visible()
        expect(heading).to_be_focused()  # then keys are listened to
        asked = {each["session"] for each in rated(server)}
        drawn = page.locator("input[name=exchange]").input_value()
        assert drawn.rpartition("-")[0] not in asked
        assert "reply_of" not in page.content()
        page.keyboard.press("y" if at % 3 else "n")
    expect(page.get_by_text("16 of about 50 answered.")).to_be_visible()
    told = rated(server)
    assert [each["would_send"] for each in told] == [at % 3 > 0 for at in range(16)]
    models = [each for each in told if each.get("reply_of")]
    assert 3 <= len(models) <= 13
    assert all(len(each["reply_of"]) == 16 for each in models), "no id of another conversation"

    desk = Visitor(server.url, {"seat": owner})
    desk.post("/studio/report/help", {"label": "reply"})
    page = contexts()
    sit(page, server, owner)
    page.goto(f"{server.url}/studio/report/help?label=reply")
    table = page.get_by_role("region", name="Ready replies").or_(page.get_by_role("group", name="Ready replies"))
    page.get_by_text("Ready replies", exact=True).first.click(timeout=30_000)
    row = table.get_by_role("row", name="replies of the simple model that a colleague would send")
    expect(row).to_contain_text(str(len(models)))
    expect(page.get_by_role("link", name="Have colleagues say")).to_be_visible()


def test_what_isnt_theirs_to_judge_is_passed_over(server: Server) -> None:
    owner = server.seat()
    visitor = Visitor(server.url, {"seat": owner})
    for form in ({}, {"exchange": "nothing-1", "would_send": "yes"}, {"exchange": "x", "would_send": "maybe"}):
        status, _ = visitor.post("/studio/replies/help", form)
        assert status == 200
    assert visitor.get("/studio/replies/none")[0] == 404
    assert visitor.post("/studio/replies/none", {})[0] == 404
    assert rated(server) == []
