"""Taking somebody out of the log: all of them, nobody else, and not a byte left once it has been cleaned up."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlite_utils import Database

from tests.builders import released, reply, stored, user
from tests.logged import read_sessions
from wizard.events import Started
from wizard.store.database import connect
from wizard.store.drafts import KeptDraft, keep_draft
from wizard.store.erasure import (
    ERASED,
    Erased,
    Held,
    clean_up,
    count_erased,
    count_withdrawn,
    empty_wal,
    erase_participant,
    held_of,
    maybe_in_backups,
    must_clean_up,
    out_of_backups,
)
from wizard.store.invites import access_invite, make_invite, revoke
from wizard.store.studies import pins_of

CANARY = "quxotic-canary"


@pytest.fixture
def db(db: Database) -> Database:
    for number, (study, participant) in enumerate([("a", "p1"), ("a", "p1"), ("a", "p2"), ("b", "p1")]):
        begun = Started(study=study, version=1, participant=participant, alias="Guest")
        told = [user(f"{CANARY} {study} {participant} " * 50), reply("hello"), released()]
        stored(db, *told, id=f"s{number}", begun=begun)
    return db


def bytes_of(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_all_of_one_participant_in_one_study_goes_and_nothing_else(db: Database, tmp_path: Path) -> None:
    assert f"{CANARY} a p1".encode() in bytes_of(tmp_path)
    assert erase_participant(db, "a", "p1", "withdrawn") == Erased(("s0", "s1"), 2)
    assert must_clean_up(db)
    assert clean_up(db, tmp_path)
    assert not must_clean_up(db)
    assert [(each.started.study, each.started.participant) for each in read_sessions(db)] == [("a", "p2"), ("b", "p1")]
    assert f"{CANARY} a p1".encode() not in bytes_of(tmp_path)
    assert f"{CANARY} a p2".encode() in bytes_of(tmp_path)
    assert (count_erased(db, "a"), count_erased(db, "b")) == (2, 0)
    erase_participant(db, "b", "p1", ERASED)
    assert (count_withdrawn(db, "a"), count_withdrawn(db, "b")) == (2, 0)


@pytest.mark.parametrize(("most", "goes"), [(1, True), (2, False), (None, False)])
def test_what_a_link_for_one_is_called_goes_with_whoever_came_by_it(
    db: Database, tmp_path: Path, most: int | None, goes: bool
) -> None:
    code = make_invite(db, "a", name=f"{CANARY} 100%", most=most, by="ann")
    other = make_invite(db, "a", name=f"{CANARY} 1000", most=1, by="ann")
    revoke(db, code, by="ann")
    begun = Started(study="a", version=1, participant="p9", alias="Guest", invite=code)
    stored(db, user("hi"), id="s9", begun=begun)
    assert trail(db).count(f"“{CANARY} 100%”") == 2
    erase_participant(db, "a", "p9", ERASED)
    assert clean_up(db, tmp_path)
    assert access_invite(db, code).name == ("" if goes else f"{CANARY} 100%")
    assert trail(db).count(f"“{CANARY} 100%”") == (0 if goes else 2)
    assert (f"{CANARY} 100%".encode() in bytes_of(tmp_path)) == (not goes)
    assert access_invite(db, other).name in trail(db), "nobody came by that one"


def trail(db: Database) -> str:
    return "\n".join(row[0] for row in db.conn.execute("SELECT did FROM acts"))


def test_a_draft_that_waited_behind_the_erasure_is_not_kept(db: Database) -> None:
    assert keep_draft(db, "s2", "wizard:ann", KeptDraft(1, CANARY)).body == CANARY
    erase_participant(db, "a", "p2", "withdrawn")
    assert keep_draft(db, "s2", "wizard:ann", KeptDraft(2, CANARY)) == KeptDraft()
    assert db.conn.execute("SELECT count(*) FROM drafts").fetchone() == (0,)


def test_to_erase_nobody_leaves_no_trace(db: Database) -> None:
    assert erase_participant(db, "a", "nobody", "withdrawn") == Erased((), 0)
    assert not must_clean_up(db)


def test_while_somebody_reads_it_is_not_clean_and_is_later(db: Database, tmp_path: Path) -> None:
    reading = connect(tmp_path, lock_wait=0.1)
    reading.conn.execute("BEGIN")
    reading.conn.execute("SELECT count(*) FROM events").fetchone()
    erase_participant(db, "a", "p1", "withdrawn")
    assert not clean_up(db, tmp_path)
    assert must_clean_up(db)
    reading.close()
    assert clean_up(db, tmp_path)
    assert f"{CANARY} a p1".encode() not in bytes_of(tmp_path)


def test_what_keeps_others_where_they_are_is_stored_with_the_erasure_and_goes_with_them(db: Database) -> None:
    erase_participant(db, "a", "p1", "erased", [("s2", 1, "aside"), ("s3", 1, "aside")])
    assert pins_of(db, "a") == [("s2", 1, "aside")]
    assert pins_of(db, "b") == [("s3", 1, "aside")]
    erase_participant(db, "a", "p2", "erased")
    assert db.conn.execute("SELECT session FROM pins").fetchall() == [("s3",)]


def test_what_the_log_has_of_somebody_is_said_by_study(db: Database) -> None:
    assert held_of(db, "p1") == [Held("a", 2, 2, 1), Held("b", 1, 1, 13)]
    assert held_of(db, "p1", "b") == [Held("b", 1, 1, 13)]
    assert held_of(db, "nobody") == []


def test_which_sessions_went_is_kept_until_backups_are_clean_and_then_nowhere(db: Database, tmp_path: Path) -> None:
    erase_participant(db, "a", "p2", "erased")
    assert clean_up(db, tmp_path)
    assert maybe_in_backups(db) == ["s2"]
    out_of_backups(db, ["s2"])
    assert must_clean_up(db), "the WAL has it"
    assert empty_wal(db)
    assert maybe_in_backups(db) == []
    assert not must_clean_up(db)
