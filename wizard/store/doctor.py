"""The doctor: is the log whole, and does what it stands on hold?"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import ValidationError
from sqlite_utils import Database

from wizard.head import Head, head
from wizard.observation import of_exchange
from wizard.session import NotAllowed, Session
from wizard.store.database import FILE_NAME, NoLog, has_wal_reset_bug, log_path, reading, sqlite3, sqlite_version
from wizard.store.erasure import has_gaps, maybe_in_backups, must_clean_up
from wizard.store.heads import heads_where
from wizard.store.index import how_far
from wizard.store.log import last_seq, read_session
from wizard.store.schema import newer_step, steps

FREE_BYTES_LEAST, FREE_BYTES_GOOD = 100_000_000, 1_000_000_000
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what, how it is, what that means, and what to do about it."""

    what: str
    state: Literal["good", "note", "bad"]
    says: str
    do: str = ""


def examine(folder: Path) -> list[Finding]:
    """Everything there is to find about the log in this folder, and about the program under it."""
    findings = [_sqlite(), _space(folder), *_rights(folder)]
    try:
        with reading(folder) as db:
            findings += _file(db, folder)
    except NoLog as error:
        findings.append(Finding("log", "bad", str(error), "check the folder's name, or start the app once"))
    except sqlite3.Error as error:
        findings.append(Finding("log", "bad", f"{log_path(folder)} can't be read: {error}", _to_do(folder, error)))
    return findings


def _to_do(folder: Path, error: Exception) -> str:
    """What to do where SQLite can't read the log. A backup is for a file that is broken, and for no other."""
    log = log_path(folder)
    if not log.is_file():
        return "put the log's file there, or name another folder"
    if not os.access(folder, os.W_OK) or not os.access(log, os.R_OK | os.W_OK):
        return "let whoever runs this write there (SQLite must, to read), or look at a copy of the folder"
    if str(error).startswith("no such"):
        return "start the app, which makes what is missing"
    return "restore it from backups/ or from your own"


def _file(db: Database, folder: Path) -> Iterator[Finding]:
    yield _integrity(db)
    yield _steps(db)
    mode = db.journal_mode
    if mode == "wal":
        yield Finding("journal", "good", "write-ahead log, synced at every commit")
    else:
        yield Finding("journal", "bad", f"the file is in mode {mode}", "start the app, which sets it to WAL")
    yield from _folds(db)
    yield from _erasures(db)
    yield _search(folder)
    yield Finding("size", "note", f"{log_path(folder).stat().st_size:,} bytes, {last_seq(db):,} events were written")


def _sqlite() -> Finding:
    version = sqlite_version()
    name = ".".join(str(part) for part in version)
    if has_wal_reset_bug(version):
        return Finding(
            "SQLite", "bad", f"{name} has the WAL-reset bug, which can corrupt the log",
            "install the package pysqlite3 (pip install pysqlite3), or a Python with SQLite 3.51.3 or later",
        )  # fmt: skip
    return Finding("SQLite", "good", f"{name}, without the WAL-reset bug of 3.7.0 to 3.51.2")


def _space(folder: Path) -> Finding:
    at = folder if folder.exists() else folder.absolute().parent
    free = shutil.disk_usage(at).free
    says = f"{free / 1e9:.1f} GB free"
    if free < FREE_BYTES_LEAST:
        return Finding("disk", "bad", says, "free some space: messages are refused when the disk is full")
    return Finding("disk", "good" if free > FREE_BYTES_GOOD else "note", says)


def _rights(folder: Path) -> Iterator[Finding]:
    """Whether all can be written that is written to. SQLite reads a log that can't be without a word."""
    files = [folder, *sorted(folder.glob(f"{FILE_NAME}*"))] if folder.exists() else []
    shut = [each.name for each in files if not os.access(each, os.W_OK)]
    if shut:
        says = f"{', '.join(shut)} can't be written by whoever runs this"
        yield Finding("rights", "note", says, "let whoever runs the app write there, or nothing can be saved")


