"""A socket that says exactly what it is told: the bare protocol, for tests that break it or break off."""

from __future__ import annotations

import json
import socket
import struct
import time
from itertools import count
from typing import Any
from urllib.parse import urlsplit

import websocket

from tests.served import Server

GONE = (OSError, websocket.WebSocketException)
"""What a socket raises when the other end isn't there (any more)."""


class Refused(Exception):
    """The namespace doesn't let this client in."""


class Socket:
    """A connection to one namespace. Events get numbers; answers are fetched by number, in any order."""

    def __init__(self, server: Server, namespace: str, auth: dict[str, Any], first_number: int = 1) -> None:
        self.namespace = namespace
        self.heard: list[list[Any]] = []
        self._answers: dict[int, Any] = {}
        self._numbers = count(first_number)
        self.ws = websocket.create_connection(
            f"{server.url.replace('http', 'ws', 1)}/socket.io/?EIO=4&transport=websocket",
            timeout=10, suppress_origin=True, sockopt=[(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)],
        )  # fmt: skip
        try:
            self._enter(auth)
        except BaseException:
            self.hang_up()
            raise

    def _enter(self, auth: dict[str, Any]) -> None:
        opening = self.ws.recv()
        assert opening[0] == "0", opening
        self.frame(f"40{self.namespace},{json.dumps(auth)}")
        said = self.listen(10)
        while said.startswith("42"):
            said = self.listen(10)
        if not said.startswith(f"40{self.namespace},"):
            raise Refused(said)

    def frame(self, text: str) -> None:
        """Send this text as one frame."""
        self.ws.send(text)

    def bytes(self, raw: bytes) -> None:
        """Send these bytes as they are, whether or not they are a frame."""
        self.ws.sock.sendall(raw)

    def fire(self, event: str, payload: Any = None) -> int:
        """Send an event without waiting for its answer; its number."""
        number = next(self._numbers)
        self.frame(f"42{self.namespace},{number}{json.dumps([event, payload or {}])}")
        return number

    def answer(self, number: int, seconds: float = 10.0) -> Any:
        """The answer to the event of that number, once it is there."""
        until = time.monotonic() + seconds
        while number not in self._answers:
            left = until - time.monotonic()
            if left <= 0:
                raise TimeoutError(f"no answer to {number} within {seconds} s")
            self.listen(left)
        return self._answers.pop(number)

    def call(self, event: str, payload: Any = None, seconds: float = 10.0) -> Any:
        """Send an event and wait for its answer."""
        return self.answer(self.fire(event, payload), seconds)

    def listen(self, seconds: float) -> str:
        """Take in the next frame that comes, and keep what it says."""
        self.ws.settimeout(seconds)
        try:
            said = self._frame_down()
        except websocket.WebSocketTimeoutException:
            return ""
        kind, _, rest = said.partition(f"{self.namespace},")
        if kind == "43":
            digits = rest[: rest.index("[")]
            [self._answers[int(digits)]] = json.loads(rest[len(digits) :])
        elif kind == "42":
            self.heard.append(json.loads(rest))
        return said

    def _frame_down(self) -> str:
        while True:
            said = self.ws.recv()
            if said == "":
                raise ConnectionResetError("the server closed the connection")
            if said != "2":
                return str(said)
            self.frame("3")

    def close(self) -> None:
        """Say goodbye as the protocol has it."""
        try:
            self.ws.close(timeout=1)
        except GONE:
            self.hang_up()

    def hang_up(self) -> None:
        """Go without a word: the connection is reset, and what was on its way down is thrown away."""
        try:
            self.ws.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        except (AttributeError, *GONE):
            pass  # gone already
        self.ws.shutdown()

    def __enter__(self) -> Socket:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def participant(server: Server, key: str, first_number: int = 1) -> Socket:
    """A socket at the conversation of whoever holds that key."""
    return Socket(server, "/chat", {"invite": server.invite, "key": key}, first_number)


def wizard(server: Server, seat: str) -> Socket:
    """A socket at the desk."""
    return Socket(server, "/desk", {"key": seat})


def host_and_port(server: Server) -> tuple[str, int]:
    """Where that server listens."""
    where = urlsplit(server.url)
    assert where.hostname
    assert where.port
    return where.hostname, where.port
