"""axe finds nothing to mend on any page, in either colour scheme, on a phone or at a desk."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.served import ROOT, Server, Visitor

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"phone": {"width": 375, "height": 740}, "wide": {"width": 1280, "height": 800}}
LOOKS = [("wide", "light"), ("phone", "dark")]


def violations(page: Page) -> list[str]:
    """What axe finds, a line each: the rule, and where."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    assert found["passes"] or found["testEngine"]
    return [f"{each['id']}: {node['target']}" for each in found["violations"] for node in each["nodes"]]


def test_axe_finds_what_is_wrong(server: Server, contexts: Any) -> None:
    page = contexts()
    page.goto(server.participant_link)
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<main><img src=x><button></button></main>')")
    assert {each.split(":")[0] for each in violations(page)} >= {"image-alt", "button-name"}


@pytest.fixture
def page(contexts: Any) -> Page:
    opened: Page = contexts(viewport=SIZES["phone"], reduced_motion="reduce")
    return opened


@pytest.fixture
def flaws(page: Page, long_run: bool) -> Callable[[], list[str]]:
    """What axe finds in the page as it stands, at each width, in one colour scheme; with --long in both."""
    looks = list(product(SIZES, ("light", "dark"))) if long_run else LOOKS

    def found() -> list[str]:
        return [f"{size}, {scheme}: {each}" for size, scheme in looks for each in seen(size, scheme)]

    def seen(size: str, scheme: Any) -> list[str]:
        page.set_viewport_size(SIZES[size])
        page.emulate_media(color_scheme=scheme)
        return violations(page)

    return found


def test_nothing_in_the_chat(server: Server, page: Page, flaws: Callable[[], list[str]]) -> None:
    page.goto(server.participant_link)
    expect(page.get_by_role("log").get_by_text("I'm Penny")).to_be_visible()
    assert flaws() == []
    page.get_by_role("textbox").fill("my card is gone")
    page.get_by_role("textbox").press("Enter")
    expect(page.get_by_role("img", name="Sent")).to_be_visible()
    assert flaws() == []
    page.get_by_role("button", name="menu").click()
    assert flaws() == []
    page.get_by_role("menuitem", name="End conversation").click()
    assert flaws() == []
    page.get_by_role("button", name="End conversation").click()
    expect(page.get_by_text("This conversation has ended.")).to_be_visible()
    assert flaws() == []


def test_nothing_at_the_desk(server: Server, page: Page, flaws: Callable[[], list[str]]) -> None:
    page.goto(server.owner_link)
    expect(page.get_by_text("Nobody waits.")).to_be_visible()
    assert flaws() == []
    with server.participant("a-key-of-my-own-making") as chat:
        chat.call("send", {"id": "m1", "text": "my card is gone"})
        page.get_by_role("navigation", name="Conversations").get_by_role("listitem").first.get_by_role("button").click()
        expect(page.get_by_role("article").get_by_text("my card is gone")).to_be_visible()
        assert flaws() == []
        page.get_by_role("textbox", name="Reply as Penny").fill("Blocked.")
        page.get_by_role("textbox", name="Reply as Penny").press("Enter")
        assert flaws() == []  # what is missing is said beside the fields


ARABIC = """
study: bitaqa
title: بطاقة
language: ar
persona: {name: سلمى, greeting: مرحبًا! كيف أساعدك؟}
consent: أوافق على المشاركة.
"""


def test_nothing_in_german_nor_from_right_to_left(server: Server, contexts: Any) -> None:
    page = contexts(viewport=SIZES["phone"], color_scheme="dark", reduced_motion="reduce", locale="de-DE")
    page.goto(server.owner_link)
    expect(page.get_by_text("Niemand wartet.")).to_be_visible()
    assert violations(page) == []
    page.goto(f"{server.url}/studio/study/card-help/versions")
    expect(page.get_by_role("heading", name="Alle Versionen")).to_be_visible()
    assert violations(page) == []
    [seat] = [each["value"] for each in page.context.cookies() if each["name"] == "seat"]
    owner = Visitor(server.url, {"seat": seat})
    assert owner.post_json("/studio/studies/save", {"source": ARABIC})["study"] == "bitaqa"
    page.goto(f"{server.url}/studio/study/bitaqa/links")
    page.goto(page.get_by_role("textbox", name="Der erste Link").input_value())
    page.get_by_role("button", name="أوافق").click()
    box = page.get_by_role("textbox", name="رسالة إلى سلمى")
    box.fill("My card is 4417")
    box.press("Enter")
    tick = page.get_by_role("img", name="أُرسلت")
    expect(tick).to_be_visible()
    said = page.get_by_text("My card is 4417").bounding_box()
    place = tick.bounding_box()
    assert said is not None
    assert place is not None
    assert said["x"] < place["x"]  # one's own stands on the left, its tick inside
    assert page.get_by_text("My card is 4417").evaluate("element => getComputedStyle(element).direction") == "ltr"
    assert violations(page) == []


OF_A_STUDY = ("", "/versions", "/links", "/live", "/everybody", "/end", "/wall", "/wall?revealed")
OTHERS = (
    *(f"/studio/study/card-help{each}" for each in OF_A_STUDY),
    *("/studio/studies", "/studio/studies/new?template=form-filler", "/studio/replies"),
    *("/studio/data", "/studio/data/card-help/redaction", "/studio/people", "/studio/trail", "/c/nonsense22"),
    "/studio/report/card-help",  # it loads itself anew once it is judged, so nothing is gone to after it
)


def test_nothing_on_the_other_pages(server: Server, page: Page, flaws: Callable[[], list[str]]) -> None:
    page.goto(server.owner_link)
    with server.participant("a-key-of-my-own-making") as chat:
        chat.call("send", {"id": "m1", "text": "my name is Anna Berg, and my number is 0170 1234567"})
    page.goto(f"{server.url}/studio/study/card-help/live")
    page.get_by_role("link", name="Guest 1").click()
    expect(page.get_by_text("my name is Anna Berg").first).to_be_visible()
    assert flaws() == []
    for path in OTHERS:
        page.goto(server.url + path)
        assert flaws() == [], path
