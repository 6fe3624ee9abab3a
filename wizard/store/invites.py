"""The links that let participants into a study, and those of the team to try it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlite_utils import Database

from wizard.store.log import immediately, now

CODE_ALPHABET = "bcdfghjkmnpqrstvwxyz23456789"
"""Without vowels, so that no code spells a word, nor what is mistaken for others when it is read aloud or typed."""
CODE_LENGTH = 10


class NoInvite(LookupError):
    """There is no such link."""


@dataclass(frozen=True, slots=True)
class Invite:
    """A link by its `code`. What begins behind one that is `trial` never counts."""

    code: str
    study: str
    trial: bool


def invite_code(db: Database, study: str) -> str:
    """The end of the link that lets participants into this study.

    Raises:
        NoInvite: there is no study of that name.
    """
    query = "SELECT code FROM invites WHERE study = ? AND NOT trial ORDER BY at LIMIT 1"
    row = db.conn.execute(query, [study]).fetchone()
    if row is None:
        raise NoInvite(f"There is no study “{study}”.")
    return str(row[0])


def trial_code(db: Database, study: str) -> str:
    """The end of the link behind which the team tries this study; made where there is none yet."""
    with immediately(db):
        row = db.conn.execute("SELECT code FROM invites WHERE study = ? AND trial", [study]).fetchone()
        return str(row[0]) if row else make_invite(db, study, trial=True)


def make_invite(db: Database, study: str, *, trial: bool = False) -> str:
    """A new link, by its code."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
    db.table("invites").insert({"code": code, "study": study, "at": now(), "trial": trial})
    return code


def access_invite(db: Database, code: str) -> Invite:
    """The link of that code.

    Raises:
        NoInvite: it leads nowhere.
    """
    row = db.conn.execute("SELECT study, trial FROM invites WHERE code = ?", [code]).fetchone()
    if row is None:
        raise NoInvite("This link leads nowhere.")
    return Invite(code, row[0], bool(row[1]))
