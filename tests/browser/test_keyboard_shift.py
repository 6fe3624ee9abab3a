"""A shift by keyboard alone: recorded conversations come in side by side, and the export is what was recorded."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from itertools import chain, count, pairwise
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import served
from tests.recordings import NOT_THERE, recording
from tests.served import Client, exported
from wizard.dataset.reading import Conversation, conversations, read_row
from wizard.dataset.rows import Row, overlap
from wizard.study import Canned, Label, ModelSees, Study
from wizard.study_file import write_study

RECORDING = recording("star_ride_book")
SIDE_BY_SIDE = 8
MEASURED = 200
HEARD_OFTEN = 3
"""A reply that was given so often in other conversations is one that a team would have ready."""
SHORTEST, LONGEST = 3, 4
LATE_SECONDS = 10.0
TYPIST_SECONDS = 0.28
"""For a key, by an average typist who is no secretary: Card, Moran and Newell, The Keystroke-Level Model, 1980."""

pytestmark = pytest.mark.skipif(not RECORDING.is_file(), reason=NOT_THERE)

Told = list[tuple[str, str, str]]
"""Exchanges of a conversation: the observation as JSON, the reply, and its action."""


@pytest.fixture(scope="module")
def recorded() -> list[Conversation]:
    """Every conversation of the recording that can be had again: one message, then one reply, of which nobody's
    box takes a space away.
    """
    lines = RECORDING.read_text(encoding="utf-8").splitlines()
    told = conversations((number, read_row(line)) for number, line in enumerate(lines, 1))
    return [each for each in told if takes_turns(each)]


def takes_turns(conversation: Conversation) -> bool:
    said: list[tuple[str, str]] = []
    for row in conversation.rows:
        if row.reply is None or row.reply != row.reply.strip() or len(row.messages) - overlap(said, row) != 1:
            return False
        if [(each.role, each.content) for each in row.messages] != [*said[-1:], ("user", row.messages[-1].content)]:
            return False
        said += [("user", row.messages[-1].content), ("assistant", row.reply)]
    return True


def letters(conversation: Conversation) -> int:
    """How much a wizard has to write in it."""
    return sum(len(row.reply or "") for row in conversation.rows)


def told(conversation: Conversation) -> Told:
    return [(seen(row), row.reply or "", row.labels["action"]) for row in conversation.rows]


def seen(row: Row) -> str:
    return json.dumps([each.model_dump(exclude_defaults=True) for each in row.messages], ensure_ascii=False)


def study_of(recorded: list[Conversation], canned: Sequence[Canned] = ()) -> str:
    """A study that grants what the recorded wizards were given, and asks what they said of it."""
    actions = Counter(row.labels["action"] for each in recorded for row in each.rows)
    return write_study(
        Study(
            study="ride-book",
            title="Booking a ride",
            model_sees=ModelSees(history=2),
            labels=[Label(name="action", options=sorted(actions), required=True)],
            canned=list(canned),
        )
    )


@dataclass
class Participant:
    """Says the next message of a recorded conversation when the one before has been answered."""

    client: Client
    conversation: Conversation
    turn: int = 0

    @property
    def row(self) -> Row:
        return self.conversation.rows[self.turn]

    def speak(self) -> None:
        assert self.client.call("send", {"id": f"m{self.turn}", "text": self.row.messages[-1].content})["ok"]

    def goes_on(self) -> bool:
        """Once the reply is there; whether there is more to say."""
        self.client.wait_for("message", LATE_SECONDS, n=2 * self.turn + 2, role="assistant", text=self.row.reply)
        self.turn += 1
        if self.turn == len(self.conversation.rows):
            assert self.client.call("end")["ok"]
            return False
        self.speak()
        return True


AS_FAST_AS_IT_GOES = {"CURTAIN_MESSAGES_PER_SECOND": "1000", "CURTAIN_MESSAGE_BURST": "1000"}
"""These hands are faster than any person's, and are told so after a hundred messages."""
PRESSES = 5
"""Times that one presses a key again which came a moment too soon."""


