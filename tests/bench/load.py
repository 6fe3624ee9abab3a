"""The load: a crowd of sockets in one process, cheap enough to outrun any server on one core.

Websocket and Socket.IO frames are made and read by hand, for a client library would be slower than the
servers it measures. Messages leave on a schedule, whatever the server does, and each one's time counts
from when it was due: a server that stalls can't hide that it kept people waiting.
"""

from __future__ import annotations

import base64
import gc
import json
import os
import selectors
import socket
import struct
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

TEXT_BYTES = 80
FIRST_NUMBER = 1_000_000_000
"""Messages are numbered from here, so that every number has ten digits and every frame the same length."""
MARK = b'"text":"m1'
"""Where the number of a message begins, wherever one is carried; the last in a frame is the newest."""
PADDING = b" " + b"x" * (TEXT_BYTES - 12)
NO_MASK = b"\0\0\0\0"
"""A mask that changes nothing. A server has the same work with it as with any other."""
SEND_AT_ONCE = 64
CONNECT_SECONDS = 30.0
DRAIN_SECONDS = 2.0

perf_counter = time.perf_counter


class LoadFailed(RuntimeError):
    """The crowd couldn't do its work, so that nothing was measured."""


@dataclass(frozen=True)
class Outcome:
    """What became of the messages of one run. Times are in seconds, `waits` sorted.

    `waits` are from when a message was due to when its peer had it, `late` how late the generator itself
    was at its worst hundredth: if that is near what is measured, the generator was the bottleneck.
    """

    seconds: float
    sent: int
    acknowledged: int
    refused: int
    duplicated: int
    late: float
    waits: Sequence[float]

    @property
    def lost(self) -> int:
        """Messages that the sender or the peer heard nothing of."""
        return self.sent - min(self.acknowledged, len(self.waits))

    @property
    def whole(self) -> bool:
        """Nothing was lost and nothing came twice."""
        return self.lost == 0 and self.duplicated == 0

    def wait(self, percent: float) -> float:
        """So many percent of messages were there within this time; a lost one never was."""
        return percentile(self.waits, percent, of=self.sent)


