"""The actors: recorded participants on `/chat`, recorded wizards on `/desk`, over real sockets."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import socketio

from wizard.simulate.plan import Script, Turn
from wizard.values import Answer

ANSWER_SECONDS = 20.0
RETRY_SECONDS = 0.2
TRIES = 50
RECORDED_PACE_AT_ONCE = 200
FASTEST_AT_ONCE = 24
LOOKS_UP_SECONDS = 0.5
STOPPED = "stopped"


class Stuck(RuntimeError):
    """Something that must come didn't."""


@dataclass
class Tally:
    """What happened. Times are in seconds."""

    sent: int = 0
    acknowledged: int = 0
    answered: int = 0
    send_to_desk: list[float] = field(default_factory=list)
    reply_to_participant: list[float] = field(default_factory=list)
    stuck: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, name: str, value: float | str | None = None) -> None:
        """Count one, or keep this value."""
        with self.lock:
            if value is None:
                setattr(self, name, getattr(self, name) + 1)
            else:
                getattr(self, name).append(value)


class Pacer:
    """Lets so many a second through, all together, until it is `over`; any number if None."""

    def __init__(self, rate: float | None, over: threading.Event) -> None:
        self._over = over
        self._every = 1 / rate if rate else 0.0
        self._next = time.monotonic()
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Sleep until it is one's turn."""
        if not self._every:
            return
        with self._lock:
            turn = max(self._next, time.monotonic())
            self._next = turn + self._every
        self._over.wait(max(0.0, turn - time.monotonic()))


class Actor:
    """A socket that waits for what comes down and sends until it is answered, or all is `over`."""

    def __init__(self, url: str, namespace: str, auth: dict[str, str], over: threading.Event | None = None) -> None:
        self._url, self._namespace, self._auth = url, namespace, auth
        self._over = over or threading.Event()
        self._arrived = threading.Condition()
        self._client = socketio.Client(
            reconnection=True, reconnection_delay=0.1, reconnection_delay_max=1, handle_sigint=False
        )
        self._client.on("*", self._note, namespace=namespace)

    def connect(self) -> None:
        """Connect, and stay connected."""
        self._client.connect(
            self._url,
            namespaces=[self._namespace],
            auth=self._auth,
            transports=["websocket"],
            wait_timeout=ANSWER_SECONDS,
        )

    def disconnect(self) -> None:
        self._client.disconnect()

    def send(self, event: str, payload: dict[str, Any]) -> dict[str, Any]:
        """Send until it is acknowledged: a retry is the same event, for it carries the same id.

        Raises:
            Stuck: it was refused for good, or never answered.
        """
        for _ in range(TRIES):
            try:
                answer = self._client.call(event, payload, namespace=self._namespace, timeout=ANSWER_SECONDS)
            except (socketio.exceptions.SocketIOError, OSError):
                self.rest(RETRY_SECONDS)
                continue
            if answer["ok"]:
                return dict(answer)
            if not answer["error"]["retry"]:
                raise Stuck(f"{event}: {answer['error']['message']}")
            self.rest(RETRY_SECONDS)
        raise Stuck(f"{event} was never acknowledged")

    def rest(self, seconds: float) -> None:
        """Do nothing for so long.

        Raises:
            Stuck: all is over.
        """
        if self._over.wait(seconds):
            raise Stuck(STOPPED)

    def wait_until(self, arrived: Callable[[], float | None], what: str) -> float:
        """When the thing arrived, as soon as it has.

        Raises:
            Stuck: it didn't.
        """
        until = time.monotonic() + ANSWER_SECONDS
        with self._arrived:
            while (at := arrived()) is None:
                left = until - time.monotonic()
                if left <= 0:
                    raise Stuck(f"{what} never came")
                if self._over.is_set():
                    raise Stuck(STOPPED)
                self._arrived.wait(min(left, LOOKS_UP_SECONDS))
        return at

    def _note(self, event: str, payload: dict[str, Any]) -> None:
        with self._arrived:
            self.note(event, payload, time.monotonic())
            self._arrived.notify_all()

    def note(self, event: str, payload: dict[str, Any], at: float) -> None:
        """Keep what came down. Called with the condition held."""


class Participant(Actor):
    """Somebody who types what was recorded."""

    def __init__(self, url: str, invite: str, key: str, over: threading.Event) -> None:
        super().__init__(url, "/chat", {"invite": invite, "key": key}, over)
        self.replies: list[tuple[int, str, float]] = []

    def note(self, event: str, payload: dict[str, Any], at: float) -> None:
        if event == "message" and payload["role"] == "assistant":
            self.replies.append((payload["n"], payload["text"], at))


