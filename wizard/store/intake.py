"""What the index is made of, and how it takes in what the log has got: a few whole statements a batch.

Nothing here waits for the log's writer or holds it up: the log is attached for reading only, and a batch is read
by one short statement. The others run in SQLite alone, but for two functions, so that the event loop goes on.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database

from wizard.store.database import log_path, sqlite3
from wizard.store.findable import counted_as, findable, fold_both
from wizard.store.log import immediately

VERSION = 4
"""Of all that is below and in `findable.py`. An index of another version is made anew."""
BATCH_EVENTS = 1_000
BUSY_SECONDS = 2.0

Draws = Callable[[str, int, str, int], bool]
"""Whether an exchange is drawn for a second opinion, by its study, the study's version, session and number."""

TABLES = (
    """
    CREATE TABLE taken_in (                 -- one row: the last event of the log that is in here
        seq INTEGER NOT NULL,
        session TEXT NOT NULL,
        at TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE waiting (                  -- what participants said and nobody has answered
        session TEXT NOT NULL,
        n INTEGER NOT NULL,
        text TEXT NOT NULL,
        PRIMARY KEY (session, n)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE exchanges (                -- narrow, so that going through all of them is quick
        seq INTEGER PRIMARY KEY,
        session TEXT NOT NULL,
        exchange INTEGER NOT NULL,
        study TEXT NOT NULL,
        alias TEXT NOT NULL,
        at TEXT NOT NULL,
        wizard TEXT NOT NULL,
        could_answer TEXT,
        missing TEXT,                       -- as it is counted: small letters, no spaces around
        saw_more INTEGER NOT NULL,
        drawn INTEGER NOT NULL,
        not_for_training INTEGER NOT NULL DEFAULT 0,
        opinions INTEGER NOT NULL DEFAULT 0
    )
    """,
    "CREATE UNIQUE INDEX exchanges_by_session ON exchanges (session, exchange)",
    """
    CREATE INDEX exchanges_due ON exchanges (seq, session, exchange, wizard)
    WHERE drawn AND NOT not_for_training AND NOT opinions
    """,
    """
    CREATE TABLE said (                     -- the words of an exchange, as they were written and as they are found
        seq INTEGER PRIMARY KEY,
        asked TEXT NOT NULL,
        text TEXT,
        folded TEXT NOT NULL
    )
    """,
    """
    CREATE VIRTUAL TABLE threes USING fts5 (findable, content = '', detail = none,
                                            tokenize = 'trigram case_sensitive 1')
    """,
    """
    CREATE TABLE labels (                   -- as they stand now; NULL where one was taken away
        seq INTEGER NOT NULL,
        name TEXT NOT NULL,
        value TEXT,
        PRIMARY KEY (seq, name)
    ) WITHOUT ROWID
    """,
    "CREATE INDEX labels_by_value ON labels (name, value, seq)",
    """
    CREATE TABLE seen (                     -- who ever had a session, looked into it or on, or answered in it
        session TEXT NOT NULL,
        account TEXT NOT NULL,
        PRIMARY KEY (session, account)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE looked (                   -- who looked into a session
        session TEXT NOT NULL,
        account TEXT NOT NULL,
        PRIMARY KEY (session, account)
    ) WITHOUT ROWID
    """,
    "CREATE TABLE over (session TEXT PRIMARY KEY) WITHOUT ROWID",
    """
    CREATE TABLE opinions (
        session TEXT NOT NULL,
        account TEXT NOT NULL,
        exchange INTEGER NOT NULL,
        PRIMARY KEY (session, account, exchange)
    ) WITHOUT ROWID
    """,
    "INSERT INTO taken_in VALUES (0, '', '')",
    f"PRAGMA user_version = {VERSION}",
)

NUMBER = "e.body ->> '$.exchange'"

