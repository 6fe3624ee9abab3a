"""The main job in a real browser: two people, one conversation, and all that can come between them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.served import Server
from wizard.dataset.export import export
from wizard.store.database import connect_to_read

GREETING = "Hi, I'm Penny. What's happening with your card?"


class Participant:
    """Somebody at the chat."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def says(self, text: str) -> None:
        box = self.page.get_by_role("textbox")
        box.fill(text)
        box.press("Enter")
        expect(self.page.get_by_role("log").get_by_text(text)).to_be_visible()

    def reads(self, text: str) -> None:
        expect(self.page.get_by_role("log").get_by_text(text)).to_be_visible()

    def conversation(self) -> list[str]:
        """What stands in the conversation, from top to bottom."""
        said = self.page.get_by_role("log").locator(".said:not(.unsent) :is(.bubble, .rich)")
        return [" ".join(text.split()) for text in said.all_inner_texts()]

    def has_unsent(self, count: int) -> None:
        expect(self.page.locator(".said.unsent")).to_have_count(count)


class Wizard:
    """Somebody at the desk."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def opens_the_oldest(self) -> None:
        self.page.get_by_role("navigation", name="Conversations").get_by_role("listitem").first.get_by_role(
            "button"
        ).click()

    def sees(self, text: str) -> None:
        expect(self.page.get_by_role("article").get_by_text(text)).to_be_visible()

    def answers(self, text: str, label: str) -> None:
        form = self.page.get_by_role("form", name="Answer")
        form.get_by_role("radio", name=label).check()
        form.get_by_role("radio", name="Yes").check()
        box = form.get_by_role("textbox", name="Reply as Penny")
        box.fill(text)
        box.press("Enter")
        expect(box).to_have_value("")


@pytest.fixture
def views(server: Server, contexts: Any) -> tuple[Participant, Wizard]:
    chat, desk = contexts(), contexts()
    chat.goto(server.participant_link)
    desk.goto(server.owner_link)
    return Participant(chat), Wizard(desk)


def test_three_messages_through_reloads_a_cut_and_a_kill(
    server: Server, views: tuple[Participant, Wizard], tmp_path: Path
) -> None:
    participant, wizard = views
    participant.reads(GREETING)

    participant.says("my card is gone")
    wizard.opens_the_oldest()
    wizard.sees("my card is gone")
    wizard.answers("When did you **last** have it?", "lost")
    participant.reads("When did you last have it?")

    participant.page.reload()
    wizard.page.reload()
    participant.reads("When did you last have it?")
    participant.says("yesterday, in Lisbon")
    wizard.sees("yesterday, in Lisbon")
    wizard.answers("It is blocked now.", "lost")
    participant.reads("It is blocked now.")

    participant.page.context.set_offline(True)
    participant.says("thank you")
    participant.has_unsent(1)
    time.sleep(0.5)
    participant.has_unsent(1)
    participant.page.context.set_offline(False)
    participant.has_unsent(0)
    wizard.sees("thank you")

    server.kill()
    server.start()
    wizard.answers("You're welcome!", "other")
    participant.reads("You're welcome!")

    told = [
        GREETING,
        "my card is gone",
        "When did you last have it?",
        "yesterday, in Lisbon",
        "It is blocked now.",
        "thank you",
        "You're welcome!",
    ]
    assert participant.conversation() == told
    for text in told[1:]:  # the study shows the wizard the last six
        wizard.sees(text)
    participant.page.reload()
    participant.reads("You're welcome!")
    assert participant.conversation() == told

    db = connect_to_read(server.sessions)
    [line] = export(server.sessions, "card-help", "openai", tmp_path).files[0].read_text(encoding="utf-8").splitlines()
    rows = list(db.query("SELECT value FROM labels WHERE name = 'intent' ORDER BY exchange"))
    db.close()
    persona, greeting, fields, *messages = json.loads(line)["messages"]
    assert [persona["role"], fields] == ["system", {"role": "system", "content": "locale: en-US"}]
    messages.insert(0, greeting)
    assert [each["content"].replace("*", "") for each in messages] == told
    assert [each["role"] for each in messages] == ["assistant", "user"] * 3 + ["assistant"]
    assert [row["value"] for row in rows] == ["lost", "lost", "other"]
