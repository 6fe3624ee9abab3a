"""A study that is open by plan: planned in one's own time, told in theirs, and begun by itself."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import sit
from tests.browser.test_accessible import violations
from tests.browser.test_chat import log
from tests.conftest import served
from tests.served import Visitor
from wizard.store.database import connect
from wizard.store.invites import invites_of
from wizard.store.window import Window, plan_window, window_of

STUDY = "study: planned\ntitle: Planned\npersona: {greeting: Hello!}\n"
SECONDS = 6


def at(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def test_who_comes_too_early_waits_and_it_begins_by_itself(tmp_path: Path, contexts: Any) -> None:
    with served(tmp_path, STUDY) as server:
        owner = contexts(timezone_id="Asia/Tokyo")
        sit(owner, server, server.seat())
        owner.goto(f"{server.url}/studio/study/planned/links")
        expect(owner.get_by_text("Times are in Asia/Tokyo.")).to_have_count(2)
        owner.get_by_label("Opens").fill("2031-05-01T18:00")
        owner.get_by_label("Closes for new ones").fill("2031-05-01T17:00")
        owner.get_by_role("button", name="Save these times").click()
        expect(owner.get_by_text("It has to close after it opens.")).to_be_visible()
        assert violations(owner) == []
        expect(owner.get_by_label("Opens")).to_have_value("2031-05-01T18:00")
        owner.get_by_label("Closes for new ones").fill("2031-05-01T20:00")
        owner.get_by_role("button", name="Save these times").click()
        expect(owner.get_by_label("Opens")).to_have_value("2031-05-01T18:00")
        expect(owner.get_by_text("It opens as planned below.")).to_be_visible()
        expect(owner.get_by_text("Saved.")).to_be_focused()
        db = connect(server.sessions, lock_wait=5)
        assert window_of(db, "planned") == Window("2031-05-01T09:00:00.000Z", "2031-05-01T11:00:00.000Z")

        owner.get_by_label("What you call it").fill("Evening")
        owner.get_by_label("How many may come", exact=True).fill("none")
        owner.get_by_label("Until when").fill("2031-05-01T18:30")
        owner.get_by_role("button", name="Make the link").click()
        expect(owner.get_by_text("Give a whole number")).to_be_visible()
        expect(owner.get_by_label("Until when")).to_have_value("2031-05-01T18:30")
        owner.get_by_label("How many may come", exact=True).fill("")
        owner.get_by_role("button", name="Make the link").click()
        expect(owner.get_by_text("0 came, until May 1, 2031, 6:30")).to_be_visible()
        assert [each.until for each, _ in invites_of(db, "planned")] == [None, "2031-05-01T09:30:00.000Z"]

        early = contexts(viewport={"width": 375, "height": 667}, timezone_id="America/New_York")
        early.goto(server.participant_link)
        expect(early.get_by_role("heading", name="Not open yet")).to_be_visible()
        expect(early.locator("time")).to_have_text(re.compile("Thursday, May 1, 2031.*5:00"))
        assert violations(early) == []

        opens = datetime.now(UTC) + timedelta(seconds=SECONDS)
        plan_window(db, "planned", "owner", Window(at(opens)))
        early.reload()
        expect(early.get_by_role("heading", name="Not open yet")).to_be_visible()
        expect(log(early)).to_contain_text("Hello!", timeout=15_000)
        assert datetime.now(UTC) >= opens

        plan_window(db, "planned", "owner", Window(None, at(datetime.now(UTC))))
        time.sleep(0.01)
        status, page = Visitor(server.url).get(f"/c/{server.invite}")
        assert status == 410
        assert "This is over" in page
        early.reload()
        expect(log(early)).to_contain_text("Hello!")
        db.close()
