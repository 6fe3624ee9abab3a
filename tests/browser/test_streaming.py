"""Answers that come word by word, in the participant's browser; what is there while none comes, and after the end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessible import violations
from tests.conftest import served
from tests.served import Client, Server, kept

PHONE = {"width": 375, "height": 667}
TEXT = "Your card is **blocked** now." + " A new one comes by post, in three to five working days, to your home." * 2
SHOWN = TEXT.replace("*", "")
BUSY = """
study: busy
title: Busy
persona: {name: Penny, greeting: "Hi, I'm Penny."}
pacing: {first: 0.2, still: {after: 1}, busy: {after: 2.5, again: 60, say: I have too much to do.}}
"""
STUDY = """
study: words
title: Words
persona: {name: Penny, greeting: "Hi, I'm Penny."}
pacing: {first: 0.2, chars_per_second: 60}
ask_what_answered: true
debriefing: "A **person** answered you."
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("words"), STUDY) as running:
        yield running


@pytest.fixture(scope="module")
def desk(server: Server) -> Iterator[Client]:
    with server.wizard(server.seat()) as client:
        yield client


@pytest.fixture
def chat(server: Server, contexts: Any) -> Page:
    return begin(contexts(viewport=PHONE), server)


@pytest.fixture
def answer(desk: Client) -> Callable[..., str]:
    """Answers whoever waits; the session."""

    def send(text: str = TEXT) -> str:
        until = time.monotonic() + 5
        while not (waiting := [row for row in desk.call("inbox")["sessions"] if row["waiting_since"]]):
            assert time.monotonic() < until, "nobody waits"
        session = waiting[-1]["session"]
        observed = desk.call("claim", {"session": session})["observation"]
        reply = {"session": session, "id": f"r{time.time_ns()}", "text": text, "upto": observed["upto"]}
        assert desk.call("reply", reply)["ok"]
        return str(session)

    return send


def begin(page: Page, server: Server) -> Page:
    page.goto(server.participant_link)
    expect(log(page).get_by_text("I'm Penny")).to_be_visible()
    return page


def log(page: Page) -> Locator:
    return page.get_by_role("log")


def say(page: Page, text: str = "my card is gone") -> None:
    page.get_by_role("textbox").fill(text)
    page.get_by_role("textbox").press("Enter")


def last(page: Page) -> str:
    """What stands on the page of the last answer."""
    return " ".join(log(page).locator(".rich").last.inner_text().split())


def is_coming(page: Page) -> None:
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(log(page).get_by_text("Your card is").last).to_be_visible()


WATCH = """() => {
    window.heard = [];
    window.seen = [];
    const log = document.querySelector("[role=log]");
    const hidden = (node) => (node.closest ? node : node.parentElement)?.closest("[aria-hidden=true]");
    new MutationObserver((changes) => {
        const last = [...log.querySelectorAll(".rich")].at(-1);
        window.seen.push(last.innerText.length);
        for (const { addedNodes } of changes)
            for (const node of addedNodes)
                if (node.textContent.includes("Your card") && !hidden(node)) window.heard.push(node.textContent);
    }).observe(log, { childList: true, subtree: true, characterData: true });
}"""


def test_it_comes_word_by_word_and_is_heard_once(chat: Page, answer: Callable[..., str]) -> None:
    say(chat)
    chat.evaluate(WATCH)
    answer()
    is_coming(chat)
    expect(chat.get_by_role("status").filter(has_text="Penny is writing")).to_have_count(1)
    expect(chat.get_by_role("button", name="Stop")).to_have_count(0)
    assert last(chat) == SHOWN
    lengths = [each for each in chat.evaluate("seen") if each > 20]
    assert len(set(lengths)) > 8, "it didn't grow"
    assert lengths == sorted(lengths), "it jumped"
    assert len(chat.evaluate("heard")) == 1
    assert log(chat).locator(".rich strong").inner_text() == "blocked"


WIDE = """Your card is here:

| Fee | When it is taken | Since | Notes on this fee, which take some room |
|---|---|---|---|
| Abroadabroadabroad | perpaymentpayment | twothousandeleven | outside of the euro, and only there, nowhere else |

```
a line of code that is wider than any phone that was ever made, which is why it scrolls on its own
```
"""
STICKS_OUT = "element => element.scrollWidth - element.clientWidth"


