"""Events in and out of the log: one commit for many appends, one read for a session."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pydantic_core import to_json
from sqlite_utils import Database

from wizard.events import Draft, Event, read_body
from wizard.head import Head, lists_of
from wizard.session import Session, fold
from wizard.store.database import sqlite3

HEAD_COLUMNS = Head._fields
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
    """The time as the log writes it: UTC, ISO 8601, milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


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


def count_exchanges(db: Database, study: str) -> int:
    """How many exchanges that study has."""
    return int(db.conn.execute("SELECT total(exchanges) FROM heads WHERE study = ?", [study]).fetchone()[0])


def durations(db: Database, study: str) -> list[float]:
    """The seconds that the last conversations of that study took in which anything was answered."""
    query = """
        SELECT (julianday(ended_at) - julianday(started_at)) * 86400 FROM heads
        WHERE study = ? AND ended_at IS NOT NULL AND imported IS NULL AND exchanges > 0
        ORDER BY ended_at DESC LIMIT 20
    """
    return [float(row[0]) for row in db.conn.execute(query, [study])]


def count_kind(db: Database, study: str, kind: str) -> int:
    """How many events of that kind the sessions of that study have."""
    asked = "SELECT count(*) FROM events e JOIN heads h ON h.session = e.session WHERE e.kind = ? AND h.study = ?"
    return int(db.conn.execute(asked, [kind, study]).fetchone()[0])


def rated_beside(db: Database, study: str) -> dict[str, int]:
    """The exchanges of that study to which somebody else replied in other words; how often a reply there was rated."""
    asked = """
        SELECT o.session || '-' || o.exchange, count(r.seq) FROM (
            SELECT DISTINCT e.session, e.body ->> '$.exchange' AS exchange
            FROM events e JOIN heads h ON h.session = e.session JOIN events first ON first.session = e.session
                AND first.kind = 'replied' AND first.body ->> '$.exchange' = e.body ->> '$.exchange'
            WHERE h.study = ? AND e.kind = 'second_opinion' AND e.body ->> '$.text' IS NOT NULL
                AND trim(first.body ->> '$.text', ' ' || char(9, 10, 13))
                    IS NOT trim(e.body ->> '$.text', ' ' || char(9, 10, 13))
        ) o LEFT JOIN events r ON r.session = o.session AND r.kind = 'rated'
            AND r.body ->> '$.exchange' = o.exchange AND r.body ->> '$.reply_of' IS NULL
        GROUP BY 1
    """
    return dict(db.conn.execute(asked, [study]).fetchall())


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


def read_sessions(db: Database, study: str | None = None) -> Iterator[Session]:
    """Every session, or those of one study, in the order in which they began; one at a time in memory."""
    for events in events_by_session(db, study):
        session = fold(events)
        assert session is not None
        yield session


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


def read_head(db: Database, session: str) -> Head | None:
    """The row of that session in every list, or None where there is none."""
    return next(iter(heads_where(db, "session = ?", [session])), None)


def latest_session(db: Database, study: str, participant: str) -> str | None:
    """The last session of that participant in that study."""
    row = db.conn.execute(
        """
        SELECT session FROM heads JOIN events USING (session)
        WHERE study = ? AND participant = ? AND kind = 'started' ORDER BY seq DESC LIMIT 1
        """,
        [study, participant],
    ).fetchone()
    return row[0] if row else None


Studies = Collection[str] | None
"""Some studies; None for all of them."""


def waiting_heads(db: Database, limit: int, *, claimed: bool, studies: Studies = None) -> list[Head]:
    """Sessions where a message waits for an answer, the oldest first; those that somebody has, or those nobody has."""
    having = "IS NOT NULL" if claimed else "IS NULL"
    where = f"waiting_since IS NOT NULL AND claimed_by {having} AND {WITHIN} ORDER BY waiting_since LIMIT ?"
    return list(heads_where(db, where, [*within(studies), limit]))


def claimed_heads(db: Database, actor: str) -> list[Head]:
    """Sessions that this actor has, in the order in which they began."""
    return list(heads_where(db, "claimed_by = ? ORDER BY started_at", [actor]))


def count_waiting(db: Database, studies: Studies = None) -> int:
    """In how many sessions a message waits for an answer."""
    query = f"SELECT count(*) FROM heads WHERE waiting_since IS NOT NULL AND {WITHIN}"
    return int(db.conn.execute(query, within(studies)).fetchone()[0])


WITHIN = "(? IS NULL OR study IN (SELECT value FROM json_each(?)))"


def within(studies: Studies) -> list[str | None]:
    """What `WITHIN` is given, for sessions of these studies, trials and all."""
    listed = None if studies is None else to_json(lists_of(studies)).decode()
    return [listed, listed]


def count_sessions(db: Database, study: str) -> int:
    """How many sessions that study has."""
    return int(db.conn.execute("SELECT count(*) FROM heads WHERE study = ?", [study]).fetchone()[0])


def open_sessions(db: Database, study: str) -> list[str]:
    """The ids of that study's sessions that aren't over, in the order in which they began."""
    which = "study = ? AND ended IS NULL AND imported IS NULL ORDER BY started_at, session"
    return [each.session for each in heads_where(db, which, [study])]


def scenarios_dealt(db: Database, study: str, version: int) -> dict[str, int]:
    """How many sessions of that version of the study were given each scenario."""
    query = """
        SELECT e.body ->> '$.scenario' AS scenario, count(*)
        FROM heads h JOIN events e ON e.seq = (SELECT min(seq) FROM events WHERE session = h.session)
        WHERE h.study = ? AND h.version = ? AND scenario IS NOT NULL
        GROUP BY scenario
    """
    return dict(db.conn.execute(query, [study, version]).fetchall())


def actors_with_claims(db: Database) -> list[str]:
    """Everybody who has a conversation."""
    return [row[0] for row in db.conn.execute("SELECT DISTINCT claimed_by FROM heads WHERE claimed_by IS NOT NULL")]


def sessions_to_release(db: Database) -> list[str]:
    """Open sessions with replies that have not been let through yet."""
    rows = db.conn.execute("SELECT session FROM heads WHERE unreleased > 0 AND ended IS NULL")
    return [row[0] for row in rows]


def heads_where(db: Database, where: str, given: Sequence[Any] = ()) -> Iterator[Head]:
    """The heads that a condition of ours selects."""
    for row in db.conn.execute(f"SELECT {', '.join(HEAD_COLUMNS)} FROM heads WHERE {where}", given):
        yield Head(*row)


def _event(row: Sequence[Any]) -> Event:
    seq, session, at, actor, client_id, kind, body = row
    return Event(seq, session, at, actor, client_id, read_body(kind, body))
