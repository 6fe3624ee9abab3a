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
8. python-engineio wakes a greenlet for every packet that it sends, and sets a timer for the next: 40 µs. Where
   nothing waits before it and the socket takes it, a packet is written at once.
9. eventlet reads a frame in a dozen small steps, with a timer: 40 µs. A short text is read in one.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Callable
from socket import SHUT_RDWR
from typing import Any

import engineio.socket
import socketio
from engineio.packet import MESSAGE, Packet
from socketio import packet

from wizard import loop

CHUNK = 16_384
WHOLE_TEXT, MASKED, TWO_BYTE_SIZE, EIGHT_BYTE_SIZE = 0x81, 0x80, 126, 127
"""What the first two bytes of a frame say: https://www.rfc-editor.org/rfc/rfc6455#section-5.2"""
ENGINE_PACKET = re.compile(r"[0-6]")
EVENT = re.compile(r"2(/[^,?]{1,64}),(\d{0,18})(\[.*)", re.DOTALL)
"""An event as clients send it: its namespace, the id of its acknowledgement if it wants one, and its JSON."""
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

    def short_text(self) -> str | None:
        """The next frame if it is what chat is made of, a short text that has come whole; None for any other."""
        if not self._ahead:
            self._ahead = self._socket.recv(CHUNK)
        ahead = self._ahead
        if len(ahead) < 8 or ahead[0] != WHOLE_TEXT or not MASKED <= ahead[1] <= MASKED + TWO_BYTE_SIZE:
            return None
        size, start = ahead[1] - MASKED, 6
        if size == TWO_BYTE_SIZE:
            size, start = int.from_bytes(ahead[2:4], "big"), 8
        if len(ahead) < start + size:
            return None
        try:
            text = unmasked(ahead[start : start + size], ahead[start - 4 : start]).decode()
        except UnicodeDecodeError:
            return None  # the library tells the client
        self._ahead = ahead[start + size :]
        return text

    def settimeout(self, seconds: float | None) -> None:
        """None, whatever is asked for: pings tell who is gone, and it would be a timer for every frame."""
        self._socket.settimeout(None)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)


class LeanWebSocket(loop.WebSocket):  # type: ignore[misc]
    """eventlet's websocket with points 1 to 3, 5 and 9 mended."""

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
        turn = offset % 4
        return unmasked(data if length is None else data[:length], bytes(mask[turn:] + mask[:turn]))

    def wait(self) -> str | None:
        """The next frame, or None at the end; a frame that isn't Engine.IO's is the end, too."""
        try:
            frame = self.socket.short_text()
            if frame is None:
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

    def send(self, message: Any, **named: Any) -> None:
        """Send a message, and wait while the socket is full."""
        if isinstance(message, Unsent):
            self._send(message)
        else:
            super().send(message, **named)

    def post(self, text: str | bytes) -> Unsent:
        """Send text as far as that goes without waiting; what is left of its frame."""
        frame = text_frame(text.encode()) if isinstance(text, str) else self._pack_message(text)
        if self._sendlock.locked():
            return Unsent(frame)
        try:
            return Unsent(frame[self.socket.fd.send(frame) :])
        except OSError:  # it is full, or gone, which the writer will find out
            return Unsent(frame)

    def close(self, close_data: tuple[int, str] | None = None) -> None:
        """Close it, which also wakes whoever reads from it. That the other end was quicker is no news."""
        try:
            self._send_closing_frame(close_data=close_data, ignore_send_errors=True)
            self.socket.shutdown(SHUT_RDWR)
        except OSError:
            pass
        finally:
            self.socket.close()


class Unsent(bytes):
    """The rest of a frame that a full socket didn't take. It stands in a session's queue as a packet would."""

    def encode(self) -> Unsent:
        return self


