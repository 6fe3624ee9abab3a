"""Where a study asks for consent, nobody begins before they agreed, and the log has what they agreed to."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.test_accessible import violations
from tests.browser.test_chat import log, say
from tests.conftest import served
from wizard.store.database import connect_to_read

TEXT = "We **keep** what you write.\n\n- You may stop at any time."
STUDY = f"study: help\ntitle: Help\npersona: {{greeting: Hello!}}\nconsent: {json.dumps(TEXT)}\n"


def test_the_box_is_not_there_for_a_moment_before_what_comes_first(tmp_path: Path, contexts: Any) -> None:
    with served(tmp_path, STUDY) as server:
        page = contexts(viewport={"width": 375, "height": 667})
        page.route_web_socket("**/socket.io/**", lambda socket: None)  # as slow as can be
        page.goto(server.participant_link)
        expect(page.locator("[aria-busy=true]")).to_be_visible()
        expect(page.get_by_role("heading", name="Assistant")).to_be_visible()
        expect(page.get_by_role("textbox")).to_have_count(0)
        expect(page.get_by_text("couldn’t be loaded")).to_have_count(0)


def test_they_agree_first(tmp_path: Path, contexts: Any) -> None:
    with served(tmp_path, STUDY) as server:
        page = contexts(viewport={"width": 375, "height": 667})
        page.goto(server.participant_link)
        expect(page.get_by_role("heading", name="Before you begin")).to_be_visible()
        expect(page.locator("strong")).to_have_text("keep")
        expect(page.get_by_role("textbox")).to_have_count(0)
        assert violations(page) == []
        with server.participant("somebody-else-01234") as client:
            assert "consent" in client.wait_for("state")
            assert client.call("send", {"id": "a", "text": "hi"})["error"]["code"] == "consent"
            assert client.call("agree")["ok"]
            assert client.call("send", {"id": "a", "text": "hi"})["ok"]
        page.get_by_role("button", name="I agree").click()
        expect(log(page)).to_contain_text("Hello!")
        say(page, "hi there")
        page.reload()
        expect(log(page)).to_contain_text("hi there")
        db = connect_to_read(server.sessions)
        bodies = db.execute("SELECT body FROM events WHERE kind = 'consented'").fetchall()
        db.close()
        assert [json.loads(body)["text"] for (body,) in bodies] == [TEXT, TEXT]
