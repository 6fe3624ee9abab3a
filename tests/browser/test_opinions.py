"""Second opinions at the desk: another wizard answers the same observation, and learns nothing of the first answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
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
second_opinions: 1
labels:
  - {name: intent, kind: choice, options: [lost, charge, other], required: true}
"""
CANARY = "Xylophone answers nobody would write twice."


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with served(tmp_path, STUDY) as running:
        yield running


@pytest.fixture
def at_desk(server: Server, contexts: Any) -> Callable[..., Page]:
    """The desk of whoever has that seat."""

    def make(seat: str, **context: Any) -> Page:
        page: Page = contexts(**context)
        sit(page, server, seat)
        page.goto(f"{server.url}/studio")
        expect(page.get_by_text("Nobody waits.").first).to_be_visible()
        return page

    return make


@pytest.fixture
def seats(server: Server) -> tuple[str, str]:
    """Ann's, who answers first, and Bob's."""
    owner = server.seat()
    ann, bob = (server.seat(server.invite_person(owner, name, "wizard")) for name in ("Ann", "Bob"))
    return ann, bob


def answered(server: Server, ann: str, *said: str) -> None:
    """Ann answers these of one participant."""
    with server.participant("a-key-of-my-own-making") as chat, server.wizard(ann) as desk:
        for at, text in enumerate(said):
            chat.call("send", {"id": f"m{at}", "text": text})
            session = next(row["session"] for row in desk.call("inbox")["sessions"])
            reply = {"session": session, "id": f"r{at}", "text": CANARY, "labels": {"intent": "charge"}}
            assert desk.call("reply", {**reply, "could_answer": "guessed", "missing": "Marimbas"})["ok"]
            chat.wait_for("message", text=CANARY, n=2 * at + 2)


def opinions(server: Server) -> list[dict[str, Any]]:
    db = connect_to_read(server.sessions)
    rows = [json.loads(row["body"]) for row in db.query("SELECT body FROM events WHERE kind = 'second_opinion'")]
    db.close()
    return rows


def entry(page: Page) -> Locator:
    return page.get_by_role("button", name="Second opinions")


def gives(page: Page, text: str, label: str) -> None:
    page.keyboard.press({"lost": "1", "charge": "2", "other": "3"}[label])
    page.keyboard.press("y")
    page.keyboard.press("r")
    page.keyboard.type(text)
    page.keyboard.press("Enter")


def test_another_wizard_answers_blind_by_keys_alone(
    server: Server, seats: tuple[str, str], at_desk: Callable[..., Page]
) -> None:
    ann, bob = seats
    frames: list[str] = []
    page = at_desk(bob)
    page.on("websocket", lambda socket: socket.on("framereceived", lambda frame: frames.append(str(frame))))
    page.reload()
    expect(entry(page)).to_be_visible()
    answered(server, ann, "my card is gone")
    expect(entry(page)).to_contain_text("1 waiting")

    page.keyboard.press("o")
    expect(page.get_by_role("region", name="What the model saw").get_by_text("my card is gone")).to_be_visible()
    expect(page.locator(".observed")).to_have_attribute("data-hash", opinion_hash(server))
    assert violations(page) == []
    shown = page.locator("body").inner_text()
    assert CANARY not in shown
    assert "Marimbas" not in shown
    assert page.get_by_role("radio", checked=True).count() == 0
    assert frames
    assert not any(canary in frame for frame in frames for canary in (CANARY, "Marimbas"))

    gives(page, "I have blocked it.", "lost")
    expect(page.get_by_role("heading", name="Nothing waits for a second opinion")).to_be_visible()
    expect(entry(page)).not_to_contain_text("waiting")
    assert violations(page) == []
    [kept] = opinions(server)
    assert (kept["text"], kept["labels"], kept["could_answer"]) == ("I have blocked it.", {"intent": "lost"}, "yes")
    assert kept["seconds"] >= kept["first_key"] > 0
    assert kept["keystrokes"] == 4 + len("I have blocked it.")

    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Nobody waits")).to_be_visible()


def opinion_hash(server: Server) -> str:
    db = connect_to_read(server.sessions)
    [row] = db.query("SELECT body FROM events WHERE kind = 'replied'")
    db.close()
    found: str = json.loads(row["body"])["observation"]
    return found


def test_never_ones_own_and_new_ones_come_by_themselves(
    server: Server, seats: tuple[str, str], at_desk: Callable[..., Page]
) -> None:
    ann, bob = seats
    own, other = at_desk(ann), at_desk(bob)
    other.keyboard.press("o")
    expect(other.get_by_role("heading", name="Nothing waits for a second opinion")).to_be_visible()
    answered(server, ann, "my card is gone")
    expect(other.get_by_text("my card is gone")).to_be_visible()
    expect(entry(other)).to_contain_text("1 waiting")
    own.keyboard.press("o")
    expect(own.get_by_role("heading", name="Nothing waits for a second opinion")).to_be_visible()
    expect(entry(own)).not_to_contain_text("waiting")


def test_what_is_written_is_kept_and_skipped_and_one_after_the_other(
    server: Server, seats: tuple[str, str], at_desk: Callable[..., Page]
) -> None:
    ann, bob = seats
    answered(server, ann, "my card is gone", "and my hat")
    page = at_desk(bob, viewport={"width": 320, "height": 640}, color_scheme="dark")
    entry(page).click()
    expect(page.get_by_text("my card is gone")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    page.get_by_role("textbox", name="Reply as").fill("I have")
    page.reload()
    expect(page.get_by_role("textbox", name="Reply as")).to_have_value("I have")
    assert violations(page) == []
    page.get_by_role("button", name="Send second opinion").click()
    expect(page.get_by_text("Say which “intent” this is.")).to_be_visible()

    page.get_by_role("radio", name="lost").check()
    page.get_by_role("radio", name="Yes").check()
    page.get_by_role("button", name="Send second opinion").click()
    expect(page.get_by_text("and my hat")).to_be_visible()
    expect(page.get_by_role("textbox", name="Reply as")).to_have_value("")
    page.get_by_role("button", name="Skip").click()
    expect(page.get_by_role("heading", name="Nothing waits for a second opinion")).to_be_visible()
    assert [each["text"] for each in opinions(server)] == ["I have"]


def test_one_that_cannot_be_taken_any_more_says_why_and_the_next_comes(
    server: Server, seats: tuple[str, str], at_desk: Callable[..., Page]
) -> None:
    ann, bob = seats
    answered(server, ann, "my card is gone", "and my hat")
    page = at_desk(bob)
    page.keyboard.press("o")
    expect(page.get_by_text("my card is gone")).to_be_visible()
    db = connect_to_read(server.sessions)
    [row] = db.query("SELECT DISTINCT session FROM events WHERE kind = 'replied'")
    db.close()
    with server.wizard(bob) as other_tab:
        assert other_tab.call("look", {"session": row["session"]})["ok"]
    gives(page, "I have blocked it.", "lost")
    expect(page.get_by_text("You know this conversation")).to_be_visible()
    expect(page.get_by_role("heading", name="Nothing waits for a second opinion")).to_be_visible()
    assert opinions(server) == []
