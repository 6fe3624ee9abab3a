"""The log moves from its WAL into the file while the writer writes on."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.builders import drafts, session, user
from wizard.session import head
from wizard.store import checkpoint
from wizard.store.database import connect, has_wal_reset_bug, log_path, sqlite_version
from wizard.store.log import Append, write
from wizard.store.schema import bring_up_to_date


@pytest.mark.skipif(has_wal_reset_bug(sqlite_version()), reason="not done with this SQLite, as it could do harm")
def test_what_was_written_is_soon_in_the_file_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "EVERY_SECONDS", 0.05)
    db = connect(tmp_path, lock_wait=0.4)
    bring_up_to_date(db, tmp_path)
    said = "a sentence that stands nowhere else"
    write(db, [Append("s1", tuple(drafts(user(said))), head(session(user(said))))])
    assert said.encode() not in log_path(tmp_path).read_bytes()
    checkpoint.checkpoint_beside(tmp_path, lock_wait=0.4)
    until = time.monotonic() + 5
    while said.encode() not in log_path(tmp_path).read_bytes():
        assert time.monotonic() < until
        time.sleep(0.02)
    db.close()
