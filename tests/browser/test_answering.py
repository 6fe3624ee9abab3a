"""Making an answer at the desk: its three kinds, what helps to write it, what is asked of it, and that none is lost."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, WebSocketRoute, expect

from tests.browser.conftest import new_page, sit
from tests.conftest import served
from tests.served import Client, Server, soon
from wizard.store.database import connect, connect_to_read
from wizard.store.invites import invite_code
from wizard.store.studies import save_study

STUDY = """
study: {name}
title: Test of {name}
labels: {labels}
reply: {reply}
canned:
  - {{key: block, text: "I have blocked your card, {{{{participant.alias}}}}."}}
  - {{key: order, text: "Your order {{{{order}}}} comes {{{{day}}}}.", buttons: [Thanks]}}
  - {{key: bye, text: "Is there anything else?"}}
"""
SIZE: ViewportSize = {"width": 1280, "height": 800}
INTENT = "[{name: intent, kind: choice, options: [lost, charge, other]}]"


class Desk:
    """A wizard at a study of this kind, with somebody who waits."""

    def __init__(self, server: Server, page: Page, study: str, chat: Client, session: str) -> None:
        self.server, self.page, self.study, self.chat, self.session = server, page, study, chat, session

    def says(self, text: str) -> None:
        self.chat.call("send", {"id": f"m{time.time_ns()}", "text": text})
        expect(self.page.get_by_role("log").get_by_text(text)).to_be_visible()

    def opens(self, page: Page) -> None:
        page.goto(f"{self.server.url}/studio#{self.session}")
        expect(page.get_by_role("article").get_by_text(f"Test of {self.study}")).to_be_visible()
        expect(page.locator("#conversation-name")).not_to_be_empty()
        expect(page.locator("#conversation-name")).to_be_focused()

    @property
    def box(self) -> Locator:
        return self.page.locator("#reply-text")

    @property
    def seat(self) -> str:
        return next(each["value"] for each in self.page.context.cookies() if each["name"] == "seat")

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def replies(self, count: int = 1) -> list[dict[str, Any]]:
        """What the log has of so many replies."""
        asked = "SELECT body FROM events WHERE kind = 'replied' AND session = ? ORDER BY seq"

        def logged() -> list[dict[str, Any]]:
            return [json.loads(row[0]) for row in rows_of(self.server, asked, self.session)]

        assert soon(lambda: len(logged()) >= count), f"{count} replies never came; {logged()}"
        return logged()


def rows_of(server: Server, sql: str, *given: str) -> list[Any]:
    db = connect_to_read(server.sessions)
    try:
        return list(db.execute(sql, given).fetchall())
    finally:
        db.close()


class House:
    """One server, and one page at its desk, for every test here that doesn't need its own; each has its own study."""

    def __init__(self, folder: Path, page: Page, **settings: str) -> None:
        self.server = served(folder, STUDY.format(name="first", labels="[]", reply="{kind: text}"))
        self.server.environ = {f"CURTAIN_{name.upper()}": value for name, value in settings.items()}
        self.server.start()
        self.seat = self.server.seat()
        self.page = page
        sit(page, self.server, self.seat)

    def study(self, name: str, reply: str, labels: str) -> str:
        """Its invite code."""
        db = connect(self.server.sessions, lock_wait=1)
        save_study(db, STUDY.format(name=name, labels=labels, reply=reply), "system")
        code = invite_code(db, name)
        db.close()
        return code


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[House]:
    with browser.new_context(viewport=SIZE) as context:
        house = House(tmp_path_factory.mktemp("house"), new_page(context), undo_seconds="0")
        yield house
        house.server.stop()


@pytest.fixture
def desk(house: House, tmp_path: Path, contexts: Any) -> Iterator[Any]:
    """Makes a desk for a study; with settings, at a server of its own."""
    stops = []

    def make(reply: str = "{kind: text, max_chars: 200}", labels: str = "[]", **settings: str) -> Desk:
        at = House(tmp_path, contexts(), **settings) if settings else house
        if settings:
            stops.append(at.server.stop)
        name = f"s{time.time_ns()}"
        chat = Client(
            at.server, "/chat", {"invite": at.study(name, reply, labels), "key": f"a-participant-{name}"}
        ).connect()
        stops.append(chat.disconnect)
        chat.call("send", {"id": "first", "text": "my card is gone"})
        [[session]] = rows_of(at.server, "SELECT session FROM sessions WHERE study = ?", name)
        desk = Desk(at.server, at.page, name, chat, session)
        desk.opens(at.page)
        return desk

    yield make
    tidy(house.page)
    for stop in reversed(stops):
        stop()


