"""After the fact: finding an exchange, a link to it in its place, and what can still be said of it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import sit
from tests.browser.test_accessible import violations
from tests.conftest import served
from tests.served import Server
from wizard.store.database import connect_to_read

STUDY = """
study: card-help
title: Card helper
labels:
  - {name: intent, kind: choice, options: [lost, charge, other], required: true}
  - {name: topic, kind: text}
"""
SAID = [
    ("my card is gone", "When did you have it?", "lost"),
    ("I see a charge of 20 euros", "Which shop was it?", "charge"),
    ("never mind", "You are welcome.", "other"),
]


@dataclass
class Recorded:
    """A conversation of three exchanges that Ann answered, and the owner's desk."""

    server: Server
    session: str
    page: Page

    def link(self, exchange: int) -> str:
        return f"{self.server.url}/studio#x/{self.session}/{exchange}"

    def at(self, exchange: int) -> Locator:
        return self.page.get_by_role("region", name=re.compile(f"^Exchange {exchange}"))

    def events(self, kind: str, count: int = 0) -> list[dict[str, Any]]:
        """What the log has of that kind, once it has so many: what is seen at the desk may be on its way yet."""
        until = time.monotonic() + 15
        while True:
            db = connect_to_read(self.server.sessions)
            rows = list(db.query("SELECT actor, body FROM events WHERE kind = ? ORDER BY seq", [kind]))
            db.close()
            if len(rows) >= count or time.monotonic() > until:
                return rows
            time.sleep(0.05)

    def searches(self, text: str = "") -> Locator:
        self.page.keyboard.press("Control+k")
        dialog = self.page.get_by_role("dialog", name="Search")
        dialog.get_by_role("combobox", name="Search").fill(text)
        return dialog


def found(dialog: Locator) -> Locator:
    return dialog.get_by_role("listbox", name="Found").get_by_role("option")


@pytest.fixture
def recorded(tmp_path: Path, contexts: Any) -> Iterator[Any]:
    with served(tmp_path, STUDY) as server:

        def make(ended: bool = True, **context: Any) -> Recorded:
            owner = server.seat()
            ann = server.seat(server.invite_person(owner, "Ann", "wizard"))
            with server.participant("a-key-of-my-own-making") as chat, server.wizard(ann) as desk:
                for at, (asked, answered, intent) in enumerate(SAID):
                    chat.call("send", {"id": f"m{at}", "text": asked})
                    [row] = desk.call("inbox")["sessions"]
                    session = row["session"]
                    offered = [{"kind": "canned", "key": "when", "text": "When did you lose it?"}]
                    given = {"id": f"r{at}", "text": answered, "labels": {"intent": intent}, "could_answer": "yes"}
                    reply = {**given, "session": session, "seconds": 4.25, "keystrokes": 12}
                    assert desk.call("reply", reply | ({"source": "edited", "offered": offered} if at == 0 else {}))[
                        "ok"
                    ]
                    chat.wait_for("message", text=answered)
                if ended:
                    assert chat.call("end")["ok"]
            page = contexts(**context)
            sit(page, server, owner)
            page.goto(f"{server.url}/studio")
            expect(page.get_by_text("Nobody waits.").first).to_be_visible()
            return Recorded(server, session, page)

        yield make


def test_what_was_said_is_found_by_words_and_by_label_and_opens_in_its_place(recorded: Any) -> None:
    desk: Recorded = recorded()
    dialog = desk.searches()
    rows = found(dialog)
    expect(rows).to_have_count(3)
    expect(rows.first).to_contain_text("never mind")

    dialog.get_by_role("combobox", name="Search").fill("shop euros")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("I see a charge of 20 euros")
    expect(rows).to_contain_text("Which shop was it?")
    assert violations(desk.page) == []

    dialog.get_by_role("combobox", name="Search").fill("")
    expect(rows).to_have_count(3)
    dialog.get_by_role("button", name="Filters").click()
    dialog.get_by_label("Label").select_option("intent: lost")
    expect(rows).to_have_count(1)
    expect(rows).to_contain_text("my card is gone")
    dialog.get_by_label("Answered by").select_option("Ann")
    expect(rows).to_have_count(1)
    dialog.get_by_label("Training").select_option("not for training")
    expect(dialog.get_by_text("Nothing was found.")).to_be_visible()
    assert violations(desk.page) == []
    dialog.get_by_role("button", name="Clear filters").click()
    expect(rows).to_have_count(3)

    box = dialog.get_by_role("combobox", name="Search")
    box.press("ArrowDown")
    expect(rows.nth(1)).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    expect(desk.at(2)).to_be_visible()
    assert desk.page.url == desk.link(2)


