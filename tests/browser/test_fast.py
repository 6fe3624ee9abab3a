"""The participant's page is light, and there at once."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_chat import log, say
from tests.served import Server

pytestmark = pytest.mark.alone

LARGEST_SCRIPTS = 56_000
FIRST_PAINT_MS = 1_000
BUBBLE_MS = 50


@pytest.fixture
def chat(server: Server, contexts: Any) -> Page:
    page = contexts(viewport={"width": 375, "height": 667})
    page.goto(server.participant_link)
    expect(page.get_by_role("log").get_by_text("I'm Penny")).to_be_visible()
    return page


def test_the_bubble_is_there_within_50_ms_of_enter(chat: Page) -> None:
    chat.evaluate(
        """() => {
            window.took = [];
            let pressed;
            addEventListener("keydown", (event) => { if (event.key === "Enter") pressed = performance.now() }, true);
            new MutationObserver((changes) => {
                for (const { addedNodes } of changes)
                    for (const node of addedNodes)
                        if (node.matches?.(".said.own")) window.took.push(performance.now() - pressed);
            }).observe(document.querySelector("[role=log]"), { childList: true, subtree: true });
        }"""
    )
    for number in range(10):
        say(chat, f"message {number}")
        expect(log(chat).get_by_text(f"message {number}")).to_be_visible()
    took = chat.evaluate("window.took")
    assert len(took) >= 10
    assert sorted(took)[len(took) // 2] < BUBBLE_MS


def test_fifty_six_kilobytes_of_script_and_a_first_paint_within_a_second(server: Server, contexts: Any) -> None:
    page = contexts(viewport={"width": 375, "height": 667})
    wire = page.context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    bytes_of: dict[str, float] = {}
    wire.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))
    wire.on("Network.loadingFinished", lambda event: bytes_of.update({event["requestId"]: event["encodedDataLength"]}))
    wire.send("Network.enable")
    page.goto(server.participant_link)
    expect(page.get_by_role("log").get_by_text("I'm Penny")).to_be_visible()
    box = page.get_by_role("textbox")
    box.fill("hello")
    box.press("Enter")
    expect(page.get_by_role("img", name="Sent")).to_be_visible()
    interactive = page.evaluate("performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd")
    [paint] = page.evaluate("performance.getEntriesByName('first-contentful-paint').map((each) => each.startTime)")
    scripts = [bytes_of[id] for id, kind in kinds.items() if kind == "Script" and id in bytes_of]
    print(f"\n{len(scripts)} scripts, {sum(scripts) / 1_000:.1f} kB with their headers; ", end="")
    print(f"first paint after {paint:.0f} ms, loaded after {interactive:.0f} ms")
    assert len(scripts) > 10
    assert sum(scripts) <= LARGEST_SCRIPTS
    assert paint < FIRST_PAINT_MS