def tidy(page: Page) -> None:
    """Leave the page to the next test as the last one found it."""
    page.set_viewport_size(SIZE)
    for _ in page.get_by_role("dialog").all():
        page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


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


CHOICE = "{kind: choice, options: [{name: block, say: I have blocked it.}, {name: refer, say: Please call us.}, other]}"
FORM = """{kind: form, say: "A table for {{guests}} on {{day}}.", fields: [
  {name: guests, kind: integer, required: true}, {name: day, kind: date}, {name: at, kind: time},
  {name: outside, kind: yes_no}, {name: room, kind: choice, options: [bar, hall]}]}"""


def test_a_choice_by_digits_with_what_the_participant_will_see(desk: Any) -> None:
    at = desk(CHOICE, INTENT)
    expect(at.page.get_by_role("radio", name="block")).to_have_accessible_description("I have blocked it.")
    at.press("2", "Shift+Digit1", "g", "3")  # the label has its value, so the digit chooses the reply
    expect(at.page.get_by_role("radio", name="other").last).to_be_checked()
    at.press("Shift+Digit1")
    at.page.get_by_role("button", name="Send reply").click()
    [reply] = at.replies()
    assert (reply["text"], reply["labels"], reply["could_answer"]) == ("block", {"intent": "charge"}, "guessed")
    at.chat.wait_for("message", role="assistant", text="I have blocked it.")


def test_what_is_pressed_with_the_mouse_does_not_move_away_before_it_is_let_go(desk: Any) -> None:
    at = desk(CHOICE, INTENT)
    chosen = at.page.get_by_role("radio", checked=True)
    for number, name in enumerate(("lost", "Yes", "refer"), 1):  # the digits go from one to the next meanwhile
        at.page.locator("label.choice", has_text=name).click()
        expect(chosen).to_have_count(number)
    at.page.get_by_role("button", name="Send reply").click()
    assert at.replies()[0]["text"] == "refer"
    at = desk(labels=INTENT)
    at.press("r")
    at.type("is th")
    expect(at.page.get_by_role("button", name="Tab Is there anything else?")).to_be_visible()
    at.page.locator("label.choice", has_text="lost").click()
    expect(chosen).to_have_count(1)
    expect(at.box).to_be_focused()


def test_no_choice_is_refused_with_the_reason(desk: Any) -> None:
    at = desk(CHOICE)
    at.press("y")
    at.page.get_by_role("button", name="Send reply").click()
    expect(at.page.get_by_text("Choose a reply.")).to_be_visible()


def test_a_form_is_checked_at_its_fields_and_prefilled_the_next_time(desk: Any) -> None:
    at = desk(FORM)
    field = at.page.get_by_role("textbox", name="guests")
    at.press("y", "r")
    expect(field).to_be_focused()
    at.type("four")
    at.page.get_by_role("textbox", name="day").fill("2026-02-30")
    at.page.get_by_role("textbox", name="at").fill("25:00")
    at.press("Enter")
    for says in (
        "Field “guests” must be a whole number, as 4.",
        "Field “day” must be a date, as 2026-03-01.",
        "Field “at” must be a time, as 14:30.",
    ):
        expect(at.page.get_by_text(says)).to_be_visible()
    expect(field).to_be_focused()
    expect(field).to_have_value("four")
    field.fill("")
    at.press("Enter")
    expect(at.page.get_by_text("Field “guests” is required.")).to_be_visible()
    field.fill("4")
    at.page.get_by_role("textbox", name="day").fill("2026-03-01")
    at.page.get_by_role("textbox", name="at").fill("19:30")
    at.page.get_by_role("radio", name="yes", exact=True).check()
    at.press("2")  # the choice that has the focus takes the digit
    expect(at.page.get_by_role("radio", name="no", exact=True)).to_be_checked()
    expect(at.page.get_by_role("region", name="Preview")).to_contain_text("A table for 4 on 2026-03-01.")
    at.page.get_by_role("button", name="Send reply").click()
    [reply] = at.replies()
    assert json.loads(reply["text"]) == {"guests": 4, "day": "2026-03-01", "at": "19:30", "outside": False}
    at.chat.wait_for("message", role="assistant", text="A table for 4 on 2026-03-01.")

    at.says("make it five")
    expect(field).to_have_value("4")
    expect(at.page.get_by_role("radio", name="no", exact=True)).to_be_checked()
    field.fill("5")
    at.press("Escape", "y", "r", "Enter")
    assert json.loads(at.replies(2)[1]["text"]) == {"guests": 5, "day": "2026-03-01", "at": "19:30", "outside": False}


