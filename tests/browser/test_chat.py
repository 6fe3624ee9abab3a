"""The participant's view, as somebody on a phone lives with it."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessible import violations
from tests.conftest import served
from tests.served import Server, soon

PHONE = {"width": 375, "height": 667}
KEY = "the-key-of-this-participant"


@pytest.fixture
def chat(server: Server, contexts: Any) -> Page:
    page = contexts(viewport=PHONE)
    page.context.add_cookies([{"name": "visit", "value": KEY, "url": server.url}])
    page.goto(server.participant_link)
    expect(log(page).get_by_text("I'm Penny")).to_be_visible()
    return page


def log(page: Page) -> Locator:
    return page.get_by_role("log")


def box(page: Page) -> Locator:
    return page.get_by_role("textbox")


def say(page: Page, text: str) -> None:
    box(page).fill(text)
    box(page).press("Enter")


@contextmanager
def locked(server: Server) -> Iterator[None]:
    """While somebody else holds the log, nothing can be saved."""
    other = sqlite3.connect(server.database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


def stored(server: Server) -> list[str]:
    db = sqlite3.connect(server.database)
    try:
        return [row[0] for row in db.execute("SELECT text FROM messages WHERE role = 'user' ORDER BY seq")]
    finally:
        db.close()


def test_the_tick_comes_only_once_the_message_is_on_the_disk(server: Server, chat: Page) -> None:
    with locked(server):
        say(chat, "is it safe?")
        expect(chat.get_by_text("Not sent yet.")).to_be_visible()
        expect(chat.get_by_role("img", name="Sent", exact=True)).to_have_count(0)
        expect(chat.get_by_role("button", name="Retry")).to_be_visible()
        assert stored(server) == []
    expect(chat.get_by_role("img", name="Sent", exact=True)).to_have_count(1)
    assert stored(server) == ["is it safe?"]


def test_what_was_not_sent_survives_a_reload_and_is_sent_once_and_in_order(server: Server, chat: Page) -> None:
    with locked(server):
        say(chat, "one")
        say(chat, "two")
        box(chat).fill("and half of thr")
        expect(chat.get_by_text("Not sent yet.").first).to_be_visible()
        chat.reload()
        expect(log(chat).get_by_text("two")).to_be_visible()
        expect(box(chat)).to_have_value("and half of thr")
    expect(chat.get_by_role("img", name="Sent", exact=True)).to_have_count(2)
    assert stored(server) == ["one", "two"]


def test_a_killed_server_is_told_after_a_while_and_the_box_stays_open(server: Server, chat: Page) -> None:
    server.kill()
    box(chat).fill("still here?")
    expect(chat.get_by_text("Reconnecting…")).to_be_visible()
    expect(box(chat)).to_be_editable()
    box(chat).press("Enter")
    expect(log(chat).get_by_text("still here?")).to_be_visible()
    box(chat).fill("I go on writing")
    server.start()
    expect(chat.get_by_role("img", name="Sent", exact=True)).to_have_count(1)
    expect(chat.get_by_text("Reconnecting…")).to_have_count(0)
    expect(box(chat)).to_have_value("I go on writing")
    assert stored(server) == ["still here?"]


def test_a_page_whose_scripts_do_not_come_says_so_after_a_while(server: Server, contexts: Any) -> None:
    page = contexts(viewport=PHONE)
    page.route("**/static/chat/grow.js", lambda route: route.abort())
    page.goto(server.participant_link)
    word = page.get_by_text("couldn’t be loaded")
    expect(word).to_be_hidden()
    page.evaluate("document.getAnimations().forEach(each => each.finish())")
    expect(word).to_be_visible()
    page.unroute("**/static/chat/grow.js")
    page.get_by_role("link", name="Reload").click()
    expect(box(page)).to_be_visible()
    expect(word).to_have_count(0)


def test_enter_sends_but_not_while_composing_and_shift_enter_is_a_new_line(server: Server, chat: Page) -> None:
    box(chat).fill("にほん")
    box(chat).evaluate(
        """box => box.dispatchEvent(new KeyboardEvent(
            "keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true }
        ))"""
    )
    expect(box(chat)).to_have_value("にほん")
    box(chat).press("Shift+Enter")
    box(chat).press_sequentially("ご")
    expect(box(chat)).to_have_value("にほん\nご")
    box(chat).press("Enter")
    expect(box(chat)).to_have_value("")
    expect(chat.get_by_role("img", name="Sent", exact=True)).to_have_count(1)
    assert stored(server) == ["にほん\nご"]


def test_a_button_with_nothing_to_send_looks_so_under_the_finger_that_sent(server: Server, chat: Page) -> None:
    chat.emulate_media(reduced_motion="reduce")
    send = chat.get_by_role("button", name="Send")
    expect(send).to_be_disabled()
    at_rest = send.evaluate("button => getComputedStyle(button).backgroundColor")
    box(chat).fill("hi")
    send.click()
    expect(box(chat)).to_have_value("")
    assert send.evaluate("button => button.matches(':hover')")
    assert send.evaluate("button => getComputedStyle(button).backgroundColor") == at_rest


def test_it_scrolls_along_only_near_the_end(server: Server, chat: Page) -> None:
    at_end = "log => log.scrollHeight - log.scrollTop - log.clientHeight < 80"
    for number in range(15):
        say(chat, f"line {number}")
    expect(chat.get_by_role("img", name="Sent", exact=True)).to_have_count(15)
    assert soon(lambda: log(chat).evaluate(at_end))
    log(chat).evaluate("log => log.scrollTop = 0")
    jump = chat.get_by_role("button", name="Jump to the newest message")
    expect(jump).to_be_visible()
    with server.participant(KEY) as elsewhere:
        elsewhere.call("send", {"id": "x", "text": "from my other phone"})
        expect(log(chat).get_by_text("from my other phone")).to_be_attached()
        assert log(chat).evaluate("log => log.scrollTop") < 50
        jump.click()
        assert soon(lambda: log(chat).evaluate(at_end))
        expect(log(chat).get_by_text("from my other phone")).to_be_in_viewport()
    expect(jump).to_have_count(0)


def test_whoever_has_a_keyboard_types_at_once_and_is_told_where_they_type_that_it_is_over(
    server: Server, chat: Page
) -> None:
    expect(box(chat)).to_be_focused()
    chat.keyboard.type("is anybody there?")
    chat.keyboard.press("Enter")
    expect(log(chat).get_by_text("is anybody there?")).to_be_visible()
    with server.wizard(server.seat()) as desk:
        session = desk.call("inbox")["sessions"][0]["session"]
        desk.call("claim", {"session": session})
        assert desk.call("end", {"session": session})["ok"]
    expect(chat.get_by_text("This conversation has ended.")).to_be_focused()


def test_another_tab_stays_in_step(server: Server, chat: Page) -> None:
    other = chat.context.new_page()
    other.goto(server.participant_link)
    say(chat, "from the first tab")
    expect(log(other).get_by_text("from the first tab")).to_be_visible()
    say(other, "from the second")
    expect(log(chat).get_by_text("from the second")).to_be_visible()


def test_an_end_is_told_and_a_new_conversation_begins_empty(server: Server, chat: Page) -> None:
    say(chat, "hello")
    expect(chat.get_by_role("img", name="Sent", exact=True)).to_have_count(1)
    chat.get_by_role("button", name="menu").click()
    chat.get_by_role("menuitem", name="End conversation").click()
    chat.get_by_role("button", name="End conversation").click()
    expect(chat.get_by_text("This conversation has ended.")).to_be_visible()
    expect(box(chat)).to_have_count(0)
    chat.reload()
    expect(chat.get_by_text("This conversation has ended.")).to_be_visible()
    chat.get_by_role("button", name="Start a new conversation").click()
    expect(box(chat)).to_be_visible()
    expect(log(chat).get_by_text("hello")).to_have_count(0)
    expect(log(chat).get_by_text("I'm Penny")).to_be_visible()


def test_nothing_sticks_out_at_any_width(chat: Page) -> None:
    say(chat, "a" * 400)
    say(chat, "many words " * 60)
    for width in (320, 375, 768, 1920):
        chat.set_viewport_size({"width": width, "height": 700})
        assert chat.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        expect(box(chat)).to_be_in_viewport()


@pytest.mark.parametrize("covered", [False, True])
def test_over_a_keyboard_a_long_task_and_a_long_message_leave_room(
    tmp_path: Path, contexts: Any, covered: bool
) -> None:
    task, whole = "You lost your card on holiday. ", 700
    with served(tmp_path, CARDS.replace(task, task * 20)) as server:
        page = contexts(viewport={"width": 375, "height": whole})
        page.goto(server.participant_link)
        expect(page.get_by_role("complementary", name="Your task")).to_be_visible()
        for width, height in ((375, 340), (667, 375), (320, 300)):
            page.set_viewport_size({"width": width, "height": whole if covered else height})
            if covered:  # where the keyboard lies over the page; the chat is told how much is left
                expect(page.locator("html")).not_to_have_attribute("style", re.compile("--height"))
                page.evaluate(f"document.documentElement.style.setProperty('--height', '{height}px')")
            box(page).fill("line\n" * 12)
            bottom = "element => element.getBoundingClientRect().bottom"
            assert page.get_by_role("button", name="Send").evaluate(bottom) <= height, width
            assert log(page).evaluate("log => log.clientHeight") > 20, width
            box(page).fill("")


def test_each_line_of_a_message_is_read_its_own_way_as_in_the_box(chat: Page) -> None:
    say(chat, "فقدت بطاقتي في العطلة ولا أعرف\nhelp")
    bubble = log(chat).locator(".bubble")
    expect(bubble).to_contain_text("help")
    from_left = bubble.evaluate(
        """(bubble) => {
            const range = document.createRange(), text = bubble.firstChild;
            range.setStart(text, text.data.indexOf("help"));
            range.setEnd(text, text.length);
            return range.getBoundingClientRect().left - bubble.getBoundingClientRect().left;
        }"""
    )
    assert from_left < 20


def test_markdown_of_the_assistant_is_rendered_and_the_participants_is_not(server: Server, chat: Page) -> None:
    say(chat, "**not bold**")
    with server.wizard(server.seat()) as desk:
        expect(chat.get_by_role("img", name="Sent", exact=True)).to_have_count(1)
        session = desk.call("inbox")["sessions"][0]["session"]
        text = "**bold** and `code`, see https://example.org\n\n- one\n- two"
        assert desk.call("reply", {"session": session, "id": "r", "text": text, "labels": {"intent": "other"}})["ok"]
    expect(log(chat).locator("strong")).to_have_text(["bold"])
    expect(log(chat).locator("li")).to_have_text(["one", "two"])
    expect(log(chat).get_by_role("link", name="https://example.org")).to_have_attribute(
        "rel", "noopener noreferrer nofollow"
    )
    expect(log(chat).get_by_text("**not bold**")).to_be_visible()


CARDS = """
study: cards
title: Cards
persona: {name: Penny, greeting: "Hi, I'm Penny. What is it about?"}
scenarios:
  - {id: lost, text: You lost your card on holiday. Get it blocked.}
  - {id: charge, text: Ask about a charge.}
