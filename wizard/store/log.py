"""Events in and out of the log: one commit for many appends, one read for a session."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_json
from sqlite_utils import Database

from wizard.events import Draft, Event, read_body
from wizard.fold import fold
from wizard.head import Head
from wizard.session import Session
from wizard.store.database import sqlite3
from wizard.store.heads import HEAD_COLUMNS

HEAD_CHANGES = ("messages", "exchanges", "waiting_since", "unreleased", "claimed_by", "ended", "ended_at")
"""What events after the first can change of a head."""

INSERT_EVENTS = """
INSERT INTO events (seq, session, kind, at, actor, client_id, body)
SELECT :before + key + 1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
FROM json_each(:rows)
"""
INSERT_HEADS = f"""
INSERT INTO heads ({", ".join(HEAD_COLUMNS)})
SELECT {", ".join(f"value ->> {at}" for at in range(len(HEAD_COLUMNS)))} FROM json_each(:rows) WHERE true
ON CONFLICT (session) DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in HEAD_CHANGES)}
"""
SELECT_EVENTS = "SELECT seq, session, at, actor, client_id, kind, body FROM events"
SELECT_BY_SESSION = """
SELECT e.seq, e.session, e.at, e.actor, e.client_id, e.kind, e.body
FROM {began} CROSS JOIN events e ON e.session = s.session
WHERE :upto IS NULL OR e.seq <= :upto ORDER BY s.seq, e.seq
"""
"""Loops in this order need no sorting: the first session is there at once."""

ASKED_AND_ANSWERED = """
SELECT e.session, e.body ->> '$.n', iif(e.kind = 'message', e.body ->> '$.text', NULL), e.body ->> '$.upto'
FROM events s CROSS JOIN heads h ON h.session = s.session AND s.kind = 'started' AND h.study = :study
CROSS JOIN events e ON e.session = s.session
WHERE e.kind = 'replied' OR (e.kind = 'message' AND e.body ->> '$.role' = 'user') ORDER BY s.seq, e.seq
"""


class AlreadyWritten(Exception):
    """An event with this session, actor and client id is in the log; nothing of this append was stored."""


@dataclass(frozen=True, slots=True)
class Append:
    """Events of one session that are stored together or not at all, and the session's head after them."""

    session: str
    drafts: tuple[Draft, ...]
    head: Head

    def rows(self) -> Iterator[str]:
        """Each event as the JSON array that `INSERT_EVENTS` takes."""
        for draft in self.drafts:
            body = draft.body.model_dump_json()
            yield to_json([self.session, draft.body.kind, draft.at, draft.actor, draft.client_id, body]).decode()


def now() -> str:
    """The time as the log writes it."""
    return written(datetime.now(UTC))


def written(moment: datetime) -> str:
    """A moment as the log writes it: UTC, ISO 8601, milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_session_id() -> str:
    """An id that says nothing and can't be guessed."""
    return secrets.token_hex(10)


def write(db: Database, appends: Sequence[Append]) -> list[int]:
    """Store these appends in one commit; return the `seq` of the first event of each.

    Raises:
        AlreadyWritten: an event of one of them is in the log already. Nothing was stored.
        sqlite3.OperationalError: the disk is full or the file locked. Nothing was stored.
    """
    rows = [row for append in appends for row in append.rows()]
    heads = [to_json(append.head).decode() for append in appends]
    try:
        with immediately(db):
            before = last_seq(db)
            db.conn.execute(INSERT_EVENTS, {"before": before, "rows": f"[{','.join(rows)}]"})
            db.conn.execute(INSERT_HEADS, {"rows": f"[{','.join(heads)}]"})
    except sqlite3.IntegrityError as error:
        raise AlreadyWritten(str(error)) from None
    firsts = []
    for append in appends:
        firsts.append(before + 1)
        before += len(append.drafts)
    return firsts


