"""The same answers given by a person, by a program that takes as long, and by one that is quick.

The three answer side by side, so that whatever else this machine does meanwhile, it does to all of them alike.
"""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from wizard.audit.script import Turn, script_for
from wizard.audit.theatre import Seat, Theatre
from wizard.audit.timing_seen import TimedAnswer
from wizard.audit.timing_wire import Wire
from wizard.pacing import Pacing
from wizard.simulate.play import Stuck
from wizard.study import Study

Who = Literal["person", "slow", "quick"]
KINDS: tuple[Who, ...] = ("person", "slow", "quick")
"""Somebody with all their coming and going, a program that takes exactly as long, and one that doesn't."""

OF_EACH = 3
"""So many answers of each conversation."""
DESKS = 3
HANDS = 3
"""Times that whoever has a conversation is looked for, as it may be on its way from one to the other."""
DRAFTS = 3
"""Times that a draft is kept while somebody writes an answer."""
TYPED_PER_SECOND = 5.0
SCRIPT = 12
"""Turns of the script from which those are taken that are asked for."""
QUICK_SECONDS = (0.5, 2.0)
APART_SECONDS = 0.5
"""Of this machine's, within which the three ask: each of them when it happens, for what comes together waits."""
BEGUN_WITHIN = 2.0
"""Seconds of this machine's over which even those that last the longest begin: all at once would be too much."""
LONGEST_SECONDS = 60.0
"""Of this machine's, from asking to the whole answer."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What is asked and answered, how long that takes, and what a person does meanwhile besides writing."""

    turn: Turn
    seconds: float
    restless: int


@dataclass
class Played:
    """The answers of one conversation as they reached its participant."""

    who: Who
    group: int
    seen: list[TimedAnswer] = field(default_factory=list)


def play(stage: Theatre, seconds: Sequence[float], seed: int, progress: Callable[[int, int], None]) -> list[Played]:
    """Have every one of these answers given by each of the kinds.

    Raises:
        Stuck: something that must come didn't.
    """
    return asyncio.run(_play(stage, seconds, seed, progress))


