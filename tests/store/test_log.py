"""The log on a real disk: what is written is what is read, and heads keep in step."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlite_utils import Database

from tests.builders import ANN, Step, assistant, claimed, drafts, ended, labelled, released, reply, session, user
from tests.logged import read_sessions
from wizard.head import head
from wizard.store.database import NoLog, connect_to_read, has_wal_reset_bug, sqlite3, sqlite_version
from wizard.store.heads import claimed_heads, heads_where, latest_session, waiting_heads
from wizard.store.log import AlreadyWritten, Append, last_seq, read_session, write


def append(id: str, *steps: Step) -> Append:
    return Append(id, tuple(drafts(*steps, id=id)), head(session(*steps, id=id)))


TOLD: list[Step] = [
    assistant("Hi!"),
    user("it's gone", id="m1"),
    claimed(),
    reply("Blocked.", id="r1", labels={"intent": "lost"}, could_answer="yes"),
    released(),
    labelled(1, intent="charge"),
]


def test_what_was_written_is_read(db: Database) -> None:
    write(db, [append("s1", *TOLD)])
    assert read_session(db, "s1") == session(*TOLD)
    assert list(heads_where(db, "session = 's1'")) == [head(session(*TOLD))]


def test_a_session_that_is_not_there_is_none(db: Database) -> None:
    assert read_session(db, "nobody") is None
    assert list(heads_where(db, "true")) == []


def test_many_appends_are_one_commit_and_know_their_numbers(db: Database) -> None:
    firsts = write(db, [append("s1", user("a")), append("s2", user("b"), user("c")), append("s3")])
    assert firsts == [1, 3, 6]
    assert last_seq(db) == 6
    assert [each.id for each in read_sessions(db)] == ["s1", "s2", "s3"]


def test_sessions_come_in_the_order_in_which_they_began_however_they_are_mixed(db: Database) -> None:
    write(db, [append("s2", user("a"))])
    write(db, [append("s1", user("b"))])
    more = drafts(user("a"), user("c"), id="s2")[2:]
    write(db, [Append("s2", tuple(more), head(session(user("a"), user("c"), id="s2")))])
    assert [(each.id, len(each.messages)) for each in read_sessions(db)] == [("s2", 2), ("s1", 1)]


def test_the_same_client_id_twice_is_refused_and_nothing_of_it_is_stored(db: Database) -> None:
    write(db, [append("s1", user("a", id="m1"))])
    again = drafts(user("a", id="m0"), user("b", id="m1"), id="s1")[1:]
    with pytest.raises(AlreadyWritten):
        write(db, [Append("s1", tuple(again), head(session(user("a"), user("b"))))])
    kept = read_session(db, "s1")
    assert kept is not None
    assert [said.text for said in kept.messages] == ["a"]


def test_the_same_client_id_in_another_session_or_of_another_actor_is_another_event(db: Database) -> None:
    write(db, [append("s1", user("a", id="x"), reply("b", id="x")), append("s2", user("a", id="x"))])
    assert last_seq(db) == 5


def test_a_number_is_never_given_twice_though_events_are_erased(db: Database) -> None:
    write(db, [append("s1", user("a"))])
    db.conn.execute("DELETE FROM events")
    db.conn.commit()
    assert write(db, [append("s2")]) == [3]


def test_the_lists_are_of_those_who_wait_and_of_what_somebody_has(db: Database) -> None:
    write(
        db,
        [
            append("quiet", assistant("Hi!")),
            append("waits", user("one")),
            append("mine", user("one"), claimed(), reply("1")),
            append("over", user("one"), ended()),
        ],
    )
    assert [each.session for each in waiting_heads(db, 10, claimed=False)] == ["waits"]
    assert [each.session for each in waiting_heads(db, 10, claimed=True)] == []
    assert [each.session for each in claimed_heads(db, ANN)] == ["mine"]
    assert latest_session(db, "card-help", "p1") is not None
    assert latest_session(db, "card-help", "p2") is None


@pytest.mark.parametrize(
    "text", ["tab\tand\nline", "“quotes” 'and' \"more\"", "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 🂡 עברית", "a' OR 1=1 --", '{"n": 1}', "\u2028\u200d"]
)
def test_any_text_comes_back_as_it_was(db: Database, text: str) -> None:
    write(db, [append("s1", user(text))])
    told = read_session(db, "s1")
    assert told is not None
    assert told.messages[0].text == text


def test_the_views_say_what_the_fold_says(db: Database) -> None:
    write(db, [append("s1", *TOLD), append("s2", user("hi"))])
    told = session(*TOLD)
    messages = db.query("SELECT n, role, text FROM messages WHERE session = 's1' ORDER BY n")
    assert [tuple(row.values()) for row in messages] == [(said.n, said.role, said.text) for said in told.messages]
    [exchange] = db.query("SELECT * FROM exchanges")
    assert (exchange["wizard"], exchange["message"], exchange["reply"]) == ("ann", "it's gone", "Blocked.")
    assert (exchange["could_answer"], exchange["source"], exchange["released_n"]) == ("yes", "typed", 3)
    assert [(row["name"], row["value"]) for row in db.query("SELECT * FROM labels")] == [("intent", "charge")]
    assert [row["session"] for row in db.query("SELECT * FROM sessions ORDER BY session")] == ["s1", "s2"]


def test_every_commit_is_synced(db: Database) -> None:
    assert db.journal_mode == "wal"
    assert db.conn.execute("PRAGMA synchronous").fetchone()[0] == 2  # FULL


def test_the_reading_connection_cannot_write(tmp_path: Path, db: Database) -> None:
    reader = connect_to_read(tmp_path)
    with pytest.raises(sqlite3.OperationalError):
        reader.conn.execute("DELETE FROM events")
    reader.close()


def test_a_folder_without_a_log_is_told_and_left_alone(tmp_path: Path) -> None:
    with pytest.raises(NoLog, match="There is no log"):
        connect_to_read(tmp_path / "elsewhere")
    assert not (tmp_path / "elsewhere").exists()


def test_the_sqlite_in_use_has_no_wal_reset_bug() -> None:
    assert not has_wal_reset_bug(sqlite_version())
    assert has_wal_reset_bug((3, 51, 2))
    assert has_wal_reset_bug((3, 40, 1))
    assert not has_wal_reset_bug((3, 51, 3))
