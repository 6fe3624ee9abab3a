"""Rows put in order by conversation, however many there are and however far apart the rows of one lie."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from tempfile import mkstemp

from wizard.dataset.reading import LineNames
from wizard.dataset.rows import Row
from wizard.store.database import sqlite3

AT_ONCE = 1_000
PRAGMAS = (
    *("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE", "cache_size = -32768"),
    "temp_store = FILE",  # else what is sorted for the index is held in memory
)
ROWS = "CREATE TABLE rows (place INTEGER PRIMARY KEY, line INTEGER, conversation TEXT, row TEXT)"
BEGAN = """
CREATE TABLE began AS SELECT min(place) AS place, conversation FROM rows GROUP BY conversation ORDER BY 1
"""
IN_ORDER = """
SELECT b.conversation, r.line, r.row FROM began b CROSS JOIN rows r ON r.conversation = b.conversation
ORDER BY b.place, r.place
"""


class Gathering:
    """Rows on the disk, in a file without a name: when this process is gone, however it went, so is the file."""

    def __init__(self, folder: Path) -> None:
        descriptor, name = mkstemp(dir=folder, prefix="import-")
        self._db = sqlite3.connect(name, isolation_level=None)
        os.close(descriptor)
        for pragma in PRAGMAS:
            self._db.execute(f"PRAGMA {pragma}")
        self._db.execute(ROWS)
        with suppress(OSError):
            Path(name).unlink()
        self._waiting: list[tuple[int, str, str]] = []
        self._names = LineNames()
        self.conversations = 0

    def add(self, line: int, row: Row) -> None:
        """Take this row in."""
        self._waiting.append((line, row.key or self._names.next(line), row.model_dump_json(exclude_unset=True)))
        if len(self._waiting) >= AT_ONCE:
            self._put_down()

    def order(self) -> None:
        """All rows are there: find where each conversation began."""
        self._put_down()
        self._db.execute("CREATE INDEX by_conversation ON rows (conversation, place)")
        self._db.execute(BEGAN)
        self.conversations = self._db.execute("SELECT count(*) FROM began").fetchone()[0]

    def __iter__(self) -> Iterator[tuple[str, list[tuple[int, Row]]]]:
        """Each conversation with its rows, in the order of the file."""
        read = Row.__pydantic_validator__.validate_json
        for conversation, rows in groupby(self._db.execute(IN_ORDER), lambda each: each[0]):
            yield conversation, [(line, read(row)) for _, line, row in rows]

    def close(self) -> None:
        """Let go of the file, which is gone then."""
        self._db.close()

    def _put_down(self) -> None:
        self._db.execute("BEGIN")
        self._db.executemany("INSERT INTO rows (line, conversation, row) VALUES (?, ?, ?)", self._waiting)
        self._db.execute("COMMIT")
        self._waiting.clear()
