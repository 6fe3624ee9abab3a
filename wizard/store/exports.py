"""The book of exports: what left, when and where to, so that it can be said which of it held somebody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlite_utils import Database

from wizard.store.log import immediately, now

EXPORTS = "exports"
"""The folder below `sessions/` of what was exported from the page."""
COLUMNS = ("at", "study", "format", "place", "upto", "sessions", "examples", "options")


@dataclass(frozen=True, slots=True)
class KeptExport:
    """An export as it is in the book. `upto` is the last event that there was; `place` says where it went."""

    at: str
    study: str
    format: str
    place: str
    upto: int
    sessions: int
    examples: int
    options: Mapping[str, Any]


def record_export(
    db: Database,
    study: str,
    format: str,
    place: str,
    *,
    upto: int,
    sessions: int,
    examples: int,
    options: Mapping[str, Any],
) -> KeptExport:
    """Write into the book that this was exported."""
    kept = KeptExport(now(), study, format, place, upto, sessions, examples, options)
    row = [kept.at, study, format, place, upto, sessions, examples]
    with immediately(db):
        db.conn.execute(
            f"INSERT INTO exports ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})",
            [*row, json.dumps(options, ensure_ascii=False, sort_keys=True)],
        )
    return kept


def exports_that_held(db: Database, study: str, first_seq: int) -> list[KeptExport]:
    """The exports of that study, oldest first, that somebody may be in whose first event that is."""
    rows = db.conn.execute(
        f"SELECT {', '.join(COLUMNS)} FROM exports WHERE study = ? AND upto >= ? ORDER BY id", [study, first_seq]
    )
    facts = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    return [KeptExport(**{**each, "options": json.loads(each["options"])}) for each in facts]
