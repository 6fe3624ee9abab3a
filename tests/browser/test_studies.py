"""A study is built in the form, in a browser: no file, no command line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import sit
from tests.browser.test_accessible import violations
from tests.conftest import served
from tests.served import Server
from wizard.store.database import connect_to_read
from wizard.store.heads import count_sessions
from wizard.store.studies import access_study
from wizard.study import Study

STUDY = "study: help  # ours\ntitle: Help\nlabels:\n  - {name: intent, options: [lost, charge]}\n"

ENTER_IN_AN_OPTION = """async () => {
  const option = document.querySelector("#f-labels-0-options-3");
  option.focus();
  option.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
  for (let turn = 0; turn < 20; turn++) await null;
  return document.activeElement.id;
}"""
"""Where the focus is before another key could come."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with served(tmp_path, STUDY) as server:
        yield server


@pytest.fixture
def owner(server: Server, contexts: Any) -> Page:
    page = contexts(viewport={"width": 1280, "height": 900})
    sit(page, server, server.seat())
    page.goto(f"{server.url}/studio/studies")
    return page


def stored(server: Server, name: str) -> tuple[Study, str, int]:
    db = connect_to_read(server.sessions)
    try:
        found = access_study(db, name)
        return found.study, found.source, found.version
    finally:
        db.close()


def test_a_study_from_a_template_is_changed_in_the_form_saved_and_tried(server: Server, owner: Page) -> None:
    assert violations(owner) == []
    owner.get_by_role("link", name="A support assistant").click()
    owner.get_by_label("Title").fill("Shoes")
    owner.get_by_label("Short name").first.fill("Shoes!")
    expect(owner.locator("#f-study-problem")).to_be_visible()
    owner.keyboard.press("Control+s")
    expect(owner.locator(".study-bar").get_by_role("status")).to_have_text("Not saved: put right what is marked.")
    expect(owner.get_by_label("Short name").first).to_be_focused()
    assert violations(owner) == []
    owner.get_by_label("Short name").first.fill("shoes")
    label = owner.get_by_role("group", name="label 1")
    label.get_by_role("textbox", name="option 4").fill("size")
    owner.keyboard.press("Enter")
    expect(label.get_by_role("textbox", name="option 5")).to_be_focused()
    owner.keyboard.type("colour")
    owner.get_by_text("More: Language · Consent · Scenario cards").click()
    owner.get_by_role("button", name="Remove card 1").click()
    expect(owner.get_by_role("group", name="card 2")).to_have_count(0)
    owner.get_by_label("Title").fill("Shoes and socks")
    owner.get_by_role("button", name="Undo").click()
    expect(owner.get_by_role("group", name="card 2")).to_be_visible()
    expect(owner.get_by_label("Title")).to_have_value("Shoes and socks")
    owner.get_by_text("More: Known of the participant · Documents").click()
    owner.locator("input[type=file]").set_input_files(
        [{"name": "sizes.md", "mimeType": "text/markdown", "buffer": b"# Sizes"}]
    )
    expect(owner.get_by_text("comes with the next save")).to_be_visible()
    owner.get_by_label("Greeting").fill("Hello, I am **here**.")
    looks = owner.get_by_role("complementary", name="How it looks")
    expect(looks.locator("strong").filter(has_text="here")).to_be_visible()
    expect(looks.get_by_role("region", name="The wizard")).to_contain_text(re.compile(r"1\s*account"))
    looks.get_by_role("button", name="See how it comes").click()
    expect(looks.get_by_role("status")).to_contain_text("First word after")
    expect(looks.locator(".pacing-sample")).to_contain_text("about it today.")
    owner.keyboard.press("Control+s")
    expect(owner.locator(".study-bar").get_by_role("status")).to_contain_text("Saved as version 1.")
    study, _, _ = stored(server, "shoes")
    assert study.title == "Shoes and socks"
    assert study.labels[0].options == ["account", "order", "product", "size", "colour"]
    assert study.model_sees.documents == ["sizes.md"]

    expect(owner.get_by_role("heading", name="Shoes and socks", level=1)).to_be_visible()
    with owner.context.expect_page() as opened:
        owner.get_by_role("button", name="Try it as a participant").click()
    trial = opened.value
    trial.get_by_role("textbox").fill("do you have 43?")
    trial.keyboard.press("Enter")
    expect(trial.get_by_text("do you have 43?")).to_be_visible()
    owner.goto(f"{server.url}/studio")
    expect(owner.get_by_role("button", name="Open Try-out")).to_be_visible()
    db = connect_to_read(server.sessions)
    assert count_sessions(db, "shoes") == 0
    db.close()