def percentile(values: Sequence[float], percent: float, of: int | None = None) -> float:
    """The value that `percent` of these sorted values don't exceed; `of` counts those that have none, too."""
    count = len(values) if of is None else of
    at = max(0, -(-count * percent // 100) - 1)
    return values[int(at)] if at < len(values) else float("inf")


class Line:
    """One websocket to a server, with one Socket.IO namespace on it."""

    def __init__(self, port: int, namespace: str, auth: dict[str, Any]) -> None:
        self.namespace = namespace
        self.connected = False
        self._rest = b""
        self._unsent = b""
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=CONNECT_SECONDS)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._upgrade(port)
        self.send(f"40{namespace},{json.dumps(auth)}".encode())
        self.socket.setblocking(False)

    def _upgrade(self, port: int) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
            f"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: {key}\r\n"
            "Sec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        answer = b""
        while b"\r\n\r\n" not in answer:
            more = self.socket.recv(4096)
            if not more:
                raise LoadFailed(f"the server closed at the handshake: {answer[:200]!r}")
            answer += more
        head, _, self._rest = answer.partition(b"\r\n\r\n")
        if b" 101 " not in head.split(b"\r\n")[0]:
            raise LoadFailed(f"the server refused a websocket: {head[:200]!r}")

    def send(self, payload: bytes) -> None:
        """Send one text frame; what the kernel doesn't take now goes with the next `flush`."""
        size = len(payload)
        head = struct.pack("!BB", 0x81, 0x80 | size) if size < 126 else struct.pack("!BBH", 0x81, 0xFE, size)
        self._unsent += head + NO_MASK + payload
        self.flush()

    def flush(self) -> None:
        """Hand the kernel what is left over."""
        try:
            self._unsent = self._unsent[self.socket.send(self._unsent) :]
        except BlockingIOError:
            pass
        except OSError as error:
            raise LoadFailed(f"the server closed a connection: {error}") from None

    @property
    def stuck(self) -> bool:
        """Whether the kernel didn't take everything yet."""
        return bool(self._unsent)

    def frames(self) -> Iterator[bytes]:
        """The text frames that are there now."""
        try:
            came = self.socket.recv(262_144)
        except BlockingIOError:
            return
        except OSError as error:
            raise LoadFailed(f"the server closed a connection: {error}") from None
        if not came:
            raise LoadFailed("the server closed a connection")
        data = self._rest + came if self._rest else came
        at, end = 0, len(data)
        while end - at >= 2:
            size, start = data[at + 1], at + 2
            if size == 126:
                size, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
            elif size == 127:
                size, start = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
            if end < start + size:
                break
            if data[at] == 0x81:
                yield data[start : start + size]
            elif data[at] == 0x88:
                raise LoadFailed("the server closed a websocket")
            at = start + size
        self._rest = data[at:]

    def close(self) -> None:
        """Hang up."""
        self.socket.close()


class Crowd:
    """Participants who send on `/chat`, and peers on `/desk` to whom their messages come.

    Between `opening` and `close` it holds everything that was sent since: when it was due, whether it was
    acknowledged, when its peer had it.
    """

    def __init__(self, port: int, participants: Sequence[dict[str, Any]], peers: Sequence[dict[str, Any]]) -> None:
        self._selector = selectors.DefaultSelector()
        self._due = array("d")
        self._sent_at = array("d")
        self._arrived = array("d")
        self._acknowledged = bytearray()
        self._refused = self._duplicated = 0
        self._answers: dict[int, tuple[float, Any]] = {}
        self._on_acknowledged: Callable[[Line], None] | None = None
        self.peers = [self._join(Line(port, "/desk", auth)) for auth in peers]
        self.participants = [self._join(Line(port, "/chat", auth)) for auth in participants]
        everybody = [*self.peers, *self.participants]
        self._run_until(lambda: all(line.connected for line in everybody), CONNECT_SECONDS, "connections")

    def _join(self, line: Line) -> Line:
        self._selector.register(line.socket, selectors.EVENT_READ, line)
        return line

    def __enter__(self) -> Crowd:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up, all of them."""
        for line in [*self.peers, *self.participants]:
            line.close()
        self._selector.close()

    def play(self, schedule: Sequence[tuple[float, int]], drain: float = DRAIN_SECONDS) -> Outcome:
        """Send a message at each time (in seconds from now) from that participant; say what became of them."""
        self._begin_anew()
        with no_collector():
            begin = perf_counter() + 0.02
            at, count = 0, len(schedule)
            while at < count:
                now, batch = perf_counter(), min(count, at + SEND_AT_ONCE)
                while at < batch and begin + schedule[at][0] <= now:
                    due, who = schedule[at]
                    self._send(self.participants[who], begin + due)
                    at += 1
                ahead = begin + schedule[at][0] - now if at < count else 0
                self._turn(ahead - 0.001)
            seconds = perf_counter() - begin
            self._run_until(lambda: self._all_there(), drain)
        return self._outcome(seconds)

    def saturate(self, seconds: float) -> float:
        """How many messages a second go through if every participant sends the next one upon the last."""
        self._begin_anew()
        began = perf_counter()
        until = began + seconds

        def again(line: Line) -> None:
            now = perf_counter()
            if now < until:
                self._send(line, now)

        with no_collector():
            self._on_acknowledged = again
            for line in self.participants:
                again(line)
            self._run_until(lambda: perf_counter() > until and self._all_there(), seconds + CONNECT_SECONDS, "messages")
            self._on_acknowledged = None
        return len(self._due) / (perf_counter() - began)

    def everybody_once(self) -> None:
        """One message from each participant, for what only a first message brings about."""
        if not self.play([(0.0, who) for who in range(len(self.participants))], CONNECT_SECONDS).whole:
            raise LoadFailed("not every first message came through")

    def call(self, peer: int, event: str, payload: dict[str, Any]) -> tuple[float, Any]:
        """What a peer's event is answered, and how many seconds that took."""
        began = perf_counter()
        [(at, answer)] = self.call_all([(peer, event, payload)])
        return at - began, answer

    def call_all(self, calls: Sequence[tuple[int, str, dict[str, Any]]]) -> list[tuple[float, Any]]:
        """When each of these events of a peer was answered, and what; all of them are sent at once."""
        self._answers.clear()
        for number, (peer, event, payload) in enumerate(calls):
            self.peers[peer].send(f"42/desk,{number}{json.dumps([event, payload])}".encode())
        self._run_until(lambda: len(self._answers) == len(calls), CONNECT_SECONDS, "answers")
        return [self._answers[number] for number in range(len(calls))]

    def listen(self, seconds: float) -> None:
        """Only take what comes, for so long."""
        self._run_until(lambda: False, seconds)

    def _begin_anew(self) -> None:
        """Forget what was sent so far. The numbers go on, so that a straggler isn't taken for a new message."""
        self._first = getattr(self, "_first", FIRST_NUMBER) + len(self._due)
        self._due, self._sent_at, self._arrived = array("d"), array("d"), array("d")
        self._acknowledged = bytearray()
        self._refused = self._duplicated = self._done = 0

    def _send(self, line: Line, due: float) -> None:
        number = self._first + len(self._due)
        self._due.append(due)
        self._sent_at.append(perf_counter())
        self._arrived.append(0.0)
        self._acknowledged.append(0)
        line.send(b'42/chat,%d["send",{"id":"m%d","text":"m%d%s"}]' % (number, number, number, PADDING))

    def _all_there(self) -> bool:
        return self._done == 2 * len(self._due)

    def _turn(self, wait: float) -> None:
        """Take what has come, after waiting so long for it at most."""
        for key, _ in self._selector.select(max(0.0, wait)):
            line: Line = key.data
            hear = self._hear_participant if line.namespace == "/chat" else self._hear_peer
            for frame in line.frames():
                hear(line, frame)
            if line.stuck:
                line.flush()

    def _run_until(self, ready: Callable[[], bool], seconds: float, what: str = "") -> None:
        until = perf_counter() + seconds
        while not ready():
            if perf_counter() > until:
                if what:
                    raise LoadFailed(f"not all {what} were there after {seconds:g} s")
                return
            self._turn(0.005)

    def _hear_participant(self, line: Line, frame: bytes) -> None:
        if not frame.startswith(b"43/chat,"):
            self._hear_other(line, frame)
            return
        at = int(frame[8:18]) - self._first
        if not 0 <= at < len(self._due):
            return
        if frame.find(b'"ok":true', 18) < 0:
            self._refused += 1
            return
        self._done += not self._acknowledged[at]
        self._acknowledged[at] = 1
        if self._on_acknowledged is not None:
            self._on_acknowledged(line)

    def _hear_peer(self, line: Line, frame: bytes) -> None:
        mark = frame.rfind(MARK) if frame.startswith((b'42/desk,["observation"', b'42/desk,["message"')) else -1
        if mark < 0:
            self._hear_other(line, frame)
            return
        end = mark + len(MARK) + 9
        at = int(frame[end - 10 : end]) - self._first
        if not 0 <= at < len(self._due):
            return
        if self._arrived[at]:
            self._duplicated += 1
            return
        self._arrived[at] = perf_counter()
        self._done += 1

    def _hear_other(self, line: Line, frame: bytes) -> None:
        if frame == b"2":
            line.send(b"3")
        elif frame.startswith(b"43/desk,"):
            number, _, rest = frame[8:].partition(b"[")
            self._answers[int(number)] = (perf_counter(), json.loads(b"[" + rest)[0])
        elif frame.startswith(b"40"):
            line.connected = True
        elif frame.startswith(b"44"):
            raise LoadFailed(f"the server let nobody in: {frame[:200]!r}")

    def _outcome(self, seconds: float) -> Outcome:
        waits = sorted(there - due for due, there in zip(self._due, self._arrived, strict=True) if there)
        late = sorted(sent - due for due, sent in zip(self._due, self._sent_at, strict=True))
        return Outcome(
            seconds=seconds,
            sent=len(self._due),
            acknowledged=sum(self._acknowledged),
            refused=self._refused,
            duplicated=self._duplicated,
            late=percentile(late, 99),
            waits=waits,
        )


@contextmanager
def no_collector() -> Iterator[None]:
    """No garbage collection of ours in what is measured of others."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