class Hands:
    """A wizard's hands on the keyboard. The eyes read the page, and nothing else."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def go_on(self, others: Collection[str]) -> None:
        """To the next of those who wait, past whoever has just left."""
        here = self._page.evaluate(ON_SCREEN)[0]
        for _ in range(SIDE_BY_SIDE):
            self._page.keyboard.press("j")
            self._page.wait_for_function(f"here => ({ON_SCREEN})()[0] !== here", arg=here)
            here = self._page.evaluate(ON_SCREEN)[0]
            if here in others:
                return
        raise AssertionError(f"{here} isn't one of {list(others)}")

    def sees(self, waiting: dict[str, Participant]) -> str:
        """Who it is, once all that the model would see is on the screen."""
        until = time.monotonic() + LATE_SECONDS
        while time.monotonic() < until:
            name, messages = self._page.evaluate(ON_SCREEN)
            if name in waiting and words(messages) == words(each.content for each in waiting[name].row.messages):
                return str(name)
            time.sleep(0.01)
        raise AssertionError(f"{name} isn't one of {list(waiting)}, or has said something else: {messages}")

    def answer(self, row: Row, canned: dict[str, str]) -> None:
        self._label(row.labels["action"])
        self._page.keyboard.press("y")
        self._page.keyboard.press("r")
        reply = row.reply or ""
        if reply in canned:
            self._take(canned[reply], reply)
        else:
            self._write(reply)
        self._page.keyboard.press("Enter")

    def _label(self, option: str) -> None:
        """As many letters as the list needs to have it first, once one sees that it listens."""
        box = self._page.get_by_role("combobox", name="action")
        for _ in range(PRESSES):
            self._page.keyboard.press("l")
            with suppress(AssertionError):
                expect(box).to_be_focused(timeout=1_000)
                break
        self._until(option, "#label-action [role=option][aria-selected=true]", option)
        self._page.keyboard.press("Tab")

    def _take(self, query: str, text: str) -> None:
        self._page.keyboard.press("/")
        self._until(query, "#canned-found [role=option][aria-selected=true] span", text)
        self._page.keyboard.press("Tab")

    def _until(self, query: str, where: str, wanted: str) -> None:
        chosen = self._page.locator(where)
        for letter in query:
            self._page.keyboard.press(letter)
            if chosen.all_inner_texts() == [wanted]:
                return
        expect(chosen).to_have_text(wanted, use_inner_text=True)

    def _write(self, text: str) -> None:
        first, *others = text.split("\n")
        self._page.keyboard.type(first)
        for line in others:
            self._page.keyboard.press("Shift+Enter")
            self._page.keyboard.type(line)


def words(messages: Iterable[str]) -> list[list[str]]:
    """What one reads: a page shows two spaces as one."""
    return [message.split() for message in messages]


ON_SCREEN = """() => [
    document.getElementById("conversation-name")?.innerText ?? null,
    [...document.querySelectorAll(".observed .turn .said")].map((said) => said.innerText),
]"""


def heard_often(recorded: list[Conversation]) -> dict[str, str]:
    """Replies that were given often, each with its key: its last word, which is what a team would call it by."""
    given = Counter(row.reply or "" for each in recorded for row in each.rows)
    keys: dict[str, str] = {}
    for text in (text for text, times in given.items() if times >= HEARD_OFTEN):
        word = re.findall(r"[a-z0-9]+", text.lower())[-1]
        keys[text] = next(key for key in chain([word], (f"{word}-{n}" for n in count(2))) if key not in keys.values())
    return keys


@dataclass(frozen=True, slots=True)
class Served:
    """What came of a shift: in what order conversations were answered, and the exported rows and chats."""

    order: list[str]
    rows: list[dict[str, str]]
    chats: list[list[str]]

    @property
    def exchanges(self) -> list[Told]:
        """The exported exchanges of each conversation, in order."""
        by_session: dict[str, Told] = {}
        for row in self.rows:
            observation = json.dumps(json.loads(row["observation"]), ensure_ascii=False)
            by_session.setdefault(row["session"], []).append((observation, row["reply"], row["label_action"]))
        return list(by_session.values())


def serve(folder: Path, page: Page, study: str, played: list[Conversation], canned: dict[str, str]) -> Served:
    """A shift over these conversations, so many at a time, by keyboard."""
    order = []
    server = served(folder, study)
    server.environ |= AS_FAST_AS_IT_GOES
    with server, ExitStack() as open_sockets:
        page.goto(server.owner_link)
        expect(page.get_by_text("Nobody waits.")).to_be_visible()
        hands = Hands(page)
        to_come = list(played)
        waiting: dict[str, Participant] = {}

        def arrives() -> None:
            number = len(played) - len(to_come) + 1
            client = open_sockets.enter_context(server.participant(f"the-key-of-participant-{number}"))
            waiting[f"Guest {number}"] = Participant(client, to_come.pop(0))
            waiting[f"Guest {number}"].speak()

        for _ in range(min(SIDE_BY_SIDE, len(played))):
            arrives()
        expect(page.get_by_role("navigation", name="Conversations").get_by_role("listitem")).to_have_count(len(waiting))
        hands.go_on(waiting)
        while waiting:
            guest = hands.sees(waiting)
            hands.answer(waiting[guest].row, canned)
            order.append(guest)
            if others := waiting.keys() - {guest}:
                hands.go_on(others)
            if not waiting[guest].goes_on():
                del waiting[guest]
                if to_come:
                    arrives()
        rows, chats = exported(server, "ride-book", folder)
        return Served(order, rows, [[each["content"] for each in chat] for chat in chats])


def test_eight_conversations_side_by_side_by_keyboard_alone_are_exported_as_they_were_recorded(
    tmp_path: Path, contexts: Any, recorded: list[Conversation]
) -> None:
    short = [each for each in recorded if SHORTEST <= len(each.rows) <= LONGEST]
    played = sorted(short, key=letters)[:SIDE_BY_SIDE]
    assert len(played) == SIDE_BY_SIDE
    shift = serve(tmp_path, contexts(), study_of(recorded), played, {})
    stayed = sum(before == after for before, after in pairwise(shift.order))
    assert stayed < len(shift.order) / SIDE_BY_SIDE, "they weren't served side by side"
    assert sorted(shift.exchanges) == sorted(told(each) for each in played)
    assert sorted(shift.chats) == sorted(
        [text for row in each.rows for text in (row.messages[-1].content, row.reply)] for each in played
    )
    for row in shift.rows:
        assert (row["source"], row["could_answer"], row["saw_more"]) == ("typed", "yes", "false")
        assert 0 <= float(row["first_key"]) <= float(row["seconds"])
        assert int(row["keystrokes"]) > 5


def figures(rows: list[dict[str, str]]) -> str:
    keys = [int(row["keystrokes"]) for row in rows]
    low, _, high = quantiles(keys, n=4)
    seconds = median(float(row["seconds"]) for row in rows)
    return (
        f"keystrokes {median(keys):g} (quartiles {low:g} to {high:g}), {median(keys) * TYPIST_SECONDS:.1f} s at a "
        f"typist's pace, {seconds:.2f} s by the machine; {Counter(row['source'] for row in rows)}"
    )


def test_canned_replies_cost_at_most_half_the_keystrokes(
    tmp_path: Path, contexts: Any, recorded: list[Conversation], long_run: bool
) -> None:
    if not long_run:
        pytest.skip("--long measures it over 200 exchanges")
    played: list[Conversation] = []
    while sum(len(each.rows) for each in played) < MEASURED:
        played.append(recorded[len(played)])
    ready = heard_often(recorded[len(played) :])
    canned = [Canned(key=key, text=text) for text, key in ready.items()]
    cost = {}
    for name, study, at_hand in (("without", study_of(recorded), {}), ("with", study_of(recorded, canned), ready)):
        (tmp_path / name).mkdir()
        shift = serve(tmp_path / name, contexts(), study, played, at_hand)
        assert sorted(shift.exchanges) == sorted(told(each) for each in played)
        cost[name] = median(int(row["keystrokes"]) for row in shift.rows)
        print(f"\n{name} canned replies, {len(shift.rows)} exchanges: {figures(shift.rows)}")
    assert cost["with"] <= cost["without"] / 2
