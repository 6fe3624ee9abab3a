"""Studies as they are kept: every version that was ever saved, and the invite links to them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from sqlite_utils import Database

from wizard.store.log import immediately, now
from wizard.study import Study, read_study

CODE_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without the letters that are mistaken for others when a link is read aloud or typed."""
CODE_LENGTH = 10


class NoStudy(LookupError):
    """There is no study of that name."""


@dataclass(frozen=True, slots=True)
class Version:
    """A study as one of its versions says it is; `source` is its YAML, as it was given."""

    study: Study
    version: int
    at: str
    source: str


def save_study(db: Database, source: str, actor: str) -> Version:
    """Keep this YAML as the newest version of the study it describes; the newest itself if it is the same.

    Raises:
        BadStudy: it can't be used.
    """
    study = read_study(source)
    with immediately(db):
        newest = _newest(db, study.study)
        if newest is not None and newest.source == source:
            return newest
        version = Version(study, newest.version + 1 if newest else 1, now(), source)
        db.table("study_versions").insert(
            {"study": study.study, "version": version.version, "at": version.at, "actor": actor, "source": source}
        )
        if newest is None:
            code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
            db.table("invites").insert({"code": code, "study": study.study, "at": version.at})
    return version


def access_study(db: Database, study: str, version: int | None = None) -> Version:
    """That version of the study, the newest if None.

    Raises:
        NoStudy: there is none.
    """
    found = _newest(db, study) if version is None else _version(db, study, version)
    if found is None:
        names = ", ".join(study_names(db)) or "none yet"
        raise NoStudy(f"There is no study “{study}”. There is: {names}.")
    return found


def study_names(db: Database) -> list[str]:
    """All studies, by name."""
    return [row[0] for row in db.conn.execute("SELECT DISTINCT study FROM study_versions ORDER BY study")]


def invite_code(db: Database, study: str) -> str:
    """The end of the link that lets participants into this study."""
    row = db.conn.execute("SELECT code FROM invites WHERE study = ? ORDER BY at LIMIT 1", [study]).fetchone()
    if row is None:
        raise NoStudy(f"There is no study “{study}”.")
    return str(row[0])


def invited_study(db: Database, code: str) -> Version:
    """The newest version of the study that this invite code leads to.

    Raises:
        NoStudy: the code leads nowhere.
    """
    row = db.conn.execute("SELECT study FROM invites WHERE code = ?", [code]).fetchone()
    if row is None:
        raise NoStudy("This link leads nowhere.")
    return access_study(db, row[0])


def _newest(db: Database, study: str) -> Version | None:
    query = "SELECT version, at, source FROM study_versions WHERE study = ? ORDER BY version DESC LIMIT 1"
    return _read(db.conn.execute(query, [study]).fetchone())


def _version(db: Database, study: str, version: int) -> Version | None:
    query = "SELECT version, at, source FROM study_versions WHERE study = ? AND version = ?"
    return _read(db.conn.execute(query, [study, version]).fetchone())


def _read(row: tuple[int, str, str] | None) -> Version | None:
    return None if row is None else Version(read_study(row[2]), row[0], row[1], row[2])