@contextmanager
def immediately(db: Database) -> Iterator[None]:
    """A transaction that takes the write lock at once, so that what it reads can't change under it.

    sqlite-utils' `atomic()` takes it at the first write, which fails at once where another process wrote
    in between.
    """
    connection = db.conn
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def together(db: Database) -> Iterator[None]:
    """In the transaction that is open, or else in one of its own."""
    if db.conn.in_transaction:
        yield
    else:
        with immediately(db):
            yield


def last_seq(db: Database) -> int:
    """The highest `seq` ever given, erased events included; 0 in an empty log."""
    row = db.conn.execute("SELECT seq FROM sqlite_sequence WHERE name = 'events'").fetchone()
    return int(row[0]) if row else 0


def stamp(session: str, drafts: Sequence[Draft], first_seq: int) -> list[Event]:
    """The events that these drafts became, the first of them with `first_seq`."""
    return [
        Event(first_seq + at, session, draft.at or "", draft.actor, draft.client_id, draft.body)
        for at, draft in enumerate(drafts)
    ]


def read_session(db: Database, session: str) -> Session | None:
    """The session as its events say it is, or None where there is none."""
    rows = db.conn.execute(f"{SELECT_EVENTS} WHERE session = ? ORDER BY seq", [session])
    return fold(_event(row) for row in rows)


def events_by_session(db: Database, study: str | None = None, upto: int | None = None) -> Iterator[list[Event]]:
    """The events of every session, or of those of one study, in the order in which they began; none after `upto`."""
    began = """
        events s CROSS JOIN heads h ON h.session = s.session AND s.kind = 'started'
                 AND (:study IS NULL OR h.study = :study)
    """
    return _grouped(db.conn.execute(SELECT_BY_SESSION.format(began=began), {"study": study, "upto": upto}))


def events_of_sessions(db: Database, sessions: Sequence[str], upto: int | None = None) -> Iterator[list[Event]]:
    """The events of these sessions, in this order; none after `upto`."""
    began = "(SELECT key AS seq, value AS session FROM json_each(:sessions)) s"
    given = {"sessions": to_json(sessions).decode(), "upto": upto}
    return _grouped(db.conn.execute(SELECT_BY_SESSION.format(began=began), given))


def begun_sessions(db: Database, study: str, upto: int | None = None) -> Iterator[str]:
    """The ids of a study's sessions, in the order in which they began; none that began after `upto`."""
    rows = db.conn.execute(
        """
        SELECT s.session FROM events s CROSS JOIN heads h ON h.session = s.session
        WHERE s.kind = 'started' AND h.study = :study AND (:upto IS NULL OR s.seq <= :upto) ORDER BY s.seq
        """,
        {"study": study, "upto": upto},
    )
    return (row[0] for row in rows)


def asked_and_answered(db: Database, study: str) -> Iterator[tuple[str, int | None, str | None, int | None]]:
    """Of each session of a study, in the order in which they began, what the participant said, as (session, number,
    text, None), and up to which message each reply answers, as (session, None, None, upto).
    """
    rows = db.conn.execute(ASKED_AND_ANSWERED, {"study": study})
    return ((session, n, text, upto) for session, n, text, upto in rows)


def checksum(db: Database, study: str, upto: int) -> str:
    """SHA-256 of all events of that study up to that one, as they lie in the log; 64 hex digits."""
    rows = db.conn.execute(
        """
        SELECT json_array(e.seq, e.session, e.at, e.actor, e.client_id, e.kind, e.body)
        FROM events e CROSS JOIN heads h ON h.session = e.session WHERE h.study = ? AND e.seq <= ? ORDER BY e.seq
        """,
        [study, upto],
    )
    digest = hashlib.sha256()
    for (row,) in rows:
        digest.update(row.encode())
    return digest.hexdigest()


def _grouped(rows: Iterable[Sequence[Any]]) -> Iterator[list[Event]]:
    events: list[Event] = []
    for row in rows:
        event = _event(row)
        if events and event.session != events[0].session:
            yield events
            events = []
        events.append(event)
    if events:
        yield events


def _event(row: Sequence[Any]) -> Event:
    seq, session, at, actor, client_id, kind, body = row
    return Event(seq, session, at, actor, client_id, read_body(kind, body))
