"""The desk with two hundred conversations that wait."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import replace
from functools import reduce
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.builders import AT, Step, assistant, drafts, session, user
from tests.conftest import AT_ONCE, served
from tests.served import Server
from wizard.head import head
from wizard.store.database import connect
from wizard.store.log import Append, write

pytestmark = pytest.mark.alone

OPEN, OPENED = 200, 80
P95_MS, MEGABYTES = 100, 80
"""Megabytes that the page keeps over a blank one's: with what its browser hasn't tidied up yet they are many more."""

OPEN_NEXT = """async (key) => {
    const before = document.getElementById("conversation-name")?.textContent;
    const begun = performance.now();
    document.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
    for (;;) {
        await new Promise(requestAnimationFrame);
        const name = document.getElementById("conversation-name")?.textContent;
        if (name && name !== before && document.querySelector(".observed .turn")) break;
        if (performance.now() - begun > 5000) throw new Error("nothing opened");
    }
    return performance.now() - begun;
}"""


@pytest.fixture
def crowded(tmp_path: Path) -> Iterator[Server]:
    running = served(tmp_path, AT_ONCE)
    db = connect(tmp_path / "sessions", lock_wait=1)
    appends = [waiting(number) for number in range(OPEN)]
    write(db, appends)
    db.close()
    with running as server:
        yield server


def waiting(number: int) -> Append:
    """A conversation of some length whose last message waits."""
    steps: list[Step] = [assistant("Hi, what can I do?")]
    for turn in range(number % 7):
        steps += [user(f"message {turn} of {number}, " + "and so on " * 20), assistant("**Yes**, " + "of course " * 15)]
    steps.append(user(f"the last word of {number}"))
    id, alias = f"{number:020x}", f"Guest {number + 1}"
    first, *others = drafts(*steps, id=id)
    mine = {"study": "at-once", "alias": alias, "participant": id}
    started = replace(first, body=first.body.model_copy(update=mine))
    return Append(
        id, tuple(replace(each, at=AT) for each in (started, *others)), head(session(*steps, id=id))._replace(**mine)
    )


def test_opening_and_switching_is_quick_and_the_page_stays_small(crowded: Server, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    blank = private_memory(browser, page)
    page.goto(crowded.owner_link)
    expect(page.locator(".row")).to_have_count(OPEN)
    opening = sorted(page.evaluate(OPEN_NEXT, "j") for _ in range(OPENED))
    switching = sorted(page.evaluate(OPEN_NEXT, key) for key in ("k", "j") * (OPENED // 2))
    context.new_cdp_session(page).send("HeapProfiler.collectGarbage")
    megabytes = (private_memory(browser, page) - blank) / 1e6
    for what, took in (("opening", opening), ("switching", switching)):
        print(f"\n{what}: median {statistics.median(took):.0f} ms, p95 {p95(took):.0f} ms", end="")
    print(f"\nthe page: {megabytes:.0f} MB, over {blank / 1e6:.0f} of a blank one")
    assert p95(opening) < P95_MS
    assert p95(switching) < P95_MS
    assert megabytes < MEGABYTES
    context.close()


def p95(sorted_ms: list[float]) -> float:
    return sorted_ms[int(len(sorted_ms) * 0.95)]


def private_memory(browser: Browser, page: Page) -> int:
    """Bytes that the page's process has for itself alone, the largest of all renderers'."""
    cdp = browser.new_browser_cdp_session()
    processes: list[dict[str, Any]] = cdp.send("SystemInfo.getProcessInfo")["processInfo"]
    renderers = [each["id"] for each in processes if each["type"] == "renderer"]
    assert renderers, processes
    return max(map(private_bytes, renderers))


def private_bytes(process: int) -> int:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    private = [line.split() for line in lines if line.startswith(("Private_Clean", "Private_Dirty"))]
    return reduce(lambda sum, words: sum + int(words[1]) * 1024, private, 0)
