"""Making an answer at the desk: its three kinds, what helps to write it, what is asked of it, and that none is lost."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import served
from tests.served import Client, Server
from wizard.store.database import connect_to_read

STUDY = """
study: {name}
title: Test
labels: {labels}
reply: {reply}
canned:
  - {{key: block, text: "I have blocked your card, {{{{participant.alias}}}}."}}
  - {{key: order, text: "Your order {{{{order}}}} comes {{{{day}}}}.", buttons: [Thanks]}}
  - {{key: bye, text: "Is there anything else?"}}
"""
INTENT = "[{name: intent, kind: choice, options: [lost, charge, other]}]"


class Desk:
    """A wizard at a study of this kind, with somebody who waits."""

    def __init__(self, server: Server, page: Page, chat: Client) -> None:
        self.server, self.page, self.chat = server, page, chat

    def says(self, text: str) -> None:
        number = len(self.chat.heard) + 1
        self.chat.call("send", {"id": f"m{number}-{time.time_ns()}", "text": text})

    def opens(self, page: Page | None = None) -> None:
        rows = (page or self.page).get_by_role("navigation", name="Conversations").get_by_role("listitem")
        rows.first.get_by_role("button").click()
        expect((page or self.page).get_by_role("form", name="Answer")).to_be_visible()

    @property
    def box(self) -> Locator:
        return self.page.locator("#reply-text")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def replies(self, count: int = 1) -> list[dict[str, Any]]:
        """What the log has of so many replies."""
        until = time.monotonic() + 10
        while time.monotonic() < until:
            db = connect_to_read(self.server.sessions)
            rows = [json.loads(row[0]) for row in db.execute("SELECT body FROM events WHERE kind = 'replied' ORDER BY seq")]
            db.close()
            if len(rows) >= count:
                return rows
            time.sleep(0.05)
        raise AssertionError(f"{count} replies never came; {rows}")


@pytest.fixture
def desk(tmp_path: Path, contexts: Any) -> Iterator[Any]:
    """Makes a desk for a study; settings by name."""
    stops = []

    def make(reply: str = "{kind: text, max_chars: 200}", labels: str = "[]", **settings: str) -> Desk:
        server = served(tmp_path, STUDY.format(name="at-once", labels=labels, reply=reply))
        server.environ = {f"CURTAIN_{name.upper()}": value for name, value in settings.items()}
        server.start()
        stops.append(server.stop)
        chat = server.participant("a-participant-of-this-test").connect()
        stops.append(chat.disconnect)
        chat.call("send", {"id": "first", "text": "my card is gone"})
        page = contexts()
        page.goto(server.owner_link)
        desk = Desk(server, page, chat)
        desk.opens()
        return desk

    yield make
    for stop in reversed(stops):
        stop()


def test_a_text_by_keys_alone_and_its_keystrokes_and_seconds(desk: Any) -> None:
    at = desk(labels=INTENT)
    at.press("1", "y", "r")
    at.type("ok")
    at.press("Enter")
    [reply] = at.replies()
    assert (reply["text"], reply["labels"], reply["could_answer"]) == ("ok", {"intent": "lost"}, "yes")
    assert reply["keystrokes"] == 6
    assert 0 <= reply["first_key"] <= reply["seconds"]
    assert reply.get("source", "typed") == "typed"
    expect(at.page.get_by_text("Sent.")).to_be_visible()