def unmasked(data: bytes, mask: bytes) -> bytes:
    """What a client masked; the four bytes of the mask over and over, as one XOR."""
    size = len(data)
    key = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(data, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")


def text_frame(data: bytes) -> bytes:
    """A text as a server sends it: whole, and not masked."""
    size = len(data)
    if size < TWO_BYTE_SIZE:
        return bytes((WHOLE_TEXT, size)) + data
    if size < 65_536:
        return bytes((WHOLE_TEXT, TWO_BYTE_SIZE)) + size.to_bytes(2, "big") + data
    return bytes((WHOLE_TEXT, EIGHT_BYTE_SIZE)) + size.to_bytes(8, "big") + data


class LeanSession(engineio.socket.Socket):  # type: ignore[misc]
    """python-engineio's session with points 7 to 9 mended."""

    _websocket: LeanWebSocket | None = None
    _writer_waits = False

    def _websocket_handler(self, ws: LeanWebSocket) -> Any:
        self._websocket = ws
        return super()._websocket_handler(ws)

    def receive(self, pkt: Any) -> None:
        """Take a packet from the client."""
        if pkt.packet_type == MESSAGE:
            self.server.handlers["message"](self.sid, pkt.data)
        else:
            super().receive(pkt)

    def send(self, pkt: Any) -> None:
        """Send a packet: at once if nothing is before it, else through the queue."""
        if self.check_ping_timeout() and not self._post(pkt.encode()):
            self.queue.put(pkt)

    def say(self, text: str) -> None:
        """Send a message."""
        if not self._post(f"{MESSAGE}{text}"):
            self.queue.put(Packet(MESSAGE, text))

    def _post(self, text: str | bytes) -> bool:
        """Whether a packet could be sent at once, or its rest is the first in the queue."""
        if not self._writer_waits or self._websocket is None or not self.queue.empty():
            return False
        unsent = self._websocket.post(text)
        if unsent:
            self.queue.put(unsent)
        return True

    def poll(self) -> list[Any]:
        """Wait for packets to send. For a websocket, as long as it takes: pings tell who is gone."""
        if self._websocket is None or not self.upgraded:
            return super().poll()  # type: ignore[no-any-return]
        self._writer_waits = True
        try:
            packet = self.queue.get()
        finally:
            self._writer_waits = False
        self.queue.task_done()
        return [] if packet is None else [packet]

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
        event = EVENT.fullmatch(data) if isinstance(data, str) else None
        if event is None:
            on_other(eio_sid, data)
            return
        try:
            content = json.loads(event[3])
        except ValueError as error:
            log.warning("bad frame: %s (%d long)", type(error).__name__, len(data))
            content = NOT_JSON
        answer(eio_sid, event[1], event[2], content)

    def on_other(eio_sid: str, data: Any) -> None:
        try:
            parsed = packet.Packet(encoded_packet=data)
        except (ValueError, RecursionError, TypeError, IndexError) as error:
            log.warning("bad frame: %s (%d long)", type(error).__name__, len(data))
            unread = EVENT_WITH_ID.match(data) if isinstance(data, str) else None
            if unread:
                answer(eio_sid, unread[1], unread[2], NOT_JSON)
            return
        if parsed.packet_type in (packet.EVENT, packet.BINARY_EVENT):
            whole = parsed.data if parsed.packet_type == packet.EVENT else NOT_JSON
            answer(eio_sid, parsed.namespace or "/", "" if parsed.id is None else str(parsed.id), whole)
        elif parsed.packet_type in (packet.CONNECT, packet.DISCONNECT):
            server._handle_eio_message(eio_sid, data)
        else:
            log.warning("bad frame: a Socket.IO packet of type %s", one_line(parsed.packet_type))

    def answer(eio_sid: str, namespace: str, number: str, data: Any) -> None:
        sid = server.manager.sid_from_eio_sid(eio_sid, namespace)
        if sid is None or not server.manager.is_connected(sid, namespace):
            return
        said = receive(sid, namespace, data)
        if number:
            _say(server, eio_sid, f"3{namespace},{number}{json.dumps([said])}")

    json = server.packet_class.json
    server.eio.on("message", on_message)


def send(server: socketio.Server, eio_sid: str, namespace: str, event: str, payload: dict[str, Any]) -> None:
    """Send an event to one socket, without the search through rooms that `emit` makes."""
    _say(server, eio_sid, f"2{namespace},{server.packet_class.json.dumps([event, payload])}")


def _say(server: socketio.Server, eio_sid: str, text: str) -> None:
    session = server.eio.sockets.get(eio_sid)
    if session is not None and not session.closed:
        session.say(text)


def one_line(said: object, longest: int = 40) -> str:
    """What a client said, as a short piece of one line of the log."""
    return "".join(each if each.isprintable() else "?" for each in str(said)[:longest])
