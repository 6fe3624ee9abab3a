"""The doctor, at a log that somebody is writing to."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlite_utils import Database

from tests.builders import Step, assistant, drafts, session, stored, user
from wizard.head import head
from wizard.session import Session
from wizard.store import doctor
from wizard.store.database import sqlite3
from wizard.store.log import Append, read_session, write


def test_what_is_written_while_it_looks_is_no_finding(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Step] = [assistant("Hi!")]
    stored(db, *told)

    def read_after_a_message(reading: Database, name: str) -> Session | None:
        told.append(user("and now?", id="m1"))
        write(db, [Append("s1", tuple(drafts(*told)[-1:]), head(session(*told)))])
        return read_session(reading, name)

    monkeypatch.setattr(doctor, "read_session", read_after_a_message)
    findings = [each for each in doctor.examine(tmp_path) if each.state == "bad"]
    assert findings == []


def test_a_log_that_can_be_read_but_not_written_is_found_and_which_files_those_are(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored(db, user("hi"))
    assert [each for each in doctor.examine(tmp_path) if each.what == "rights"] == []
    monkeypatch.setattr("os.access", lambda path, mode: Path(path).name not in ("log.db", "log.db-wal"))
    [found] = [each for each in doctor.examine(tmp_path) if each.what == "rights"]
    assert found.says == "log.db, log.db-wal can't be written by whoever runs this"


def test_a_log_of_a_newer_version_is_found(db: Database, tmp_path: Path) -> None:
    stored(db, user("hi"))
    assert schema_of(tmp_path).state == "good"
    db.conn.execute(
        "INSERT INTO _sqlite_migrations SELECT 99, migration_set, '999_new', applied_at FROM _sqlite_migrations LIMIT 1"
    )
    db.conn.commit()
    found = schema_of(tmp_path)
    assert (found.state, found.says, found.do) == (
        "bad", "made by a newer version of this program (it has step 999_new)", "update the program",
    )  # fmt: skip


def schema_of(folder: Path) -> doctor.Finding:
    [found] = [each for each in doctor.examine(folder) if each.what == "schema"]
    return found


def test_a_log_that_somebody_may_not_read_is_not_to_be_restored(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(folder: Path) -> None:
        raise sqlite3.OperationalError("attempt to write a readonly database")

    monkeypatch.setattr(doctor, "reading", refused)
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != tmp_path)
    found = doctor.examine(tmp_path)[-1]
    assert (found.state, found.do) == (
        "bad", "let whoever runs this write there (SQLite must, to read), or look at a copy of the folder",
    )  # fmt: skip


def test_an_empty_file_is_no_log_to_be_restored_but_one_to_be_begun(tmp_path: Path) -> None:
    (tmp_path / "log.db").touch()
    found = doctor.examine(tmp_path)
    assert [each.do for each in found if each.what == "log"] == ["start the app, which makes what is missing"]
    assert not [each for each in found if "restore" in each.do]


def test_a_folder_in_the_place_of_the_log_is_told_as_that(tmp_path: Path) -> None:
    (tmp_path / "log.db").mkdir()
    found = doctor.examine(tmp_path)[-1]
    assert (found.state, found.do) == ("bad", "put the log's file there, or name another folder")
