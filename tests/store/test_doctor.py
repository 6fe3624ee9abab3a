"""The doctor, at a log that somebody is writing to."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlite_utils import Database

from tests.builders import Step, assistant, drafts, session, stored, user
from wizard.head import head
from wizard.session import Session
from wizard.store import doctor
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
