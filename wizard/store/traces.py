"""Whether a file still has something of sessions that are gone, to the byte."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

CHUNK_BYTES = 8_000_000


def files_with(folder: Path, sessions: Iterable[str]) -> list[Path]:
    """Every file below the folder in which the id of one of these sessions stands as it is: not where it's packed."""
    ids = [session.encode() for session in sessions]
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and _has_one(path, ids)]


def _has_one(path: Path, ids: Sequence[bytes]) -> bool:
    overlap = max(map(len, ids), default=1) - 1
    before = b""
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                looked_at = before + chunk
                if any(each in looked_at for each in ids):
                    return True
                before = looked_at[-overlap:] if overlap else b""
    except FileNotFoundError:  # one of SQLite's own, which come and go
        pass
    return False