def test_several_bubbles_in_one_turn(desk: Any) -> None:
    at = desk()
    at.press("y", "r")
    at.type("One")
    at.press("Control+Enter")
    at.type("Two")
    at.press("Control+Enter")
    expect(at.page.get_by_role("list", name="Bubbles of this reply").get_by_role("listitem")).to_have_count(2)
    at.press("Backspace")
    expect(at.box).to_have_value("Two")
    at.type("!")
    at.press("Enter")
    [reply] = at.replies()
    assert [bubble["text"] for bubble in reply["bubbles"]] == ["One", "Two!"]
    at.chat.wait_for("message", role="assistant", text="One")
    at.chat.wait_for("message", role="assistant", text="Two!")


def test_buttons_under_a_reply_and_its_preview(desk: Any) -> None:
    at = desk("{kind: text, quick_replies: true}")
    at.press("y", "r")
    at.type("Is it **gone**?")
    at.press("Escape", "b")
    at.type("Yes")
    at.press("Enter")
    at.type("Nope")
    at.press("Enter")
    at.type("Maybe")
    at.press("Enter", "Backspace", "Escape", "p")
    expect(at.page.get_by_role("region", name="Preview").locator("strong")).to_have_text("gone")
    at.press("r", "Enter")
    [reply] = at.replies()
    assert reply["bubbles"] == [{"text": "Is it **gone**?", "buttons": ["Yes", "Nope"], "card": None}]


def test_a_button_that_is_still_being_typed_goes_with_the_reply_that_is_sent_with_the_mouse(desk: Any) -> None:
    at = desk("{kind: text, quick_replies: true}")
    at.press("y", "r")
    at.type("Is it gone?")
    at.press("Escape", "b")
    at.type("Yes")
    at.page.get_by_role("button", name="Send reply").click()
    assert at.replies()[0]["bubbles"][0]["buttons"] == ["Yes"]


BEHIND_THE_BUTTON = """(element) => {
    const under = element.getBoundingClientRect(), bar = document.querySelector(".send").getBoundingClientRect();
    return under.bottom - bar.top;
}"""


def test_what_is_wrong_and_the_box_are_not_behind_the_button_that_sends(desk: Any) -> None:
    labels = "[{name: intent, kind: choice, options: [lost, charge, other]}, {name: topic, kind: text}]"
    at = desk("{kind: text}", labels)
    at.page.set_viewport_size({"width": 375, "height": 600})
    at.press("1", "y", "r", "Enter")
    problem = at.page.get_by_text("Write a reply.")
    expect(problem).to_be_visible()
    assert soon(lambda: problem.evaluate(BEHIND_THE_BUTTON) <= 0)
    for number in range(3):
        at.box.fill(f"Bubble {number}" + "\nand so on" * 20)
        at.press("Control+Enter")
    expect(at.box).to_have_value("")
    assert soon(lambda: at.box.evaluate(BEHIND_THE_BUTTON) <= 0)
    back = at.page.get_by_role("button", name="Back into the box")
    assert back.evaluate(BEHIND_THE_BUTTON) <= 0
    at.page.set_viewport_size(SIZE)
    expect(back).to_be_in_viewport()


