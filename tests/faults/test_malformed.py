"""Ten thousand things that no client should send: the process lives, and answers all that can be answered."""

from __future__ import annotations

import contextlib
import json
import random
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.conftest import AT_ONCE, served
from tests.faults import malformed
from tests.faults.malformed import (
    CHAT,
    DESK,
    FRAMES,
    INSTEAD_OF_AN_UPGRADE,
    ONLY_DESK,
    REQUESTS,
    At,
    Frame,
    Request,
    websocket_frame,
)
from tests.faults.raw import GONE, Socket, host_and_port, participant, wizard
from tests.served import Server, Visitor
from wizard.store.doctor import examine

FRAMES_SENT, REQUESTS_SENT, POLLED = 7_000, 2_800, 300
AT_ONCE_ON_ONE_SOCKET = 25
SOON, SOON_BESIDE_OTHERS = 1.0, 3.0
"""Seconds. By default these run beside other tests, which share the processor."""
LONGEST_LINE = 200
SETTLE_SECONDS = 0.1
SEED = 7_331
UNBOUNDED = {
    "CURTAIN_MESSAGES_PER_SECOND": "100000",
    "CURTAIN_MESSAGE_BURST": "100000",
    "CURTAIN_STARTS_PER_MINUTE": "100000",
}
CODES = {"invalid", "unknown_event", "missing", "id_reused", "answered", "claimed"}
"""What may be said of a malformed event. Not `internal`: that is a hole."""


@dataclass
class Healthy:
    """A client that behaves, all the while, and takes the time of every answer."""

    server: Server
    seconds: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        with participant(self.server, "somebody-who-behaves") as well:
            while not self.stop.wait(0.03):
                began = time.monotonic()
                try:
                    answer = well.call("send", {"id": f"h{len(self.seconds)}", "text": "all is well"})
                except Exception as error:
                    self.failed.append(repr(error))
                    return
                self.seconds.append(time.monotonic() - began)
                if not answer["ok"]:
                    self.failed.append(str(answer))

    @property
    def slowest(self) -> float:
        return max(self.seconds)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = served(tmp_path_factory.mktemp("malformed"), AT_ONCE)
    server.environ |= UNBOUNDED
    with server:
        yield server


@pytest.fixture(scope="module")
def owner(running: Server) -> str:
    return running.seat()


@pytest.fixture
def healthy(running: Server, long_run: bool) -> Iterator[Healthy]:
    """Somebody who behaves, whom nothing in the test may disturb."""
    client = Healthy(running)
    thread = threading.Thread(target=client.run, daemon=True)
    thread.start()
    yield client
    client.stop.set()
    thread.join(10)
    assert client.failed == []
    assert len(client.seconds) > 1
    assert client.slowest < (SOON if long_run else SOON_BESIDE_OTHERS)


@dataclass
class Target:
    """A seat that malformed frames come from. Reconnects when a frame ended the connection, as it may."""

    server: Server
    at: At
    secret: str
    answered: int = 0
    ended: int = 0
    _socket: Socket | None = None
    _number: int = 10_000

    def socket(self) -> Socket:
        if self._socket is None:
            opening = participant if self.at is CHAT else wizard
            self._socket = opening(self.server, self.secret)
        return self._socket

    def numbers(self) -> int:
        self._number += 1
        return self._number

    def put(self, frames: list[Frame]) -> None:
        """Send these; take the answers that are due, and see that the connection ends where it must."""
        due = [frame for frame in frames if frame.number is not None]
        others = [frame for frame in frames if frame.number is None]
        for start in range(0, len(due), AT_ONCE_ON_ONE_SOCKET):
            self._answered(due[start : start + AT_ONCE_ON_ONE_SOCKET])
        for frame in others:
            self._survived(frame)

    def _answered(self, frames: list[Frame]) -> None:
        now = self.socket()
        for frame in frames:
            now.bytes(frame.raw)
        for frame in frames:
            assert frame.number is not None
            _expect_refusal(now.answer(frame.number), frame)
            self.answered += 1

    def _survived(self, frame: Frame) -> None:
        now = self.socket()
        try:
            now.bytes(frame.raw)
            if frame.leaves:
                return self._renew(frame)
            if frame.ends:
                until = time.monotonic() + 5
                while time.monotonic() < until:
                    now.listen(until - time.monotonic())
                pytest.fail(f"the connection should have ended after {frame.raw[:80]!r}")
            probe = self.numbers()
            now.frame(f'42{self.at.namespace},{probe}["{"sync" if self.at is CHAT else "inbox"}",{_probe(self.at)}]')
            assert now.answer(probe, 3)["ok"]
        except TimeoutError as error:
            raise AssertionError(f"neither an answer nor the end after {frame.raw[:80]!r}") from error
        except GONE:
            self._renew(frame)

    def _renew(self, frame: Frame) -> None:
        self.ended += 1
        self.close()
        assert self.socket().call(*(("sync", {"after": 0}) if self.at is CHAT else ("inbox",)))["ok"], frame.raw[:80]

    def close(self) -> None:
        if self._socket is not None:
            self._socket.hang_up()
            self._socket = None


