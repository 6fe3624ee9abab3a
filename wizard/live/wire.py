"""What is patched in the socket libraries, each with its reason. Tests in `tests/live/test_wire.py` tell
when one is no longer needed.

1. eventlet unmasks websocket frames byte by byte: 42 µs for a chat message, 321 ms for 1 MB, with the loop
   blocked. One XOR of two integers takes 2.5 µs and 3 ms.
2. eventlet asks the kernel three times for every frame. A buffer asks once.
3. python-engineio decodes a frame outside of any `try`: a frame that isn't of the protocol ends in an HTTP
   500 written into an open websocket. Such frames are told about and closed here.
4. python-socketio raises on events that aren't lists, lets a client call reserved events, collects binary
   attachments without bound, and answers none of them. Events go to `Sockets` instead, which answers all.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable
from typing import Any

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
    """eventlet's websocket with points 1 to 3 mended."""

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
        frame = super().wait()
        if frame is None:
            return None
        if not isinstance(frame, str) or not ENGINE_PACKET.match(frame):
            log.warning("bad frame: not an Engine.IO packet (%s, %d long)", type(frame).__name__, len(frame))
            return None
        return frame


def install(server: socketio.Server, receive: Receive) -> None:
    """Make this server read frames leanly, and hand every event to `receive(sid, namespace, data)`.

    What `receive` returns is the acknowledgement, where the client asked for one.
    """
    sys.modules[loop.WebSocket.__module__].RFC6455WebSocket = LeanWebSocket  # type: ignore[attr-defined]

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
            log.warning("bad frame: a Socket.IO packet of type %s", parsed.packet_type)

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