def test_what_would_give_a_person_away_is_not_behind_the_button_that_sends(desk: Any) -> None:
    at = desk(labels="[{name: intent, kind: choice, options: [lost, charge, other]}, {name: topic, kind: text}]")
    at.page.set_viewport_size({"width": 375, "height": 500})
    at.press("r")
    at.type("hold on, brb, let me check with a colleague :)")
    hints = at.page.get_by_role("status").filter(has_text="This would give a person away")
    expect(hints).to_be_visible()
    assert soon(lambda: hints.evaluate(BEHIND_THE_BUTTON) <= 0)
    expect(at.box).to_be_in_viewport()


def test_what_was_missing_is_a_second_press_away_and_needs_no_mouse(desk: Any) -> None:
    at = desk()
    at.press("m", "m")
    at.type("the balance")
    at.press("Enter")
    expect(at.box).to_be_focused()
    at.type("I can't see that here.")
    at.press("Enter")
    [reply] = at.replies()
    assert (reply["could_answer"], reply["missing"]) == ("no", "the balance")


def test_what_is_written_from_right_to_left_is_read_so(desk: Any) -> None:
    at = desk()
    at.says("فقدت بطاقتي Visa في العطلة")
    expect(at.page.get_by_role("log").get_by_text("فقدت").and_(at.page.locator(":dir(rtl)"))).to_be_visible()
    expect(at.page.get_by_role("log").get_by_text("my card is gone").and_(at.page.locator(":dir(ltr)"))).to_be_visible()
    at.box.fill("حظرت بطاقتك.")
    expect(at.page.locator("#reply-text:dir(rtl)")).to_be_visible()


def test_too_long_is_refused_with_the_reason_and_nothing_is_lost(desk: Any) -> None:
    at = desk()
    at.press("y", "r")
    at.box.fill("x" * 201)
    at.press("Enter")
    expect(at.page.get_by_text("The reply has 201 characters; this study takes 200.")).to_be_visible()
    expect(at.box).to_have_value("x" * 201)
    at.box.fill("x" * 200)
    at.press("Enter")
    assert at.replies()[0]["text"] == "x" * 200


def test_canned_replies_are_found_and_stacked_and_logged_as_canned(desk: Any) -> None:
    at = desk()
    at.press("y", "/")
    found = at.page.get_by_role("listbox", name="Canned replies").get_by_role("option")
    expect(found).to_have_count(3)
    at.type("blok")
    expect(found).to_have_count(1)
    at.press("Enter")
    alias = at.page.locator("#conversation-name").inner_text()
    expect(at.box).to_have_value(f"I have blocked your card, {alias}.")
    at.type(" /anyth")
    at.press("Tab")
    expect(at.box).to_have_value(f"I have blocked your card, {alias}. Is there anything else?")
    at.press("Enter")
    [reply] = at.replies()
    assert reply["source"] == "canned"
    assert reply["offered"] == [
        {"kind": "canned", "key": "block", "text": f"I have blocked your card, {alias}."},
        {"kind": "canned", "key": "bye", "text": "Is there anything else?"},
    ]


def test_a_canned_reply_is_taken_from_the_list_with_a_finger(desk: Any) -> None:
    at = desk()
    at.press("y")
    at.box.fill("Sorry!")
    at.page.get_by_role("button", name="Canned").click()
    listed = at.page.get_by_role("dialog").get_by_role("listitem").filter(has_text="/bye")
    listed.get_by_role("button", name="Use").click()
    expect(at.page.get_by_role("dialog")).to_have_count(0)
    expect(at.box).to_be_focused()
    expect(at.box).to_have_value("Sorry! Is there anything else?")
    at.press("Enter")
    [reply] = at.replies()
    assert reply["offered"] == [{"kind": "canned", "key": "bye", "text": "Is there anything else?"}]