def _probe(at: At) -> str:
    return '{"after":0}' if at is CHAT else "{}"


def _expect_refusal(answer: Any, frame: Frame) -> None:
    said = f"{answer!r:.300} to {frame.raw[:60]!r}"
    assert set(answer) == {"ok", "error"}, said
    assert answer["ok"] is False, said
    error = answer["error"]
    assert set(error) == {"code", "message", "retry"}, said
    assert error["code"] in CODES, said
    assert isinstance(error["message"], str), said
    assert error["message"], said
    assert len(error["message"]) < 1_000, said
    assert isinstance(error["retry"], bool), said
    assert "Traceback" not in error["message"], said


def _shares(kinds: dict[Any, int], total: int) -> Iterable[tuple[Any, int]]:
    whole = sum(kinds.values())
    for kind, share in kinds.items():
        yield kind, max(1, round(total * share / whole))


def _lines_since(server: Server, before: int) -> list[str]:
    """What the server has written since, once it has gone quiet."""
    seen = -1
    while seen != len(server.output):
        seen = len(server.output)
        time.sleep(SETTLE_SECONDS)
    return server.output[before:]


def _expect_few_short_lines(lines: list[str], most: int, of: str) -> None:
    assert not [line for line in lines if "Traceback" in line or line.lstrip().startswith("File ")], (of, lines[:40])
    assert [line for line in lines if len(line.rstrip("\n")) >= LONGEST_LINE] == [], of
    assert len(lines) <= most, (of, lines[:20])