READ = """
INSERT INTO temp.new
SELECT e.seq, e.session, e.kind, e.at, e.actor, e.body, h.study, h.version, h.alias
FROM log.events e JOIN log.heads h USING (session) WHERE e.seq > ? ORDER BY e.seq LIMIT ?
"""
TEMPORARY = (
    "CREATE TEMP TABLE new (seq INTEGER PRIMARY KEY, session, kind, at, actor, body, study, version, alias)",
    """
    CREATE TEMP TABLE replied (
        seq INTEGER PRIMARY KEY, session, exchange, study, version, alias, at, wizard, body, before, upto
    )
    """,
)

TAKE_IN = (
    """
    INSERT INTO waiting
    SELECT e.session, e.body ->> '$.n', e.body ->> '$.text' FROM temp.new e
    WHERE e.kind = 'message' AND e.body ->> '$.role' = 'user'
    """,
    "DELETE FROM temp.replied",
    f"""
    INSERT INTO temp.replied
    SELECT e.seq, e.session, {NUMBER}, e.study, e.version, e.alias, e.at, substr(e.actor, 8), e.body,
           lag(e.body ->> '$.upto', 1, 0) OVER (PARTITION BY e.session ORDER BY e.seq), e.body ->> '$.upto'
    FROM temp.new e WHERE e.kind = 'replied'
    """,
    """
    INSERT INTO exchanges (seq, session, exchange, study, alias, at, wizard, could_answer, missing, saw_more, drawn)
    SELECT seq, session, exchange, study, alias, at, wizard, body ->> '$.could_answer',
           counted_as(body ->> '$.missing'), coalesce(body ->> '$.saw_more', 0),
           drawn(study, version, session, exchange)
    FROM temp.replied
    """,
    """
    INSERT INTO said
    SELECT seq, asked, text, fold(asked, text) FROM (
        SELECT r.seq, r.body ->> '$.text' AS text, coalesce(
            (SELECT group_concat(w.text, char(10) ORDER BY w.n) FROM waiting w
             WHERE w.session = r.session AND w.n > r.before AND w.n <= r.upto), '') AS asked
        FROM temp.replied r
    )
    """,
    "INSERT INTO threes (rowid, findable) SELECT seq, findable(folded) FROM said JOIN temp.replied USING (seq)",
    """
    DELETE FROM waiting WHERE (session, n) IN (
        SELECT w.session, w.n FROM (SELECT session, max(upto) AS upto FROM temp.replied GROUP BY session) r
        JOIN waiting w ON w.session = r.session AND w.n <= r.upto
    )
    """,
    "DELETE FROM waiting WHERE session IN (SELECT e.session FROM temp.new e WHERE e.kind = 'ended')",
    f"""
    INSERT INTO labels
    SELECT x.seq, l.key, l.value FROM temp.new e, json_each(e.body, '$.labels') l
    JOIN exchanges x ON x.session = e.session AND x.exchange = {NUMBER}
    WHERE e.kind IN ('replied', 'labelled') ORDER BY e.seq
    ON CONFLICT DO UPDATE SET value = excluded.value
    """,
    f"""
    UPDATE exchanges SET not_for_training = f.flag FROM (
        SELECT e.session, {NUMBER} AS exchange, e.body ->> '$.not_for_training' AS flag, max(e.seq)
        FROM temp.new e WHERE e.kind = 'flagged' GROUP BY 1, 2
    ) f WHERE exchanges.session = f.session AND exchanges.exchange = f.exchange
    """,
    f"""
    UPDATE exchanges SET opinions = opinions + o.many FROM (
        SELECT e.session, {NUMBER} AS exchange, count(*) AS many
        FROM temp.new e WHERE e.kind = 'second_opinion' GROUP BY 1, 2
    ) o WHERE exchanges.session = o.session AND exchanges.exchange = o.exchange
    """,
    f"""
    INSERT OR IGNORE INTO opinions
    SELECT e.session, e.body ->> '$.wizard', {NUMBER} FROM temp.new e
    WHERE e.kind = 'second_opinion'
    """,
    """
    INSERT OR IGNORE INTO seen
    SELECT e.session, substr(iif(e.kind = 'handed_over', e.body ->> '$.to', e.actor), 8) FROM temp.new e
    WHERE e.kind IN ('claimed', 'handed_over', 'looked', 'watched', 'replied', 'rated')
    """,
    """
    INSERT OR IGNORE INTO looked
    SELECT e.session, substr(e.actor, 8) FROM temp.new e WHERE e.kind = 'looked' AND e.body ->> '$.at' = 'session'
    """,
    "INSERT OR IGNORE INTO over SELECT e.session FROM temp.new e WHERE e.kind = 'ended'",
)


