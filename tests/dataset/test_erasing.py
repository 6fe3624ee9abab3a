"""`erase PARTICIPANT`: gone to the byte from all that is below `sessions/`, and nobody else is touched."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlite_utils import Database

from tests.conftest import AT_ONCE, served
from tests.dataset.crowd import CANARY, PERSON, SESSIONS, crowd, others, traces
from tests.served import ROOT, Server, Visitor, soon
from wizard.cli import main
from wizard.dataset import alone, exporting
from wizard.dataset.splits import side_of
from wizard.judge import judging
from wizard.judge.vectors import vectors_of
from wizard.store.accounts import participant_of
from wizard.store.backups import backups_in, erase_from_backups
from wizard.store.database import connect, sqlite3
from wizard.store.doctor import examine
from wizard.store.erasure import (
    CACHE,
    clean_up,
    empty_wal,
    erase_sessions,
    maybe_in_backups,
    must_clean_up,
    out_of_backups,
    remove,
)
from wizard.store.exports import record_export
from wizard.store.log import immediately
from wizard.store.schema import BACKUPS
from wizard.store.studies import pins_of, split_key

KEY, OTHER = "a-participants-own-key", "another-participant-here"
ASKS = f"""{AT_ONCE}
second_opinions: 1
survey:
  before: [{{name: mood, kind: text, question: How are you?}}]
  after: [{{name: why, kind: text, question: Why?}}]
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return crowd(tmp_path_factory.mktemp("crowd") / "sessions")


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(whole, tmp_path / "sessions"))


def run(folder: Path, *words: object) -> Result:
    return CliRunner().invoke(main, ["--sessions", str(folder), "erase", *map(str, words)], catch_exceptions=False)


def facts(folder: Path, *words: object, code: int = 0) -> dict[str, Any]:
    result = run(folder, *words, "--yes", "--json")
    assert result.exit_code == code, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_a_person_is_gone_to_the_byte_and_everybody_else_is_as_they_were(folder: Path) -> None:
    files = [folder / "log.db", *backups_in(folder)]
    assert set(traces(folder)) == {str(file.relative_to(folder)) for file in files}
    before = [others(file) for file in files]
    said = facts(folder, PERSON)
    assert said["studies"] == [{"study": "quiet", "sessions": 2, "exchanges": 2}]
    assert (said["clean"], said["unreadable"], said["elsewhere"]) == (True, [], [])
    assert traces(folder) == {}
    assert [others(file) for file in files] == before
    assert [each for each in examine(folder) if each.state == "bad" and each.what != "disk"] == []


def test_what_was_made_of_texts_is_gone_too(folder: Path) -> None:
    kept = vectors_of(["hello", "my card is gone"], folder / CACHE)
    assert list((folder / CACHE).iterdir())
    facts(folder, PERSON)
    assert not (folder / CACHE).exists()
    assert (vectors_of(["hello", "my card is gone"], folder / CACHE) == kept).all(), "and can be made again"


@pytest.mark.parametrize(("many", "where"), [(160, "backups/by-hand.db"), (240, "log.db")])
def test_nothing_stays_where_sqlite_had_moved_it_from(db: Database, tmp_path: Path, many: int, where: str) -> None:
    """What it deletes it overwrites; but what moves to another page then, and is deleted next, leaves bytes there."""
    talked_long(db, tmp_path, many)
    assert where in traces(tmp_path)
    assert erase_from_backups(tmp_path, SESSIONS[:1]) == []
    erase_sessions(db, "quiet", SESSIONS[:1], "erased")
    out_of_backups(db, SESSIONS[:1])
    assert clean_up(db, tmp_path)
    assert traces(tmp_path) == {}


def test_a_copy_that_was_not_written_anew_before_a_kill_is_so_when_told_again(db: Database, tmp_path: Path) -> None:
    copy = talked_long(db, tmp_path, many=160)
    with immediately(db):
        db.conn.execute("DELETE FROM events")
    assert clean_up(db, tmp_path)
    with closing(sqlite3.connect(copy, isolation_level=None)) as killed:
        killed.execute("PRAGMA secure_delete=ON")
        remove(killed, SESSIONS[:1])
    assert set(traces(tmp_path)) == {"backups/by-hand.db"}
    assert "nobody of the id" in run(tmp_path, PERSON, "--yes").stderr
    assert traces(tmp_path) == {}


