"""Somebody whom a panel sent, in a browser: from the link with their id to the way back, whatever they do between."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import sit
from tests.browser.test_accessible import violations
from tests.browser.test_chat import log, say
from tests.conftest import AT_ONCE, served
from tests.served import Server
from wizard.store.database import connect_to_read
from wizard.store.heads import count_sessions


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with served(tmp_path, AT_ONCE) as server:
        yield server


def made(server: Server, page: Page) -> str:
    """A link for a panel, made on the page, with somebody's id in it."""
    sit(page, server, server.seat())
    page.goto(f"{server.url}/studio/study/at-once/links")
    assert violations(page) == []
    page.get_by_label("What you call it").fill("Panel")
    page.get_by_label("How many may come", exact=True).fill("0")
    page.get_by_role("button", name="Make the link").click()
    expect(page.get_by_label("How many may come", exact=True)).to_be_focused()
    page.get_by_label("How many may come", exact=True).fill("1")
    page.get_by_label("Sent by a panel").select_option("Prolific")
    page.get_by_label("After the end").fill(f"{server.url}/back?cc=C0DE")
    page.get_by_role("button", name="Make the link").click()
    link = page.get_by_role("textbox", name="Panel", exact=True)
    assert violations(page) == []
    return link.input_value()


def test_one_whom_a_panel_sent_finds_their_conversation_again_and_goes_back(server: Server, contexts: Any) -> None:
    link = made(server, contexts()).replace("{{%PROLIFIC_PID%}}", "p-77")
    phone = contexts(viewport={"width": 375, "height": 667})
    phone.goto(link)
    say(phone, "hello")
    expect(log(phone)).to_contain_text("hello")
    phone.reload()
    expect(log(phone)).to_contain_text("hello")
    phone.goto(f"{server.url}/back")
    phone.go_back()
    expect(log(phone)).to_contain_text("hello")
    laptop = contexts()
    laptop.goto(link)
    expect(log(laptop)).to_contain_text("hello")
    shared = contexts()
    shared.goto(link.partition("?")[0])
    expect(shared.get_by_role("heading")).to_have_text("Your id is missing")
    shared.goto(link.replace("p-77", "p-78"))
    expect(shared.get_by_role("heading")).to_have_text("This is full")
    assert violations(shared) == []

    phone.get_by_role("button", name="Menu").click()
    phone.get_by_role("menuitem", name="End conversation").click()
    phone.get_by_role("button", name="End conversation").click()
    finish = phone.get_by_role("link", name="Finish")
    expect(finish).to_be_visible()
    assert violations(phone) == []
    expect(laptop.get_by_role("link", name="Finish")).to_have_attribute("href", f"{server.url}/back?cc=C0DE")
    phone.reload()
    finish.click()
    phone.wait_for_url("**/back?cc=C0DE")
    db = connect_to_read(server.sessions)
    assert count_sessions(db, "at-once") == 1
    db.close()
