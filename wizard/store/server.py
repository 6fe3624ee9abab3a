"""Which process serves a log: the lock that it holds, and where it says that it is."""

from __future__ import annotations

import json
from pathlib import Path

from filelock import FileLock, Timeout

LOCK, RUNNING = "server.lock", "server.json"


def lock_of(sessions: Path) -> FileLock:
    """What only one process has at a time: the server of this log, or a verb that must be alone with it."""
    return FileLock(sessions / LOCK)


def running_at(sessions: Path) -> str | None:
    """The address on this machine of the server of this log, or None where none runs."""
    lock = lock_of(sessions)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        try:
            return str(json.loads((sessions / RUNNING).read_text())["local"])
        except (OSError, ValueError, KeyError):
            return None
    lock.release()
    return None
