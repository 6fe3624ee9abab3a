"""What is patched in the socket libraries, each with its reason. Tests in `tests/live/test_wire.py` and, from 5 on,
`tests/faults/test_mends.py` tell when one is no longer needed.

1. eventlet unmasks websocket frames byte by byte: 42 µs for a chat message, 321 ms for 1 MB, with the loop
   blocked. One XOR of two integers takes 2.5 µs and 3 ms.
2. eventlet asks the kernel three times for every frame. A buffer asks once.
3. python-engineio decodes a frame outside of any `try`: a frame that isn't of the protocol ends in an HTTP
   500 written into an open websocket. Such frames are told about and closed here.
4. python-socketio raises on events that aren't lists, lets a client call reserved events, collects binary
   attachments without bound, and answers none of them. Events go to `Sockets` instead, which answers all.
5. eventlet bounds the parts of a message, but not their number: a message without end fills the memory.
6. eventlet takes the websockets of before 2011 as well, and fails at a handshake of theirs that lacks a header.
7. python-engineio waits, where it closes a session that polls, until somebody has fetched what lies ready:
   for good, if nobody does.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable
from socket import SHUT_WR
from typing import Any

import engineio.socket
import socketio
from socketio import packet

from wizard import loop

CHUNK = 16_384
ENGINE_PACKET = re.compile(r"[0-6]")
EVENT_WITH_ID = re.compile(r"[25](?:\d{1,9}-)?(/[^,]{1,64}),?(\d{1,18})")
"""Namespace and acknowledgement id of an event whose JSON can't be read."""

NOT_JSON = object()
"""Stands for what an event carried where that couldn't be read."""

log = logging.getLogger("wizard.wire")

Receive = Callable[[str, str, Any], Any]


class Buffered:
    """A socket that reads ahead, for the many small reads of a frame."""

    def __init__(self, socket: Any) -> None:
        self._socket = socket
        self._ahead = b""

    def recv(self, most: int) -> bytes:
        """Up to so many bytes; nothing at the end of the stream."""
        if not self._ahead:
            self._ahead = self._socket.recv(CHUNK if most < CHUNK else most)
        taken, self._ahead = self._ahead[:most], self._ahead[most:]
        return taken

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)


class LeanWebSocket(loop.WebSocket):  # type: ignore[misc]
    """eventlet's websocket with points 1 to 3 and 5 mended."""

    class Message(loop.WebSocket.Message):  # type: ignore[misc]
        """A message that grows until it is whole, or too large."""

        size = 0

        def push(self, data: bytes, final: bool = False) -> None:
            self.size += max(1, len(data))  # empty parts take room as well
            if self.size > self.max_frame_length:
                raise ValueError("the message is too large")
            super().push(data, final)

    def __init__(self, sock: Any, *given: Any, **named: Any) -> None:
        super().__init__(Buffered(sock), *given, **named)

    @staticmethod
    def _apply_mask(data: bytes, mask: tuple[int, ...], length: int | None = None, offset: int = 0) -> bytes:
        size = len(data) if length is None else length
        turn = offset % 4
        key = (bytes(mask[turn:] + mask[:turn]) * (size // 4 + 1))[:size]
        return (int.from_bytes(data[:size], "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")

    def wait(self) -> str | None:
        """The next frame, or None at the end; a frame that isn't Engine.IO's is the end, too."""
        try:
            frame = super().wait()
        except ValueError as error:
            log.warning("bad frame: %s", type(error).__name__)
            return None
        if frame is None:
            return None
        if not isinstance(frame, str) or not ENGINE_PACKET.match(frame):
            log.warning("bad frame: not an Engine.IO packet (%s, %d long)", type(frame).__name__, len(frame))
            return None
        return frame

    def close(self, close_data: tuple[int, str] | None = None) -> None:
        """Close it. That the other end was quicker is no news."""
        try:
            self._send_closing_frame(close_data=close_data, ignore_send_errors=True)
            self.socket.shutdown(SHUT_WR)
        except OSError:
            pass
        finally:
            self.socket.close()


class LeanSession(engineio.socket.Socket):  # type: ignore[misc]
    """python-engineio's session with point 7 mended."""

    def close(self, wait: bool = True, **named: Any) -> None:
        """Close it; what lies ready is for whoever still fetches it."""
        super().close(wait=False, **named)


def _of_today(handshake: type[Any]) -> type[Any]:
    """The websocket handshake with point 6 mended."""

    class OfToday(handshake):  # type: ignore[misc]
        def __init__(self, handler: Any, server: Any) -> None:
            super().__init__(handler, server)
            self._server = server

        def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
            if environ.get("HTTP_SEC_WEBSOCKET_VERSION") != "13" or not environ.get("HTTP_SEC_WEBSOCKET_KEY"):
                return self._server._bad_request("Not a websocket handshake.")
            return super().__call__(environ, start_response)

    return OfToday


def install(server: socketio.Server, receive: Receive) -> None:
    """Make this server read frames leanly, and hand every event to `receive(sid, namespace, data)`.

    What `receive` returns is the acknowledgement, where the client asked for one.
    """
    sys.modules[loop.WebSocket.__module__].RFC6455WebSocket = LeanWebSocket  # type: ignore[attr-defined]
    engineio.socket.Socket = LeanSession
    server.eio._async = {**server.eio._async, "websocket": _of_today(server.eio._async["websocket"])}

    def on_message(eio_sid: str, data: Any) -> None:
        try:
            parsed = packet.Packet(encoded_packet=data)
        except (ValueError, RecursionError, TypeError, IndexError) as error:
            log.warning("bad frame: %s (%d long)", type(error).__name__, len(data))
            unread = EVENT_WITH_ID.match(data) if isinstance(data, str) else None
            if unread:
                answer(eio_sid, unread[1], int(unread[2]), NOT_JSON)
            return
        if parsed.packet_type in (packet.EVENT, packet.BINARY_EVENT):
            whole = parsed.data if parsed.packet_type == packet.EVENT else NOT_JSON
            answer(eio_sid, parsed.namespace or "/", parsed.id, whole)
        elif parsed.packet_type in (packet.CONNECT, packet.DISCONNECT):
            server._handle_eio_message(eio_sid, data)
        else:
            log.warning("bad frame: a Socket.IO packet of type %s", one_line(parsed.packet_type))

    def answer(eio_sid: str, namespace: str, number: int | None, data: Any) -> None:
        sid = server.manager.sid_from_eio_sid(eio_sid, namespace)
        if sid is None or not server.manager.is_connected(sid, namespace):
            return
        said = receive(sid, namespace, data)
        if number is not None:
            server._send_packet(eio_sid, packet.Packet(packet.ACK, namespace=namespace, id=number, data=[said]))

    server.eio.on("message", on_message)


def send(server: socketio.Server, eio_sid: str, namespace: str, event: str, payload: dict[str, Any]) -> None:
    """Send an event to one socket, without the search through rooms that `emit` makes."""
    server._send_packet(eio_sid, packet.Packet(packet.EVENT, data=[event, payload], namespace=namespace))


def one_line(said: object, longest: int = 40) -> str:
    """What a client said, as a short piece of one line of the log."""
    return "".join(each if each.isprintable() else "?" for each in str(said)[:longest])
