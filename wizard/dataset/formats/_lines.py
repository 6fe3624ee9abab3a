"""Formats that are one file of lines."""

from __future__ import annotations

from pathlib import Path

from wizard.dataset.subject import Ending


class LinesWriter:
    """One file of text, a piece after the other."""

    def __init__(self, path: Path, heading: str = "") -> None:
        self._file = path.open("w", encoding="utf-8", newline="")
        self._file.write(heading)

    def write(self, piece: str) -> None:
        self._file.write(piece)

    def finish(self, ending: Ending) -> None:
        self._file.close()

    def close(self) -> None:
        self._file.close()
