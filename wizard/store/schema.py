"""Steps that bring the log's file up to date in place: to the tables in `tables.py` and the views in `views.py`.

A step is never changed once it is released: a new need is a new step. Before a file that holds
something is changed, a copy of it is put into `backups/`.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database, Migrations

from wizard.store.tables import (
    ASKING,
    COSTS,
    DATASET,
    DESK,
    ERASURES,
    EVENTS,
    EVENTS_BY_SESSION,
    EVENTS_ONCE,
    FIRST_VERSIONS,
    GOING,
    HEAD_INDEXES,
    HEADS,
    PEOPLE,
    STUDIES_AND_SEATS,
    STUDIO,
)
from wizard.store.views import VIEWS

BACKUPS = "backups"

steps = Migrations("curtain")


class NewerLog(Exception):
    """The file was made by a newer version of this program, which this one would harm."""


STEP_NAMES = (
    "001_log",
    "002_studies_and_seats",
    "003_views_for_people",
    "004_desk",
    "005_words",
    "006_dataset",
    "007_studio",
    "008_running",
    "009_people",
    "010_asking",
    "011_retention",
)
KEY_DIGITS = 32


@steps(name=STEP_NAMES[0])
def _log(db: Database) -> None:
    for statement in (EVENTS, EVENTS_BY_SESSION, EVENTS_ONCE, HEADS, *HEAD_INDEXES):
        db.conn.execute(statement)


@steps(name=STEP_NAMES[1])
def _studies_and_seats(db: Database) -> None:
    for statement in STUDIES_AND_SEATS:
        db.conn.execute(statement)


@steps(name=STEP_NAMES[2])
def _views(db: Database) -> None:
    _make_views(db)


@steps(name=STEP_NAMES[3])
def _desk(db: Database) -> None:
    for statement in DESK:
        db.conn.execute(statement)
    _make_views(db)


@steps(name=STEP_NAMES[4])
def _words(db: Database) -> None:
    db.conn.execute(ERASURES)
    _make_views(db)


@steps(name=STEP_NAMES[5])
def _dataset(db: Database) -> None:
    for statement in DATASET:
        db.conn.execute(statement)
    for study, at, code in db.conn.execute(FIRST_VERSIONS).fetchall():
        key = hashlib.sha256("\0".join([study, at, code]).encode()).hexdigest()[:KEY_DIGITS]
        db.conn.execute("INSERT INTO split_keys VALUES (?, ?)", [study, key])


@steps(name=STEP_NAMES[6])
def _studio(db: Database) -> None:
    for statement in STUDIO:
        db.conn.execute(statement)


@steps(name=STEP_NAMES[7])
def _running(db: Database) -> None:
    db.conn.execute(COSTS)
    _make_views(db)


@steps(name=STEP_NAMES[8])
def _people(db: Database) -> None:
    for statement in PEOPLE:
        db.conn.execute(statement)


@steps(name=STEP_NAMES[9])
def _asking(db: Database) -> None:
    for statement in ASKING:
        db.conn.execute(statement)


@steps(name=STEP_NAMES[10])
def _retention(db: Database) -> None:
    db.conn.execute(GOING)


def _make_views(db: Database) -> None:
    """Make every view as it is now, whatever a file has: they hold nothing, so older ones need not be kept."""
    for name, query in VIEWS.items():
        db.conn.execute(f"DROP VIEW IF EXISTS {name}")
        db.conn.execute(f"CREATE VIEW {name} AS {query}")


def newer_step(db: Database) -> str | None:
    """The last step of this file that this program doesn't know, if there is one."""
    unknown = [step.name for step in steps.applied(db) if step.name not in STEP_NAMES]
    return unknown[-1] if unknown else None


def bring_up_to_date(db: Database, folder: Path) -> Path | None:
    """Apply the steps that this file lacks; return where the backup went, if one was due.

    Raises:
        NewerLog: the file has steps that this program doesn't know.
    """
    newer = newer_step(db)
    if newer:
        raise NewerLog(
            f"The log was made by a newer version of this program (it has step {newer}). "
            "Update the program; the log has not been touched."
        )
    backup = None
    pending = [step.name for step in steps.pending(db)]
    if pending and steps.applied(db):
        backup = _back_up(db, folder, pending[0])
        if STEP_NAMES[5] in pending:  # until then what was written anew left what it had been in the file's gaps
            db.conn.execute("VACUUM")
    steps.apply(db)
    return backup


def _back_up(db: Database, folder: Path, step: str) -> Path:
    target = folder / BACKUPS / f"log-before-{step}-{datetime.now(UTC):%Y%m%dT%H%M%SZ}.db"
    target.parent.mkdir(exist_ok=True)
    db.conn.execute("VACUUM INTO ?", [str(target)])
    return target