def test_variables_that_are_not_known_are_filled_one_after_the_other(desk: Any) -> None:
    at = desk()
    at.press("y", "/")
    at.type("order")
    at.press("Enter", "Enter")
    expect(at.page.get_by_text("Fill in {{order}} first.")).to_be_visible()
    at.box.evaluate("box => box.setSelectionRange(0, 0)")
    at.press("Tab")
    at.type("17")
    at.press("Tab")
    at.type("today")
    expect(at.box).to_have_value("Your order 17 comes today.")
    at.page.get_by_role("button", name="Remove button Thanks").click()
    at.press("r", "Enter")
    [reply] = at.replies()
    assert (reply["source"], reply["offered"][0]["text"]) == ("edited", "Your order {{order}} comes {{day}}.")
    assert not reply.get("bubbles")


def test_a_slash_that_is_only_a_slash(desk: Any) -> None:
    at = desk()
    at.press("y", "r")
    at.type("and/or /zzz")
    expect(at.page.get_by_text("No canned reply is like “zzz”.")).to_be_visible()
    at.press("Escape", "Enter")
    assert at.replies()[0]["text"] == "and/or /zzz"


def test_a_slash_that_a_keyboard_has_on_a_digit_opens_the_canned_replies(desk: Any) -> None:
    at = desk()
    at.page.evaluate(
        """document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
          {key: "/", code: "Digit7", shiftKey: true, bubbles: true, cancelable: true}))"""
    )
    expect(at.box).to_be_focused()
    expect(at.box).to_have_value("/")
    at.box.fill("")


def test_a_key_that_is_held_acts_once_and_writes_nothing_where_it_led(desk: Any) -> None:
    at = desk()
    for key, led_to in (("r", at.box), ("n", at.page.get_by_role("dialog").get_by_role("textbox"))):
        for _ in range(3):
            at.page.keyboard.down(key)  # from the second on it repeats
        at.page.keyboard.up(key)
        expect(led_to).to_be_focused()
        expect(led_to).to_have_value("")
        at.press("Escape")


def test_what_arrived_meanwhile_is_answered_too_by_a_key(desk: Any) -> None:
    at = desk()
    at.press("y", "r")
    at.type("I have blocked it.")
    at.says("and my phone")
    answer_all = at.page.get_by_role("button", name="Answer all w")
    expect(answer_all).to_be_visible()
    at.press("Escape", "w")
    expect(answer_all).to_have_count(0)
    expect(at.box).to_be_focused()
    at.press("Enter")
    at.replies()
    expect(at.page.get_by_role("button", name="Send reply")).to_have_attribute("aria-disabled", "true")


def test_a_box_that_is_emptied_under_the_word_of_a_new_message_keeps_the_focus(desk: Any) -> None:
    at = desk()
    at.press("r")
    at.type("I have blocked it.")
    at.says("and my phone")
    word = at.page.get_by_role("status").filter(has_text="A new message arrived")
    expect(word).to_be_visible()
    at.press("Control+a", "Delete")
    expect(word).to_have_count(0)
    at.type("exit")  # else e would ask whether to end it
    expect(at.box).to_have_value("exit")


def test_tab_takes_what_is_suggested_and_else_goes_on(desk: Any) -> None:
    at = desk()
    at.press("y", "r")
    at.type("is th")
    expect(at.page.get_by_role("button", name="Tab Is there anything else?")).to_be_visible()
    at.press("Tab")
    expect(at.box).to_have_value("Is there anything else?")
    at.press("Tab")
    expect(at.box).not_to_be_focused()
    at.press("r", "Enter")
    [reply] = at.replies()
    assert (reply["source"], reply["offered"][0]["kind"]) == ("suggested", "suggested")


def test_what_is_suggested_is_taken_with_a_finger(desk: Any) -> None:
    at = desk()
    at.page.set_viewport_size({"width": 375, "height": 700})
    at.press("y")
    at.box.click()
    at.type("is th")
    suggested = at.page.get_by_role("button", name="Is there anything else?", exact=True)
    assert suggested.bounding_box()["height"] >= 44
    suggested.click()
    expect(at.box).to_have_value("Is there anything else?")