def test_a_wide_table_and_code_scroll_on_their_own_while_they_come_and_after(
    chat: Page, answer: Callable[..., str]
) -> None:
    say(chat)
    answer(WIDE)
    is_coming(chat)
    expect(log(chat).locator("pre")).to_contain_text("wider than any phone")
    expect(chat.get_by_role("button", name="Stop")).to_be_visible()
    assert log(chat).evaluate(STICKS_OUT) == 0
    expect(chat.get_by_role("button", name="Stop")).to_have_count(0)
    assert log(chat).evaluate(STICKS_OUT) == 0
    assert all(frame.evaluate(STICKS_OUT) > 0 for frame in log(chat).locator(".wide").all())
    squeezed = "cell => cell.scrollHeight / parseFloat(getComputedStyle(cell).lineHeight)"
    assert log(chat).get_by_role("columnheader", name="Notes").evaluate(squeezed) < 5


STANDS_OUT = """element => {
    const ground = element.closest("button, body");
    return getComputedStyle(element).backgroundColor !== getComputedStyle(ground).backgroundColor;
}"""


def test_what_stands_for_an_answer_is_seen_where_the_reader_sets_the_colours(
    server: Server, contexts: Any, answer: Callable[..., str]
) -> None:
    chat = begin(contexts(viewport=PHONE, forced_colors="active", color_scheme="dark"), server)
    say(chat)
    dots = log(chat).locator(".dots span").first
    expect(dots).to_be_visible()
    assert dots.evaluate(STANDS_OUT)
    answer()
    is_coming(chat)
    assert chat.get_by_role("button", name="Stop").locator("span").evaluate(STANDS_OUT)
    assert chat.locator("form").evaluate("form => getComputedStyle(form).outlineStyle") == "solid"  # one writes there
    chat.get_by_role("button", name="Stop").click()


CODE = """כתבו `x = (a + b)[0]` כך:

```
total = (a + b)[0]
    print(total)
```
"""
SIDE = "element => getComputedStyle(element).direction"


def test_code_is_read_from_the_left_in_whatever_language_it_stands(chat: Page, answer: Callable[..., str]) -> None:
    say(chat)
    answer(CODE)
    expect(chat.get_by_role("button", name="Stop")).to_have_count(0)
    expect(log(chat).locator("pre")).to_contain_text("print(total)")
    assert log(chat).get_by_text("כתבו").evaluate(SIDE) == "rtl"
    sides = [each.evaluate(SIDE) for each in log(chat).locator("code, pre, .wide").all()]
    assert sides == ["ltr"] * 4


@pytest.mark.parametrize("how", ["button", "key"])
def test_stopped_it_stays_as_it_is_on_the_page_and_in_the_log(
    server: Server, chat: Page, answer: Callable[..., str], how: str
) -> None:
    say(chat)
    session = answer()
    is_coming(chat)
    time.sleep(0.5)
    chat.get_by_role("button", name="Stop").click() if how == "button" else chat.keyboard.press("Escape")
    again = chat.get_by_role("button", name="Try again")
    expect(again).to_be_visible()
    expect(log(chat).get_by_text("Stopped")).to_be_visible()
    told = kept(server, session).messages[-1].text
    assert len(told) < len(TEXT)
    assert last(chat) == " ".join(told.replace("*", "").split())
    assert kept(server, session).exchanges[-1].reply.text == TEXT
    chat.reload()
    expect(again).to_be_visible()
    assert last(chat) == " ".join(told.replace("*", "").split())
    again.click()
    expect(chat.get_by_role("status").filter(has_text="Penny is thinking")).to_have_count(1)
    answer("As I said: it is blocked.")
    expect(log(chat).get_by_text("As I said: it is blocked.")).to_be_visible()
    expect(again).to_have_count(0)


def test_a_reload_and_a_cut_in_the_middle_of_it_leave_nothing_out(
    server: Server, chat: Page, answer: Callable[..., str]
) -> None:
    say(chat)
    session = answer(f"{TEXT} {TEXT}")
    is_coming(chat)
    chat.reload()
    is_coming(chat)
    chat.context.set_offline(True)
    time.sleep(0.6)
    chat.context.set_offline(False)
    expect(log(chat).locator(".rich").last).to_have_text(f"{SHOWN} {SHOWN}", timeout=20_000)
    expect(chat.get_by_role("button", name="Stop")).to_have_count(0)
    assert kept(server, session).messages[-1].text == f"{TEXT} {TEXT}"


def test_a_message_in_the_middle_of_it_brings_the_rest(chat: Page, answer: Callable[..., str]) -> None:
    say(chat)
    answer()
    is_coming(chat)
    say(chat, "and my money?")
    expect(log(chat).locator(".rich").last).to_contain_text(SHOWN[-30:])
    expect(log(chat).get_by_text("and my money?")).to_be_visible()
    answer("It is safe.")
    expect(log(chat).get_by_text("It is safe.")).to_be_visible()