def talked_long(db: Database, folder: Path, many: int) -> Path:
    """One who said so much, between two who did as well, and a copy of the log."""
    say = "INSERT INTO events (session, kind, at, actor, client_id, body) VALUES (?, 'message', '', 'system', ?, ?)"
    with immediately(db):
        for session, mark in (("other-1", "somebody"), (SESSIONS[0], CANARY), ("other-2", "somebody")):
            said = [[session, str(each), json.dumps({"text": mark * (1 + each * 7 % 40)})] for each in range(many)]
            db.conn.executemany(say, said)
    copy = folder / BACKUPS / "by-hand.db"
    copy.parent.mkdir()
    db.conn.execute("VACUUM INTO ?", [str(copy)])
    assert empty_wal(db)
    return copy


def test_a_report_that_was_being_made_meanwhile_keeps_nothing_of_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, judge = shutil.copytree(folder, folder.with_name("made")), judging.judge
    report(made)
    assert any(name.startswith(f"{CACHE}/") for name in traces(made))

    def slowly(*given: Any, **named: Any) -> Any:
        facts(folder, PERSON)
        return judge(*given, **named)

    monkeypatch.setattr(judging, "judge", slowly)
    report(folder)
    assert traces(folder) == {}
    assert not (folder / CACHE).exists(), "nor a vector"


def report(folder: Path) -> None:
    words = ["--sessions", str(folder), "report", "quiet"]
    assert CliRunner().invoke(main, words, catch_exceptions=False).exit_code == 0


def test_an_export_is_what_it_was_without_them(folder: Path, tmp_path: Path) -> None:
    before = export(folder, tmp_path / "before")
    facts(folder, PERSON)
    assert export(folder, tmp_path / "after") == [row for row in before if CANARY.encode() not in row]
    assert any(CANARY.encode() in row for row in before)


