"""One SQLite file of a study, for Datasette and whatever else reads SQL, and what Datasette is told of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from wizard.dataset.columns import Kind, answers_of, who
from wizard.dataset.examples import Example, TracedSession
from wizard.dataset.formats._datasette_tables import OF_AN_EXCHANGE, REFERS, TABLES
from wizard.dataset.subject import Ending, Subject
from wizard.exchange import Note
from wizard.observation import under
from wizard.session import Session
from wizard.settings import VERSION
from wizard.store.database import sqlite3

summary = "A SQLite file with every exchange, for Datasette and SQL"

PAGE_BYTES = 4096
CACHE_KIB = 8 * 1024
AS_JSON: tuple[Kind, ...] = ("messages", "list", "texts", "json", "range")

Rows = dict[str, list[tuple[Any, ...]]]
"""What goes into each table."""


def open(subject: Subject, folder: Path) -> DatabaseWriter:
    return DatabaseWriter(subject, folder)


def encode(subject: Subject, sessions: Sequence[TracedSession]) -> tuple[Rows, int]:
    """The rows of these sessions, and how many exchanges are in them."""
    rows: Rows = {name: [] for name in TABLES}
    for each in sessions:
        side = subject.side(each.session)
        rows["sessions"].append(_session(each.session, side))
        rows["messages"] += _messages(each.session)
        for example in each.examples:
            told_of = [_cell(column.kind, column.read(example)) for column in OF_AN_EXCHANGE]
            rows["exchanges"].append((*told_of, side))
            rows["labels"] += [(example.id, name, value) for name, value in example.exchange.labels.items()]
            rows["corrections"] += _corrections(example)
            rows["second_opinions"] += _second_opinions(example)
            rows["ratings"] += _ratings(example)
        rows["notes"] += _notes(each)
    return rows, len(rows["exchanges"])


def _session(session: Session, side: str) -> tuple[Any, ...]:
    started, guessed = session.started, session.guessed
    asked = session.asked_before, session.asked_after
    return (
        session.id,
        started.study,
        started.version,
        started.participant,
        started.alias,
        started.scenario,
        session.consented_at,
        *(_json(answers) if (answers := answers_of(each)) is not None else None for each in asked),
        guessed and guessed.answered_by,
        guessed and guessed.confidence,
        started.imported,
        session.started_at,
        session.ended_at,
        session.ended and session.ended.reason,
        side,
    )


def _messages(session: Session) -> list[tuple[Any, ...]]:
    rows = []
    for said in session.messages:
        stands = under(said.bubble)
        exchange = f"{session.id}-{said.exchange}" if said.exchange else None
        parts = (_json(stands[name]) if name in stands else None for name in ("buttons", "card"))
        whole = said.whole.text if said.whole else None
        rows.append((session.id, said.n, said.role, said.text, said.at, exchange, *parts, whole))
    return rows


def _corrections(example: Example) -> list[tuple[Any, ...]]:
    return [
        (example.id, number, who(each.actor), each.at, _json(dict(each.labels)))
        for number, each in enumerate(example.exchange.corrections, 1)
    ]


def _second_opinions(example: Example) -> list[tuple[Any, ...]]:
    rows = []
    for number, each in enumerate(example.exchange.second_opinions, 1):
        told = each.opinion
        measured = (told.could_answer, told.missing, told.seconds, told.first_key, told.keystrokes)
        rows.append((example.id, number, told.wizard, each.at, told.text, _json(told.labels), *measured))
    return rows


def _ratings(example: Example) -> list[tuple[Any, ...]]:
    return [
        (example.id, number, each.rated.wizard, each.at, each.rated.would_send, each.rated.opinion, each.rated.reply_of)
        for number, each in enumerate(example.exchange.ratings, 1)
    ]


def _notes(traced: TracedSession) -> list[tuple[Any, ...]]:
    notes: list[tuple[str | None, Note]] = [(None, note) for note in traced.session.notes]
    notes += [(example.id, note) for example in traced.examples for note in example.exchange.notes]
    return [
        (traced.session.id, number, exchange, who(note.actor), note.at, note.text)
        for number, (exchange, note) in enumerate(notes, 1)
    ]


def _cell(kind: Kind, value: Any) -> Any:
    return _json(value) if kind in AS_JSON and value is not None else value


def _json(tree: Any) -> str:
    return json.dumps(tree, ensure_ascii=False)


class DatabaseWriter:
    """Fills the tables as rows come, in a file beside; what is handed over is a copy of it without gaps.

    Indexes are there from the beginning, and nothing is sorted or copied in memory, where many a SQLite keeps what is
    only for a moment.
    """

    def __init__(self, subject: Subject, folder: Path) -> None:
        self._subject, self._folder = subject, folder
        self._beside = folder / "beside"
        self._beside.mkdir()
        self._db = Database(sqlite3.connect(self._beside / "filling.db"))
        for pragma in (f"page_size={PAGE_BYTES}", "journal_mode=OFF", "synchronous=OFF", f"cache_size=-{CACHE_KIB}"):
            self._db.execute(f"PRAGMA {pragma}").fetchall()
        for name, table in TABLES.items():
            refers = [(column, *REFERS[column]) for column in table.columns if column in REFERS and name != "sessions"]
            key = table.key if len(table.key) > 1 else table.key[0]
            self._db.table(name).create(table.types, pk=key, foreign_keys=refers)
            for columns in table.indexes:
                self._db.table(name).create_index(columns)

    def write(self, piece: Rows) -> None:
        with self._db.atomic():
            for name, rows in piece.items():
                places = ", ".join("?" * len(TABLES[name].columns))
                self._db.conn.executemany(f"INSERT INTO {name} VALUES ({places})", rows)

    def finish(self, ending: Ending) -> None:
        self._db.table("messages").enable_fts(["text"], tokenize="unicode61").optimize()
        self._db.execute("VACUUM INTO ?", [str(self._folder / f"{self._subject.study.study}.db")])
        self.close()
        told = json.dumps(self._metadata(ending), ensure_ascii=False, indent=2)
        (self._folder / "metadata.json").write_text(told + "\n", encoding="utf-8", newline="\n")

    def close(self) -> None:
        self._db.close()
        shutil.rmtree(self._beside, ignore_errors=True)

    def _metadata(self, ending: Ending) -> dict[str, Any]:
        """What Datasette shows beside the tables; https://docs.datasette.io/en/stable/metadata.html"""
        study = self._subject.study
        described = {
            name: {
                "description": table.rows,
                "columns": {column: meaning for column, (_, meaning) in table.columns.items()},
            }
            for name, table in TABLES.items()
        }
        return {
            "title": study.title,
            "description": f"Study {study.study}, version {self._subject.version}, up to event {self._subject.upto}. "
            f"Made by: {ending.command}",
            **({"license": study.licence} if study.licence else {}),
            "source": f"Curtain {VERSION}",
            "databases": {study.study: {"tables": described}},
        }
