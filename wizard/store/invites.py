"""The links that let people into a study: participants, those that a panel sends, and the team, to try it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from wizard.store.acts import record_act
from wizard.store.log import immediately, now, together

CODE_ALPHABET = "bcdfghjkmnpqrstvwxyz23456789"
"""Without vowels, so that no code spells a word, nor what is mistaken for others when it is read aloud or typed."""
CODE_LENGTH = 10
COLUMNS = "code, study, at, trial, name, most, until, revoked_at, panel, done, full, screened"

Closed = Literal["revoked", "over", "full", "archived", "doors", "soon"]


class NoInvite(LookupError):
    """There is no such link."""


@dataclass(frozen=True, slots=True)
class Invite:
    """A link by its `code`, which the team calls `name`.

    What begins behind one that is `trial` never counts. It may let in so many (`most`), and until then (`until`, UTC,
    ISO 8601). Whoever a panel sends has an id in the query, under the name `panel`; after the end they are told `done`,
    an address to go back to or a code, where it is full, `full`, and if they are screened out, `screened`.
    """

    code: str
    study: str
    at: str
    trial: bool = False
    name: str = ""
    most: int | None = None
    until: str | None = None
    revoked_at: str | None = None
    panel: str | None = None
    done: str | None = None
    full: str | None = None
    screened: str | None = None


def make_invite(
    db: Database,
    study: str,
    *,
    trial: bool = False,
    name: str = "",
    most: int | None = None,
    until: str | None = None,
    panel: str | None = None,
    done: str | None = None,
    full: str | None = None,
    screened: str | None = None,
    by: str = "",
) -> str:
    """A new link, by its code; see `Invite`. Account `by` makes it."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    row = {"code": code, "study": study, "at": now(), "trial": trial, "name": name, "most": most}
    sent = {"panel": panel, "done": done, "full": full, "screened": screened}
    with together(db):
        db.table("invites").insert({**row, "until": until, **sent})
        record_act(
            db, by, "made a link to try it" if trial else f"made a link, “{name}”" if name else "made a link", study
        )
    return code


def invite_code(db: Database, study: str) -> str:
    """The end of the link that lets participants into this study: the first that is open to all.

    Raises:
        NoInvite: there is none.
    """
    query = """
        SELECT code FROM invites WHERE study = ? AND NOT trial AND panel IS NULL
        ORDER BY revoked_at IS NOT NULL, at LIMIT 1
    """
    row = db.conn.execute(query, [study]).fetchone()
    if row is None:
        raise NoInvite(f"There is no study “{study}”.")
    return str(row[0])


def trial_code(db: Database, study: str) -> str:
    """The end of the link behind which the team tries this study; made where there is none yet."""
    with immediately(db):
        row = db.conn.execute("SELECT code FROM invites WHERE study = ? AND trial", [study]).fetchone()
        return str(row[0]) if row else make_invite(db, study, trial=True)


def access_invite(db: Database, code: str) -> Invite:
    """The link of that code.

    Raises:
        NoInvite: it leads nowhere.
    """
    row = db.conn.execute(f"SELECT {COLUMNS} FROM invites WHERE code = ?", [code]).fetchone()
    if row is None:
        raise NoInvite("This link leads nowhere.")
    return _invite(row)


def invites_of(db: Database, study: str) -> list[tuple[Invite, int]]:
    """The links of a study that participants come by, the newest last, and how many came by each."""
    query = f"SELECT {COLUMNS} FROM invites WHERE study = ? AND NOT trial ORDER BY at, code"
    return [(each, count_arrivals(db, each.code)) for each in map(_invite, db.conn.execute(query, [study]).fetchall())]


def count_arrivals(db: Database, code: str) -> int:
    """How many conversations began behind that link; those of whoever was screened out don't count."""
    query = """
        SELECT count(*) FROM events e JOIN heads h ON h.session = e.session
        WHERE kind = 'started' AND body ->> '$.invite' = ? AND ended IS NOT 'screened_out'
    """
    return int(db.conn.execute(query, [code]).fetchone()[0])


def count_participants(db: Database, study: str) -> int:
    """How many people came into this study; those who were screened out don't count, nor do recorded ones."""
    query = """
        SELECT count(DISTINCT participant) FROM heads
        WHERE study = ? AND imported IS NULL AND ended IS NOT 'screened_out'
    """
    return int(db.conn.execute(query, [study]).fetchone()[0])


def revoke(db: Database, code: str, *, by: str = "") -> None:
    """Nobody gets in by this link any more, nor goes on. Account `by` takes it back."""
    with immediately(db):
        db.conn.execute("UPDATE invites SET revoked_at = coalesce(revoked_at, ?) WHERE code = ?", [now(), code])
        invite = access_invite(db, code)
        record_act(db, by, f"took a link back, “{invite.name}”" if invite.name else "took a link back", invite.study)


def closed_to_new(db: Database, invite: Invite) -> Closed | None:
    """Why nobody new gets in by this link; None where they do."""
    if invite.revoked_at is not None:
        return "revoked"
    if invite.until is not None and invite.until <= now():
        return "over"
    if invite.most is not None and count_arrivals(db, invite.code) >= invite.most:
        return "full"
    return None


def _invite(row: Sequence[Any]) -> Invite:
    code, study, at, trial, *more = row
    return Invite(code, study, at, bool(trial), *more)