def test_who_waits_long_is_told_and_can_try_again(tmp_path: Path, contexts: Any) -> None:
    with served(tmp_path, BUSY) as server, server.wizard(server.seat()) as desk:
        page = begin(contexts(viewport=PHONE), server)
        say(page)
        expect(log(page).get_by_text("Still working on it…")).to_be_visible()
        expect(log(page).get_by_text("I have too much to do.")).to_be_visible()
        assert violations(page) == []
        [row] = desk.call("inbox")["sessions"]
        assert desk.call("reply", {"session": row["session"], "id": "r1", "text": "Here I am."})["ok"]
        page.get_by_role("textbox").fill("one can always write")
        expect(log(page).get_by_text("Here I am.")).to_have_count(0)
        page.get_by_role("button", name="Try again").click()
        expect(log(page).get_by_text("I have too much to do.")).to_have_count(0)
        expect(page.get_by_role("textbox")).to_have_value("one can always write")
        expect(log(page).get_by_text("Here I am.")).to_be_visible()


def test_axe_finds_nothing_while_it_comes_and_when_it_was_stopped(
    server: Server, contexts: Any, answer: Callable[..., str]
) -> None:
    page = begin(contexts(viewport=PHONE, reduced_motion="reduce"), server)

    def expect_no_flaws() -> None:
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert violations(page) == [], scheme

    say(page)
    answer(TEXT * 8)
    is_coming(page)
    expect_no_flaws()
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    expect_no_flaws()


def end(page: Page) -> None:
    page.get_by_role("button", name="menu").click()
    page.get_by_role("menuitem", name="End conversation").click()
    page.get_by_role("button", name="End conversation").click()


def test_after_the_end_there_is_a_question_then_the_truth_then_the_way_out(
    server: Server, chat: Page, answer: Callable[..., str]
) -> None:
    say(chat, "quxotic words of mine")
    answer("Hello.")
    expect(log(chat).get_by_text("Hello.")).to_be_visible()
    asked = []
    chat.on("request", lambda request: asked.append(request.url))
    end(chat)
    expect(chat.get_by_text("What do you think answered you?")).to_be_visible()
    assert any("after.js" in url for url in asked), "nothing of it is in the browser before the end"
    expect(chat.get_by_text("A person answered you.")).to_have_count(0)
    assert violations(chat) == []
    missing = chat.get_by_text("Please answer this one.")
    chat.get_by_role("button", name="Send").click()
    expect(missing).to_have_count(1)
    expect(chat.get_by_role("radio", name="A computer program")).to_be_focused()
    assert violations(chat) == []
    chat.get_by_role("radio", name="A person").check()
    chat.get_by_role("button", name="Send").click()
    how_sure = chat.get_by_role("group", name="How sure are you?")
    expect(how_sure).to_have_accessible_description("Please answer this one.")
    expect(chat.get_by_role("radio", name="1")).to_be_focused()
    chat.get_by_role("radio", name="4").check()
    expect(missing).to_have_count(0)
    chat.get_by_role("button", name="Send").click()
    expect(chat.get_by_text("A person answered you.")).to_be_visible()
    expect(chat.get_by_role("button", name="Start a new conversation")).to_have_count(0)
    assert violations(chat) == []
    chat.get_by_role("button", name="Withdraw my data").click()
    expect(chat.get_by_text("This can’t be undone.")).to_be_visible()
    assert violations(chat) == []
    chat.get_by_role("button", name="Delete my data").click()
    expect(chat.get_by_text("Your data were deleted.")).to_be_visible()
    expect(chat.get_by_text("quxotic")).to_have_count(0)
    assert "quxotic" not in chat.evaluate("JSON.stringify({...localStorage})")
    assert violations(chat) == []


def test_the_question_can_be_left_out(chat: Page, answer: Callable[..., str]) -> None:
    say(chat)
    answer("Hello.")
    expect(log(chat).get_by_text("Hello.")).to_be_visible()
    end(chat)
    chat.get_by_role("button", name="Skip").click()
    expect(chat.get_by_text("A person answered you.")).to_be_visible()
    chat.reload()
    expect(chat.get_by_text("A person answered you.")).to_be_visible()


def test_the_question_comes_into_view_and_the_name_above_stays(chat: Page, answer: Callable[..., str]) -> None:
    say(chat)
    answer("\n\n".join(f"{number} is a line of many." for number in range(40)))
    expect(log(chat).get_by_text("0 is a line").first).to_be_visible()
    chat.get_by_role("textbox").fill("thanks")
    chat.get_by_role("button", name="Send").click()
    expect(log(chat).get_by_text("39 is a line")).to_be_in_viewport()
    end(chat)
    expect(chat.get_by_text("What do you think answered you?")).to_be_in_viewport()
    expect(chat.get_by_role("heading", name="Penny")).to_be_in_viewport(ratio=1)
    assert chat.evaluate("document.scrollingElement.scrollTop + document.body.scrollTop") == 0
