"""The team's pages: inviting somebody, taking data home, signing out; and the desk between them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.bench.exports import build
from tests.browser.conftest import sit
from tests.builders import ended, guessed, released, reply, stored, user
from tests.conftest import served
from tests.served import Server
from wizard.events import Started
from wizard.store.database import connect


@pytest.fixture
def owner(server: Server, contexts: Any) -> Page:
    page = contexts()
    page.goto(server.owner_link)
    expect(page.get_by_text("Nobody waits.")).to_be_visible()
    return page


def test_somebody_is_invited_and_sits_down_and_signs_out(server: Server, owner: Page, contexts: Any) -> None:
    owner.get_by_role("link", name="People").click()
    owner.get_by_role("textbox", name="Name").fill("Ann")
    owner.get_by_role("radio", name="Wizard").check()
    owner.get_by_role("button", name="link").first.click()
    link = owner.locator(f"input[value^='{server.url}/studio/in/']").input_value()

    ann = contexts()
    ann.goto(link)
    expect(ann.get_by_text("Nobody waits.")).to_be_visible()
    expect(ann.get_by_role("link", name="People")).to_have_count(0)
    ann.get_by_role("button", name="Sign out").click()
    expect(ann.get_by_text("signed out")).to_be_visible()
    assert ann.goto(f"{server.url}/studio").status == 404
    assert contexts().goto(link).status == 404


@pytest.mark.parametrize(
    ("path", "place"),
    [("studies/new", "Studies"), ("study/card-help/live", "Studies"), ("study/card-help/links", "Studies"),
     ("report/card-help", "Data"), ("trail", "People")],
)  # fmt: skip
def test_the_bar_says_where_a_page_belongs(server: Server, owner: Page, path: str, place: str) -> None:
    owner.goto(f"{server.url}/studio/{path}")
    expect(owner.get_by_role("navigation").locator("[aria-current]")).to_have_text(place)


def test_a_name_that_cannot_be_is_told_and_kept(owner: Page) -> None:
    owner.get_by_role("link", name="People").click()
    name = owner.get_by_role("textbox", name="Name")
    name.evaluate("field => { field.removeAttribute('maxlength'); field.form.noValidate = true }")
    name.fill("A" * 70)
    owner.get_by_role("radio", name="Wizard").check()
    owner.get_by_role("button", name="link").first.click()
    expect(owner.get_by_text("Give a name of 1 to 60 characters.")).to_be_visible()
    expect(owner.get_by_role("textbox", name="Name")).to_have_value("A" * 60)


def test_data_is_taken_home_from_the_page(server: Server, owner: Page, tmp_path: Path) -> None:
    with (
        server.participant("a-participant-of-this-test") as chat,
        server.wizard(owner.context.cookies()[0]["value"]) as desk,
    ):
        chat.call("send", {"id": "m", "text": "gone"})
        session = desk.call("inbox")["sessions"][0]["session"]
        desk.call("reply", {"session": session, "id": "r", "text": "Blocked.", "labels": {"intent": "lost"}})
        chat.wait_for("message", role="assistant", text="Blocked.")
    owner.get_by_role("link", name="Data").click()
    with owner.expect_download() as download:
        owner.get_by_role("button", name="openai of Card helper").click()
    expect(owner.get_by_text("1 example of 1 session.")).to_be_visible()
    file = tmp_path / "taken.jsonl"
    download.value.save_as(file)
    assert download.value.suggested_filename == "card-help.openai.jsonl"
    [line] = file.read_text(encoding="utf-8").splitlines()
    assert [each["content"] for each in json.loads(line)["messages"]][2:] == ["gone", "Blocked."]


def keep_guesses(server: Server, study: str, said: list[str]) -> None:
    """Conversations that are over, with what each participant thought."""
    db = connect(server.sessions, lock_wait=5)
    for number, answer in enumerate(said):
        told = [user("hello"), reply("hi"), released(), ended(), guessed(answer, 5)]
        begun = Started(study=study, version=1, participant=f"p{number}", alias="Guest 1")
        stored(db, *told, id=f"s{number}", begun=begun)
    db.close()


def test_whether_it_was_believed_stands_beside_the_data(tmp_path: Path, contexts: Any) -> None:
    study = "study: asks\ntitle: Asks\nask_what_answered: true\n"
    with served(tmp_path, study) as server:
        owner = server.seat()
        page = contexts(viewport={"width": 375, "height": 720})
        sit(page, server, owner)
        page.goto(f"{server.url}/studio/data")
        expect(page.get_by_text("Nothing yet. Send the link to somebody")).to_be_visible()
        keep_guesses(server, "asks", ["person"] * 3 + ["program"] * 8)
        page.reload()
        expect(page.get_by_text("3 of 11 who answered thought of a person: 27 %, between 11 and 52 %")).to_be_visible()
        row = page.get_by_role("row", name="at once")
        row.get_by_text("3", exact=True).first.click()
        row.get_by_role("link", name="Guest 1").first.click()
        expect(page.get_by_role("article").get_by_text("hello")).to_be_visible()


def test_what_would_be_taken_out_is_looked_over_before_it_leaves(server: Server, owner: Page) -> None:
    owner.goto(f"{server.url}/studio/data/card-help/redaction")
    expect(owner.get_by_role("heading", name="Nothing personal was found")).to_be_visible()
    with server.participant("a-participant-of-this-test") as chat:
        chat.call("send", {"id": "m", "text": "<b>hi</b>, I'm Anna Berg, call me on 0170 1234567"})
    owner.goto(f"{server.url}/studio/data")
    owner.get_by_role("link", name="Look over what would be taken out").click()
    names = owner.get_by_role("region", name="Names of persons")
    expect(names.locator("mark")).to_have_text("Anna Berg")
    expect(names).to_contain_text("<b>hi</b>, I'm Anna Berg, call me on")
    expect(owner.get_by_role("region", name="Phone numbers")).to_contain_text("[PHONE_1]")


def test_what_is_missing_is_told_beside_the_field_and_nothing_is_lost(server: Server, owner: Page) -> None:
    with server.participant("a-participant-of-this-test") as chat:
        chat.call("send", {"id": "m", "text": "gone"})
        owner.get_by_role("navigation", name="Conversations").get_by_role("listitem").first.get_by_role(
            "button"
        ).click()
        box = owner.get_by_role("textbox", name="Reply as Penny")
        box.fill("Blocked.")
        box.press("Enter")
        expect(
            owner.get_by_role("group", name="intent").or_(owner.get_by_role("radiogroup", name="intent"))
        ).to_be_visible()
        expect(box).to_have_value("Blocked.")
        assert chat.call("sync", {"after": 2})["messages"] == []
        owner.reload()
        expect(owner.get_by_role("textbox", name="Reply as Penny")).to_have_value("Blocked.")


def test_a_colleagues_conversation_is_told_and_not_taken(server: Server, owner: Page) -> None:
    ann = server.seat(server.invite_person(owner.context.cookies()[0]["value"], "Ann", "wizard"))
    with server.participant("a-participant-of-this-test") as chat, server.wizard(ann) as desk:
        chat.call("send", {"id": "m", "text": "gone"})
        session = desk.call("inbox")["sessions"][0]["session"]
        assert desk.call("claim", {"session": session})["ok"]
        row = owner.get_by_role("navigation", name="Conversations").get_by_role("listitem").first
        expect(row).to_contain_text("Ann has it")
        row.get_by_role("button").click()
        expect(row.get_by_text("Ann has this conversation.")).to_be_visible()
        expect(owner.get_by_role("article")).to_have_count(0)


def test_an_export_goes_on_without_the_page_and_can_be_stopped(tmp_path: Path, contexts: Any, long_run: bool) -> None:
    build(tmp_path / "sessions", 20_000 if long_run else 12_000)
    with Server(tmp_path / "sessions") as server:
        page, other = contexts(), contexts()
        page.goto(server.owner_link)
        for each in (page, other):
            each.context.add_cookies(page.context.cookies())
            each.goto(f"{server.url}/studio/data")
        other.get_by_role("button", name="jsonl of Bench").click()
        expect(other.get_by_role("button", name="Stop")).to_be_visible()  # it has begun
        page.get_by_role("button", name="convokit of Bench").click()
        expect(page.get_by_text(" sessions", exact=False).and_(page.get_by_role("status"))).to_be_visible()
        page.goto(f"{server.url}/studio")
        page.goto(f"{server.url}/studio/data")
        page.get_by_role("button", name="Stop").click()
        expect(page.get_by_text("Stopped. Nothing was written.")).to_be_visible()
        expect(other.get_by_role("link", name="Save the file")).to_be_visible(timeout=60_000)
        [left] = [each.name for each in (server.sessions / "exports").glob("page-*/*") if not each.name.startswith(".")]
        assert left == "bench.jsonl", "the other one was not touched"
        other.get_by_role("button", name="csv of Bench").click()
        other.context.clear_cookies()
        expect(other.get_by_text("You are signed out", exact=False)).to_be_visible()
