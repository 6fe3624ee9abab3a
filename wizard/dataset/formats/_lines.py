"""Formats that are one file of lines."""

from __future__ import annotations

from json import JSONEncoder
from pathlib import Path

from wizard.dataset.subject import Ending

ENDS_A_LINE = {"\x85": "\\u0085", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""What ends a line for some who read, and may stand in JSON as it is."""

as_json = JSONEncoder(ensure_ascii=False).encode
"""Made once: `json.dumps` makes an encoder for each line, which takes as long as a short one."""


def as_one_line(json: str) -> str:
    """JSON that is one line for everybody, however they split lines; what it says is the same."""
    for ending, escaped in ENDS_A_LINE.items():
        if ending in json:
            json = json.replace(ending, escaped)
    return json


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


class JsonLinesWriter(LinesWriter):
    """One file of JSON, an object a line."""

    def write(self, piece: str) -> None:
        super().write(as_one_line(piece))