def test_a_link_opens_an_exchange_in_its_conversation(recorded: Any) -> None:
    desk: Recorded = recorded()
    desk.page.goto(desk.link(1))
    expect(desk.at(1)).to_be_visible()
    for asked, answered, _ in SAID:
        expect(desk.page.locator(".turn").get_by_text(asked)).to_be_visible()
        expect(desk.page.locator(".turn").get_by_text(answered)).to_be_visible()
    expect(desk.page.locator('.place[data-here="true"]')).to_have_count(3)
    for told in ("Ann gave intent lost", "4.3 s", "12", "Canned reply “when”"):
        expect(desk.at(1).get_by_text(told).first).to_be_visible()
    expect(desk.at(1).locator("ins")).to_have_text("have")
    assert violations(desk.page) == []

    desk.page.keyboard.press("j")
    expect(desk.at(2)).to_be_visible()
    assert desk.page.url == desk.link(2)
    desk.page.keyboard.press("k")
    expect(desk.at(1)).to_be_visible()
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.page.keyboard.press("y")
    expect(desk.at(1).get_by_text("Copied")).to_be_visible()
    assert desk.page.evaluate("navigator.clipboard.readText()") == desk.link(1)
    assert len(desk.events("looked", 1)) == 1  # of what is over too, it is known who has looked

    desk.page.reload()
    expect(desk.at(1)).to_be_visible()
    assert len(desk.events("looked", 1)) == 1
    desk.page.keyboard.press("Escape")
    expect(desk.page.get_by_role("heading", name="Nobody waits")).to_be_visible()


def test_a_label_is_put_right_and_undone_and_who_did_it_stays(recorded: Any) -> None:
    desk: Recorded = recorded()
    desk.page.goto(desk.link(2))
    expect(desk.at(2).get_by_role("radio", name="charge")).to_be_checked()
    desk.page.keyboard.press("1")
    expect(desk.at(2).get_by_role("radio", name="lost")).to_be_checked()
    history = desk.at(2).get_by_role("list", name="Labels, as they were given")
    expect(history.get_by_role("listitem")).to_have_text(
        [re.compile("Ann gave intent charge"), re.compile("Owner set intent lost")]
    )
    desk.page.keyboard.press("u")
    expect(desk.at(2).get_by_role("radio", name="charge")).to_be_checked()
    expect(history.get_by_role("listitem")).to_have_count(3)

    topic = desk.at(2).get_by_role("textbox", name="topic")
    topic.fill("a shop abroad")
    topic.press("Tab")
    expect(history).to_contain_text("Owner set topic a shop abroad")
    desk.page.keyboard.press("Escape")
    desk.page.goto(desk.link(2))
    expect(desk.at(2).get_by_role("textbox", name="topic")).to_have_value("a shop abroad")
    assert [each["actor"].startswith("wizard:") for each in desk.events("labelled", 3)] == [True] * 3


def test_a_flag_and_a_note_by_key(recorded: Any) -> None:
    desk: Recorded = recorded()
    desk.page.goto(desk.link(3))
    flag = desk.at(3).get_by_role("button", name="Not for training")
    expect(flag).to_have_attribute("aria-pressed", "false")
    desk.page.keyboard.press("t")
    expect(flag).to_have_attribute("aria-pressed", "true")
    desk.page.keyboard.press("n")
    expect(desk.at(3).get_by_role("textbox", name="A note for the team")).to_be_focused()
    desk.page.keyboard.type("They only thanked us.")
    desk.page.keyboard.press("Enter")
    note = desk.at(3).get_by_role("list", name="Notes").get_by_role("listitem")
    expect(note).to_contain_text("They only thanked us.")
    expect(note).to_contain_text("Owner")
    expect(desk.at(3).get_by_role("textbox", name="A note for the team")).to_have_value("")
    assert violations(desk.page) == []
    desk.page.keyboard.press("Escape")

    dialog = desk.searches("never mind")
    expect(found(dialog)).to_have_count(1)
    expect(found(dialog)).to_contain_text("not for training")
    dialog.press("Escape")
    desk.page.keyboard.press("u")
    expect(flag).to_have_attribute("aria-pressed", "false")
    assert [json.loads(each["body"])["not_for_training"] for each in desk.events("flagged", 2)] == [True, False]


def test_a_conversation_that_is_not_over_is_opened_only_after_a_word(recorded: Any) -> None:
    desk: Recorded = recorded(ended=False)
    desk.page.goto(desk.link(1))
    expect(desk.page.get_by_role("heading", name="This conversation isn't over")).to_be_visible()
    assert desk.events("looked") == []
    assert violations(desk.page) == []
    desk.page.get_by_role("button", name="Look into it").click()
    expect(desk.at(1)).to_be_visible()
    assert len(desk.events("looked", 1)) == 1


def test_what_is_not_there_and_what_is_offline(recorded: Any) -> None:
    desk: Recorded = recorded(viewport={"width": 320, "height": 640}, color_scheme="dark")
    desk.page.goto(f"{desk.server.url}/studio#x/nosuchthing/1")
    expect(desk.page.get_by_text("There is no such conversation.")).to_be_visible()
    desk.page.goto(desk.link(9))
    expect(desk.page.get_by_text("There is no exchange 9")).to_be_visible()
    desk.page.goto(desk.link(3))
    expect(desk.at(3)).to_be_visible()
    assert violations(desk.page) == []
    assert desk.page.evaluate("document.documentElement.scrollWidth") <= 320

    desk.page.context.set_offline(True)
    time.sleep(0.2)
    desk.page.keyboard.press("t")  # shown at once, stored when the line is back
    flag = desk.at(3).get_by_role("button", name="Not for training")
    expect(flag).to_have_attribute("aria-pressed", "true")
    expect(desk.page.get_by_text("One change isn't stored yet.")).to_be_visible()
    assert desk.events("flagged") == []
    desk.page.context.set_offline(False)
    assert len(desk.events("flagged", 1)) == 1
    expect(flag).to_have_attribute("aria-pressed", "true")
