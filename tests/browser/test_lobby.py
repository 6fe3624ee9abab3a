"""The lobby as a participant sees it: their place, and that it begins by itself."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.test_accessible import violations
from tests.browser.test_chat import log, say
from tests.conftest import served
from tests.served import Client

STUDY = "study: line\ntitle: Line\npersona: {greeting: Hello!}\ndesk: {lobby: true}\n"


def test_a_participant_waits_in_line_and_is_let_in(tmp_path: Path, contexts: Any) -> None:
    with served(tmp_path, STUDY) as server, server.participant("somebody-before-them") as before:
        before.wait_for("state")
        page = contexts(viewport={"width": 375, "height": 667})
        page.goto(server.participant_link)
        expect(page.get_by_role("heading", level=2)).to_have_text("You are number 2 in line")
        expect(page.get_by_role("textbox")).to_have_count(0)
        assert violations(page) == []
        before.call("end")
        expect(page.get_by_role("heading", level=2)).to_have_text("You are next")
        with Client(server, "/desk", {"key": server.seat()}):
            expect(log(page)).to_contain_text("Hello!")
            say(page, "hi")
        page.reload()
        expect(log(page)).to_contain_text("hi")
