"""An older log is brought up to date where it stands, after a backup; a newer one is left alone."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.builders import events, released, reply, session, stored, user
from tests.served import ROOT, Server
from wizard.store.database import connect, connect_to_read, log_path
from wizard.store.doctor import examine
from wizard.store.log import read_session
from wizard.store.schema import NewerLog, bring_up_to_date, steps

STEPS = (user("hello"), reply("hi", labels={"intent": "other"}), released(), user("and you?", "m2"))
NEWEST = "003_views_for_people"


@pytest.fixture
def older(tmp_path: Path) -> Path:
    """A folder whose log is a step behind and holds a conversation."""
    folder = tmp_path / "sessions"
    db = connect(folder, lock_wait=1)
    steps.apply(db, stop_before=NEWEST)
    stored(db, *STEPS)
    db.close()
    return folder


def test_an_older_log_is_brought_up_to_date_in_place_and_keeps_its_events(older: Path) -> None:
    before = _events(log_path(older))
    assert len(before) == len(events(*STEPS))
    assert not _has_views(log_path(older))
    db = connect(older, lock_wait=1)
    backup = bring_up_to_date(db, older)
    db.close()
    assert backup is not None
    assert _has_views(log_path(older))
    assert _events(log_path(older)) == before
    reader = connect_to_read(older)
    assert read_session(reader, "s1") == session(*STEPS)
    reader.close()
    assert [each for each in examine(older) if each.state == "bad" and each.what not in ("SQLite", "disk")] == []


def test_the_backup_is_the_log_as_it_was(older: Path) -> None:
    before = _events(log_path(older))
    db = connect(older, lock_wait=1)
    backup = bring_up_to_date(db, older)
    db.close()
    assert backup is not None
    assert backup.parent == older / "backups"
    assert _events(backup) == before
    assert not _has_views(backup)


def test_a_log_that_is_up_to_date_is_not_copied(older: Path) -> None:
    db = connect(older, lock_wait=1)
    assert bring_up_to_date(db, older) is not None
    assert bring_up_to_date(db, older) is None
    db.close()
    assert len(list((older / "backups").iterdir())) == 1


def test_a_server_over_an_older_log_brings_it_up_to_date_and_goes_on_with_it(older: Path) -> None:
    with Server(older) as server:
        assert any("brought up to date" in line for line in server.output)
        owner = server.seat()
        with server.wizard(owner) as desk:
            assert "sessions" in desk.call("inbox")
    assert _has_views(log_path(older))
    assert len(_events(log_path(older))) >= len(events(*STEPS))


def test_a_newer_log_is_refused_and_left_byte_for_byte_as_it_was(older: Path) -> None:
    _add_step_from_the_future(older)
    before = _bytes(older)
    db = connect(older, lock_wait=1)
    with pytest.raises(NewerLog, match=r"made by a newer version .* step 900_from_the_future.*Update the program"):
        bring_up_to_date(db, older)
    db.close()
    assert _bytes(older) == before


def test_a_server_over_a_newer_log_says_so_in_a_sentence_and_does_not_start(older: Path) -> None:
    _add_step_from_the_future(older)
    before = _bytes(older)
    command = [sys.executable, "-m", "wizard", "--sessions", str(older), "serve", "--port", "0"]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=20, check=False)
    assert said.returncode == 1
    assert "made by a newer version" in said.stderr
    assert "Traceback" not in said.stderr + said.stdout
    assert _bytes(older) == before


def _add_step_from_the_future(folder: Path) -> None:
    with closing(sqlite3.connect(log_path(folder))) as db:
        [(set_name,)] = db.execute("SELECT DISTINCT migration_set FROM _sqlite_migrations").fetchall()
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES (?, '900_from_the_future', 'x')",
            [set_name],
        )
        db.commit()


def _events(path: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as db:
        return db.execute("SELECT * FROM events ORDER BY seq").fetchall()


def _has_views(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as db:
        return bool(db.execute("SELECT 1 FROM sqlite_master WHERE type = 'view' AND name = 'messages'").fetchone())


def _bytes(folder: Path) -> dict[str, str]:
    """The hash of every file that holds something of the log."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix == ".db"]
    assert files
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}