def test_a_first_study_is_on_the_first_screens_and_what_is_rare_is_folded_and_says_what_is_set(
    server: Server, owner: Page
) -> None:
    owner.get_by_role("link", name="A support assistant").click()
    for name in ("Title", "Greeting", "What they are asked to do", "Kind"):
        expect(owner.get_by_label(name).first).to_be_visible()
    for name in ("Language", "Consent", "First word after", "Second opinions", "Minutes for a conversation"):
        expect(owner.get_by_label(name, exact=True)).to_be_hidden()
    limits = owner.locator("details", has=owner.get_by_role("heading", name="Limits"))
    expect(limits).to_contain_text("Set: Minutes for a conversation")
    limits.locator("summary").click()
    minutes = owner.get_by_label("Minutes for a conversation")
    minutes.fill("a few")
    expect(owner.locator("#f-limits-minutes-problem")).to_be_visible()
    minutes.fill("20")
    expect(owner.locator("#f-limits-minutes-problem")).to_be_hidden()
    expect(minutes).to_be_visible()
    limits.locator("summary").click()
    owner.get_by_role("button", name="File", exact=True).click()
    text = owner.get_by_role("textbox", name="The study as YAML")
    expect(text).to_have_value(re.compile("limits: {minutes: 20}"))
    owner.get_by_role("button", name="Form", exact=True).click()
    expect(owner.locator("#f-labels-0-options-3")).to_be_visible()
    assert owner.evaluate(ENTER_IN_AN_OPTION) == "f-labels-0-options-4"
    owner.set_viewport_size({"width": 1280, "height": 1_800})
    assert owner.evaluate("document.querySelector('#f-labels-0-name').getBoundingClientRect().bottom < innerHeight")


def test_the_form_and_the_file_are_two_views_of_one_thing(server: Server, owner: Page) -> None:
    owner.get_by_role("link", name="Help", exact=True).click()
    owner.get_by_label("How often must a model be right?").fill("90")
    owner.get_by_role("button", name="File", exact=True).click()
    text = owner.get_by_role("textbox", name="The study as YAML")
    expect(text).to_have_value(f"{STUDY}bar: 90\n")
    assert violations(owner) == []
    text.fill(text.input_value() + "colour: red\n")
    expect(owner.get_by_role("button", name="Line 6")).to_be_visible()
    owner.keyboard.press("Control+s")
    expect(owner.get_by_role("button", name="Line 6")).to_be_focused()
    owner.get_by_role("button", name="Form", exact=True).click()
    expect(owner.locator(".study-bar").get_by_role("status")).to_have_text("Put right what is marked first.")
    expect(text).to_have_value(f"{STUDY}bar: 90\ncolour: red\n")
    owner.get_by_role("button", name="Line 6").click()
    owner.keyboard.type("welcome: Hello.")
    owner.get_by_role("button", name="Form", exact=True).click()
    expect(owner.get_by_label("What they are asked to do")).to_have_value("Hello.")
    owner.get_by_label("What they are asked to do").fill("Ask away.")
    owner.reload()
    expect(owner.locator(".study-bar").get_by_role("status")).to_have_text("What you had not saved is here again.")
    expect(owner.get_by_label("What they are asked to do")).to_have_value("Ask away.")
    owner.keyboard.press("Control+s")
    expect(owner.locator(".study-bar").get_by_role("status")).to_contain_text("Saved as version 2.")
    assert stored(server, "help")[1] == f"{STUDY}bar: 90\nwelcome: Ask away.\n"


