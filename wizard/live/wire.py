"""What is patched in the socket libraries, each with its reason: eventlet's websockets in `frames.py`, the rest here.
Tests in `tests/live/test_wire.py` and, from 5 on, `tests/faults/test_mends.py` tell when one is no longer needed.

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
from typing import Any

import engineio.socket
import socketio
from engineio.packet import MESSAGE, Packet
from socketio import packet

from wizard import loop
from wizard.live.frames import LeanWebSocket

EVENT = re.compile(r"2(/[^,?]{1,64}),(\d{0,18})(\[.*)", re.DOTALL)
"""An event as clients send it: its namespace, the id of its acknowledgement if it wants one, and its JSON."""
EVENT_WITH_ID = re.compile(r"[25](?:\d{1,9}-)?(/[^,]{1,64}),?(\d{1,18})")
"""Namespace and acknowledgement id of an event whose JSON can't be read."""

NOT_JSON = object()
"""Stands for what an event carried where that couldn't be read."""

log = logging.getLogger("wizard.wire")

Receive = Callable[[str, str, Any], Any]


def install(server: socketio.Server, receive: Receive) -> None:
    """Make this server read frames leanly, and hand every event to `receive(sid, namespace, data)`.

    What `receive` returns is the acknowledgement, where the client asked for one.
    """
    sys.modules[loop.WebSocket.__module__].RFC6455WebSocket = LeanWebSocket  # type: ignore[attr-defined]
    engineio.socket.Socket = LeanSession
    server.eio._async = {**server.eio._async, "websocket": _of_today(server.eio._async["websocket"])}
    server.eio.on("message", _Receiver(server, receive).take)


def send(server: socketio.Server, eio_sid: str, namespace: str, event: str, payload: dict[str, Any]) -> None:
    """Send an event to one socket, without the search through rooms that `emit` makes."""
    _say(server, eio_sid, f"2{namespace},{server.packet_class.json.dumps([event, payload])}")


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


class LeanSession(engineio.socket.Socket):  # type: ignore[misc]
    """python-engineio's session with points 7 and 8 mended."""

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


class _Receiver:
    """Takes what sockets send, with point 4 mended."""

    def __init__(self, server: socketio.Server, receive: Receive) -> None:
        self._server, self._receive = server, receive
        self._loads, self._dumps = server.packet_class.json.loads, server.packet_class.json.dumps

    def take(self, eio_sid: str, data: Any) -> None:
        """Take a message of Engine.IO, nearly always an event."""
        event = EVENT.fullmatch(data) if isinstance(data, str) else None
        if event is None:
            self._take_other(eio_sid, data)
            return
        try:
            content = self._loads(event[3])
        except ValueError as error:
            log.warning("bad frame: %s (%d long)", type(error).__name__, len(data))
            content = NOT_JSON
        self._answer(eio_sid, event[1], event[2], content)

    def _take_other(self, eio_sid: str, data: Any) -> None:
        try:
            parsed = packet.Packet(encoded_packet=data)
        except (ValueError, RecursionError, TypeError, IndexError) as error:
            log.warning("bad frame: %s (%d long)", type(error).__name__, len(data))
            unread = EVENT_WITH_ID.match(data) if isinstance(data, str) else None
            if unread:
                self._answer(eio_sid, unread[1], unread[2], NOT_JSON)
            return
        if parsed.packet_type in (packet.EVENT, packet.BINARY_EVENT):
            whole = parsed.data if parsed.packet_type == packet.EVENT else NOT_JSON
            self._answer(eio_sid, parsed.namespace or "/", "" if parsed.id is None else str(parsed.id), whole)
        elif parsed.packet_type in (packet.CONNECT, packet.DISCONNECT):
            self._server._handle_eio_message(eio_sid, data)
        else:
            log.warning("bad frame: a Socket.IO packet of type %s", one_line(parsed.packet_type))

    def _answer(self, eio_sid: str, namespace: str, number: str, data: Any) -> None:
        sid = self._server.manager.sid_from_eio_sid(eio_sid, namespace)
        if sid is None or not self._server.manager.is_connected(sid, namespace):
            return
        said = self._receive(sid, namespace, data)
        if number:
            _say(self._server, eio_sid, f"3{namespace},{number}{self._dumps([said])}")


def _say(server: socketio.Server, eio_sid: str, text: str) -> None:
    session = server.eio.sockets.get(eio_sid)
    if session is not None and not session.closed:
        session.say(text)


def one_line(said: object, longest: int = 40) -> str:
    """What a client said, as a short piece of one line of the log."""
    return "".join(each if each.isprintable() else "?" for each in str(said)[:longest])
