"""A shift in a real browser: who waits how long, who has what, what is handed over, and what is seen besides."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.conftest import served
from tests.served import Client, Server, soon
from wizard.store.database import connect_to_read

STUDY = """
study: shift
title: Shift
scenarios: [{id: lost, text: Get your lost card blocked.}]
model_sees: {history: 2, documents: [faq.md, gone.md]}
"""
FAQ = "# Cards\n\nCall us at once.\n\n## Lost abroad\n\nWe block lost cards.\n\nA new card in a CAFÉ costs 5 euro.\n"

COUNT_TONES = """
window.tones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...given) { window.tones += 1; return start.apply(this, given); };
"""


class Shift:
    """A server with one study, wizards at desks, and participants who write."""

    def __init__(self, server: Server, stack: ExitStack, contexts: Any) -> None:
        self.server, self._stack, self._contexts = server, stack, contexts
        self.owner = server.seat()

    def desk(self, name: str, **context: Any) -> Page:
        """The desk of a new wizard."""
        page: Page = self._contexts(**context)
        page.add_init_script(COUNT_TONES)
        page.goto(self.server.invite_person(self.owner, name, "wizard"))
        expect(page.get_by_text("Nobody waits").first).to_be_visible()
        return page

    def participant(self, number: int, text: str) -> Client:
        """Somebody new, who says this."""
        chat = self._stack.enter_context(self.server.participant(f"key-of-participant-{number}"))
        chat.call("send", {"id": "m1", "text": text})
        return chat

    def logged(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        """The bodies of so many events of that kind, once they are there."""

        def bodies() -> list[dict[str, Any]]:
            db = connect_to_read(self.server.sessions)
            found = db.execute("SELECT body FROM events WHERE kind = ? ORDER BY seq", [kind]).fetchall()
            db.close()
            return [json.loads(row[0]) for row in found]

        assert soon(lambda: len(bodies()) >= count), f"{count} of {kind} never came: {bodies()}"
        return bodies()


@pytest.fixture
def shift(tmp_path: Path, contexts: Any) -> Iterator[Callable[[str], Shift]]:
    with ExitStack() as stack:

        def make(more: str = "") -> Shift:
            server = stack.enter_context(served(tmp_path, STUDY + more, {"faq.md": FAQ}))
            return Shift(server, stack, contexts)

        yield make


def rows(page: Page, text: str = "") -> Locator:
    return page.get_by_role("navigation", name="Conversations").locator(".row", has_text=text)


def opens(page: Page, name: str) -> None:
    rows(page, name).get_by_role("button").click()
    expect(page.locator("#conversation-name")).to_have_text(name)
    expect(page.locator("#conversation-name")).to_be_focused()  # from then on keys are acts


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def toast(page: Page, text: str) -> Locator:
    return page.locator(".toast", has_text=text)


def test_a_hand_over_with_a_draft_and_a_word_is_found_by_the_colleague(shift: Any) -> None:
    here = shift()
    ann, bob = here.desk("Ann"), here.desk("Bob")
    here.participant(1, "my card is gone")
    opens(ann, "Guest 1")
    expect(rows(bob, "Guest 1")).to_contain_text("Ann has it")
    press(ann, "r")
    ann.keyboard.type("I have bl")
    press(ann, "Escape", "h")
    dialog = ann.get_by_role("dialog")
    expect(dialog.get_by_role("option", name="Bob")).to_have_attribute("aria-selected", "true")
    expect(dialog.get_by_role("combobox")).to_be_focused()
    ann.keyboard.type("nobody of this name")
    expect(dialog.get_by_role("option")).to_have_count(0)
    dialog.get_by_role("combobox").fill("bo")
    press(ann, "Enter")
    ann.keyboard.type("She speaks French.")
    press(ann, "Enter")
    expect(dialog).to_have_count(0)
    expect(rows(ann, "Guest 1")).to_contain_text("Bob has it")
    expect(toast(bob, "Ann handed Guest 1 over to you.")).to_be_visible()
    press(bob, "j")
    expect(bob.locator(".standing")).to_contain_text("She speaks French.")
    expect(bob.locator("#reply-text")).to_have_value("I have bl")
    assert here.logged("handed_over")[0]["note"] == "She speaks French."


def test_a_hand_over_with_nobody_to_take_it_says_so_until_somebody_comes(shift: Any) -> None:
    here = shift()
    ann = here.desk("Ann")
    here.participant(1, "hello")
    opens(ann, "Guest 1")
    press(ann, "h")
    expect(ann.get_by_role("dialog")).to_contain_text("Nobody else is at the desk")
    here.desk("Bob")
    expect(ann.get_by_role("dialog").get_by_role("option", name="Bob")).to_be_visible()
    expect(ann.get_by_role("dialog").get_by_role("combobox")).to_be_focused()


def test_looking_further_is_said_first_logged_and_marked(shift: Any) -> None:
    here = shift()
    ann = here.desk("Ann")
    chat = here.participant(1, "the first word")
    for number in (2, 3):
        chat.call("send", {"id": f"m{number}", "text": f"word {number}"})
    opens(ann, "Guest 1")
    expect(ann.locator(".observed .turn")).to_have_count(2)
    expect(ann.get_by_text("the first word")).to_have_count(0)
    press(ann, "f")
    dialog = ann.get_by_role("dialog")
    expect(dialog).to_contain_text("It is logged that you looked.")
    expect(ann.locator(".saw-more")).to_have_count(0)
    dialog.get_by_role("button", name="Show the whole conversation").click()
    expect(dialog.get_by_text("the first word")).to_be_visible()
    press(ann, "Escape")
    expect(ann.locator(".saw-more")).to_be_visible()
    assert here.logged("looked") == [{"at": "session"}]
    press(ann, "f")
    dialog.get_by_role("button", name="Show the scenario").click()
    expect(dialog.get_by_role("heading", name="What Guest 1 was asked to do")).to_be_visible()
    press(ann, "Escape")
    press(ann, "y", "r")
    ann.keyboard.type("Yes.")
    press(ann, "Enter")
    assert here.logged("replied")[0]["saw_more"] is True


def test_documents_are_searched_and_what_was_open_or_copied_stands_in_the_exchange(shift: Any) -> None:
    here = shift()
    ann = here.desk("Ann")
    here.participant(1, "I lost it")
    opens(ann, "Guest 1")
    expect(ann.get_by_role("region", name="Text")).to_contain_text("We block lost cards.")
    press(ann, "d")
    ann.keyboard.type("lost")
    expect(ann.locator(".places")).to_have_text("2 places")
    assert ann.evaluate("CSS.highlights.get('found').size") == 2
    press(ann, "Enter", "Enter")
    expect(ann.locator(".places")).to_have_text("2 of 2")
    ann.locator("#document-search").fill("cafe")
    expect(ann.locator(".places")).to_have_text("1 place")
    ann.locator("#document-search").fill("nowhere")
    expect(ann.locator(".places")).to_have_text("not in it")
    ann.get_by_text("2 headings").click()
    ann.locator(".outline").get_by_role("button", name="Cards").click()
    ann.locator(".document > :nth-child(5)").click(click_count=3)
    press(ann, "Control+c", "y", "r")
    ann.keyboard.type("Five euro.")
    press(ann, "Enter")
    [reply] = here.logged("replied")
    assert [(each["passage"], each["how"]) for each in reply["evidence"]] == [
        (3, "opened"), (4, "opened"), (1, "opened"), (5, "opened"), (5, "copied"),
    ]  # fmt: skip
    assert {each["document"] for each in reply["evidence"]} == {"faq.md"}
    ann.get_by_role("button", name="gone.md").click()
    expect(ann.get_by_text("The text of gone.md isn't stored")).to_be_visible()


def test_what_is_on_the_screen_is_the_observation_that_the_exchange_has(shift: Any) -> None:
    here = shift()
    ann = here.desk("Ann")
    here.participant(1, "hello")
    opens(ann, "Guest 1")
    shown = ann.locator(".observed").get_attribute("data-hash")
    press(ann, "y", "r")
    ann.keyboard.type("Hello!")
    press(ann, "Enter")
    assert here.logged("replied")[0]["observation"] == shown


def test_a_wait_turns_amber_and_red_with_a_sign_and_a_word(shift: Any) -> None:
    here = shift("desk: {amber: 1.5, red: 3}\n")
    ann = here.desk("Ann")
    here.participant(1, "hello")
    wait = rows(ann, "Guest 1").locator(".wait")
    expect(wait).to_have_attribute("data-level", "calm")
    expect(wait).to_have_attribute("data-level", "amber")
    expect(wait).to_contain_text("a long wait")
    expect(wait).to_have_attribute("data-level", "red")
    expect(wait).to_contain_text("too long a wait")
    expect(wait.locator(".icon")).to_be_visible()


def test_whoever_is_away_is_given_nothing_and_is_given_in_turn_once_back(shift: Any) -> None:
    here = shift("desk: {assign: round_robin}\n")
    ann, bob = here.desk("Ann"), here.desk("Bob")
    press(bob, "a")
    expect(bob.get_by_role("button", name="Away")).to_have_attribute("aria-pressed", "true")
    expect(ann.locator(".colleagues")).to_contain_text("away")
    here.participant(1, "one")
    expect(toast(ann, "Guest 1 is yours now.")).to_be_visible()
    here.participant(2, "two")
    expect(toast(ann, "Guest 2 is yours now.")).to_be_visible()
    expect(bob.locator(".colleagues")).to_contain_text("has 2")
    press(bob, "a")
    expect(bob.get_by_role("button", name="Away")).to_have_attribute("aria-pressed", "false")
    here.participant(3, "three")
    expect(toast(bob, "Guest 3 is yours now.")).to_be_visible()
    expect(rows(bob, "Guest 3")).to_contain_text("you have it")


def test_whoever_is_away_is_away_still_when_the_server_is_back(shift: Any) -> None:
    here = shift("desk: {assign: round_robin}\n")
    ann = here.desk("Ann")
    press(ann, "a")
    expect(ann.get_by_role("button", name="Away")).to_have_attribute("aria-pressed", "true")
    here.participant(1, "hello")
    expect(rows(ann, "Guest 1")).to_be_visible()
    here.server.restart()
    here.participant(2, "hello again")
    expect(rows(ann, "Guest 2")).to_be_visible()
    expect(ann.get_by_role("button", name="Away")).to_have_attribute("aria-pressed", "true")
    assert "you have it" not in ann.get_by_role("navigation", name="Conversations").inner_text()
    press(ann, "a")
    expect(rows(ann, "you have it")).to_have_count(2)


def test_more_than_the_study_allows_is_refused_with_the_reason(shift: Any) -> None:
    here = shift("desk: {limit: 1}\n")
    ann = here.desk("Ann")
    here.participant(1, "one")
    here.participant(2, "two")
    opens(ann, "Guest 1")
    rows(ann, "Guest 2").get_by_role("button").click()
    expect(rows(ann, "Guest 2").get_by_role("alert")).to_contain_text("limit for one person")
    expect(ann.locator("#conversation-name")).to_have_text("Guest 1")


def test_a_key_that_is_held_takes_one_conversation_and_not_all(shift: Any) -> None:
    here = shift()
    ann = here.desk("Ann")
    for number in range(1, 4):
        here.participant(number, "hello")
    expect(rows(ann)).to_have_count(3)
    for _ in range(3):
        ann.keyboard.down("j")  # from the second on it repeats
        expect(ann.locator("#conversation-name")).to_have_text("Guest 1")
    ann.keyboard.up("j")
    press(ann, "j")
    expect(ann.locator("#conversation-name")).to_have_text("Guest 2")
    assert len(here.logged("claimed", 2)) == 2


def test_putting_back_can_be_undone_by_key(shift: Any) -> None:
    here = shift()
    ann = here.desk("Ann")
    here.participant(1, "hello")
    opens(ann, "Guest 1")
    press(ann, "x")
    expect(toast(ann, "Put Guest 1 back.")).to_be_visible()
    expect(ann.locator("#conversation-name")).to_have_count(0)
    press(ann, "u")
    expect(ann.locator("#conversation-name")).to_have_text("Guest 1")
    expect(toast(ann, "Put Guest 1 back")).to_have_count(0)
    assert len(here.logged("claimed", 2)) == 2


def test_a_note_is_kept_on_the_conversation_or_on_the_last_reply(shift: Any) -> None:
    here = shift()
    ann = here.desk("Ann")
    here.participant(1, "hello")
    opens(ann, "Guest 1")
    press(ann, "n")
    ann.keyboard.type("An odd one.")
    press(ann, "Enter")
    expect(toast(ann, "Note kept on Guest 1.")).to_be_visible()
    press(ann, "y", "r")
    ann.keyboard.type("Hello!")
    press(ann, "Enter")
    expect(ann.locator("#reply-text")).to_have_value("")
    press(ann, "Escape", "n")
    ann.get_by_role("radio", name="On your last reply").check()
    ann.get_by_role("textbox", name="Note").fill("A poor answer.")
    press(ann, "Enter")
    expect(toast(ann, "Note kept on your last reply")).to_be_visible()
    assert [(each["text"], each["exchange"]) for each in here.logged("noted", 2)] == [
        ("An odd one.", None),
        ("A poor answer.", 1),
    ]


def test_what_is_at_hand_is_seen_where_the_wizard_sets_the_colours(shift: Any) -> None:
    here = shift()
    ann = here.desk("Ann", forced_colors="active")
    here.participant(1, "hello")
    opens(ann, "Guest 1")
    outline = "element => getComputedStyle(element).outlineStyle"
    assert rows(ann, "Guest 1").get_by_role("button").evaluate(outline) == "solid"
    away = ann.get_by_role("button", name="Away")
    assert away.evaluate(outline) == "none"
    press(ann, "a")
    expect(away).to_have_attribute("aria-pressed", "true")
    assert away.evaluate(outline) == "solid"


def test_a_dialog_gives_the_focus_back_where_it_was(shift: Any) -> None:
    here = shift()
    ann = here.desk("Ann")
    here.participant(1, "hello")
    opens(ann, "Guest 1")
    for key in ("n", "e", "?"):
        press(ann, key)
        expect(ann.get_by_role("dialog")).to_be_visible()
        press(ann, "Escape")
        expect(ann.get_by_role("dialog")).to_have_count(0)
        expect(ann.locator("#conversation-name")).to_be_focused()
    press(ann, "r", "Control+k")
    expect(ann.get_by_role("dialog")).to_be_visible()
    press(ann, "Escape")
    expect(ann.locator("#reply-text")).to_be_focused()


def test_somebody_who_begins_to_wait_is_heard_unless_it_is_quiet(shift: Any) -> None:
    here = shift()
    ann = here.desk("Ann")
    ann.mouse.click(640, 700)
    here.participant(1, "one")
    expect(rows(ann)).to_have_count(1)
    assert ann.evaluate("tones") > 0
    assert ann.title().startswith("(1)")
    press(ann, "q")
    expect(ann.get_by_role("button", name="Quiet")).to_have_attribute("aria-pressed", "true")
    ann.reload()
    expect(ann.get_by_role("button", name="Quiet")).to_have_attribute("aria-pressed", "true")
    ann.mouse.click(640, 700)
    here.participant(2, "two")
    expect(rows(ann)).to_have_count(2)
    assert ann.evaluate("tones") == 0
    assert ann.title().startswith("(2)")


def test_whoever_waits_again_is_told_again(shift: Any) -> None:
    here = shift()
    ann = here.desk("Ann")
    chat = here.participant(1, "hello")
    told = ann.get_by_role("status").filter(has_text="Guest 1 is waiting.")
    expect(told).to_have_count(1)
    opens(ann, "Guest 1")
    press(ann, "y", "r")
    ann.keyboard.type("Hello.")
    press(ann, "Enter")
    expect(told).to_have_count(0)  # a word that stays as it is isn't read out a second time
    chat.call("send", {"id": "m2", "text": "and now?"})
    expect(told).to_have_count(1)


UNDER = """(toasts) => {
    const over = toasts.getBoundingClientRect();
    const seen = (element) => {
        let { top, right, bottom, left } = element.getBoundingClientRect();
        for (let box = element.parentElement; box; box = box.parentElement) {
            if (getComputedStyle(box).overflowY === "visible") continue;
            const clip = box.getBoundingClientRect();
            [top, bottom] = [Math.max(top, clip.top), Math.min(bottom, clip.bottom)];
        }
        return { top, right, bottom, left };
    };
    const lies = ({ top, right, bottom, left }) =>
        Math.min(bottom, over.bottom) - Math.max(top, over.top) > 1 &&
        Math.min(right, over.right) - Math.max(left, over.left) > 1;
    return [...document.querySelectorAll("button, input, textarea")]
        .filter((each) => !toasts.contains(each) && lies(seen(each)))
        .map((each) => each.textContent || each.id);
}"""
"""What can be pressed and is under the words, as far as it is seen."""


@pytest.mark.parametrize("width", [1280, 900, 375])
def test_what_was_just_done_lies_over_nothing_that_is_to_be_pressed(shift: Any, width: int) -> None:
    here = shift()
    ann = here.desk("Ann", viewport={"width": width, "height": 500})
    for number in range(1, 10):
        here.participant(number, "hello")
    opens(ann, "Guest 1")
    press(ann, "n")
    ann.keyboard.type("An odd one.")
    press(ann, "Enter")
    expect(toast(ann, "Note kept on Guest 1.")).to_be_visible()
    assert ann.locator(".toasts").evaluate(UNDER) == []
    press(ann, "d")
    expect(ann.locator("#document-search")).to_be_focused()
    assert ann.locator(".toasts").evaluate(UNDER) == []
    press(ann, "Escape", "x")
    expect(toast(ann, "Put Guest 1 back.")).to_be_visible()
    assert ann.locator(".toasts").evaluate(UNDER) == []
    ann.get_by_role("button", name="Quiet").click()
    expect(ann.get_by_role("button", name="Quiet")).to_have_attribute("aria-pressed", "true")
    toast(ann, "Put Guest 1 back.").get_by_role("button", name="Undo").click()
    expect(ann.locator("#conversation-name")).to_have_text("Guest 1")


def test_on_a_phone_whoever_waits_next_is_one_press_away_from_a_reply(shift: Any) -> None:
    here = shift()
    ann = here.desk("Ann", viewport={"width": 375, "height": 667}, has_touch=True)
    for number in (1, 2, 3):
        here.participant(number, f"hello from {number}")
    opens(ann, "Guest 1")
    send, go_on = ann.get_by_role("button", name="Send reply"), ann.locator(".next")
    expect(send).to_be_visible()
    expect(go_on).to_have_count(0)
    for number in (1, 2):
        press(ann, "y", "r")
        ann.keyboard.type(f"Hello, {number}.")
        send.click()
        expect(go_on).to_have_text(f"Open Guest {number + 1}")
        expect(send).to_be_hidden()
        go_on.click()
        expect(ann.get_by_role("log")).to_contain_text(f"hello from {number + 1}")
        expect(ann.locator("#conversation-name")).to_be_focused()
    press(ann, "y", "r")
    ann.keyboard.type("Hello, 3.")
    send.click()
    expect(ann.get_by_text("Sent.")).to_be_visible()
    expect(go_on).to_have_count(0)
    here.participant(4, "hello from 4")
    expect(go_on).to_have_text("Open Guest 4")


@pytest.mark.parametrize("where", ["in one tab", "on one device"])
def test_what_is_taken_here_is_no_news_in_another_tab_or_on_another_device(
    shift: Any, contexts: Any, where: str
) -> None:
    here = shift("desk: {assign: round_robin}\n")
    ann = here.desk("Ann")
    here.participant(1, "one")
    expect(toast(ann, "Guest 1 is yours now.")).to_be_visible()
    second = ann.context.new_page() if where == "in one tab" else contexts(storage_state=ann.context.storage_state())
    second.add_init_script(COUNT_TONES)
    second.goto(ann.url)
    second.mouse.click(640, 700)
    ann.bring_to_front()
    opens(ann, "Guest 1")
    press(ann, "x")
    expect(toast(ann, "Put Guest 1 back.")).to_be_visible()
    press(ann, "u")
    expect(ann.locator("#conversation-name")).to_have_text("Guest 1")
    expect(rows(second, "Guest 1")).to_contain_text("you have it")
    assert len(here.logged("claimed", 2)) == 2
    here.participant(2, "two")
    expect(toast(second, "Guest 2 is yours now.")).to_be_visible()
    assert second.locator(".toast").all_inner_texts() == ["Guest 2 is yours now.\n\nDismiss"]


def test_the_same_word_twice_stands_once(shift: Any) -> None:
    here = shift()
    ann = here.desk("Ann")
    here.participant(1, "hello")
    opens(ann, "Guest 1")
    for text in ("One.", "Two."):
        press(ann, "n")
        ann.keyboard.type(text)
        press(ann, "Enter")
        expect(ann.get_by_role("dialog")).to_have_count(0)
    here.logged("noted", 2)
    assert toast(ann, "Note kept on Guest 1.").count() == 1


def test_a_word_on_the_line_goes_with_the_line_and_what_is_here_opens_without_it(shift: Any) -> None:
    here = shift()
    ann = here.desk("Ann")
    for number in (1, 2, 3):
        here.participant(number, f"hello from {number}")
    opens(ann, "Guest 1")
    opens(ann, "Guest 2")
    here.server.kill()
    alert = ann.get_by_role("navigation", name="Conversations").get_by_role("alert")
    rows(ann, "Guest 3").get_by_role("button").click()
    expect(alert).to_contain_text("There is no connection to the server right now.")
    opens(ann, "Guest 1")
    expect(alert).to_have_count(0)
    press(ann, "k")
    rows(ann, "Guest 3").get_by_role("button").click()
    expect(alert).to_be_visible()
    here.server.start()
    expect(alert).to_have_count(0)
