"""Whatever becomes of the wizard, the participant's wire carries what the pacing says of the log, and no more.

The wizard's browser dies, the wizard is gone for ten minutes, the server is restarted, a reply is changed within the
time to take it back, a conversation is handed over in the middle of a sentence.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect

from tests.browser.conftest import ARGUMENTS, chromium, sit
from tests.conftest import served
from tests.served import Client, Server
from wizard.events import Event, Message, Released, Replied, Retried, read_body
from wizard.fold import apply
from wizard.pacing import first_word, phase
from wizard.session import Session
from wizard.store.database import connect_to_read
from wizard.study_file import read_study

pytestmark = pytest.mark.alone

HASTE = 60.0
SLACK = 0.6
"""Real seconds by which a busy machine may be late."""
GRAIN = 0.005
"""Real seconds, shorter than the shortest time that the pacing shows one thing for."""
STUDY = """
study: calm
title: Calm
persona: {name: Penny, greeting: Hello!}
pacing:
  first: 4-12
  chars_per_second: 4
  still: {after: 60}
  busy: {after: 180, again: 40}
"""
PACING = read_study(STUDY).pacing
SHAPES = {
    "message": {"n", "role", "text", "html", "at"},
    "words": {"n", "text", "keep", "html"},
    "thinking": {"on", "say"},
    "state": {"open", "busy", "streaming"},
}


class Recording(Client):
    """A participant who keeps when each frame came, by the clock that the log is written by."""

    def __init__(self, server: Server) -> None:
        super().__init__(server, "/chat", {"invite": server.invite, "key": "a-participant-who-records"})
        self.frames: list[tuple[float, str, dict[str, Any]]] = []
        self.began = time.time()

    def _hear(self, event: str, payload: Any) -> None:
        self.frames.append((time.time(), event, payload))
        super()._hear(event, payload)

    def says(self, text: str) -> None:
        assert self.call("send", {"id": f"m{time.time_ns()}", "text": text})["ok"]

    def hears(self, text: str, seconds: float = 30.0) -> None:
        self.wait_for("message", seconds, role="assistant", text=text)

    def has(self, text: str, seconds: float = 30.0) -> None:
        """It came, on this wire or before it was there."""
        until = time.monotonic() + seconds
        while text not in [each["text"] for each in self.call("sync", {"after": 0})["messages"]]:
            assert time.monotonic() < until, f"{text!r} never came"
            time.sleep(0.05)

    def sees(self, at: float) -> str:
        """What stood in the place of an answer then, as far as this wire said."""
        thinking, say, busy = False, None, None
        for when, event, payload in self.frames:
            if when > at:
                break
            if event == "thinking":
                thinking, say = payload["on"], payload.get("say")
            elif event == "state":
                busy = payload.get("busy")
        return "busy" if busy else "still" if thinking and say else "dots" if thinking else "nothing"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = served(tmp_path, STUDY)
    server.environ = {"CURTAIN_HASTE": str(HASTE), "CURTAIN_UNDO_SECONDS": "3", "CURTAIN_CLAIM_GRACE": "1"}
    with server:
        yield server


@contextmanager
def recording(server: Server) -> Iterator[Recording]:
    with Recording(server) as chat:
        yield chat


def at_desk(page: Page, server: Server, seat: str) -> Page:
    sit(page, server, seat)
    page.goto(f"{server.url}/studio")
    button = page.get_by_role("button", name="Open Guest 1")
    name = page.locator("#conversation-name")
    expect(button.or_(name)).to_be_visible()
    if button.is_visible():
        page.keyboard.press("j")
    expect(name).to_be_focused()
    return page


def events_of(server: Server) -> list[Event]:
    db = connect_to_read(server.sessions)
    try:
        rows = db.conn.execute("SELECT seq, session, at, actor, client_id, kind, body FROM events ORDER BY seq")
        return [Event(*row[:5], read_body(row[5], row[6])) for row in rows]
    finally:
        db.close()


def seconds(at: str) -> float:
    return datetime.fromisoformat(at).timestamp()


def should_see(events: list[Event], at: float) -> str:
    """What the log and the study's pacing say is seen at that time."""
    now: Session | None = None
    for event in events:
        if seconds(event.at) <= at:
            now = apply(now, event)
    if now is None or not now.owes:
        return "nothing"
    assert now.asked_at
    return "dots" if now.begun else phase(PACING, (at - seconds(now.asked_at)) * HASTE).sees