def test_an_export_that_was_being_written_meanwhile_is_not_there(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = exporting.export

    def slowly(*given: Any, **named: Any) -> Any:
        written = write(*given, **named)
        assert CANARY in (tmp_path / "out" / "quiet.csv").read_text()
        facts(folder, PERSON)
        return written

    monkeypatch.setattr(exporting, "export", slowly)
    done = CliRunner().invoke(main, words_to_export(folder, tmp_path / "out"))
    assert done.exit_code == 1
    assert "Somebody was erased while this was written" in done.stderr
    assert not (tmp_path / "out" / "quiet.csv").exists()


def test_what_was_set_aside_because_of_them_stays_so(tmp_path: Path) -> None:
    folder = tmp_path / "sessions"
    rows = [
        {"session": str(each), "messages": [{"role": "user", "content": "Hi!"}], "reply": "Hello"} for each in range(60)
    ]
    (tmp_path / "rows.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    CliRunner().invoke(main, ["--sessions", str(folder), "import", "rides", str(tmp_path / "rows.jsonl")])
    db = connect(folder, lock_wait=1)
    key = split_key(db, "rides")
    everybody = dict(db.conn.execute("SELECT participant, session FROM heads").fetchall())
    sides = {each: side_of(each, key) for each in everybody}
    train, validation = ([each for each in everybody if sides[each] == side] for side in ("train", "validation"))
    for each in [*train[1:], *(other for other in everybody if sides[other] == "test")]:
        facts(folder, each)
    assert pins_of(db, "rides") == [], "one of train is left, and the others give way to it"
    facts(folder, train[0])
    assert pins_of(db, "rides") == [(session, 1, "aside") for session in sorted(everybody[each] for each in validation)]
    db.close()


def export(folder: Path, out: Path) -> list[bytes]:
    assert CliRunner().invoke(main, words_to_export(folder, out), catch_exceptions=False).exit_code == 0
    return (out / "quiet.csv").read_bytes().splitlines(keepends=True)


def words_to_export(folder: Path, out: Path) -> list[str]:
    return ["--sessions", str(folder), "export", "quiet", "--to", "csv", "--out", str(out)]


def test_who_is_erased_is_nobody_any_more(folder: Path) -> None:
    facts(folder, PERSON)
    again = run(folder, PERSON, "--yes")
    assert again.exit_code == 1
    assert again.stderr == f"There is nobody of the id {PERSON} in any study.\n"
    assert "nobody of the id" in run(folder, PERSON, "--yes", "--study", "quiet").stderr
    assert "There is no study" in run(folder, PERSON, "--yes", "--study", "other").stderr


def test_a_folder_without_a_log_stays_without_one(tmp_path: Path) -> None:
    assert run(tmp_path / "none", PERSON, "--yes").exit_code == 1
    assert not (tmp_path / "none").exists()


def test_without_a_terminal_it_must_be_said_that_it_is_meant(folder: Path) -> None:
    before = traces(folder)
    refused = run(folder, PERSON)
    assert refused.exit_code == 2
    assert "2 sessions with 2 exchanges in quiet" in refused.stderr
    assert traces(folder) == before


@pytest.mark.parametrize(("answer", "code"), [(b"n\n", 1), (b"y\n", 0)])
def test_at_a_terminal_it_asks_first(folder: Path, answer: bytes, code: int) -> None:
    ours, theirs = os.openpty()
    command = [sys.executable, "-m", "wizard", "--sessions", str(folder), "erase", PERSON]
    process = subprocess.Popen(
        command, cwd=ROOT, stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    os.write(ours, answer)
    _, asked = process.communicate(timeout=60)
    assert f"{PERSON} has 2 sessions with 2 exchanges in quiet. Erase all of it for good?" in asked
    assert process.returncode == code
    assert bool(traces(folder)) == (code == 1)


def test_exports_that_held_them_are_told_and_files_that_have_something_of_them(folder: Path) -> None:
    db = connect(folder, lock_wait=1)
    for place, upto in [("before", 0), ("/home/ann/out", 10**6)]:
        record_export(db, "quiet", "jsonl", place, upto=upto, sessions=1, examples=1, options={"redact": True})
    record_export(db, "other", "jsonl", "of-another-study", upto=10**6, sessions=1, examples=1, options={})
    db.close()
    (folder / "exports").mkdir()
    (folder / "exports" / "quiet.jsonl").write_text(f'{{"session": "{"ca0a5e551000000000a1"}"}}\n')
    said = facts(folder, PERSON)
    assert [(each["place"], each["format"], each["options"]) for each in said["exports"]] == [
        ("/home/ann/out", "jsonl", {"redact": True})
    ]
    assert said["exported"] == [str(folder / "exports" / "quiet.jsonl")]
    assert traces(folder) == {"exports/quiet.jsonl": 1}, "what was exported is listed, and left alone"


def test_a_copy_that_somebody_put_elsewhere_is_told(folder: Path) -> None:
    (folder / "my copy.db").write_bytes((folder / "log.db").read_bytes())
    assert facts(folder, PERSON, code=1)["elsewhere"] == [str(folder / "my copy.db")]


def test_a_backup_that_cannot_be_read_is_told_and_all_others_are_cleaned(folder: Path) -> None:
    broken = folder / "backups" / "broken.db"
    broken.write_bytes(CANARY.encode() * 1000)
    said = facts(folder, PERSON, code=1)
    assert said["unreadable"] == [{"file": str(broken), "why": "file is not a database"}]
    assert set(traces(folder)) == {"backups/broken.db", "log.db"}, "the log keeps only which sessions are to go"
    assert "erasures" in [each.what for each in examine(folder)]
    assert "can't be cleaned" in run(folder, PERSON, "--yes").stderr
    broken.unlink()
    again = run(folder, PERSON, "--yes")
    assert "erasures" not in [each.what for each in examine(folder)]
    assert again.stderr.startswith("What an earlier erasure had left is cleaned up. There is nobody")
    assert traces(folder) == {}


def test_what_the_app_does_between_two_questions_is_not_taken_for_its_end(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    erase_sessions(db, "quiet", SESSIONS, "erased")
    assert clean_up(db, tmp_path)
    app = iter([lambda: out_of_backups(db, SESSIONS), lambda: None, lambda: empty_wal(db)])

    def asked(question: Callable[[Database], Any]) -> Callable[[Database], Any]:
        def answer(db: Database) -> Any:
            said = question(db)
            next(app, lambda: None)()
            return said

        return answer

    monkeypatch.setattr(alone, "maybe_in_backups", asked(maybe_in_backups))
    monkeypatch.setattr(alone, "must_clean_up", asked(must_clean_up))
    assert alone.wait_until_clean(db, backups=True)
    assert not must_clean_up(db)


def test_while_the_app_runs_it_lets_go_of_them_too(tmp_path: Path) -> None:
    with served(tmp_path, ASKS) as server:
        db = connect(server.sessions, lock_wait=1)
        owner = server.seat()
        bob, cy = (server.seat(server.invite_person(owner, name, "wizard")) for name in ("bob", "cy"))
        with server.participant(OTHER) as other, server.participant(KEY) as chat, server.wizard(owner) as desk:
            for each, mood in ((other, "well"), (chat, CANARY)):
                assert each.call("answer", {"when": "before", "answers": {"mood": mood}})["ok"]
            other.call("send", {"id": "o1", "text": "I stay"})
            chat.call("send", {"id": "m1", "text": CANARY})
            [session] = [each["session"] for each in desk.call("inbox")["sessions"] if each["alias"] != "Guest 1"]
            desk.call("claim", {"session": session})
            draft = {"session": session, "revision": 1, "draft": {"text": f"draft {CANARY}"}}
            assert desk.call("draft", draft)["ok"]
            assert desk.call("reply", {"session": session, "id": "r1", "text": f"reply {CANARY}"})["ok"]
            with server.wizard(bob) as second:
                where = {key: second.call("next_opinion")["opinion"][key] for key in ("session", "exchange")}
                assert second.call("opinion", {**where, "id": "o1", "text": f"mine {CANARY}"})["ok"]
            rate(Visitor(server.url, {"seat": cy}))
            chat.call("end")
            chat.wait_for("state", open=False)
            assert chat.call("answer", {"when": "after", "answers": {"why": f"because {CANARY}"}})["ok"]
            kinds = {row[0] for row in db.conn.execute("SELECT kind FROM events WHERE session = ?", [session])}
            assert kinds >= {"replied", "second_opinion", "rated", "answered"}
            back_up(db, server)
            assert {"log.db-wal", "backups/copy.db"} <= set(traces(server.sessions))
            said = facts(server.sessions, participant_of(KEY))
            assert (said["clean"], said["elsewhere"]) == (True, [])
            assert traces(server.sessions) == {}
            chat.wait_for("state", withdrawn=True)
            desk.wait_for("ended", session=session)
            assert chat.call("send", {"id": "m2", "text": CANARY})["error"]["code"] == "missing"
            assert [each["alias"] for each in desk.call("inbox")["sessions"]] == ["Guest 1"]
            assert other.call("sync", {"after": 0})["messages"][0]["text"] == "I stay"
        assert run(server.sessions, participant_of(KEY), "--yes").exit_code == 1
        assert db.conn.execute("SELECT count(*) FROM seats").fetchone() == (3,), "its own sign-in is over"
        db.close()
        server.stop()
        assert soon(lambda: not traces(server.sessions)), traces(server.sessions)
        assert [each for each in examine(server.sessions) if each.state == "bad" and each.what != "disk"] == []


def rate(colleague: Visitor) -> None:
    """Say of the reply that is shown that one would send it."""
    page = colleague.get("/studio/replies/at-once")[1]
    shown = dict(re.findall(r'name="(exchange|reply)" value="([^"]*)"', page))
    assert colleague.post("/studio/replies/at-once", {**shown, "would_send": "yes"})[0] == 200


def back_up(db: Any, server: Server) -> None:
    (server.sessions / "backups").mkdir(exist_ok=True)
    db.conn.execute("VACUUM INTO ?", [str(server.sessions / "backups" / "copy.db")])
