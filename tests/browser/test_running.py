"""An owner at the live page: they watch, whisper, pause, and say something to everybody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from tests.browser.conftest import sit
from tests.browser.test_accessible import violations
from tests.browser.test_chat import log, say
from tests.conftest import served

STUDY = """
study: talk
title: Talk
persona: {name: Penny}
pacing: {first: 0.3, chars_per_second: 200}
"""
WITHIN_A_SECOND = 1_000


def test_an_owner_watches_whispers_pauses_and_speaks_to_all(tmp_path: Path, contexts: Any) -> None:
    with served(tmp_path, STUDY) as server:
        owner, wizard = contexts(viewport={"width": 1280, "height": 900}), contexts()
        owner.goto(server.owner_link)
        seat = server.seat(server.invite_person(_seat(owner), "Wanda", "wizard"))
        sit(wizard, server, seat)
        guest = contexts(viewport={"width": 375, "height": 667})
        guest.goto(server.participant_link)
        say(guest, "my card is gone")
        wizard.goto(f"{server.url}/studio")
        wizard.get_by_role("button", name="waiting").first.click()

        owner.goto(f"{server.url}/studio/study/talk/live")
        owner.get_by_role("link", name="Watch Guest 1").click()
        sees, before = owner.get_by_role("region", name="Guest 1 sees"), owner.get_by_role("region", name="Wanda has")
        expect(before).to_contain_text("my card is gone")
        assert violations(owner) == []
        say(guest, "since this morning")
        expect(sees).to_contain_text("since this morning", timeout=WITHIN_A_SECOND)
        expect(before).to_contain_text("since this morning", timeout=WITHIN_A_SECOND)

        owner.get_by_label("A short word").fill("Ask which card.")
        owner.get_by_role("button", name="Whisper, and mark the answers").click()
        expect(owner.get_by_text("answers are marked already")).to_be_visible()
        expect(wizard.get_by_text("Owner whispers: Ask which card.")).to_be_visible()
        wizard.keyboard.press("y")
        wizard.keyboard.press("r")
        wizard.keyboard.type("Which card is it?")
        expect(before).to_contain_text("Which card is it?", timeout=3 * WITHIN_A_SECOND)
        wizard.keyboard.press("Enter")
        expect(log(guest)).to_contain_text("Which card is it?")
        expect(sees).to_contain_text("Which card is it?", timeout=WITHIN_A_SECOND)
        expect(wizard.get_by_text("Owner whispers")).to_have_count(0)

        owner.get_by_role("link", name="Talk, live").click()
        owner.get_by_role("button", name="Pause").click()
        expect(owner.get_by_text("The study is paused")).to_be_visible()
        say(guest, "the blue one")
        expect(guest.get_by_text("I can’t answer right now.")).to_be_visible()
        expect(wizard.get_by_text("Paused: what you send waits")).to_be_visible()
        owner.get_by_role("button", name="Go on").click()
        expect(guest.get_by_text("I can’t answer right now.")).to_have_count(0)

        owner.get_by_role("link", name="Message everybody").click()
        owner.get_by_label("Message").fill("We are **back**.")
        owner.get_by_role("button", name="Show how it will look").click()
        assert violations(owner) == []
        owner.get_by_role("button", name="Send to one conversation").click()
        expect(owner.get_by_role("heading", name="Penny says it in one conversation.")).to_be_focused()
        owner.reload()  # which sends nothing again
        expect(owner.get_by_role("heading", name="Penny says it in one conversation.")).to_be_visible()
        expect(log(guest).get_by_text("We are back.")).to_be_visible()
        expect(wizard.locator("article")).to_contain_text("We are back.")
        assert "whisper" not in guest.content().lower()


def _seat(owner: Any) -> str:
    return str(next(each["value"] for each in owner.context.cookies() if each["name"] == "seat"))
