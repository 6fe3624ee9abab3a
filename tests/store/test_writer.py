"""The one writer: one COMMIT for all that wait, an answer only after it, and what fails fails alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.builders import drafts, session, user
from wizard import loop
from wizard.head import head
from wizard.store import writer as writing
from wizard.store.database import LogUnavailable, connect, log_path, sqlite3
from wizard.store.log import AlreadyWritten, Append, last_seq, write
from wizard.store.schema import bring_up_to_date
from wizard.store.writer import Writer


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    db = connect(tmp_path, lock_wait=0.1)
    bring_up_to_date(db, tmp_path)
    db.close()
    made = Writer(tmp_path, lock_wait=0.2)
    yield made
    made.run(lambda db: None)


def append(id: str, client_id: str | None = None) -> Append:
    return Append(id, tuple(drafts(user("hi", id=client_id), id=id)), head(session(user("hi", id=client_id), id=id)))


def all_at_once(works: list[Callable[[], Any]]) -> list[Any]:
    """What each returns or raises, all begun before any is done."""
    results: list[Any] = [None] * len(works)
    done = [loop.Result[None]() for _ in works]

    def run(at: int) -> None:
        try:
            results[at] = works[at]()
        except Exception as error:
            results[at] = error
        done[at].set(None)

    for at in range(len(works)):
        loop.spawn(run, at)
    for each in done:
        each.wait()
    return results


def test_one_commit_serves_all_that_wait(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    def counted(db: Any, appends: list[Append]) -> list[int]:
        sizes.append(len(appends))
        return write(db, appends)

    monkeypatch.setattr(writing, "write", counted)
    firsts = all_at_once([lambda at=at: writer.append(append(f"s{at}")) for at in range(100)])  # type: ignore[misc]
    assert sorted(firsts) == list(range(1, 201, 2))
    assert len(sizes) < 20
    assert sum(sizes) == 100


def test_the_order_of_the_log_is_the_order_in_which_they_came(writer: Writer) -> None:
    firsts = all_at_once([lambda at=at: writer.append(append(f"s{at}")) for at in range(50)])  # type: ignore[misc]
    assert firsts == sorted(firsts)


def test_a_log_that_was_moved_or_replaced_while_it_is_served_is_not_written_until_it_is_back(
    writer: Writer, tmp_path: Path
) -> None:
    path, elsewhere = log_path(tmp_path), tmp_path / "elsewhere.db"
    assert writer.append(append("s0")) == 1
    path.rename(elsewhere)
    with pytest.raises(LogUnavailable, match="moved, deleted or replaced"):
        writer.append(append("s1"))
    assert not path.exists()
    path.touch()
    with pytest.raises(LogUnavailable, match="moved, deleted or replaced"):
        writer.run(lambda db: db.execute("CREATE TABLE t (x)"))
    elsewhere.replace(path)
    assert writer.append(append("s1")) == 3


def test_one_bad_event_does_not_fail_the_rest(writer: Writer) -> None:
    writer.append(append("s0", "m1"))
    again, *others = all_at_once(
        [
            lambda: writer.append(append("s0", "m1")),
            *(lambda at=at: writer.append(append(f"s{at}")) for at in range(1, 9)),
        ]  # type: ignore[misc]
    )
    assert isinstance(again, AlreadyWritten)
    assert all(isinstance(each, int) for each in others)
    assert writer.run(last_seq) == 2 * 9


def test_a_job_that_fails_is_its_callers_alone(writer: Writer) -> None:
    def fail(db: Any) -> None:
        raise KeyError("mine")

    failed, stored = all_at_once([lambda: writer.run(fail), lambda: writer.append(append("s1"))])
    assert isinstance(failed, KeyError)
    assert isinstance(stored, int)


def test_a_job_that_sqlite_refuses_is_its_callers_alone(writer: Writer) -> None:
    refused, queued, beside = all_at_once(
        [
            lambda: writer.run(lambda db: db.conn.execute("SELECT * FROM nowhere")),
            lambda: writer.run(last_seq),
            lambda: writer.append(append("s1")),
        ]
    )
    assert isinstance(refused, LogUnavailable)
    assert isinstance(queued, int)
    assert isinstance(beside, int)


def test_of_a_job_that_fails_halfway_nothing_is_left_to_whoever_comes_next(writer: Writer) -> None:
    def fail(db: Any) -> None:
        db.conn.execute("INSERT INTO secrets VALUES ('half', 'done')")
        raise KeyError("mine")

    with pytest.raises(KeyError):
        writer.run(fail)
    assert writer.append(append("s1")) == 1
    assert writer.run(lambda db: db.conn.execute("SELECT count(*) FROM secrets").fetchone()) == (0,)


def test_while_the_log_is_locked_everybody_is_told_within_a_second_and_then_it_goes_on(
    writer: Writer, tmp_path: Path
) -> None:
    writer.append(append("s0"))
    other = sqlite3.connect(log_path(tmp_path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    told = all_at_once([lambda at=at: writer.append(append(f"s{at}")) for at in range(1, 20)])  # type: ignore[misc]
    assert time.monotonic() - began < 1
    assert all(isinstance(each, LogUnavailable) for each in told)
    other.execute("ROLLBACK")
    other.close()
    assert writer.append(append("s1")) == 3


def test_what_was_acknowledged_is_there_for_another_connection(writer: Writer, tmp_path: Path) -> None:
    other = connect(tmp_path, lock_wait=0.1)
    for at in range(5):
        first = writer.append(append(f"s{at}"))
        assert last_seq(other) == first + 1
    other.close()


def test_a_waiter_that_dies_of_its_answer_takes_nobody_with_it(writer: Writer) -> None:
    def die(id: str) -> None:
        writer.append(append(id))
        raise SystemError("this is meant")

    for id in "ab":
        loop.eventlet.spawn(die, id)  # spawned as the web server does, with nobody to catch what it raises
    [seq] = all_at_once([lambda: writer.append(append("c"))])
    assert isinstance(seq, int)


@pytest.mark.parametrize("why", [sqlite3.DatabaseError("file is not a database"), PermissionError("not yours")])
def test_whatever_keeps_the_log_from_being_opened_is_told_and_then_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, why: Exception
) -> None:
    db = connect(tmp_path, lock_wait=0.1)
    bring_up_to_date(db, tmp_path)
    db.close()
    fails = [why]

    def opened(folder: Path, *, lock_wait: float) -> Any:
        if fails:
            raise fails.pop()
        return connect(folder, lock_wait=lock_wait)

    monkeypatch.setattr(writing, "connect", opened)
    writer = Writer(tmp_path, lock_wait=0.2)
    with loop.eventlet.Timeout(5), pytest.raises(LogUnavailable, match=str(why)):
        writer.append(append("s0"))
    with loop.eventlet.Timeout(5):
        assert writer.append(append("s0")) == 1


def test_what_is_stored_is_told_before_a_long_job_that_came_with_it(writer: Writer) -> None:
    began = time.monotonic()
    told: dict[str, float] = {}

    def tell(name: str, work: Callable[[], Any]) -> None:
        work()
        told[name] = time.monotonic() - began

    all_at_once(
        [
            lambda: writer.run(lambda db: time.sleep(0.1)),
            lambda: tell("job", lambda: writer.run(lambda db: time.sleep(0.5))),
            lambda: tell("append", lambda: writer.append(append("s0"))),
        ]
    )
    assert told["append"] < 0.4 < told["job"]