def open_index(path: Path, draws: Draws) -> Database:
    """A connection that may write to the index, with the log beside it to read from. Makes the tables if need be.

    Raises:
        OutOfStep: it isn't one of this log, or not of this version.
        sqlite3.Error: it is damaged, or the log can't be read.
    """
    connection = sqlite3.connect(path.resolve().as_uri(), uri=True, timeout=BUSY_SECONDS, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("ATTACH ? AS log", [f"{log_path(path.parent).resolve().as_uri()}?mode=ro"])
        connection.create_function("drawn", 4, lambda *which: int(draws(*which)))
        connection.create_function("fold", 2, fold_both, deterministic=True)
        connection.create_function("counted_as", 1, counted_as, deterministic=True)
        connection.create_function("findable", 1, findable, deterministic=True)
        for statement in TEMPORARY:
            connection.execute(statement)
        db = Database(connection)
        _make_or_check(db)
    except BaseException:
        connection.close()
        raise
    return db


class OutOfStep(Exception):
    """The index was made by another version of this program, or from another log."""


def _make_or_check(db: Database) -> None:
    with immediately(db):
        version = db.conn.execute("PRAGMA main.user_version").fetchone()[0]
        if version == 0 and not db.conn.execute("SELECT count(*) FROM main.sqlite_master").fetchone()[0]:
            for statement in TABLES:
                db.conn.execute(statement)
        elif version != VERSION:
            raise OutOfStep(f"it is of version {version}, not {VERSION}")
        elif not _is_of_this_log(db):
            raise OutOfStep("it was made from another log")


def _is_of_this_log(db: Database) -> bool:
    """Whether the last event that was taken in stands in the log: not so after a backup was put back."""
    row = db.conn.execute(
        "SELECT t.seq = 0 OR e.seq IS NOT NULL FROM taken_in t LEFT JOIN log.events e USING (seq, session, at)"
    ).fetchone()
    return row is not None and bool(row[0])


def take_in(db: Database) -> bool:
    """Take in the next events of the log, all of a batch or none; whether there were any.

    Raises:
        sqlite3.Error: nothing was taken in.
    """
    (after,) = db.conn.execute("SELECT seq FROM taken_in").fetchone()
    db.conn.execute("DELETE FROM temp.new")
    db.conn.execute(READ, [after, BATCH_EVENTS])
    db.conn.commit()  # the log is read; a checkpoint of it need not wait for what follows
    last = db.conn.execute("SELECT seq, session, at FROM temp.new ORDER BY seq DESC LIMIT 1").fetchone()
    if last is None:
        return False
    db.conn.execute("BEGIN")  # not IMMEDIATE, which would fix a view of the log too
    try:
        taken = db.conn.execute("UPDATE taken_in SET (seq, session, at) = (?, ?, ?) WHERE seq = ?", [*last, after])
        if taken.rowcount:  # nobody else took them in
            for statement in TAKE_IN:
                db.conn.execute(statement)
        db.conn.execute("COMMIT")
    except BaseException:
        if db.conn.in_transaction:
            db.conn.execute("ROLLBACK")
        raise
    return True


def left(db: Database) -> int:
    """How many events of the log haven't been taken in."""
    row = db.conn.execute("SELECT coalesce((SELECT max(seq) FROM log.events), 0) - seq FROM taken_in").fetchone()
    return max(0, int(row[0]))
