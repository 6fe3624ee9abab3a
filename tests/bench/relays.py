"""What Curtain is measured against: the relay that one writes first, with Flask-SocketIO as it comes.

python -m tests.bench.relays PORT              logs nothing
python -m tests.bench.relays PORT FILE.db      one commit for every message, in the handler
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from flask import Flask, request
from flask_socketio import SocketIO, emit, join_room
from sqlite_utils.utils import sqlite3

Message = dict[str, Any]


def relay(store: Callable[[Message], None]) -> tuple[Flask, SocketIO]:
    """Whatever a participant sends goes to their peer's room, and is acknowledged."""
    app = Flask(__name__)
    socketio = SocketIO(app, async_mode="eventlet")
    peers: dict[str, str] = {}

    @socketio.on("connect", namespace="/chat")
    def enter(auth: dict[str, str]) -> None:
        peers[request.sid] = auth["peer"]  # type: ignore[attr-defined]

    @socketio.on("connect", namespace="/desk")
    def sit_down(auth: dict[str, str]) -> None:
        join_room(auth["peer"])

    @socketio.on("send", namespace="/chat")
    def send(message: Message) -> dict[str, bool]:
        store(message)
        emit("message", message, namespace="/desk", to=peers[request.sid])  # type: ignore[attr-defined]
        return {"ok": True}

    return app, socketio


def forget(message: Message) -> None:
    """Log nothing."""


def commit_each(file: str) -> Callable[[Message], None]:
    """Store a message with a commit of its own, as safely as Curtain does: WAL, synced before it returns."""
    db = sqlite3.connect(file)
    db.execute("PRAGMA journal_mode=WAL")
    db.execute("PRAGMA synchronous=FULL")
    db.execute("CREATE TABLE messages (id TEXT, text TEXT)")

    def store(message: Message) -> None:
        db.execute("INSERT INTO messages VALUES (?, ?)", [message["id"], message["text"]])
        db.commit()

    return store


if __name__ == "__main__":
    port, *files = sys.argv[1:]
    app, socketio = relay(commit_each(files[0]) if files else forget)
    socketio.run(app, port=int(port), log_output=False)
