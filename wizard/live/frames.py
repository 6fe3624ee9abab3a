"""eventlet's websockets, with points 1 to 3, 5, 8 and 9 of `wire.py` mended: frames as they are read and written."""

from __future__ import annotations

import logging
import re
from socket import SHUT_RDWR
from typing import Any

from wizard import loop

CHUNK = 16_384
WHOLE_TEXT, MASKED, TWO_BYTE_SIZE, EIGHT_BYTE_SIZE = 0x81, 0x80, 126, 127
"""What the first two bytes of a frame say: https://www.rfc-editor.org/rfc/rfc6455#section-5.2"""
ENGINE_PACKET = re.compile(r"[0-6]")

log = logging.getLogger("wizard.wire")


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
    """A websocket that reads and writes leanly, and ends at what isn't of the protocol."""

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