def test_a_sent_reply_is_saved_and_shared_and_renamed_and_removed(desk: Any) -> None:
    at = desk()
    at.press("y", "r")
    at.type("Call us at once.")
    at.press("Enter")
    expect(at.page.get_by_text("Sent.")).to_be_visible()
    at.press("s")
    expect(at.page.get_by_text("Saved as /call-us-at-once.")).to_be_visible()
    at.press("c")
    dialog = at.page.get_by_role("dialog", name="Canned replies")
    mine = dialog.get_by_role("region", name="Mine")
    mine.get_by_role("button", name="Rename").click()
    mine.get_by_role("textbox").fill("call")
    at.press("Enter")
    expect(mine.locator("b")).to_have_text(["/call"])
    mine.get_by_role("button", name="Share with all").click()
    shared = dialog.get_by_role("region", name="Shared with all")
    expect(shared.get_by_text("/call", exact=True)).to_be_visible()
    expect(mine).to_have_count(0)
    shared.get_by_role("button", name="Remove").click()
    expect(shared).to_have_count(0)
    at.press("Escape", "u")
    at.press("c")
    expect(shared.get_by_text("/call", exact=True)).to_be_visible()


def test_a_dialog_that_is_opened_again_at_once_stays_open(desk: Any) -> None:
    at = desk()
    at.press("c")
    dialog = at.page.get_by_role("dialog", name="Canned replies")
    expect(dialog).to_be_visible()
    dialog.evaluate(
        """async (dialog) => {
            dialog.requestClose();
            await Promise.resolve();
            document.dispatchEvent(new KeyboardEvent("keydown", { key: "c", bubbles: true }));
            await new Promise((done) => setTimeout(done, 200));
        }"""
    )
    expect(dialog).to_be_visible()


def test_a_reply_can_be_taken_back_until_it_leaves(desk: Any) -> None:
    at = desk(undo_seconds="2")
    at.press("y", "r")
    at.type("Blokced.")
    at.press("Enter")
    expect(at.page.get_by_text("Sending in 2 s")).to_be_visible()
    at.press("u")
    expect(at.box).to_be_focused()
    expect(at.box).to_have_value("Blokced.")
    at.box.fill("Blocked.")
    at.press("Enter")
    at.page.reload()  # whoever leaves has made up their mind
    assert [reply["text"] for reply in at.replies()] == ["Blocked."]
    expect(at.box).to_have_value("")

    at.says("thanks")
    at.press("y", "r")
    at.type("Bye.")
    at.press("Enter", "Escape")
    expect(at.box).to_have_value("Bye.")
    at.press("Enter")
    assert [reply["text"] for reply in at.replies(2)] == ["Blocked.", "Bye."]


@contextmanager
def another_opened_after(at: Any, reply: str) -> Iterator[None]:
    """A second participant asks; the first has been answered so, and theirs is the conversation at hand."""
    with at.server.participant("another-participant-here") as other:
        other.call("send", {"id": "x", "text": "a charge I don't know"})
        expect(at.page.get_by_role("navigation", name="Conversations").get_by_role("listitem")).to_have_count(2)
        at.press("y", "r")
        at.type(reply)
        at.press("Enter", "j")
        expect(at.page.get_by_role("article").get_by_text("a charge I don't know")).to_be_visible()
        yield


def test_a_reply_leaves_while_one_is_elsewhere(desk: Any) -> None:
    at = desk(undo_seconds="3")
    with another_opened_after(at, "Blocked."):
        expect(at.page.get_by_text("The reply to")).to_be_visible()
        at.press("r")
        at.type("Which")
        at.press("Escape")  # leaves this box, and takes nothing back that was said elsewhere
        expect(at.page.get_by_text("The reply to")).to_be_visible()
        assert at.replies()[0]["text"] == "Blocked."


def test_a_reply_that_is_leaving_is_let_through_before_its_conversation_ends(desk: Any) -> None:
    at = desk(undo_seconds="30")
    at.press("y", "r")
    at.type("Goodbye.")
    at.press("Enter", "e")
    question = at.page.get_by_role("dialog")
    expect(question).to_contain_text("What you have answered is let through first.")
    expect(question).not_to_contain_text("not sent")
    question.get_by_role("button", name="End conversation").click()
    expect(at.page.get_by_text("This conversation is over.")).to_be_visible()
    assert [each["text"] for each in at.replies()] == ["Goodbye."]
    at.chat.wait_for("message", role="assistant", text="Goodbye.")
    at.chat.wait_for("state", open=False)


