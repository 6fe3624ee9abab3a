"""What the frames of a recording say: Engine.IO and Socket.IO unwrapped, receipts beside what they answer."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

from wizard.audit.recording import Frame, Recording

PACKET = re.compile(r"4(?P<kind>[0-6])(?:\d+-)?(?P<namespace>/[^,]*)?,?(?P<id>\d*)(?P<content>.*)", re.DOTALL)
OPENED, PING, CLOSED, CONNECTED, EVENT, RECEIPT, REFUSED = "open", "ping", "close", "connect", "event", "receipt", "no"
ENGINE = {"0": OPENED, "1": CLOSED, "2": PING, "3": PING, "6": PING}
SOCKET = {"0": CONNECTED, "1": CLOSED, "2": EVENT, "3": RECEIPT, "4": REFUSED}


@dataclass(frozen=True, slots=True)
class ReadFrame:
    """A frame, understood. `event` is an event's name, `answers` the name of the event that a receipt is for."""

    step: str
    line: str
    down: bool
    at: float
    kind: str
    event: str = ""
    answers: str = ""
    payload: Any = field(default=None, hash=False)

    @property
    def name(self) -> str:
        """What it is, in one word or two."""
        return self.event or (f"receipt of {self.answers}" if self.answers else self.kind)

    @property
    def ok(self) -> bool | None:
        """Of a receipt: whether it was done."""
        return self.payload.get("ok") if self.kind == RECEIPT and isinstance(self.payload, dict) else None

    @property
    def tells(self) -> str:
        """What it tells that there is in the place of an answer; empty where it says nothing about that."""
        if self.event == "thinking":
            return "still" if self.payload.get("say") else "dots" if self.payload.get("on") else "off"
        return "busy" if self.event == "state" and self.payload.get("busy") else ""


class Listener:
    """Understands a recording's frames, while they come in."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._heard: list[ReadFrame] = []
        self._asked: dict[tuple[str, str], str] = {}

    def all(self) -> list[ReadFrame]:
        """Everything so far, up and down."""
        for frame in self._recording.frames[len(self._heard) :]:
            self._heard.append(self._understand(frame))
        return self._heard

    def down(self) -> list[ReadFrame]:
        """What came down so far."""
        return [each for each in self.all() if each.down]

    def _understand(self, frame: Frame) -> ReadFrame:
        def said(kind: str, **more: Any) -> ReadFrame:
            return ReadFrame(frame.step, frame.line, frame.down, frame.at, kind, **more)

        if not frame.text.startswith("4"):
            return said(ENGINE.get(frame.text[:1], "unknown"), payload=_json(frame.text[1:]))
        packet = PACKET.match(frame.text)
        assert packet is not None, "it begins with a 4"
        kind, content = SOCKET.get(packet["kind"], "unknown"), _json(packet["content"])
        if kind == EVENT and isinstance(content, list) and content:
            event, payload = str(content[0]), content[1] if len(content) > 1 else None
            if not frame.down:
                self._asked[frame.line, packet["id"]] = event
                return said("asked", payload=content)
            return said(kind, event=event, payload=payload)
        if kind == RECEIPT and isinstance(content, list) and content:
            return said(kind, answers=self._asked.get((frame.line, packet["id"]), "nothing"), payload=content[0])
        return said(kind, payload=content)


def heard(recording: Recording) -> list[ReadFrame]:
    """What came down in the whole of a recording."""
    return Listener(recording).down()


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
