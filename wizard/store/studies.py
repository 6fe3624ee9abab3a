"""Studies as they are kept: every version that was ever saved, who saved it, and what it grants."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlite_utils import Database

from wizard.head import TRIAL, Head
from wizard.store.erasure import Pin
from wizard.store.heads import heads_where
from wizard.store.invites import make_invite
from wizard.store.log import immediately, now
from wizard.study import Study
from wizard.study_file import read_study

KEY_BYTES = 16


class Outdated(Exception):
    """Somebody saved a newer version in the meantime: `newest`."""

    def __init__(self, newest: Version) -> None:
        self.newest = newest
        super().__init__(f"Version {newest.version} was saved in the meantime.")


class NoStudy(LookupError):
    """There is no study of that name."""


@dataclass(frozen=True, slots=True)
class Version:
    """A study as one of its versions says it is; `source` is its YAML, as it was given.

    `documents` has the SHA-256 of the text of each document that it grants and that was stored with it.
    """

    study: Study
    version: int
    at: str
    source: str
    documents: Mapping[str, str] = field(default_factory=dict)


def save_study(
    db: Database,
    source: str,
    actor: str,
    documents: Mapping[str, str] | None = None,
    *,
    base: int | None = None,
) -> Version:
    """Keep this YAML as the newest version of the study it describes; the newest itself if nothing is different.

    `documents` has the texts of documents that the study grants, by name; one that isn't given stays as the
    newest version has it. `base` is the version that it was made from, 0 for a new study; any, if None.

    Raises:
        BadStudy: it can't be used.
        Outdated: there is a version that is newer than `base`.
    """
    study = read_study(source)
    with immediately(db):
        newest = _newest(db, study.study)
        if base is not None and newest is not None and newest.version != base:
            raise Outdated(newest)
        known = {**(newest.documents if newest else {}), **_keep(db, documents or {})}
        granted = {name: known[name] for name in study.model_sees.documents if name in known}
        if newest is not None and newest.source == source and newest.documents == granted:
            return newest
        version = Version(study, newest.version + 1 if newest else 1, now(), source, granted)
        db.table("study_versions").insert(
            {"study": study.study, "version": version.version, "at": version.at, "actor": actor, "source": source}
        )
        for name, sha256 in granted.items():
            db.table("version_documents").insert(
                {"study": study.study, "version": version.version, "name": name, "sha256": sha256}
            )
        if newest is None:
            make_invite(db, study.study, by=actor)
            db.table("split_keys").insert({"study": study.study, "key": secrets.token_hex(KEY_BYTES)})
    return version


def access_study(db: Database, study: str, version: int | None = None) -> Version:
    """That version of the study, the newest if None.

    Raises:
        NoStudy: there is none.
    """
    found = _newest(db, study) if version is None else _version(db, study, version)
    if found is None:
        if version is not None and (newest := _newest(db, study)):
            raise NoStudy(f"“{study}” has no version {version}. The newest is {newest.version}.")
        names = ", ".join(study_names(db)) or "none yet"
        raise NoStudy(f"There is no study “{study}”. There is: {names}.")
    return found


def labels_of(db: Database, study: str) -> tuple[str, ...]:
    """The names of all labels that any version of the study asked for, those of the newest first."""
    rows = db.conn.execute("SELECT source FROM study_versions WHERE study = ? ORDER BY version DESC", [study])
    return tuple(dict.fromkeys(label.name for row in rows for label in read_study(row[0]).labels))


@dataclass(frozen=True, slots=True)
class Saved:
    """A version as a list has it: who saved it and when, and what came of it."""

    version: int
    at: str
    actor: str
    sessions: int
    exchanges: int


def versions_of(db: Database, study: str) -> list[Saved]:
    """All versions of the study, the newest first."""
    query = """
        SELECT v.version, v.at, v.actor, count(h.session), coalesce(sum(h.exchanges), 0)
        FROM study_versions v LEFT JOIN heads h ON h.study = v.study AND h.version = v.version
        WHERE v.study = ? GROUP BY v.version ORDER BY v.version DESC
    """
    return [Saved(*row) for row in db.conn.execute(query, [study])]


def archive(db: Database, study: str, actor: str, *, archived: bool) -> None:
    """Put the study away, so that nobody new comes in and it is out of the way; or take it up again."""
    _act(db, study, actor, "archived" if archived else "taken up")


def is_archived(db: Database, study: str) -> bool:
    """Whether it is put away."""
    return _last(db, study, "archived", "taken up") == "archived"


def close_doors(db: Database, study: str, actor: str, *, closed: bool) -> None:
    """Let nobody new in for now; or let them in again."""
    _act(db, study, actor, "doors closed" if closed else "doors opened")


def doors_are_closed(db: Database, study: str) -> bool:
    """Whether nobody new gets in for now."""
    return _last(db, study, "doors closed", "doors opened") == "doors closed"


def pause_study(db: Database, study: str, actor: str, *, paused: bool) -> None:
    """Let nothing through and nobody new in for now; or go on."""
    _act(db, study, actor, "paused" if paused else "resumed")


def is_paused(db: Database, study: str) -> bool:
    """Whether it is paused."""
    return _last(db, study, "paused", "resumed") == "paused"


def _act(db: Database, study: str, actor: str, act: str) -> None:
    db.table("study_acts").insert({"study": study, "at": now(), "actor": actor, "act": act})


def _last(db: Database, study: str, *acts: str) -> str | None:
    """Which of these was done with the study last."""
    query = f"SELECT act FROM study_acts WHERE study = ? AND act IN ({', '.join('?' * len(acts))}) ORDER BY id DESC"
    row = db.conn.execute(query, [study, *acts]).fetchone()
    return str(row[0]) if row else None


def study_names(db: Database) -> list[str]:
    """All studies, by name."""
    return [row[0] for row in db.conn.execute("SELECT DISTINCT study FROM study_versions ORDER BY study")]


def sessions_with_a_limit(db: Database) -> list[str]:
    """The ids of sessions, trials too, that aren't over and end by themselves, after so many minutes or messages."""

    def limited(study: Study) -> bool:
        return study.limits.minutes is not None or study.limits.messages is not None

    return [each.session for each in _open_under(db, limited)]


