"""The team's pages: inviting somebody, taking data home, signing out; and the desk between them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.served import Server


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
        owner.get_by_role("link", name="openai").click()
    file = tmp_path / "taken.jsonl"
    download.value.save_as(file)
    assert download.value.suggested_filename == "card-help.openai.jsonl"
    [line] = file.read_text(encoding="utf-8").splitlines()
    assert [each["content"] for each in json.loads(line)["messages"]][1:] == ["gone", "Blocked."]


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