def dealt(seconds: Sequence[float]) -> list[list[float]]:
    """So many answers a conversation, so that all of them take about as long: the longest with the shortest."""
    hands: list[list[float]] = [[] for _ in range(-(-len(seconds) // OF_EACH))]
    for each in sorted(seconds, reverse=True):
        min((hand for hand in hands if len(hand) < OF_EACH), key=sum).append(each)
    return hands


def how_long(pacing: Pacing, hand: Sequence[float]) -> float:
    """About how many seconds a conversation with these answers lasts."""
    cover = pacing.cover[1] if pacing.cover else 0.0
    return sum(max(each, cover) + pacing.first[1] for each in hand)


async def _play(
    stage: Theatre, seconds: Sequence[float], seed: int, progress: Callable[[int, int], None]
) -> list[Played]:
    rng = random.Random(seed)

    def lasting(hand: Sequence[float]) -> float:
        return how_long(stage.study.pacing, hand) / stage.haste

    desks = [(Desk(stage, stage.seats[0]), Desk(stage, stage.seats[1])) for _ in range(DESKS)]
    hands = dealt(seconds)
    total = len(seconds) * len(KINDS)
    done = 0

    def answered() -> None:
        nonlocal done
        done += 1
        progress(done, total)

    rounds = []
    longest = max(map(lasting, hands)) + BEGUN_WITHIN
    for group, hand in enumerate(hands):
        rng.shuffle(hand)
        chats = [Chat(stage, who, group, desks[group % DESKS]) for who in KINDS]
        begins = rng.random() * (longest - lasting(hand))
        rounds.append((chats, _answers(stage.study, hand, rng), begins))
    try:
        await asyncio.gather(*(_side_by_side(*each, random.Random(rng.random()), answered) for each in rounds))
    finally:
        for chats, _, _ in rounds:
            for chat in chats:
                chat.wire.close()
        for desk in (each for pair in desks for each in pair):
            desk.wire.close()
    return [chat.played for chats, _, _ in rounds for chat in chats]


async def _side_by_side(
    chats: list[Chat], answers: Sequence[Answer], begins: float, rng: random.Random, answered: Callable[[], None]
) -> None:
    """The next answer is asked for once all have been given."""

    async def give(chat: Chat, answer: Answer, later: float) -> None:
        await asyncio.sleep(later)
        await chat.exchange(answer)
        answered()

    await asyncio.sleep(begins)
    for answer in answers:
        await asyncio.gather(*(give(chat, answer, rng.random() * APART_SECONDS) for chat in chats))


def _answers(study: Study, hand: Sequence[float], rng: random.Random) -> list[Answer]:
    short = [turn for turn in script_for(study, SCRIPT) if turn.happens != "stop"]
    return [Answer(rng.choice(short), seconds, rng.randrange(4)) for seconds in hand]


class Desk:
    """A wizard's socket, which answers for any of the kinds."""

    def __init__(self, stage: Theatre, seat: Seat) -> None:
        self.account = seat.account
        self.wire = Wire(stage.url, "/desk", {"key": seat.secret})


class Chat:
    """A participant, and whoever answers them."""

    def __init__(self, stage: Theatre, who: Who, group: int, desks: tuple[Desk, Desk]) -> None:
        self.stage, self.played, self._desks = stage, Played(who, group), desks
        self._now: TimedAnswer | None = None
        self._whole = asyncio.Event()
        self._due = 0
        key = secrets.token_hex(16)
        self.wire = Wire(stage.url, "/chat", {"invite": stage.invite, "key": key}, self._hear)
        self._session = stage.session_of(key)
        self._revision = 0

    async def exchange(self, answer: Answer) -> None:
        """Ask, have it answered, and wait until all of it has come.

        The dots go after the last bubble: what is asked for then is answered behind all that came with the answer, so
        that it is counted with this one, and for each of the kinds.

        Raises:
            Stuck: it didn't.
        """
        self._now = seen = TimedAnswer(time.time())
        self._whole.clear()
        self._due = len(answer.turn.texts)
        asked = _done(await self.wire.call("send", {"id": secrets.token_hex(8), "text": answer.turn.said}))
        seen.asked = _time(asked)
        restless = None
        if self.played.who == "person":
            restless = asyncio.ensure_future(self._restlessly(answer))
        seen.due = seen.asked + self._seconds(answer) / self.stage.haste
        await asyncio.sleep(max(0.0, seen.due - time.time()))
        seen.sent = _time(await self._reply(answer, asked["n"]))
        try:
            await asyncio.wait_for(self._whole.wait(), LONGEST_SECONDS)
        except TimeoutError:
            raise Stuck("an answer never came") from None
        if restless:
            await restless
        _done(await self.wire.call("sync", {"after": asked["n"]}))
        self._now = None
        self.played.seen.append(seen)

    def _seconds(self, answer: Answer) -> float:
        if self.played.who != "quick":
            return answer.seconds
        return random.choice((0.0, random.uniform(*QUICK_SECONDS)))

    async def _reply(self, answer: Answer, upto: int) -> dict[str, Any]:
        payload = {**answer.turn.reply, "session": self._session, "id": secrets.token_hex(8), "upto": upto}
        if self.played.who == "person":
            typing = _typing(answer)
            payload |= {
                "seconds": answer.seconds,
                "first_key": answer.seconds - typing,
                "keystrokes": round(typing * TYPED_PER_SECOND),
                "could_answer": "yes",
            }
        for _ in range(HANDS):
            for desk in self._desks:
                given = await desk.wire.call("reply", payload)
                if given["ok"] or given["error"]["code"] != "claimed":
                    return _done(given)
        raise Stuck("nobody could answer, for somebody else always had the conversation")

    async def _restlessly(self, answer: Answer) -> None:
        """All that a person does before an answer is sent, none of which anybody else should notice."""
        began, typing = time.time(), _typing(answer)
        mine, other = self._desks
        text = answer.turn.texts[0]
        session = {"session": self._session}

        async def at(second: float, desk: Desk, event: str, payload: dict[str, Any]) -> None:
            await self._until(began, min(second, answer.seconds * 0.97))
            with suppress(Stuck):
                await desk.wire.call(event, payload)

        first_key = answer.seconds - typing
        doing = [at(first_key * 0.6, mine, "claim", session)]
        for key in range(1, DRAFTS + 1):
            self._revision += 1
            written = {"text": text[: max(1, len(text) * key // DRAFTS)], "keystrokes": key}
            draft = {**session, "revision": self._revision, "draft": written}
            doing.append(at(first_key + typing * key / (DRAFTS + 1), mine, "draft", draft))
        if answer.restless == 1:
            doing.append(at(first_key + typing * 0.4, mine, "hand_over", {**session, "to": other.account}))
            doing.append(at(first_key + typing * 0.7, other, "hand_over", {**session, "to": mine.account}))
        elif answer.restless == 2:
            doing.append(at(first_key + typing * 0.5, mine, "unclaim", session))
            doing.append(at(first_key + typing * 0.6, mine, "claim", session))
        elif answer.restless == 3:
            doing.append(at(first_key, mine, "preview", {"text": text}))
            doing.append(at(first_key + typing * 0.5, mine, "look", session))
        await asyncio.gather(*doing)

    async def _until(self, began: float, seconds: float) -> None:
        await asyncio.sleep(max(0.0, began + seconds / self.stage.haste - time.time()))

    def _hear(self, event: str, payload: dict[str, Any], at: float) -> None:
        if self._now is None:
            return
        self._now.hear(event, payload, at)
        if len(self._now.bubbles) == self._due:
            self._whole.set()


def _typing(answer: Answer) -> float:
    """How long the answer is typed, in seconds: as fast as people do, or most of the time there was."""
    return min(len(answer.turn.texts[0]) / TYPED_PER_SECOND, answer.seconds * 0.7)


def _done(given: dict[str, Any]) -> dict[str, Any]:
    if not given["ok"]:
        raise Stuck(str(given["error"]["message"]))
    return given


def _time(given: dict[str, Any]) -> float:
    return datetime.fromisoformat(given["at"]).timestamp()
