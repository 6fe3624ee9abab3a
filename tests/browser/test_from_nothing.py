"""From an empty folder to figures, with no command line: a study is built, people are invited, and it is watched."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.test_accessible import violations
from tests.browser.test_chat import log, say
from tests.served import Server, soon


def test_a_study_is_built_people_talk_and_the_live_page_says_how_it_goes(server: Server, contexts: Any) -> None:
    owner = contexts(viewport={"width": 1280, "height": 900})
    owner.goto(server.owner_link)
    owner.get_by_role("link", name="Studies").click()
    owner.get_by_role("link", name="An empty one").click()
    owner.get_by_label("Title").fill("Shoes")
    expect(owner.get_by_label("Short name").first).to_have_value("shoes")
    owner.get_by_role("button", name="Add a label").click()
    owner.get_by_role("group", name="label 1").get_by_label("Name").fill("about")
    owner.get_by_role("textbox", name="option 1").fill("size")
    owner.keyboard.press("Enter")
    owner.keyboard.type("colour")
    owner.keyboard.press("Control+s")
    expect(owner.locator(".study-bar").get_by_role("status")).to_contain_text("Saved as version 1.")
    owner.reload()
    owner.get_by_role("link", name="Invite").click()
    link = owner.get_by_role("textbox", name="The first link").input_value()
    owner.goto(f"{server.url}/studio/study/shoes/live")
    expect(owner.get_by_text("No wizard is at the desk.")).to_be_visible()
    expect(owner.get_by_text("The verdict needs 30 more answers")).to_be_visible()
    assert violations(owner) == []

    people = [contexts(), contexts()]
    for at, page in enumerate(people):
        page.goto(link)
        say(page, f"do you have size {40 + at}?")
    expect(owner.get_by_text("2 participants wait and no wizard is here.")).to_be_visible()

    wizard = _wizard(owner, server, contexts())
    expect(owner.get_by_text("At the desk: Wanda")).to_be_visible()
    for turn in range(5):
        _answer(wizard, f"Guest {turn % 2 + 1}", f"Answer {turn}.")
        said = people[turn % 2]
        expect(log(said)).to_contain_text(f"Answer {turn}.")
        if turn < 3:
            say(said, f"and then, {turn}?")
    tiles = owner.locator(".tiles")
    expect(tiles).to_contain_text("Answered 5")
    expect(tiles).to_contain_text("Could be answered 5 of 5")
    expect(owner.locator(".live")).to_contain_text("5 size")
    expect(owner.get_by_role("group", name="Answers over time: 5")).to_be_visible()
    assert violations(owner) == []

    owner.get_by_role("button", name="End Guest 1").click()
    expect(people[0].get_by_text("This conversation has ended.")).to_be_visible()
    owner.get_by_text("What people cost").click()
    owner.get_by_label("An hour of a wizard").fill("a lot")
    owner.get_by_role("button", name="Save the rates").click()
    expect(owner.get_by_text("Write two amounts")).to_be_visible()
    owner.get_by_label("An hour of a wizard").fill("36,50")
    owner.get_by_label("A participant").fill("2")
    owner.get_by_role("button", name="Save the rates").click()
    expect(owner.locator(".live")).to_contain_text("1 participant)")
    expect(owner.get_by_text("Saved.")).to_be_focused()
    expect(owner.get_by_label("An hour of a wizard")).to_have_value("36.50")
    assert violations(owner) == []
    owner.get_by_role("button", name="Close the doors").click()
    expect(owner.get_by_text("The doors are closed: nobody new gets in.")).to_be_visible()
    late = contexts()
    late.goto(link)
    expect(late.get_by_role("heading")).to_have_text("Not open right now")
    people[1].reload()
    expect(log(people[1])).to_contain_text("Answer 3.")
    owner.get_by_role("button", name="Open the doors").click()
    late.reload()
    expect(late.get_by_role("textbox")).to_be_visible()
    owner.set_viewport_size({"width": 375, "height": 700})
    assert owner.evaluate("document.documentElement.scrollWidth <= innerWidth")
    owner.get_by_role("definition").get_by_role("link", name="5 of 5").click()
    expect(owner.get_by_role("dialog", name="Search")).to_contain_text("3 found, the newest first.")


def _wizard(owner: Page, server: Server, wizard: Page) -> Page:
    """Somebody whom the owner invites, at the desk."""
    people = owner.context.new_page()
    people.goto(f"{server.url}/studio/people")
    people.get_by_label("Name").fill("Wanda")
    people.get_by_role("button", name="Make a sign-in link").click()
    wizard.goto(people.get_by_role("textbox", name="Sign-in link of Wanda").input_value())
    people.close()
    wizard.goto(f"{server.url}/studio")
    return wizard


def _open(wizard: Page, alias: str) -> None:
    """The one who waits longest, and who that is."""
    first = wizard.get_by_role("button", name="waiting").first
    expect(first).to_contain_text(alias)
    first.click()
    expect(wizard.locator("#conversation-name")).to_have_text(alias)
    expect(wizard.locator("#conversation-name")).to_be_focused()


def _answer(wizard: Page, alias: str, text: str) -> None:
    _open(wizard, alias)
    wizard.keyboard.press("1")
    wizard.keyboard.press("y")
    wizard.keyboard.press("r")
    wizard.keyboard.type(text)
    wizard.keyboard.press("Enter")
    expect(wizard.get_by_text("Sent.")).to_be_visible()


FROM_THE_RIGHT = """(words) => {
    const said = [...document.querySelectorAll(".wall-said")].find(({ textContent }) => textContent.includes(words));
    const text = document.createRange();
    text.selectNodeContents(said);
    return said.getBoundingClientRect().right - text.getBoundingClientRect().right;
}"""
"""At once: the page is drawn anew every now and then."""


def test_a_room_plays_and_the_wall_says_how_it_came_out(at_once: Server, contexts: Any) -> None:
    server = at_once
    owner = contexts(viewport={"width": 1280, "height": 900})
    owner.goto(server.owner_link)
    owner.goto(f"{server.url}/studio/studies/new?template=meeting-game")
    owner.get_by_label("How often must a model be right?").fill("50")
    owner.keyboard.press("Control+s")
    expect(owner.locator(".study-bar").get_by_role("status")).to_contain_text("Saved as version 1.")
    owner.goto(f"{server.url}/studio/study/meeting-game/wall")
    expect(owner.get_by_role("img", name="QR code to join")).to_be_visible()
    link = owner.locator(".wall-link").inner_text()
    assert violations(owner) == []
    guests = [contexts(viewport={"width": 375, "height": 667}) for _ in range(2)]
    for guest in guests:
        guest.goto(link)
        say(guest, "are you a person?")
    expect(owner.locator(".tiles")).to_contain_text("Came2")
    wizard = _wizard(owner, server, contexts())
    answers = ("I am a machine, and proud of every wire of it.", "هل يعرف إنسان عدد حبات الرمل؟")
    for number, text in enumerate(answers, 1):
        _open(wizard, f"Guest {number}")
        wizard.keyboard.press("y")
        wizard.keyboard.press("r")
        wizard.keyboard.type(text)
        wizard.keyboard.press("Enter")
        expect(owner.locator(".tiles")).to_contain_text(f"Answers{number}")
    owner.get_by_role("link", name="End all conversations").click()
    owner.get_by_role("button", name="End all 2").click()
    for guest, answer in zip(guests, ("A computer program", "A person"), strict=True):
        guest.get_by_label(answer).check()
        guest.get_by_label("3").check()
        guest.get_by_role("button", name="Send").click()
        expect(guest.get_by_text("A person next door answered you.")).to_be_visible()
    owner.goto(f"{server.url}/studio/study/meeting-game/wall")
    expect(owner.locator(".tiles")).to_contain_text("Have guessed2")
    owner.get_by_role("link", name="Reveal").click()
    expect(owner.get_by_text("1 of 2 saw through it. 1 took it for a program.")).to_be_visible()
    expect(owner.get_by_role("row", name="Wanda by 1 of 2 2 to 2 guests")).to_be_visible()
    expect(owner.locator(".spans li")).to_have_count(2)
    assert soon(lambda: owner.evaluate(FROM_THE_RIGHT, "الرمل") < 2)
    assert violations(owner) == []