def expect_calm(server: Server, *recordings: Recording, down: tuple[float, float] = (0.0, 0.0)) -> None:
    """What these wires carried is what the pacing makes of the log; the server may have been `down` for a while."""
    events = events_of(server)
    for chat in recordings:
        for _, event, payload in chat.frames:
            assert payload.keys() <= SHAPES[event], (event, payload)
        grains, slack = int((chat.frames[-1][0] - chat.began) / GRAIN), int(SLACK / GRAIN)
        should = [should_see(events, chat.began + grain * GRAIN) for grain in range(grains + slack + 1)]
        for grain in range(slack, grains, 10):
            at, around = chat.began + grain * GRAIN, set(should[grain - slack : grain + slack + 1])
            assert chat.sees(at) in around or down[0] - SLACK < at < down[1] + SLACK, (at - chat.began, around)
    asked, due = "", 0.0
    for event in events:
        match event.body:
            case Message(role="user") | Retried():
                asked = event.at
            case Replied():
                seed, waited = f"{event.session}:{event.body.exchange}:1", (seconds(event.at) - seconds(asked)) * HASTE
                due = seconds(event.at) + first_word(PACING, event.body.text or "", seed, waited) / HASTE
            case Released():
                late = seconds(event.at) - due
                assert -0.01 <= late < SLACK or down[0] < due < down[1] + SLACK, late


def test_a_wizards_browser_is_killed_in_mid_sentence(server: Server, playwright: Any, contexts: Any) -> None:
    owner = server.seat()
    dying = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
    with recording(server) as chat:
        chat.says("my card is gone")
        ann = at_desk(dying.new_page(), server, owner)
        ann.keyboard.press("r")
        ann.keyboard.type("I have bl", delay=30)
        with suppress(Error):
            dying.new_browser_cdp_session().send("Browser.crash")
        page = at_desk(contexts(), server, owner)
        page.keyboard.press("y")
        page.keyboard.press("r")
        page.locator("#reply-text").fill("I have blocked your card.")
        page.keyboard.press("Enter")
        chat.hears("I have blocked your card.")
        expect_calm(server, chat)


def test_a_wizard_is_gone_for_ten_minutes(server: Server) -> None:
    seat = server.seat()
    with recording(server) as chat:
        chat.says("my card is gone")
        with server.wizard(seat) as ann:
            session = ann.call("inbox")["sessions"][0]["session"]
            assert ann.call("claim", {"session": session})["ok"]
            ann.call("draft", {"session": session, "text": "I ha", "revision": 0})
        time.sleep(600 / HASTE)
        with server.wizard(seat) as bob:
            assert bob.call("reply", {"session": session, "id": "r1", "text": "It is blocked."})["ok"]
        chat.hears("It is blocked.")
        expect_calm(server, chat)
        seen = {chat.sees(chat.began + at / 20) for at in range(int(620 / HASTE * 20))}
        assert seen == {"nothing", "dots", "still", "busy"}


def test_the_server_is_restarted_while_somebody_waits_and_while_an_answer_comes(server: Server) -> None:
    seat = server.seat()
    with recording(server) as before:
        before.says("my card is gone")
        with server.wizard(seat) as ann:
            session = ann.call("inbox")["sessions"][0]["session"]
            assert ann.call("reply", {"session": session, "id": "r1", "text": "word " * 60})["ok"]
        before.wait_for("words")
        server.kill()
    gone = time.time()
    server.start()
    with recording(server) as after:
        back = time.time()
        after.has("word " * 60)
        after.says("and now?")
        with server.wizard(server.seat()) as ann:
            assert ann.call("reply", {"session": session, "id": "r2", "text": "Now it is blocked."})["ok"]
        after.hears("Now it is blocked.")
        expect_calm(server, before, after, down=(gone, back))


def test_a_reply_is_changed_within_its_undo_time(server: Server, contexts: Any) -> None:
    with recording(server) as chat:
        chat.says("my card is gone")
        page = at_desk(contexts(), server, server.seat())
        page.keyboard.press("y")
        page.keyboard.press("r")
        page.locator("#reply-text").fill("Blokced.")
        page.keyboard.press("Enter")
        expect(page.get_by_text("Sending in 3 s")).to_be_visible()
        page.keyboard.press("u")
        page.locator("#reply-text").fill("Blocked.")
        page.keyboard.press("Enter")
        chat.hears("Blocked.")
        assert "Blokced" not in str(chat.frames)
        expect_calm(server, chat)


def test_a_conversation_is_handed_over_in_mid_sentence(server: Server) -> None:
    owner = server.seat()
    colleague = server.seat(server.invite_person(owner, "Bob", "wizard"))
    with recording(server) as chat, server.wizard(owner) as ann, server.wizard(colleague) as bob:
        chat.says("my card is gone")
        session = ann.call("inbox")["sessions"][0]["session"]
        assert ann.call("claim", {"session": session})["ok"]
        ann.call("draft", {"session": session, "text": "I have bl", "revision": 0})
        to = bob.call("inbox")["account"]
        assert ann.call("hand_over", {"session": session, "to": to, "note": "She speaks French."})["ok"]
        assert bob.call("reply", {"session": session, "id": "r1", "text": "C'est fait."})["ok"]
        chat.hears("C'est fait.")
        expect_calm(server, chat)
        now = time.time()
        chat.frames += [(now, "thinking", {"on": True}), (now + 1, "thinking", {"on": False})]
        with pytest.raises(AssertionError):
            expect_calm(server, chat)