def test_what_is_typed_while_it_is_saved_stays_and_is_said_not_to_be_saved(server: Server, owner: Page) -> None:
    owner.get_by_role("link", name="Help", exact=True).click()
    owner.get_by_role("button", name="File", exact=True).click()
    text = owner.get_by_role("textbox", name="The study as YAML")
    says = owner.locator(".study-bar").get_by_role("status")
    text.fill(f"{STUDY}bar: 9")
    under_way: list[Route] = []
    owner.route("**/studio/studies/save", lambda route: under_way.append(route))
    with owner.expect_request("**/studio/studies/save"):
        owner.keyboard.press("Control+s")
    text.press_sequentially("0")
    under_way[0].continue_()
    owner.unroute("**/studio/studies/save")
    expect(owner.get_by_role("button", name="Save")).not_to_have_attribute("aria-disabled", "true")
    expect(says).to_have_text("Not saved yet.")
    expect(text).to_have_value(f"{STUDY}bar: 90")
    owner.keyboard.press("Control+s")
    expect(says).to_contain_text("Saved as version 3.")
    assert stored(server, "help")[1] == f"{STUDY}bar: 90"
    text.press_sequentially(" # too many?")
    expect(says).to_have_text("Not saved yet.")


def test_what_was_discarded_is_a_step_back(owner: Page) -> None:
    owner.get_by_role("link", name="Help", exact=True).click()
    owner.get_by_label("What they are asked to do").fill("Ask away.")
    owner.get_by_role("button", name="Discard changes").click()
    expect(owner.get_by_label("What they are asked to do")).to_have_value("")
    expect(owner.locator(".study-bar").get_by_role("status")).to_have_text("Discarded. Undo brings it back.")
    owner.get_by_role("button", name="Undo").click()
    expect(owner.get_by_label("What they are asked to do")).to_have_value("Ask away.")
    owner.reload()
    expect(owner.get_by_label("What they are asked to do")).to_have_value("Ask away.")
    owner.get_by_role("button", name="Discard changes").click()
    expect(owner.get_by_role("button", name="Undo")).to_be_enabled()
    owner.reload()
    expect(owner.get_by_role("button", name="Undo")).to_be_disabled()


def test_two_who_change_a_study_at_once_lose_nothing(server: Server, owner: Page) -> None:
    owner.get_by_role("link", name="Help", exact=True).click()
    owner.get_by_label("Title").fill("Mine")
    other = owner.context.new_page()
    other.goto(f"{server.url}/studio/study/help")
    other.get_by_label("Title").fill("Theirs")
    other.get_by_label("What they are asked to do").fill("Go on.")
    other.keyboard.press("Control+s")
    expect(other.locator(".study-bar").get_by_role("status")).to_contain_text("Saved as version 2.")
    owner.keyboard.press("Control+s")
    expect(owner.get_by_role("heading", name="Owner saved version 2 while")).to_be_visible()
    expect(owner.get_by_text("taken from theirs: What they are asked to do")).to_be_visible()
    expect(owner.get_by_label("Title")).to_have_value("Mine")
    expect(owner.get_by_role("button", name="Save")).not_to_have_attribute("aria-disabled", "true")
    owner.evaluate("Promise.all(document.getAnimations().map((each) => each.finished))")
    assert violations(owner) == []
    owner.get_by_role("button", name="Take Owner’s").click()
    expect(owner.get_by_label("Title")).to_have_value("Theirs")
    owner.get_by_role("button", name="Undo").click()
    expect(owner.get_by_label("Title")).to_have_value("Mine")
    owner.keyboard.press("Control+s")
    expect(owner.locator(".study-bar").get_by_role("status")).to_contain_text("Saved as version 3.")
    study, _, _ = stored(server, "help")
    assert (study.title, study.welcome) == ("Mine", "Go on.")
    owner.get_by_role("link", name="Versions").click()
    expect(owner.locator(".code-shown mark").filter(has_text="Mine")).to_be_visible()
    assert violations(owner) == []
    owner.set_viewport_size({"width": 375, "height": 700})
    assert owner.evaluate("document.documentElement.scrollWidth <= innerWidth")