@pytest.mark.parametrize("seat", ["participant", "wizard"])
def test_every_malformed_frame_that_can_be_answered_is(
    running: Server, owner: str, healthy: Healthy, long_run: bool, seat: str
) -> None:
    at, secret = (CHAT, "somebody-who-misbehaves") if seat == "participant" else (DESK, owner)
    target = Target(running, at, secret)
    rng = random.Random(f"{SEED} {seat}")
    total, times = 0, {}
    for make, share in _shares(FRAMES, FRAMES_SENT // 2 * (10 if long_run else 1)):
        if make in ONLY_DESK and at is CHAT:
            make = malformed.wrong_field
        before, began = len(running.output), time.monotonic()
        frames = [make(rng, at, target.numbers()) for _ in range(share)]
        try:
            target.put(frames)
        except Exception as error:
            target.close()
            raise AssertionError(f"{make.__name__}: {error}\n{''.join(running.output[before:])[-3000:]}") from error
        _expect_few_short_lines(_lines_since(running, before), len(frames), make.__name__)
        total += len(frames)
        times[make.__name__] = round(time.monotonic() - began, 2)
    target.close()
    assert total > FRAMES_SENT // 2 * 0.95
    assert target.answered > total / 2
    assert target.ended > 20
    print(f"\n{total} frames as a {seat}: {target.answered} answered, {target.ended} ended the connection")
    print(f"the slowest answer to the healthy client took {healthy.slowest:.3f} s; seconds by category: {times}")
    _expect_alive(running, healthy)


def test_every_malformed_request_that_can_be_answered_is(
    running: Server, owner: str, healthy: Healthy, long_run: bool
) -> None:
    rng = random.Random(SEED)
    answers: Counter[int] = Counter()
    total = 0
    for make, share in _shares(REQUESTS, REQUESTS_SENT * (10 if long_run else 1)):
        before = len(running.output)
        for at in range(share):
            request = make(rng, owner if at % 2 else "nobody")
            said = _ask(running, request.raw)
            status = _status(
                said, request, f"{make.__name__}: {request.raw[:200]!r}\n{''.join(running.output[before:])[-3000:]}"
            )
            answers[status] += 1
        total += share
        _expect_few_short_lines(_lines_since(running, before), share, make.__name__)
    print(f"\n{total} requests: {dict(sorted(answers.items()))}")
    assert total > REQUESTS_SENT * 0.95
    assert answers[404] > 100
    assert answers[400] > 100
    assert answers[0] < total / 10, "hardly anything may go without an answer"
    assert Visitor(running.url, {"seat": owner}).get("/studio")[0] == 200, "the sign-in doesn't hold any more"
    _expect_alive(running, healthy)


def test_garbage_on_the_polling_transport_is_answered_and_ends_nothing_else(
    running: Server, healthy: Healthy, long_run: bool
) -> None:
    rng = random.Random(SEED)
    before = len(running.output)
    statuses: Counter[int] = Counter()
    polled = POLLED * (10 if long_run else 1)
    auth = json.dumps({"invite": running.invite, "key": "somebody-who-polls-garbage"})
    sid = ""
    for _ in range(polled):
        if not sid or rng.random() < 0.3:
            said = _ask(running, _polling("GET", ""))
            sid = re.search(rb'"sid":"([^"]+)"', said)[1].decode()  # type: ignore[index]
            assert _ask(running, _polling("POST", sid, f"40/chat,{auth}".encode())).startswith(b"HTTP/1.1 200")
        request = Request(_polling("POST", sid, malformed.polling_body(rng)))
        status = _status(_ask(running, request.raw), request, repr(request.raw[:300]))
        statuses[status] += 1
        if status != 200:
            sid = ""
    assert statuses[200] > 20
    assert statuses[400] > 20
    _expect_few_short_lines(_lines_since(running, before), polled, "polling")
    _expect_alive(running, healthy)


def test_garbage_instead_of_an_upgrade_from_polling_is_answered(running: Server, healthy: Healthy) -> None:
    """The polling transport asks for a websocket, and then doesn't speak it."""
    rng = random.Random(SEED)
    before, tries = len(running.output), 60
    for _ in range(tries):
        said = _ask(running, _polling("GET", ""))
        sid = re.search(rb'"sid":"([^"]+)"', said)[1].decode()  # type: ignore[index]
        upgrade = (
            f"GET /socket.io/?EIO=4&transport=websocket&sid={sid} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n\r\n"
        ).encode()
        garbage = rng.choice(INSTEAD_OF_AN_UPGRADE)
        said = _ask(running, upgrade + garbage)
        assert said.startswith(b"HTTP/1.1 101"), said[:200]
        assert b"HTTP/1.1 500" not in said, (garbage[:60], running.output[before:])
    _expect_few_short_lines(_lines_since(running, before), tries, "upgrade")
    _expect_alive(running, healthy)


def test_a_message_in_endless_small_parts_is_cut_off(running: Server) -> None:
    """Each part is under the limit; together they would fill the memory."""
    with participant(running, "somebody-without-end") as endless:
        part = websocket_frame(b"x" * 50_000, first=0)
        endless.bytes(websocket_frame(b"42", first=1))
        with pytest.raises(GONE):
            _go_on_without_end(endless, part)


def _go_on_without_end(endless: Socket, part: bytes) -> None:
    for _ in range(400):
        endless.bytes(part)
        time.sleep(0.001)
    endless.listen(2)
    endless.listen(2)


def _polling(method: str, sid: str, body: bytes = b"") -> bytes:
    query = f"EIO=4&transport=polling{'&sid=' + sid if sid else ''}"
    head = (
        f"{method} /socket.io/?{query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def _ask(server: Server, raw: bytes) -> bytes:
    """Everything that comes back on a new connection for these bytes."""
    said = b""
    with socket.create_connection(host_and_port(server), timeout=5) as connection:
        with contextlib.suppress(ConnectionError):
            connection.sendall(raw)
        with contextlib.suppress(OSError):
            connection.shutdown(socket.SHUT_WR)
        with contextlib.suppress(ConnectionError):
            while part := connection.recv(65_536):
                said += part
    return said


def _status(said: bytes, request: Request, where: str) -> int:
    """The status of that answer, which is never our failure; 0 where there is none, as there may be."""
    assert b"Traceback" not in said, where
    if not said:
        assert request.silent, f"no answer to {where}"
        return 0
    found = re.match(rb"HTTP/1\.[01] (\d{3}) ", said)
    if found is None:
        assert request.silent, f"{said[:100]!r} to {where}"  # HTTP/0.9 has no status line
        return 0
    status = int(found[1])
    assert status < 500, f"{status} to {where}"
    return status


def _expect_alive(server: Server, healthy: Healthy) -> None:
    assert server.process is not None
    assert server.process.poll() is None, "the process is gone"
    heard = len(healthy.seconds)
    until = time.monotonic() + 5
    while len(healthy.seconds) < heard + 3:
        assert time.monotonic() < until, "the healthy client isn't answered any more"
        time.sleep(0.02)
    assert [each for each in examine(server.sessions) if each.state == "bad" and each.what != "disk"] == []