def _integrity(db: Database) -> Finding:
    said = [row[0] for row in db.conn.execute("PRAGMA integrity_check(5)")]
    if said == ["ok"]:
        return Finding("integrity", "good", "SQLite finds the file whole")
    return Finding("integrity", "bad", "; ".join(said), "stop the app, keep a copy of the folder, and restore a backup")


def _steps(db: Database) -> Finding:
    newer = newer_step(db)
    if newer:
        says = f"made by a newer version of this program (it has step {newer})"
        return Finding("schema", "bad", says, "update the program")
    pending = [step.name for step in steps.pending(db)]
    if pending:
        return Finding(
            "schema", "note", f"the file lacks {', '.join(pending)}", "start the app, which adds them after a backup"
        )
    return Finding("schema", "good", f"up to date ({len(steps.applied(db))} steps)")


def _erasures(db: Database) -> Iterator[Finding]:
    """Whether somebody was erased and may still be in what lies beside the log."""
    if steps.pending(db) or not (must_clean_up(db) or has_gaps(db.conn) or maybe_in_backups(db)):
        return
    yield Finding(
        "erasures", "note",
        "somebody who was erased may still be in the log's WAL or its gaps, or in a backup that can't be read",
        "start the app, or erase them again: both say what is in the way",
    )  # fmt: skip


def _search(folder: Path) -> Finding:
    """How much of the log can be searched. The index is never bad: it is made anew."""
    try:
        far = how_far(folder)
    except sqlite3.Error as error:
        return Finding("search", "note", f"the index can't be read: {error}", "start the app, which makes it anew")
    if far is None:
        return Finding("search", "note", "there is no index yet", "start the app, which makes it")
    behind = max(0, far[1] - far[0])
    if behind:
        return Finding("search", "note", f"{behind:,} events can't be found yet", "start the app, which takes them in")
    return Finding("search", "good", "every event of the log can be found")


def _folds(db: Database) -> Iterator[Finding]:
    """Whether every session's events make a session, and the same one that its row in the lists says."""
    broken: list[str] = []
    different: list[str] = []
    unlike: list[str] = []
    sessions = [row[0] for row in db.conn.execute("SELECT DISTINCT session FROM events")]
    for name in sessions:
        try:
            session, listed = _at_one_moment(db, name)
        except (NotAllowed, ValidationError, KeyError) as error:
            broken.append(f"{name}: {str(error).splitlines()[0]}")
            continue
        if session is None:
            continue
        if listed != head(session):
            different.append(name)
        unlike += [
            f"{name}-{each.number}"
            for each in session.exchanges
            if of_exchange(session, each).hash() != each.reply.observation
        ]
    unheard_of = db.conn.execute("SELECT session FROM heads WHERE session NOT IN (SELECT session FROM events)")
    different += sorted(row[0] for row in unheard_of)
    if broken:
        yield Finding("sessions", "bad", f"{len(broken)} can't be read ({_some(broken)})", "restore them from a backup")
    if different:
        yield Finding(
            "lists", "bad", f"{len(different)} sessions are not listed as the log has them ({_some(different)})",
            "the log is right; restart the app, and report this",
        )  # fmt: skip
    if unlike:
        yield Finding(
            "observations", "bad", f"{len(unlike)} are not what was on the screen ({_some(unlike)})",
            "leave these exchanges out of what you train on, and report this",
        )  # fmt: skip
    if not broken and not different and not unlike:
        yield Finding("sessions", "good", f"all {len(sessions):,} are what their events say, observations to the byte")


def _at_one_moment(db: Database, name: str) -> tuple[Session | None, Head | None]:
    """A session and its row in the lists, as one commit left them: the app may be writing."""
    db.conn.execute("BEGIN")
    try:
        return read_session(db, name), next(heads_where(db, "session = ?", [name]), None)
    finally:
        db.conn.execute("COMMIT")


def _some(names: list[str]) -> str:
    return ", ".join(names[:SHOWN]) + (", …" if len(names) > SHOWN else "")
