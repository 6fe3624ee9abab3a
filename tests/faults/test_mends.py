"""The mends of the socket libraries that malformed input made necessary: that each is still needed.

A test that fails here is good news: take that mend out of `wizard/live/wire.py`, `frames.py` beside it, or
`wizard/loop.py`.
"""

from __future__ import annotations

import inspect
from unittest.mock import Mock

import engineio.async_drivers.eventlet
import pytest

from tests.faults.malformed import websocket_frame
from wizard import loop
from wizard.live.frames import LeanWebSocket
from wizard.live.wire import LeanSession, one_line

LIMIT = 100
PARTS = websocket_frame(b"4" + b"x" * 80, first=0x01) + websocket_frame(b"x" * 80, first=0x80)
"""A message in two parts, each under the limit, together over it."""


class Pipe:
    """A socket that holds these bytes."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def recv(self, most: int) -> bytes:
        given, self.content = self.content[:most], self.content[most:]
        return given

    def __getattr__(self, name: str) -> Mock:
        return Mock()


def test_5_the_library_takes_a_message_of_any_size_in_parts_still() -> None:
    assert len(loop.WebSocket(Pipe(PARTS), {}, max_frame_length=LIMIT).wait()) > LIMIT
    assert LeanWebSocket(Pipe(PARTS), {}, max_frame_length=LIMIT).wait() is None


def test_5_empty_parts_have_an_end_as_well() -> None:
    empty = websocket_frame(b"", first=0x01) + websocket_frame(b"", first=0x00) * (2 * LIMIT)
    pipe = Pipe(empty)
    assert LeanWebSocket(pipe, {}, max_frame_length=LIMIT).wait() is None


def test_6_the_library_takes_the_old_handshakes_still() -> None:
    theirs = engineio.async_drivers.eventlet.WebSocketWSGI(lambda ws: None, Mock(max_http_buffer_size=LIMIT))
    assert theirs.support_legacy_versions


def test_7_the_library_waits_for_whoever_polls_still() -> None:
    theirs = LeanSession.__mro__[1]
    assert inspect.signature(theirs.close).parameters["wait"].default is True
    assert "self.queue.join()" in inspect.getsource(theirs.close)


def test_the_library_repeats_a_bad_request_line_whole_still() -> None:
    [theirs] = [each for each in loop.TerseHttp.__mro__ if each.__name__ == "BaseHTTPRequestHandler"]
    assert "Bad request syntax (%r)" in inspect.getsource(theirs.parse_request)


@pytest.mark.parametrize("said", ["a\nb", "\x1b[2J", "\ud800", "\0", "\u2028", "x" * 500, {"a": "\n" * 90}])
def test_what_a_client_said_is_one_short_line_of_the_log(said: object) -> None:
    line = one_line(said)
    assert len(line) <= 40
    assert line.isprintable()