def test_a_reply_that_is_taken_back_from_elsewhere_is_said_to_be_a_draft(desk: Any) -> None:
    at = desk(undo_seconds="30")
    name = at.page.locator("#conversation-name").inner_text()
    with another_opened_after(at, "Blokced."):
        at.press("u")
        expect(at.page.get_by_text(f"The reply to {name} isn't sent. It is a draft again.")).to_be_visible()
        at.press("j")
        expect(at.box).to_have_value("Blokced.")
        at.press("r", "Enter", "u")  # seen where it happens
        expect(at.box).to_be_focused()
        expect(at.page.locator(".toast")).to_have_count(1)


def test_a_draft_is_in_the_second_tab_and_with_the_colleague_who_takes_over(desk: Any, contexts: Any) -> None:
    at = desk(labels=INTENT)
    second = at.page.context.new_page()
    at.opens(second)
    at.page.bring_to_front()
    at.press("2", "r")
    at.type("I am look")
    expect(second.locator("#reply-text")).to_have_value("I am look")
    expect(second.get_by_role("radio", name="charge")).to_be_checked()
    second.bring_to_front()
    second.locator("#reply-text").press("End")
    second.keyboard.type("ing")
    expect(at.box).to_have_value("I am looking")
    second.keyboard.press("Escape")
    second.keyboard.press("x")
    expect(second.locator("#conversation-name")).to_have_count(0)
    second.close()

    ann = contexts()
    ann.goto(at.server.invite_person(at.seat, "Ann", "wizard"))
    at.opens(ann)
    expect(ann.locator("#reply-text")).to_have_value("I am looking")
    expect(ann.get_by_role("radio", name="charge")).to_be_checked()


def test_a_browser_that_dies_loses_no_letter_older_than_two_seconds(desk: Any) -> None:
    at = desk()
    at.press("m", "r")
    for word in ("It ", "went ", "out ", "today"):
        at.type(word)
        time.sleep(0.3)
    time.sleep(1.5)
    [[body]] = rows_of(at.server, "SELECT body FROM drafts WHERE session = ?", at.session)
    assert json.loads(body)["text"] == "It went out today"
    assert json.loads(body)["could_answer"] == "no"


def test_what_the_server_refuses_stands_in_the_box_again(desk: Any) -> None:
    at = desk()
    at.press("y", "r")
    at.type("Blocked.")
    with at.server.wizard(at.seat) as other:
        at.page.context.set_offline(True)
        at.press("Enter")
        expect(at.page.get_by_text("It goes out as soon as the line is back.")).to_be_visible()
        other.call("reply", {"session": at.session, "id": "quicker", "text": "Done.", "labels": {}})
        at.page.context.set_offline(False)
    expect(at.page.get_by_role("alert").filter(has_text="Nothing waits")).to_be_visible()
    expect(at.box).to_have_value("Blocked.")


def test_many_options_are_typed_and_l_goes_to_the_next_label(desk: Any) -> None:
    stops = ", ".join(f"stop {number}" for number in range(1, 31))
    at = desk(
        labels=f"[{{name: line, kind: choice, options: [red, blue]}}, {{name: stop, kind: choice, options: [{stops}]}}]"
    )
    at.press("2", "l")
    box = at.page.get_by_role("combobox", name="stop")
    expect(box).to_be_focused()
    at.type("27")
    at.press("Enter")
    expect(box).to_have_value("stop 27")
    at.press("Escape", "y", "r")
    at.type("ok")
    at.press("Enter")
    assert at.replies()[0]["labels"] == {"line": "blue", "stop": "stop 27"}


