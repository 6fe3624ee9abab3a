"""`python -m wizard erase --older-than`: what a study has kept for long enough, out of all that has it."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from wizard.dataset.alone import alone_with, ask, ask_server, clean_log, wait_until_clean
from wizard.dataset.person import IN_GAPS, STILL_READ, not_cleaned
from wizard.dataset.splits import pins
from wizard.head import TRIAL
from wizard.store.backups import Unreadable, erase_from_backups
from wizard.store.erasure import RETIRED, erase_sessions, has_gaps
from wizard.store.retention import Old, by_person, older_than
from wizard.terminal import counted, say


def erase_old(db: Database, folder: Path, study: str, days: int, *, dry_run: bool, yes: bool, as_json: bool) -> None:
    """Erase the conversations of that study in which nothing was said for so many days, and say so.

    Raises:
        NotErased: the log still has them.
    """
    found = older_than(db, study, datetime.now(UTC) - timedelta(days=days))
    facts: dict[str, Any] = {
        "study": study,
        "conversations": [
            {"session": each.session, "participant": each.participant, "last": each.last} for each in found
        ],
    }
    what = f"{study} has {counted(len(found), 'conversation')} in which nothing was said for {counted(days, 'day')}"
    if dry_run or not found:
        say({**facts, "erased": False}, as_json, f"{what}. Nothing was erased.")
        return
    if not yes:
        ask(what)
    clean, unreadable = _take_out(db, folder, study, days, found)
    told = [{"file": str(each.file), "why": each.why} for each in unreadable]
    words = [f"Erased. {what.replace(' has ', ' had ', 1)}.", *map(not_cleaned, unreadable)]
    if not clean:
        words.append(STILL_READ)
    if in_gaps := has_gaps(db.conn):
        words.append(IN_GAPS)
    clean = clean and not in_gaps
    say({**facts, "erased": True, "clean": clean, "unreadable": told}, as_json, "\n".join(words))
    sys.exit(0 if clean and not unreadable else 1)


def _take_out(db: Database, folder: Path, study: str, days: int, found: list[Old]) -> tuple[bool, list[Unreadable]]:
    """Whether the log is clean of them, and the backups that may not be."""
    unreadable = erase_from_backups(folder, [each.session for each in found])
    with alone_with(folder) as alone:
        if not alone:
            ask_server(db, folder, [{"study": study, "older_than": str(days)}])
            return wait_until_clean(db, backups=not unreadable), unreadable
        for listed, those in by_person(found).items():
            kept = [] if listed.endswith(TRIAL) else list(pins(db, listed, those))
            for sessions in those.values():
                erase_sessions(db, listed, sessions, RETIRED, kept)
                kept = []
        return clean_log(db, folder, backups=not unreadable), unreadable