class Wizard(Actor):
    """Somebody who answers what was recorded, from as many conversations as there are."""

    def __init__(self, url: str, key: str, over: threading.Event) -> None:
        super().__init__(url, "/desk", {"key": key}, over)
        self._waiting: dict[str, float] = {}
        self._seen: dict[str, tuple[int, float]] = {}

    def note(self, event: str, payload: dict[str, Any], at: float) -> None:
        if event == "inbox":
            for row in payload["sessions"]:
                if row["waiting_since"]:
                    self._waiting.setdefault(row["session"], at)
        elif event == "observation" and payload["waiting"]:
            upto = payload["upto"]
            if self._seen.get(payload["session"], (0, 0.0))[0] < upto:
                self._seen[payload["session"]] = (upto, at)

    def take(self, session: str) -> float:
        """See it wait in the inbox, and claim it; when it was seen there."""
        at = self.wait_until(lambda: self._waiting.get(session), "the conversation in the inbox")
        self.send("claim", {"session": session})
        return at

    def see(self, session: str, upto: int) -> float:
        """See message `upto` in the observation; when it was."""

        def arrived() -> float | None:
            seen, at = self._seen.get(session, (0, 0.0))
            return at if seen >= upto else None

        return self.wait_until(arrived, "the message on the desk")


@dataclass
class Stage:
    """Where the scripts are played: a server, its invite code, what finds a participant's session, and what says that
    it is `over` before the end.
    """

    url: str
    invite: str
    wizards: dict[str, Wizard]
    session_of: Callable[[str], str]
    rate: float | None
    over: threading.Event
    answers: Mapping[str, Answer] | None = None
    tally: Tally = field(default_factory=Tally)

    def play(self, scripts: list[Script], keys: list[str], progress: Callable[[int, int], None]) -> dict[str, str]:
        """Play every script to its end; the session that each key's conversation became."""
        pacer = Pacer(self.rate, self.over)
        sessions: dict[str, str] = {}
        done = 0
        at_once = FASTEST_AT_ONCE if self.rate else RECORDED_PACE_AT_ONCE
        with ThreadPoolExecutor(min(at_once, len(scripts))) as pool:
            playing = [
                (key, pool.submit(self._play, script, key, pacer)) for script, key in zip(scripts, keys, strict=True)
            ]
            try:
                for key, played in playing:
                    sessions[key] = played.result()
                    done += 1
                    progress(done, len(scripts))
            except BaseException:
                self.over.set()  # the pool waits for whoever plays
                pool.shutdown(cancel_futures=True)
                raise
        return sessions

    def _play(self, script: Script, key: str, pacer: Pacer) -> str:
        participant = Participant(self.url, self.invite, key, self.over)
        participant.connect()
        participant.send("agree", {})
        if self.answers is not None:
            participant.send("answer", {"when": "before", "answers": self.answers})
        session = self.session_of(key)
        wizard = self.wizards[script.wizard]
        try:
            claimed = False
            for number, turn in enumerate(script.turns, 1):
                claimed = self._take_turn(participant, wizard, session, turn, f"{key}-{number}", claimed, pacer)
            if claimed:
                wizard.send("end", {"session": session})
        except Stuck as error:
            self.tally.add("stuck", f"{script.key}: {error}")
        finally:
            participant.disconnect()
        return session

    def _take_turn(
        self, participant: Participant, wizard: Wizard, session: str, turn: Turn, id: str, claimed: bool, pacer: Pacer
    ) -> bool:
        if not self.rate:
            participant.rest(turn.pause)
        n, at = 0, 0.0
        for part, text in enumerate(turn.said):
            pacer.wait()
            at = time.monotonic()
            self.tally.add("sent")
            n = participant.send("send", {"id": f"{id}-{part}", "text": text})["n"]
            self.tally.add("acknowledged")
        if turn.row.reply is None:
            return claimed
        seen = wizard.see(session, n) if claimed else wizard.take(session)
        self.tally.add("send_to_desk", seen - at)
        if not self.rate and turn.row.seconds:
            participant.rest(turn.row.seconds)
        before = len(participant.replies)
        replied = time.monotonic()
        wizard.send("reply", {**_reply(turn), "session": session, "id": id, "upto": n})
        arrived = participant.wait_until(
            lambda: participant.replies[before][2] if len(participant.replies) > before else None, "the reply"
        )
        self.tally.add("reply_to_participant", arrived - replied)
        self.tally.add("answered")
        return True


def _reply(turn: Turn) -> dict[str, Any]:
    row = turn.row
    return {
        "text": row.reply,
        "labels": dict(row.labels),
        "source": row.source or "typed",
        "could_answer": row.could_answer,
        "missing": row.missing,
        "seconds": row.seconds,
    }
