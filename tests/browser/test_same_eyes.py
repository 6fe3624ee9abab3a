"""The observation that an exchange has is what was on the wizard's screen: shown again from the log, it is the same."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import served
from tests.served import Server

STUDIES = {
    "text": """
reply: {kind: text, quick_replies: true}
""",
    "form": """
reply: {kind: form, fields: [{name: from, required: true}, {name: seats, kind: integer}]}
""",
    "choice": """
reply: {kind: choice, options: [lost, {name: other, say: "Only **cards**, sorry.", buttons: ["Lost", "Stolen"]}]}
""",
}
STUDY = """
study: same-eyes
title: Same eyes
persona: {name: Penny, greeting: "Hi, I'm *Penny*."}
model_sees: {history: 3, participant: [locale], documents: [faq.md]}
second_opinions: 1
"""
REPLIES = {"text": "| a | b |\n|---|---|\n| 1 | 2 |", "form": '{"from": "Craig", "seats": 2}', "choice": "other"}


@pytest.mark.parametrize("kind", STUDIES)
def test_what_was_on_the_screen_is_shown_again_from_the_log_to_the_letter(
    tmp_path: Path, contexts: Any, kind: str
) -> None:
    with served(tmp_path, STUDY + STUDIES[kind], {"faq.md": "# Cards\n"}) as server:
        owner = server.seat()
        ann, bob = (server.seat(server.invite_person(owner, name, "wizard")) for name in ("Ann", "Bob"))
        shown = []
        with server.participant("a-key-of-my-own-making") as chat, server.wizard(ann) as desk:
            page = at_desk(contexts(locale="de-AT"), server, ann)
            for number in range(3):
                chat.call("send", {"id": f"m{number}", "text": f"my card\nis <b>gone</b>, {number}  times"})
                if number == 0:
                    expect(page.locator(".row")).to_have_count(1)
                    page.keyboard.press("j")
                expect(page.locator(".observed").get_by_text(f"{number} times")).to_be_visible()
                shown.append(page.locator(".observed").evaluate("each => each.outerHTML"))
                session = desk.call("inbox")["sessions"][0]["session"]
                given = {"session": session, "id": f"r{number}", "text": REPLIES[kind]}
                buttons = {"buttons": ["Yes", "No"]} if kind == "text" else {}
                assert desk.call("reply", {**given, **buttons})["ok"]
                chat.wait_for("message", role="assistant", n=2 * number + 3)
        assert len(set(shown)) == 3
        server.restart()
        page = at_desk(contexts(), server, bob)
        page.keyboard.press("o")
        observed = page.locator(".observed")
        expect(observed).to_be_visible()
        assert observed.evaluate("each => each.outerHTML") == shown[0]


def at_desk(page: Page, server: Server, seat: str) -> Page:
    signed_in = {"name": "seat", "value": seat, "url": server.url}
    both_read_english = {"name": "language", "value": "en", "url": server.url}
    page.context.add_cookies([signed_in, both_read_english])
    page.goto(f"{server.url}/studio")
    expect(page.get_by_text("Nobody waits.").first).to_be_visible()
    return page