def sessions_let_in(db: Database) -> list[tuple[str, str]]:
    """Sessions, trials too, that aren't over and whose participants were let in from a lobby, each with its study."""
    has_been = "EXISTS (SELECT 1 FROM events WHERE events.session = heads.session AND kind = 'let_in')"
    return [(each.session, each.slug) for each in _open_under(db, lambda study: study.desk.lobby, has_been)]


def _open_under(db: Database, says: Callable[[Study], bool], besides: str = "true") -> Iterator[Head]:
    """The heads of sessions that aren't over, under versions of studies that say so, and of which that is so, too."""
    query = "SELECT DISTINCT study, version FROM heads WHERE ended IS NULL AND imported IS NULL"
    for listed, version in db.conn.execute(query).fetchall():
        if says(access_study(db, listed.removesuffix(TRIAL), version).study):
            which = f"study = ? AND version = ? AND ended IS NULL AND imported IS NULL AND {besides}"
            yield from heads_where(db, which, [listed, version])


def split_key(db: Database, study: str) -> str:
    """The secret that decides, for ever, on which side of a split each participant of this study is.

    Raises:
        NoStudy: there is no such study.
    """
    row = db.conn.execute("SELECT key FROM split_keys WHERE study = ?", [study]).fetchone()
    if row is None:
        raise NoStudy(f"There is no study “{study}”.")
    return str(row[0])


def pins_of(db: Database, study: str) -> list[Pin]:
    """Exchanges whose split was decided by somebody who is erased since: the session, the number there, the split."""
    query = """
        SELECT session, exchange, split FROM pins JOIN heads USING (session) WHERE study = ? ORDER BY session, exchange
    """
    return [(session, exchange, split) for session, exchange, split in db.conn.execute(query, [study])]


def document_text(db: Database, sha256: str) -> str:
    """The text of a document that was stored, by its SHA-256 as 64 hex digits.

    Raises:
        LookupError: there is none.
    """
    row = db.conn.execute("SELECT text FROM documents WHERE sha256 = ?", [sha256]).fetchone()
    if row is None:
        raise LookupError(f"There is no document {sha256}.")
    return str(row[0])


def _keep(db: Database, documents: Mapping[str, str]) -> dict[str, str]:
    """Store these texts; the SHA-256 of each."""
    hashes = {name: hashlib.sha256(text.encode()).hexdigest() for name, text in documents.items()}
    for name, sha256 in hashes.items():
        db.conn.execute("INSERT OR IGNORE INTO documents VALUES (?, ?)", [sha256, documents[name]])
    return hashes


def _newest(db: Database, study: str) -> Version | None:
    query = "SELECT version, at, source FROM study_versions WHERE study = ? ORDER BY version DESC LIMIT 1"
    return _read(db, study, db.conn.execute(query, [study]).fetchone())


def _version(db: Database, study: str, version: int) -> Version | None:
    if version.bit_length() > 63:  # larger than any that SQLite knows
        return None
    query = "SELECT version, at, source FROM study_versions WHERE study = ? AND version = ?"
    return _read(db, study, db.conn.execute(query, [study, version]).fetchone())


def _read(db: Database, study: str, row: tuple[int, str, str] | None) -> Version | None:
    if row is None:
        return None
    query = "SELECT name, sha256 FROM version_documents WHERE study = ? AND version = ?"
    return Version(read_study(row[2]), row[0], row[1], row[2], dict(db.conn.execute(query, [study, row[0]]).fetchall()))
