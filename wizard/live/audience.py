"""Everybody at a conversation, and what they are shown: messages, words as they come, and what is there meanwhile."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from wizard import loop
from wizard.events import Ended, Event, Finished, Released, Spoken, Stopped
from wizard.language import in_its_language, says_meanwhile
from wizard.live.endings import Endings
from wizard.live.lobby import Lobby
from wizard.live.markdown import to_html
from wizard.live.pacing import CLOCK_GRAIN, Releases
from wizard.live.readiness import asks_after, awaits, questions
from wizard.live.sessions import Live, Sessions
from wizard.live.sockets import Connection, broadcast
from wizard.observation import for_participant
from wizard.pacing import Phase, phase
from wizard.session import Session

TOLD = ("limit", "screened_out")
"""Ends that are told by their reason; who ended it otherwise is nobody's business."""


@dataclass(slots=True, eq=False)
class Shown:
    """What those at a conversation have been told besides its messages.

    `sees` is what stands in the place of an answer, and `look` the turn at which it is looked at next: when they asked,
    and how long after that; `html` is what has been let through of the message that is coming.
    """

    sees: str = "nothing"
    look: tuple[str | None, float | None] | None = None
    chars: int = 0
    html: str = ""


class Audience:
    """The sockets at each conversation. What they are told follows from the log and the time, and nothing else."""

    def __init__(
        self,
        sessions: Sessions,
        releases: Releases,
        lobby: Lobby,
        endings: Endings,
        done: Callable[[Session], str | None],
    ) -> None:
        self._sessions, self._releases, self._lobby, self._done = sessions, releases, lobby, done
        self._endings = endings
        self._sockets: defaultdict[str, set[Connection[Any]]] = defaultdict(set)
        self._shown: dict[str, Shown] = {}
        sessions.on_change(self._published, first=True)
        releases.on_words(self._words)
        lobby.on_move(self.tell_state)
        endings.on_last_words(self.tell_state)
        releases.pauses.on_change(self._look_around)

    def join(self, connection: Connection[Any], session: str) -> None:
        """Tell somebody who has come how things stand, and what happens from now on."""
        live = self._sessions.access(session)
        shown = self._shown.get(session)
        if shown is None:
            shown = self._shown[session] = Shown()
            self._write_out(live, shown)
            self._look(live, shown)
        self._sockets[session].add(connection)
        connection.send("state", self.state(live))
        if shown.sees in ("dots", "still"):
            connection.send("thinking", _thinking(live, shown.sees))

    def everybody(self) -> list[Connection[Any]]:
        """All who are at a conversation."""
        return [connection for those in self._sockets.values() for connection in those]

    def leave(self, connection: Connection[Any], session: str) -> None:
        """Tell them nothing more."""
        sockets = self._sockets[session]
        sockets.discard(connection)
        if not sockets:
            self._sockets.pop(session, None)
            self._shown.pop(session, None)

    def is_there(self, session: str) -> bool:
        """Whether anybody is at this conversation."""
        return bool(self._sockets.get(session))

    def tell_state(self, session: str) -> None:
        """Tell everybody there how things stand."""
        if self.is_there(session):
            self.tell(session, "state", self.state(self._sessions.access(session)))

    def tell(
        self, session: str, event: str, payload: Mapping[str, Any], besides: Connection[Any] | None = None
    ) -> None:
        """Send everybody there the same, but for one."""
        broadcast([each for each in self._sockets.get(session, ()) if each is not besides], event, payload)

    def dismiss(self, session: str, payload: Mapping[str, Any]) -> None:
        """Tell everybody there a last state."""
        self.tell(session, "state", payload)
        self._sockets.pop(session, None)
        self._shown.pop(session, None)

    def waits(self, live: Live) -> bool:
        """Whether an answer is on its way, as far as one sees: dots, not a word that none can be had."""
        return live.session.owes and self._phase(live).sees != "busy"

    def _published(self, live: Live, events: Sequence[Event]) -> None:
        """What everybody at this conversation is told, once it is on the disk."""
        session = live.session
        sockets, shown = self._sockets.get(session.id), self._shown.get(session.id)
        if sockets is None or shown is None:
            return
        for event in events:
            match event.body:
                case Released(n=n, rate=None) | Spoken(n=n, rate=None) | Finished(n=n) | Stopped(n=n):
                    shown.chars, shown.html = 0, ""
                    broadcast(sockets, "message", rendered(for_participant(session, n - 1)[0]))
                case Ended():
                    broadcast(sockets, "state", self.state(live))
        self._look(live, shown)

    def _words(self, live: Live) -> None:
        """More of a message has been let through: its words, and how its HTML goes on after what stays of it."""
        shown = self._shown.get(live.session.id)
        if shown is None:
            return
        before, had = shown.html, shown.chars
        self._write_out(live, shown)
        last = live.session.messages[-1]
        stays = _common(before, shown.html)
        broadcast(
            self._sockets[live.session.id],
            "words",
            {
                "n": last.n,
                "text": last.text[had : shown.chars],
                "keep": len(shown.html[:stays].encode("utf-16-le")) // 2,
                "html": shown.html[stays:],
            },
        )

    def _write_out(self, live: Live, shown: Shown) -> None:
        if live.session.streaming is not None:
            shown.chars = self._releases.chars(live.session)
            shown.html = to_html(live.session.messages[-1].text[: shown.chars])

    def _look(self, live: Live, shown: Shown) -> None:
        """Tell what is to be seen in the place of an answer, if that has changed, and look again when it does next.

        Once for each turn: of several timers the soonest would tell, and a person's doings would set many.
        """
        session, now = live.session.id, self._phase(live)
        if now.sees == "nothing" and live.session.owes and shown.sees in ("dots", "still"):
            now = replace(now, sees="dots")  # whoever says more while they wait sees no flicker
        turn = (live.session.asked_at, now.until)
        if now.left is not None and turn != shown.look:
            shown.look = turn
            self._releases.clock.later(now.left + CLOCK_GRAIN, self._look_again, session, shown, turn)
        before, shown.sees = shown.sees, now.sees
        if before == now.sees:
            return
        frames: list[tuple[str, dict[str, Any]]] = []
        if "busy" in (before, now.sees):
            frames.append(("state", self.state(live)))
        if {before, now.sees} & {"dots", "still"}:
            frames.append(("thinking", _thinking(live, now.sees)))
        if before == "busy":
            frames.reverse()  # what comes is there before what was goes: at no moment is there nothing
        for event, payload in frames:
            broadcast(self._sockets[session], event, payload)

    def _look_again(self, session: str, shown: Shown, turn: tuple[str | None, float | None]) -> None:
        if self._shown.get(session) is not shown:
            return
        if shown.look == turn:
            shown.look = None
        self._look(self._sessions.access(session), shown)

    def _look_around(self, study: str) -> None:
        """A pause began or is over."""
        for session, shown in loop.by_turns(list(self._shown.items())):
            if self._shown.get(session) is not shown:
                continue
            live = self._sessions.access(session)
            if live.session.started.study == study:
                self._look(live, shown)

    def _phase(self, live: Live) -> Phase:
        session, pauses = live.session, self._releases.pauses
        if not session.owes:
            coming = session.unspoken and session.streaming is None and not session.ended and not pauses.held(live)
            return Phase("dots" if coming else "nothing")
        if session.begun and not pauses.held(live):
            return Phase("dots")
        return phase(pauses.pacing(live), self._releases.clock.since(session.asked_at))

    def seen(self, live: Live) -> dict[str, Any]:
        """What the participant sees now, whether they are there or not: the messages, the HTML of the one that is
        coming, and what stands in the place of an answer, in which words.
        """
        session, now = live.session, self._phase(live)
        coming = None
        if session.streaming is not None:
            coming = to_html(session.messages[-1].text[: self._releases.chars(session)])
        pacing = self._releases.pauses.pacing(live)
        says = says_meanwhile(live.study, pacing)
        return {
            "messages": [rendered(message) for message in for_participant(session)],
            "coming": coming,
            "sees": now.sees,
            "says": says.get(now.sees),
        }

    def state(self, live: Live) -> dict[str, Any]:
        """The conversation's state as `/chat` carries it, with what the participant is asked to do."""
        session, study = live.session, live.study
        dealt = study.scenario(session.started.scenario)
        task = dealt.text if dealt else None
        if session.ended:
            reason = session.ended.reason if session.ended.reason in TOLD else "ended"
            if asks_after(live):
                return {"open": False, "reason": reason, **given(task=task, survey=questions(live, "after"))}
            asks = study.ask_what_answered and bool(session.exchanges) and session.guessed is None
            told = to_html(study.debriefing) if study.debriefing and not asks and not session.screened_out else None
            done = None if asks else self._done(session)
            return {"open": False, "reason": reason, **given(task=task, asks=asks, debriefing=told, done=done)}
        first = awaits(live)
        if first == "consent":
            return {"open": True, "consent": to_html(study.consent)}
        if first == "survey":
            return {"open": True, "survey": questions(live, "before")}
        if self._lobby.waits(live):
            return {"open": True, "lobby": self._lobby.place(live)}
        shown = self._shown.get(session.id)
        down = self._releases.pauses.pacing(live).busy
        busy = in_its_language(study, down.say) if down and self._phase(live).sees == "busy" else None
        streaming = None
        if session.streaming is not None and shown:
            last = session.messages[-1]
            streaming = {"n": last.n, "at": last.at, "text": last.text[: shown.chars], "html": shown.html}
        over = self._endings.is_reached(live)
        return {"open": True, **given(task=task, busy=busy, streaming=streaming, last=over)}


def given(**values: Any) -> dict[str, Any]:
    """Those that are there."""
    return {name: value for name, value in values.items() if value}


def _thinking(live: Live, sees: str) -> dict[str, Any]:
    still = live.study.pacing.still
    say = in_its_language(live.study, still.say) if still and sees == "still" else None
    return {"on": sees in ("dots", "still"), **given(say=say)}


def _common(one: str, other: str) -> int:
    """How many characters two texts begin with alike."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return low


def rendered(message: dict[str, Any]) -> dict[str, Any]:
    """A message of `/chat` with its HTML, where it is the assistant's."""
    return {**message, "html": to_html(message["text"])} if message["role"] == "assistant" else message
