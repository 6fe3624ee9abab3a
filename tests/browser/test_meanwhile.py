"""At the desk, meanwhile: what the participant sees, an answer that is stopped and asked for again, and advice."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import sit
from tests.browser.test_accessible import violations
from tests.conftest import served
from tests.served import Client, Server

STUDY = """
study: meanwhile
title: Meanwhile
persona: {name: Penny, greeting: "Hi, I'm Penny. What's happening with your card?"}
pacing: {first: 6, chars_per_second: 10, still: {after: 20}, busy: {after: 40, again: 30, say: Not now.}}
canned:
  - {key: block, text: I have blocked your card.}
  - {key: twice, text: "Your the the card."}
"""
LONG = "I have blocked your card, and a new one comes by post in 3 to 5 working days. Anything else?"


class House:
    def __init__(self, folder: Path) -> None:
        self.server = served(folder, STUDY)
        self.server.environ = {"CURTAIN_HASTE": "4", "CURTAIN_UNDO_SECONDS": "3"}
        self.server.start()
        self.seat = self.server.seat()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    house = House(tmp_path_factory.mktemp("meanwhile"))
    yield house
    house.server.stop()


class Desk:
    def __init__(self, server: Server, page: Page, chat: Client) -> None:
        self.server, self.page, self.chat = server, page, chat

    @property
    def line(self) -> Locator:
        return self.page.locator(".meanwhile")

    @property
    def hints(self) -> Locator:
        return self.page.locator(".hints")

    def replies(self, text: str) -> None:
        self.page.locator("#reply-text").fill(text)
        self.page.keyboard.press("Enter")


@pytest.fixture
def desk(house: House, contexts: Any) -> Iterator[Desk]:
    with house.server.participant(f"a-participants-key-{time.time_ns()}") as chat:
        chat.call("send", {"id": "first", "text": "my card is gone"})
        page = contexts()
        sit(page, house.server, house.seat)
        page.goto(f"{house.server.url}/studio")
        expect(page.get_by_text("has waited longest")).to_be_visible()
        page.keyboard.press("j")
        expect(page.locator("#conversation-name")).to_be_focused()
        page.keyboard.press("y")
        yield Desk(house.server, page, chat)
        chat.call("end")


def test_the_line_says_what_they_see_and_counts_on_by_itself(desk: Desk) -> None:
    expect(desk.line).to_have_text(re.compile(r"^They see: dots · “Still working on it…” in 0:0[1-5]$"))
    expect(desk.line).to_have_attribute("aria-live", "off")
    desk.replies(LONG)
    expect(desk.page.locator(".leaving")).to_contain_text("Sending in")
    expect(desk.line).to_contain_text("They see: dots")
    expect(desk.line).to_have_text(re.compile(r"^They see: dots.* · first word in [12] s$"))
    expect(desk.line).to_have_text(re.compile(rf"^Coming: [1-9]\d* of {len(LONG)} characters$"))
    expect(desk.line).to_have_text("They wait for nothing.")


def test_whoever_is_told_that_nothing_can_be_had_is_seen_to_be(desk: Desk) -> None:
    expect(desk.line).to_have_text(
        re.compile(r"^They see: dots, “Still working on it…” · “Not now.” in 0:0\d$"), timeout=9_000
    )
    expect(desk.line).to_have_text(re.compile(r"^They were told: “Not now.” · tries again in 0:0\d$"), timeout=9_000)
    assert violations(desk.page) == []


def test_an_answer_that_is_stopped_and_asked_for_again_is_answered_again(desk: Desk) -> None:
    desk.replies(LONG)
    desk.chat.wait_for("words")
    assert desk.chat.call("stop")["ok"]
    expect(desk.line).to_have_text("They stopped the answer.")
    assert desk.chat.call("retry")["ok"]
    expect(desk.line).to_contain_text("They stopped the answer and ask for another · They see:")
    expect(desk.page.get_by_role("log").locator(".turn")).to_have_count(2)
    desk.page.locator("label", has_text="Yes").click()
    desk.replies("Your card is blocked.")
    assert desk.chat.wait_for("message", n=4, seconds=20)["text"] == "Your card is blocked."


def test_what_would_give_a_person_away_is_said_and_stops_nothing(desk: Desk) -> None:
    box = desk.page.locator("#reply-text")
    box.fill("Your card is blokced. brb")
    expect(desk.hints).to_contain_text("“blokced”: is “blocked” meant?")
    expect(desk.hints).to_contain_text("“brb” is how people write in a chat.")
    assert violations(desk.page) == []
    box.fill("Your card is blocked. brb")
    expect(desk.hints).not_to_contain_text("blokced", timeout=500)
    desk.page.keyboard.press("Enter")
    expect(desk.hints).to_contain_text("“brb”")
    assert desk.chat.wait_for("message", n=3, seconds=20)["text"] == "Your card is blocked. brb"
    expect(desk.hints).to_be_empty()


def test_a_canned_reply_as_it_is_gets_no_advice(desk: Desk) -> None:
    desk.page.keyboard.press("r")
    desk.page.keyboard.type("/twice")
    desk.page.keyboard.press("Tab")
    expect(desk.page.locator("#reply-text")).to_have_value("Your the the card.")
    time.sleep(1.8)
    expect(desk.hints).to_be_empty()
    desk.page.keyboard.type(" Is it?")
    expect(desk.hints).to_contain_text("“the the”: the word stands there twice.")