def test_many_options_are_shown_to_a_pointer_and_what_is_chosen_stays(desk: Any) -> None:
    stops = ", ".join(f"stop {number}" for number in range(1, 31))
    at = desk(labels=f"[{{name: stop, kind: choice, options: [{stops}]}}]")
    box = at.page.get_by_role("combobox", name="stop")
    listed = at.page.get_by_role("listbox", name="stop").get_by_role("option")
    box.click()
    expect(listed).to_have_count(30)
    listed.filter(has_text="stop 20").click()
    expect(box).to_have_value("stop 20")
    expect(listed).to_have_count(0)
    box.click()  # what is chosen is marked, and typing takes its place
    expect(at.page.get_by_role("option", selected=True)).to_have_text("stop 20")
    at.type("27")
    expect(box).to_have_value("27")
    expect(listed).to_have_text(["stop 27"])
    at.press("Escape", "ArrowDown")
    expect(listed).to_have_count(30)
    at.press("Tab")  # only looked at
    expect(box).to_have_value("stop 20")
    box.fill("")
    at.press("Tab")
    expect(box).to_have_value("")


def test_what_is_typed_on_when_a_conversation_ends_is_no_act(desk: Any) -> None:
    at = desk()
    at.press("y", "r")
    at.type("I look for")
    assert at.chat.call("end")["ok"]
    expect(at.page.get_by_text("This conversation is over.")).to_be_visible()
    unsent = at.page.get_by_role("textbox", name="You had written")
    expect(unsent).to_be_focused()
    at.type(" a quick way, exactly")
    expect(unsent).to_have_value("I look for")
    expect(at.page.get_by_role("button", name="Away")).to_have_attribute("aria-pressed", "false")
    expect(at.page.get_by_role("button", name="Quiet")).to_have_attribute("aria-pressed", "false")
    at.press("Escape")
    expect(at.page.locator("#conversation-name")).to_be_focused()


def test_a_conversation_that_ends_while_one_is_in_an_empty_box_takes_no_focus_away(desk: Any) -> None:
    at = desk()
    at.press("r")
    expect(at.box).to_be_focused()
    assert at.chat.call("end")["ok"]
    expect(at.page.get_by_text("This conversation is over.")).to_be_visible()
    expect(at.page.locator("#conversation-name")).to_be_focused()


def test_the_sheet_tells_every_key(desk: Any) -> None:
    at = desk()
    at.press("?")
    sheet = at.page.get_by_role("dialog", name="Keys")
    for key in ("1 to 9", "Ctrl Enter", "Tab", "u", "/", "l", "m", "s", "c"):
        expect(sheet.locator("kbd", has_text=key).first).to_be_visible()


def test_a_conversation_that_is_opened_before_the_list_has_it_gets_its_name_with_it(desk: Any, contexts: Any) -> None:
    at = desk()
    page = contexts()
    sit(page, at.server, at.seat)
    held: list[Callable[[], None]] = []

    def hold_back_news(socket: WebSocketRoute) -> None:
        def hear(frame: str | bytes) -> None:
            news = str(frame).startswith('42/desk,["inbox"')
            held.append(lambda: socket.send(frame)) if news else socket.send(frame)

        socket.connect_to_server().on_message(hear)

    page.route_web_socket("**/socket.io/**", hold_back_news)
    page.goto(f"{at.server.url}/studio")
    expect(page.get_by_role("button", name="Guest 1").first).to_be_visible()
    with at.server.participant("whoever-comes-just-now") as chat:
        chat.call("send", {"id": "x", "text": "hello"})
        [[session]] = rows_of(at.server, "SELECT session FROM sessions WHERE study = 'first'")
        page.evaluate("session => { location.hash = session }", session)
        name = page.locator("#conversation-name")
        expect(name).to_be_focused()
        assert name.inner_text() == "", "nobody has told it yet"
        assert soon(lambda: page.wait_for_timeout(20) or held)
        for tell in held:
            tell()
        expect(name).to_have_text("Guest 1")


def test_an_address_that_is_followed_before_the_line_stands_is_not_lost(desk: Any, contexts: Any) -> None:
    at = desk()
    page = contexts()
    sit(page, at.server, at.seat)
    page.route("**/socket.io/**", lambda route: route.abort())
    page.route_web_socket("**/socket.io/**", lambda socket: socket.close())
    page.goto(f"{at.server.url}/studio")
    expect(page.get_by_role("navigation", name="Conversations")).to_be_visible()
    page.evaluate("session => { location.hash = session }", at.session)
    page.wait_for_timeout(300)
    assert page.evaluate("location.hash") == f"#{at.session}"
