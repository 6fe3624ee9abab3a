"""The verdict in a browser: it is judged beside the app, shown, and every number opens what it came from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import sit
from tests.browser.test_accessible import violations
from tests.conftest import served
from tests.judge.asked import asked
from tests.logged import import_rows
from wizard.store.database import connect

STUDY = "study: asks\ntitle: Asks\nlabels: [{name: intent, options: [lost, charge, hours]}]\n"


def rows(n: int) -> list[str]:
    return [
        json.dumps({"session": each.session, "messages": [{"role": "user", "content": each.message}],
                    "labels": each.answers, "missing": "<b>the date</b>", "seconds": 4})
        for each in asked(n)
    ]  # fmt: skip


def test_the_verdict_is_judged_shown_and_opened(tmp_path: Path, contexts: Any) -> None:
    with served(tmp_path, STUDY) as server:
        page = contexts(viewport={"width": 375, "height": 720})
        sit(page, server, server.seat())
        page.goto(f"{server.url}/studio/report/asks")
        expect(page.get_by_role("heading", name="There is nothing to judge yet")).to_be_visible()
        expect(page.get_by_role("button", name="Judge again")).to_have_count(0)
        assert violations(page) == []
        db = connect(server.sessions, lock_wait=5)
        few, more = rows(120)[:10], rows(120)[10:]
        import_rows(db, "asks", few, "few.jsonl")
        page.reload()
        expect(page.get_by_role("heading", name="Not enough to say")).to_be_visible(timeout=60_000)
        assert violations(page) == []
        import_rows(db, "asks", more, "more.jsonl")
        db.close()
        page.goto(f"{server.url}/studio/data")
        page.get_by_role("link", name="See the verdict").click()
        expect(page.get_by_text("exchanges came in since.")).to_be_visible()
        page.get_by_role("button", name="Judge again").click()
        expect(page.get_by_role("heading", name="Judging")).to_be_visible()
        expect(page.get_by_text("Of 100 new messages")).to_be_visible(timeout=90_000)
        assert violations(page) == []
        page.evaluate("document.querySelectorAll('details.fold').forEach((each) => { each.open = true; })")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        cut_off = "[...document.querySelectorAll('.figures')].filter((each) => each.scrollWidth > each.clientWidth)"
        assert page.evaluate(f"{cut_off}.map((each) => each.ariaLabel)") == []
        page.reload()
        page.emulate_media(media="print")
        expect(page.locator("svg.narrow").get_by_text("your bar, 80")).to_be_visible()
        expect(page.get_by_role("navigation")).to_be_hidden()
        expect(page.get_by_text("In figures")).to_be_hidden()
        page.emulate_media(media="screen")
        page.get_by_role("link", name="times", exact=False).first.click()
        expect(page.locator("[id='from-accuracy.now']").get_by_role("link").first).to_be_visible()
        expect(page.get_by_role("rowheader", name="a simple model is right now")).to_be_in_viewport()
        page.locator("svg.narrow a").first.click()
        expect(page.locator("#from-point-1").get_by_role("link").first).to_be_visible()
        missing = page.locator("#missing")
        missing.get_by_text("What was missing").click()
        expect(missing.get_by_text("<b>the date</b>")).to_be_visible()
        missing.locator("summary").last.click()
        missing.get_by_role("link").first.click()
        expect(page.get_by_role("article")).to_be_visible()
        page.goto(f"{server.url}/studio/data")
        expect(page.locator("[data-sentence]")).to_contain_text("Of 100 new messages", timeout=60_000)
        expect(page.locator("[data-helps]")).to_contain_text("A second opinion helps most")
        assert violations(page) == []
