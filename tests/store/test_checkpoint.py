"""The log moves from its WAL into the file while the writer writes on."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.builders import drafts, session, user
from wizard.head import head
from wizard.store import checkpoint
from wizard.store.database import connect, has_wal_reset_bug, log_path, reading, sqlite_version
from wizard.store.log import Append, write
from wizard.store.schema import bring_up_to_date

pytestmark = pytest.mark.skipif(
    has_wal_reset_bug(sqlite_version()), reason="not done with this SQLite, as it could do harm"
)


def append(name: str, said: str) -> Append:
    told = session(user(said), id=name)
    return Append(name, tuple(drafts(user(said), id=name)), head(told))


def in_the_file(folder: Path, said: str) -> bool:
    return said.encode() in log_path(folder).read_bytes()


def test_what_was_written_is_soon_in_the_file_itself_and_the_wal_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpoint, "EVERY_SECONDS", 0.05)
    db = connect(tmp_path, lock_wait=0.4)
    bring_up_to_date(db, tmp_path)
    write(db, [append("s0", "a sentence that stands nowhere else")])
    assert not in_the_file(tmp_path, "a sentence that stands nowhere else")
    checkpoint.checkpoint_beside(tmp_path, lock_wait=0.4)
    wal = log_path(tmp_path).with_name("log.db-wal")
    largest = wal.stat().st_size
    for number in range(1, 20):
        said = f"sentence number {number}"
        write(db, [append(f"s{number}", said)])
        until = time.monotonic() + 5
        while not in_the_file(tmp_path, said):
            assert time.monotonic() < until
            time.sleep(0.02)
    assert in_the_file(tmp_path, "a sentence that stands nowhere else")
    assert wal.stat().st_size <= 2 * largest
    db.close()


def test_a_writer_does_not_wait_for_whoever_reads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "EVERY_SECONDS", 0.05)
    db = connect(tmp_path, lock_wait=0.4)
    bring_up_to_date(db, tmp_path)
    write(db, [append("s0", "what is read")])
    with reading(tmp_path) as reader:
        reader.conn.execute("BEGIN")
        reader.conn.execute("SELECT count(*) FROM events").fetchone()
        checkpoint.checkpoint_beside(tmp_path, lock_wait=0.4)
        took = []
        for number in range(1, 60):
            began = time.monotonic()
            write(db, [append(f"s{number}", f"sentence number {number}")])
            took.append(time.monotonic() - began)
            time.sleep(0.02)
    assert max(took) < 0.2
    until = time.monotonic() + 5
    while not in_the_file(tmp_path, "sentence number 59"):
        assert time.monotonic() < until
        time.sleep(0.02)
    db.close()
