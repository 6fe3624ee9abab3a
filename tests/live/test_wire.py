"""The mends of the socket libraries: that they do what the libraries do, and that they are still needed.

A test under "still needed" that fails is good news: take the mend out.
"""

from __future__ import annotations

import os
from timeit import timeit
from typing import Any
from unittest.mock import Mock

import pytest
import socketio
from engineio.packet import MESSAGE, Packet
from engineio.socket import Socket as EngineSocket
from hypothesis import given
from hypothesis import strategies as st
from socketio import packet

from tests.faults.malformed import websocket_frame
from wizard import loop
from wizard.live.frames import CHUNK, Buffered, LeanWebSocket, text_frame
from wizard.live.sockets import StrictJson
from wizard.live.wire import LeanSession

MASK = st.tuples(*[st.integers(0, 255)] * 4)


class Pipe:
    """A socket that holds these bytes, and counts how often it is asked."""

    def __init__(self, content: bytes) -> None:
        self.content, self.asked = content, 0

    def recv(self, most: int) -> bytes:
        self.asked += 1
        given, self.content = self.content[:most], self.content[most:]
        return given


class Narrow(Pipe):
    """A socket that takes so many bytes at each sending, an error where that is None, and then all."""

    def __init__(self, takes: list[int | None]) -> None:
        super().__init__(b"")
        self.fd, self.took, self._takes = self, b"", takes

    def send(self, content: bytes) -> int:
        takes = self._takes.pop(0) if self._takes else len(content)
        if takes is None:
            raise BlockingIOError
        self.took += content[:takes]
        return len(content[:takes])

    def sendall(self, content: bytes) -> None:
        self.took += content


def frame(text: bytes, mask: bytes = b"abcd") -> bytes:
    masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(text))
    return bytes([0x81, 0x80 | len(text)]) + mask + masked


@given(st.binary(max_size=300), MASK, st.integers(0, 10))
def test_unmasking_is_what_the_library_does(content: bytes, mask: tuple[int, ...], offset: int) -> None:
    theirs = loop.WebSocket._apply_mask(content, mask, offset=offset)
    assert LeanWebSocket._apply_mask(content, mask, offset=offset) == theirs


@given(st.lists(st.integers(1, 50), max_size=30))
def test_reading_ahead_changes_nothing_but_how_often_the_kernel_is_asked(sizes: list[int]) -> None:
    content = os.urandom(200)
    plain, ahead = Pipe(content), Buffered(Pipe(content))
    for size in sizes:
        assert ahead.recv(size) == plain.recv(size)


def test_a_large_read_is_one_read() -> None:
    pipe = Pipe(b"x" * (3 * CHUNK))
    assert len(Buffered(pipe).recv(2 * CHUNK)) == 2 * CHUNK
    assert pipe.asked == 1


@pytest.mark.parametrize(
    ("text", "whole"), [(b"2", "2"), (b'42/chat,1["send",{}]', '42/chat,1["send",{}]'), (b"9", None), (b"", None)]
)
def test_a_frame_that_is_not_the_protocols_is_the_end(text: bytes, whole: str | None) -> None:
    assert LeanWebSocket(Pipe(frame(text)), {}).wait() == whole


@pytest.mark.parametrize("text", ["[NaN]", "[Infinity]", "[-Infinity]", "[" * 100_000, "nonsense", ""])
def test_what_is_not_json_is_an_error_like_any_other(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any message will do
        StrictJson.loads(text)


@given(st.integers(0, 70_000))
def test_a_frame_is_written_as_the_library_writes_it(size: int) -> None:
    text = "é" * size
    assert text_frame(text.encode()) == loop.WebSocket(Pipe(b""), {})._pack_message(text)


@given(st.lists(st.text(max_size=200).map(lambda text: f"4{text}"), max_size=5), st.integers(1, 900))
def test_frames_are_read_as_the_library_reads_them_however_they_come(texts: list[str], at_once: int) -> None:
    class Drops(Pipe):
        def recv(self, most: int) -> bytes:
            return super().recv(min(most, at_once))

    content = b"".join(websocket_frame(text.encode()) for text in texts)
    theirs, ours = loop.WebSocket(Drops(content), {}), LeanWebSocket(Drops(content), {})
    for text in [*texts, None]:
        assert theirs.wait() == ours.wait() == text


@pytest.mark.parametrize("takes", [[], [0], [None], [1], [99, 5], [99, None], [99, 99, 0]])
def test_packets_keep_their_order_where_the_socket_is_full(takes: list[int | None]) -> None:
    pipe, said = Narrow(takes), ["one", "two", "three"]
    session = LeanSession(socketio.Server(async_mode="threading").eio, "sid")
    session._websocket, session._writer_waits = LeanWebSocket(pipe, {}), True
    for text in said:
        session.say(text)
    while not session.queue.empty():
        session._websocket.send(session.queue.get().encode())
    assert pipe.took == b"".join(text_frame(f"4{text}".encode()) for text in said)


# still needed


def test_1_the_library_unmasks_slowly_still() -> None:
    content, mask = os.urandom(16_384), (1, 2, 3, 4)
    theirs = timeit(lambda: loop.WebSocket._apply_mask(content, mask), number=3)
    ours = timeit(lambda: LeanWebSocket._apply_mask(content, mask), number=3)
    assert theirs > 5 * ours


def test_2_the_library_asks_the_kernel_several_times_for_a_frame_still() -> None:
    pipe, ahead = Pipe(frame(b"2hello")), Pipe(frame(b"2hello"))
    assert loop.WebSocket(pipe, {}).wait() == LeanWebSocket(ahead, {}).wait() == "2hello"
    assert pipe.asked > 2
    assert ahead.asked == 1


def test_3_the_library_lets_a_bad_frame_out_as_an_exception_still() -> None:
    server = Mock(ping_interval=10, ping_timeout=5, max_http_buffer_size=1000)
    websocket = Mock(wait=Mock(side_effect=["nonsense", None]))
    with pytest.raises(ValueError, match=r"nonsense|invalid literal"):
        EngineSocket(server, "sid")._websocket_handler(websocket)


@pytest.mark.parametrize(("data", "error"), [({"a": 1}, KeyError), ([], IndexError), (5, TypeError), (None, TypeError)])
def test_4_the_library_raises_on_events_that_are_no_lists_still(data: Any, error: type[Exception]) -> None:
    server = socketio.Server(async_mode="threading")
    with pytest.raises(error):
        server._handle_event("eio", "/chat", 1, data)


def test_4_the_library_promises_attachments_without_bound_still() -> None:
    assert packet.Packet(encoded_packet='5999999999-["send"]').attachment_count == 999_999_999


def test_8_the_library_wakes_a_greenlet_for_every_packet_still() -> None:
    theirs = EngineSocket(socketio.Server(async_mode="threading").eio, "sid")
    theirs.send(Packet(MESSAGE, "hello"))
    assert theirs.queue.qsize() == 1


def test_9_the_library_reads_with_a_time_limit_still() -> None:
    websocket = Mock(wait=Mock(return_value=None))
    EngineSocket(Mock(ping_interval=10, ping_timeout=5), "sid")._websocket_handler(websocket)
    websocket.socket.settimeout.assert_called_with(15)
    ahead = Buffered(Mock())
    ahead.settimeout(15)
    ahead._socket.settimeout.assert_called_with(None)