reply: {kind: text, quick_replies: true}
"""


@pytest.fixture
def cards(tmp_path: Path) -> Iterator[Server]:
    """A server with a study that deals tasks, and answers with buttons and cards."""
    with served(tmp_path, CARDS) as running:
        yield running


@pytest.fixture
def answer(cards: Server) -> Iterator[Callable[..., None]]:
    """Answers what waits."""
    with cards.wizard(cards.seat()) as desk:

        def give(**reply: Any) -> None:
            session = desk.wait_for("inbox", waiting=1)["sessions"][0]["session"]
            desk.heard.clear()
            assert desk.call("reply", {"session": session, "id": uuid4().hex, **reply})["ok"]

        desk.call("inbox")
        yield give


def test_buttons_send_their_words_and_go(cards: Server, answer: Callable[..., None], contexts: Any) -> None:
    page = contexts(viewport=PHONE)
    page.goto(cards.participant_link)
    say(page, "my card is gone")
    answer(text="When did you see it last?", buttons=["Today", "Longer ago"])
    buttons = page.get_by_role("group", name="Quick replies").get_by_role("button")
    expect(buttons).to_have_text(["Today", "Longer ago"])
    box(page).fill("half a sentence")
    page.reload()
    expect(buttons).to_have_count(2)
    buttons.last.focus()
    page.keyboard.press("Enter")
    expect(buttons).to_have_count(0)
    expect(log(page).get_by_text("Longer ago")).to_be_visible()
    expect(page.get_by_role("img", name="Sent", exact=True)).to_have_count(2)
    assert stored(cards) == ["my card is gone", "Longer ago"]
    expect(box(page)).to_be_focused()
    expect(box(page)).to_have_value("half a sentence")
    page.reload()
    expect(log(page).get_by_text("Longer ago")).to_be_visible()
    expect(buttons).to_have_count(0)


def test_buttons_wait_in_the_outbox_while_nothing_can_be_saved(
    cards: Server, answer: Callable[..., None], contexts: Any
) -> None:
    page = contexts(viewport=PHONE)
    page.goto(cards.participant_link)
    say(page, "my card is gone")
    answer(text="Since when?", buttons=["Today"])
    button = page.get_by_role("button", name="Today")
    expect(button).to_be_visible()
    with locked(cards):
        button.click()
        expect(button).to_have_count(0)
        expect(page.get_by_text("Not sent yet.")).to_be_visible()
        page.reload()
        expect(log(page).get_by_text("Today")).to_be_visible()
        expect(button).to_have_count(0)
    expect(page.get_by_role("img", name="Sent", exact=True)).to_have_count(2)
    assert stored(cards) == ["my card is gone", "Today"]


def test_buttons_go_with_the_conversation(cards: Server, answer: Callable[..., None], contexts: Any) -> None:
    page = contexts(viewport=PHONE)
    page.goto(cards.participant_link)
    say(page, "my card is gone")
    answer(text="Since when?", buttons=["Today"])
    expect(page.get_by_role("button", name="Today")).to_be_visible()
    page.get_by_role("button", name="menu").click()
    page.get_by_role("menuitem", name="End conversation").click()
    page.get_by_role("button", name="End conversation").click()
    expect(page.get_by_text("This conversation has ended.")).to_be_visible()
    expect(page.get_by_role("button", name="Today")).to_have_count(0)


def test_a_card_is_a_list_of_names_and_values(cards: Server, answer: Callable[..., None], contexts: Any) -> None:
    page = contexts(viewport=PHONE)
    page.goto(cards.participant_link)
    say(page, "<b>what</b> is it?")
    rows = [{"name": "State", "value": "<i>blocked</i>"}, {"name": "Number", "value": "4" * 200}]
    answer(text="Look:", card={"title": "Your card", "rows": rows})
    card = page.get_by_role("group", name="Your card")
    expect(card.get_by_role("term")).to_have_text(["State", "Number"])
    expect(card.get_by_role("definition")).to_have_text(["<i>blocked</i>", "4" * 200])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_task_stays_folded_once_folded_and_a_new_one_is_open(cards: Server, contexts: Any) -> None:
    page = contexts(viewport=PHONE)
    page.goto(cards.participant_link)
    task = page.get_by_role("complementary", name="Your task")
    expect(task.get_by_text("You lost your card on holiday.")).to_be_visible()
    task.get_by_text("Your task").focus()
    page.keyboard.press("Enter")
    expect(task.get_by_text("You lost your card")).to_be_hidden()
    page.reload()
    expect(task).to_be_visible()
    expect(task.get_by_text("You lost your card")).to_be_hidden()
    page.get_by_role("button", name="menu").click()
    page.get_by_role("menuitem", name="End conversation").click()
    page.get_by_role("button", name="End conversation").click()
    page.get_by_role("button", name="Start a new conversation").click()
    expect(task.get_by_text("Ask about a charge.")).to_be_visible()


def test_axe_finds_nothing_in_task_card_and_buttons(cards: Server, answer: Callable[..., None], contexts: Any) -> None:
    page = contexts(viewport=PHONE, reduced_motion="reduce")
    page.goto(cards.participant_link)
    say(page, "my card is gone")
    rows = [{"name": "State", "value": "blocked"}, {"name": "Number", "value": "•••• 4242"}]
    card = {"title": "Your card", "rows": rows}
    answer(text="It is blocked now.", more=["Shall I send a new one?"], buttons=["Yes, please", "No"], card=card)
    expect(page.get_by_role("button", name="Yes, please")).to_be_visible()
    for width, scheme in product((320, 1280), ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 720})
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == [], (width, scheme)
