"""The tables of the log's file, as each step of the schema made or changed them.

Once a step is released its statements stay as they are, as a step does: a new need is a statement below them.
"""

from __future__ import annotations

EVENTS = """
CREATE TABLE events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,  -- orders everything
    session TEXT NOT NULL,
    kind TEXT NOT NULL,
    at TEXT NOT NULL,                       -- UTC, ISO 8601; only a label, for clocks jump
    actor TEXT NOT NULL,                    -- participant, system, or wizard:<who>
    client_id TEXT,                         -- makes a retry the same event
    body TEXT NOT NULL                      -- JSON of that kind's schema
)
"""
EVENTS_BY_SESSION = "CREATE INDEX events_by_session ON events (session, seq)"
EVENTS_ONCE = """
CREATE UNIQUE INDEX events_once ON events (session, actor, client_id) WHERE client_id IS NOT NULL
"""

HEADS = """
CREATE TABLE heads (                        -- a row a session, kept in step with the log by its writer
    session TEXT PRIMARY KEY,
    study TEXT NOT NULL,
    version INTEGER NOT NULL,
    participant TEXT NOT NULL,
    alias TEXT NOT NULL,
    started_at TEXT NOT NULL,
    messages INTEGER NOT NULL,
    exchanges INTEGER NOT NULL,
    waiting_since TEXT,                     -- when the first unanswered message was said
    unreleased INTEGER NOT NULL,            -- replies not yet let through to the participant
    claimed_by TEXT,
    ended TEXT,
    ended_at TEXT,
    imported TEXT
) WITHOUT ROWID
"""
HEAD_INDEXES = (
    "CREATE INDEX heads_waiting ON heads (waiting_since) WHERE waiting_since IS NOT NULL",
    "CREATE INDEX heads_claimed ON heads (claimed_by) WHERE claimed_by IS NOT NULL",
    "CREATE INDEX heads_unreleased ON heads (session) WHERE unreleased > 0 AND ended IS NULL",
    "CREATE INDEX heads_by_participant ON heads (study, participant)",
)

STUDIES_AND_SEATS = (
    """
    CREATE TABLE study_versions (
        study TEXT NOT NULL,
        version INTEGER NOT NULL,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        source TEXT NOT NULL,               -- the YAML, as it was given
        PRIMARY KEY (study, version)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE invites (
        code TEXT PRIMARY KEY,              -- the end of a participant's link
        study TEXT NOT NULL,
        at TEXT NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE accounts (
        account TEXT PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        seat TEXT NOT NULL CHECK (seat IN ('owner', 'wizard', 'analyst')),
        at TEXT NOT NULL
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE sign_in_links (
        hash TEXT PRIMARY KEY,              -- SHA-256 of the token, which is stored nowhere
        account TEXT NOT NULL REFERENCES accounts,
        expires_at TEXT NOT NULL,
        used_at TEXT
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE seats (
        hash TEXT PRIMARY KEY,              -- SHA-256 of the cookie, which is stored nowhere
        account TEXT NOT NULL REFERENCES accounts,
        expires_at TEXT NOT NULL
    ) WITHOUT ROWID
    """,
    "CREATE TABLE secrets (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
)

DESK = (
    """
    CREATE TABLE documents (
        sha256 TEXT PRIMARY KEY,
        text TEXT NOT NULL
    )
    """,
    """
    CREATE TABLE version_documents (        -- which text a study's version means by a document's name
        study TEXT NOT NULL,
        version INTEGER NOT NULL,
        name TEXT NOT NULL,
        sha256 TEXT NOT NULL REFERENCES documents,
        PRIMARY KEY (study, version, name)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE drafts (                   -- replies that are being made
        session TEXT PRIMARY KEY,
        revision INTEGER NOT NULL,          -- only grows, also where the draft is gone
        actor TEXT NOT NULL,
        at TEXT NOT NULL,
        body TEXT
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE canned (                   -- what the team keeps besides what stands in the study
        study TEXT NOT NULL,
        owner TEXT NOT NULL,                -- an account; empty where it is everybody's
        key TEXT NOT NULL,
        text TEXT NOT NULL,
        buttons TEXT NOT NULL,              -- a JSON array
        at TEXT NOT NULL,
        PRIMARY KEY (study, owner, key)
    ) WITHOUT ROWID
    """,
)

ERASURES = """
CREATE TABLE erasures (                     -- that data were erased, and nothing of whom
    at TEXT NOT NULL,
    study TEXT NOT NULL,
    reason TEXT NOT NULL,
    sessions INTEGER NOT NULL,
    exchanges INTEGER NOT NULL,
    clean INTEGER NOT NULL DEFAULT 0        -- whether it is out of the WAL and the search index too
)
"""

