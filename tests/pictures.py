"""The README's picture, from the real app: `python -m tests.pictures`."""

from __future__ import annotations

import base64
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import ARGUMENTS, chromium
from tests.served import ROOT, Client, Server

PICTURE = ROOT / "docs" / "pictures" / "both-views.png"
CHAT, DESK = {"width": 390, "height": 760}, {"width": 1280, "height": 760}
OTHERS = ("There's a charge of 40 euros that I don't know", "hello?", "Can you block my card please")
REPLY = """I'm sorry to hear that. I can **block** it right away.

1. Tell me its last four digits
2. Say when you last had it"""
PAGE = """
<body style="margin:0;padding:28px;display:flex;gap:28px;width:max-content;background:#dfe5e6">
<img style="border-radius:14px" src="data:image/png;base64,{chat}">
<img style="border-radius:14px" src="data:image/png;base64,{desk}">
"""


def main() -> None:
    """Play a short scene, and take the picture."""
    with tempfile.TemporaryDirectory() as folder, Server(Path(folder)) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        owner = server.seat()
        key = "the-participant-in-the-picture"
        chat = page(browser, server, CHAT, "visit", key)
        chat.goto(server.participant_link)
        say(chat, "Someone took my bag, and my card was in it")
        with server.wizard(owner) as desk:
            answer(desk)
            chat.get_by_role("log").get_by_text("last four digits").wait_for()
            others = [server.participant(f"another-participant-{at}").connect() for at in range(len(OTHERS))]
            for other, text in zip(others, OTHERS, strict=True):
                other.call("send", {"id": "m1", "text": text})
            say(chat, "It's 4417. This morning, on the train")
            wizard = page(browser, server, DESK, "seat", owner)
            wizard.goto(f"{server.url}/studio")
            wizard.get_by_role("navigation", name="Conversations").get_by_text("Guest 1").click()
            wizard.get_by_role("radio", name="lost").check()
            wizard.get_by_role("radio", name="Yes").check()
            wizard.get_by_role("textbox", name="Reply as Penny").fill("Done: your card is blocked. A new one is")
            chat.wait_for_timeout(1_000)
            shots = {"chat": chat.screenshot(), "desk": wizard.screenshot()}
            for other in others:
                other.disconnect()
        both = browser.new_page(viewport={"width": 1800, "height": 820})
        both.set_content(PAGE.format(**{name: base64.b64encode(shot).decode() for name, shot in shots.items()}))
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_bytes(both.locator("body").screenshot())
        browser.close()
    print(f"wrote {PICTURE.relative_to(ROOT)}")


def page(browser: Browser, server: Server, size: dict[str, int], cookie: str, secret: str) -> Page:
    context = browser.new_context(viewport=size, color_scheme="light")  # type: ignore[arg-type]
    context.add_cookies([{"name": cookie, "value": secret, "url": server.url}])
    return context.new_page()


def say(chat: Page, text: str) -> None:
    chat.get_by_role("textbox").fill(text)
    chat.get_by_role("textbox").press("Enter")
    chat.get_by_role("log").get_by_text(text).wait_for()


def answer(desk: Client) -> None:
    session = desk.call("inbox")["sessions"][0]["session"]
    reply = {"session": session, "id": "r1", "text": REPLY, "could_answer": "yes", "labels": {"intent": "lost"}}
    assert desk.call("reply", reply)["ok"]


if __name__ == "__main__":
    main()
