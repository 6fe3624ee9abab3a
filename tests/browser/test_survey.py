"""Asked before and after, and held to a limit, in a browser: by keyboard, through a reload, and off the line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.test_accessible import violations
from tests.browser.test_chat import log, say
from tests.conftest import served
from tests.logged import read_sessions
from tests.served import Client, Server
from wizard.store.database import connect, connect_to_read
from wizard.store.invites import make_invite

FADES_PX = 16
"""So far down what is read goes out softly, under the header."""

STUDY = """
study: asks
title: Asks
persona: {greeting: Hello!}
limits: {messages: 1}
survey:
  before:
    - {name: mood, question: How are you?, high: 7, low_means: Badly, high_means: Well, required: true}
    - {name: age, kind: choice, question: How old are you?, options: [under 18, 18 or over], screens_out: [under 18]}
    - {name: cards, kind: choice, several: true, question: Which cards do you have?, options: [
        debit, credit, one that I have from where I lived before and use for what I buy there]}
    - {name: why, kind: text, question: Why did you come?}
  after:
    - {name: again, question: Would you come again?, required: true}
"""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with served(tmp_path, STUDY) as server:
        yield server


def top(shown: Locator) -> float:
    box = shown.bounding_box()
    assert box is not None
    return box["y"]


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Go on").click()


def test_they_answer_talk_and_answer_again(server: Server, contexts: Any) -> None:
    page = contexts(viewport={"width": 375, "height": 667})
    page.goto(server.participant_link)
    expect(page.get_by_role("heading", name="Before you begin")).to_be_visible()
    assert violations(page) == []
    marks = page.get_by_role("checkbox").evaluate_all("all => all.map(each => each.getBoundingClientRect().width)")
    assert set(marks) == {18}  # also beside an answer of several lines
    go_on(page)
    expect(page.get_by_text("Please answer this one.")).to_have_count(1)
    mood = page.get_by_role("group", name="How are you?")
    expect(mood.get_by_role("radio", name="1")).to_be_focused()
    expect(mood.get_by_role("radio", name="7")).to_have_accessible_description("Well")
    assert violations(page) == []
    page.keyboard.press("ArrowRight")
    expect(mood.get_by_role("radio", name="2")).to_be_checked()
    page.get_by_role("radio", name="under 18").check()
    page.get_by_role("button", name="Clear the answer to How old are you?").click()
    page.get_by_role("checkbox", name="credit").check()
    page.get_by_role("textbox", name="Why did you come?").fill("To see.")

    page.reload()
    expect(page.get_by_role("textbox", name="Why did you come?")).to_have_value("To see.")
    page.context.set_offline(True)
    go_on(page)
    expect(page.get_by_role("alert")).to_contain_text("can’t be reached")
    page.context.set_offline(False)
    expect(page.get_by_text("Reconnecting…")).to_have_count(0)
    go_on(page)
    expect(log(page)).to_contain_text("Hello!")

    say(page, "hi")
    expect(page.get_by_text("That was the last message. Its answer still comes.")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_count(0)
    assert violations(page) == []
    page.set_viewport_size({"width": 375, "height": 340})  # less than the questions need
    with Client(server, "/desk", {"key": server.seat()}) as desk:
        [waiting] = desk.call("inbox")["sessions"]
        desk.call("claim", {"session": waiting["session"]})
        text = "A last word." + "\n\nAnd more." * 12
        told = {"session": waiting["session"], "id": "r", "text": text, "could_answer": "yes", "upto": 2}
        assert desk.call("reply", told)["ok"]
    expect(log(page)).to_contain_text("A last word.")
    expect(page.get_by_text("That was it: thank you.")).to_be_visible()
    questions = page.get_by_role("heading", name="A few questions")
    expect(questions).to_be_in_viewport()
    assert top(page.locator(".thread")) + FADES_PX <= top(questions)
    assert violations(page) == []
    page.get_by_role("radio", name="5").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="A few questions")).to_have_count(0)
    db = connect_to_read(server.sessions)
    [told] = read_sessions(db, "asks")
    db.close()
    assert told.asked_before is not None
    assert told.asked_after is not None
    assert told.asked_before.answers == {"mood": 2, "cards": ("credit",), "why": "To see."}
    assert told.asked_after.answers == {"again": 5}


def test_who_is_screened_out_is_thanked_goes_back_to_the_panel_and_stays_out(server: Server, contexts: Any) -> None:
    db = connect(server.sessions, lock_wait=5)
    code = make_invite(db, "asks", panel="PROLIFIC_PID", screened=f"{server.url}/out")
    db.close()
    phone, laptop = contexts(viewport={"width": 375, "height": 667}), contexts()
    for page in (phone, laptop):
        page.goto(f"{server.url}/c/{code}?PROLIFIC_PID=p-1")
    phone.get_by_role("radio", name="2").check()
    phone.get_by_role("radio", name="under 18").check()
    go_on(phone)
    expect(phone.get_by_text("Thank you for your answers.")).to_be_visible()
    assert violations(phone) == []
    for page in (phone, laptop):
        expect(page.get_by_role("link", name="Finish")).to_have_attribute("href", f"{server.url}/out")
        page.reload()
        expect(page.get_by_role("link", name="Finish")).to_be_visible()
        expect(page.get_by_role("textbox")).to_have_count(0)