DATASET = (
    """
    CREATE TABLE split_keys (
        study TEXT PRIMARY KEY,
        key TEXT NOT NULL                   -- decides who is on which side of a split, for ever
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE pins (                     -- exchanges whose split was decided by somebody who is erased since
        session TEXT NOT NULL,
        exchange INTEGER NOT NULL,
        split TEXT NOT NULL,
        PRIMARY KEY (session, exchange)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE exports (                  -- the book of what left, so that it can be said which of it held somebody
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        study TEXT NOT NULL,
        format TEXT NOT NULL,
        place TEXT NOT NULL,
        upto INTEGER NOT NULL,              -- the last event that there was
        sessions INTEGER NOT NULL,
        examples INTEGER NOT NULL,
        options TEXT NOT NULL               -- a JSON object
    )
    """,
    "CREATE TABLE erasing (session TEXT PRIMARY KEY) WITHOUT ROWID",  # out of the log, but maybe not of its backups
)
FIRST_VERSIONS = """
SELECT v.study, v.at, (SELECT code FROM invites i WHERE i.study = v.study ORDER BY i.at LIMIT 1)
FROM study_versions v WHERE v.version = (SELECT min(version) FROM study_versions WHERE study = v.study)
"""

STUDIO = (
    "ALTER TABLE invites ADD COLUMN trial INTEGER NOT NULL DEFAULT 0",  # the team's own, which never counts
    "ALTER TABLE invites ADD COLUMN name TEXT NOT NULL DEFAULT ''",
    "ALTER TABLE invites ADD COLUMN most INTEGER",  # so many get in
    "ALTER TABLE invites ADD COLUMN until TEXT",  # UTC, ISO 8601
    "ALTER TABLE invites ADD COLUMN revoked_at TEXT",
    "ALTER TABLE invites ADD COLUMN panel TEXT",  # what their id is called in the query
    "ALTER TABLE invites ADD COLUMN done TEXT",  # where they go after the end, or a code
    "ALTER TABLE invites ADD COLUMN full TEXT",  # where they go when it is full
    "CREATE INDEX events_by_invite ON events (body ->> '$.invite') WHERE kind = 'started'",
    """
    CREATE TABLE study_acts (               -- what was done with a study as a whole, by whom
        id INTEGER PRIMARY KEY,
        study TEXT NOT NULL,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        act TEXT NOT NULL                   -- archived, taken up, doors closed, doors opened
    )
    """,
)

COSTS = """
CREATE TABLE study_costs (                  -- what people cost, as it was last said
    study TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    hour REAL NOT NULL,                     -- of a wizard
    participant REAL NOT NULL,              -- each who comes to the end
    currency TEXT NOT NULL                  -- as it is written
) WITHOUT ROWID
"""

PEOPLE = (
    "ALTER TABLE accounts ADD COLUMN everywhere INTEGER NOT NULL DEFAULT 1",  # whether that seat is for every study
    "ALTER TABLE accounts ADD COLUMN known_as TEXT",  # an e-mail address or an id at the identity provider
    "ALTER TABLE accounts ADD COLUMN subject TEXT",  # who that turned out to be there
    "CREATE UNIQUE INDEX accounts_by_known_as ON accounts (known_as) WHERE known_as IS NOT NULL",
    "CREATE UNIQUE INDEX accounts_by_subject ON accounts (subject) WHERE subject IS NOT NULL",
    """
    CREATE TABLE team_links (               -- by which several of the team come, as to one study
        code TEXT PRIMARY KEY,
        study TEXT NOT NULL,
        seat TEXT NOT NULL CHECK (seat IN ('wizard', 'analyst')),
        at TEXT NOT NULL,
        most INTEGER NOT NULL,
        until TEXT NOT NULL,
        revoked_at TEXT
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE rights (                   -- the seats of accounts that aren't for every study
        account TEXT NOT NULL REFERENCES accounts,
        study TEXT NOT NULL,
        seat TEXT NOT NULL CHECK (seat IN ('owner', 'wizard', 'analyst')),
        came_by TEXT REFERENCES team_links, -- the link that gave it; it goes with it
        PRIMARY KEY (account, study)
    ) WITHOUT ROWID
    """,
    """
    CREATE TABLE acts (                     -- what the team did that leaves no other trace, by whom
        id INTEGER PRIMARY KEY,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,                -- an account; empty where nobody is recorded
        did TEXT NOT NULL,
        study TEXT NOT NULL DEFAULT ''
    )
    """,
    "INSERT INTO acts (at, actor, did, study) SELECT at, '', 'made a link', study FROM invites WHERE NOT trial",
    "INSERT INTO acts (at, actor, did, study) SELECT at, '', 'made a link to try it', study FROM invites WHERE trial",
    """
    INSERT INTO acts (at, actor, did, study) SELECT revoked_at, '', 'took a link back', study FROM invites
    WHERE revoked_at IS NOT NULL
    """,
)

ASKING = (
    "ALTER TABLE invites ADD COLUMN screened TEXT",  # where they go who are screened out, or a code
    """
    CREATE TABLE study_windows (            -- from when until when a study lets anybody new in, as it was last planned
        study TEXT PRIMARY KEY,
        at TEXT NOT NULL,
        actor TEXT NOT NULL,
        opens TEXT,                         -- UTC, ISO 8601; at once, if there is none
        closes TEXT
    ) WITHOUT ROWID
    """,
)

GOING = """
CREATE TABLE going (                        -- conversations that will be erased, as it was told
    session TEXT PRIMARY KEY,
    study TEXT NOT NULL,
    due_at TEXT NOT NULL
) WITHOUT ROWID
"""
