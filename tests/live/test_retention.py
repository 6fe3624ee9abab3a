"""A study that keeps conversations for so long: told on the Data page, and gone to the byte once they are due."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from tests.conftest import served
from tests.served import Server, Visitor, closed_up, soon
from tests.store.test_retention import keep, said
from wizard import create_app, loop
from wizard.cli import main
from wizard.dataset.splits import pins
from wizard.live import retention
from wizard.session import NotAllowed
from wizard.settings import Settings
from wizard.store.database import connect
from wizard.store.erasure import ERASED, count_erased
from wizard.store.retention import Going, older_than
from wizard.store.writer import Writer

CANARY = "of-long-ago"


def has_it(server: Server) -> bool:
    return any(CANARY.encode() in path.read_bytes() for path in server.sessions.rglob("*") if path.is_file())


def test_what_was_kept_for_so_long_is_told_and_then_erased_to_the_byte(tmp_path: Path) -> None:
    server = served(tmp_path, "study: kept\ntitle: Kept\n")
    db = connect(server.sessions, lock_wait=5)
    keep(db, 30)
    said(db, "long-ago", datetime.now(UTC) - timedelta(days=31))
    said(db, "now", datetime.now(UTC))
    day = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    with server:
        owner = Visitor(server.url, {"seat": server.seat()})
        assert soon(lambda: f"1 conversation will be erased on {day}." in owner.get("/studio/data")[1])
        assert "1 conversation will be erased on" in owner.get("/studio/trail")[1]
        assert has_it(server)
        server.stop()
        db.execute("UPDATE going SET due_at = '2026-01-01T00:00:00.000Z'")
        db.conn.commit()
        db.close()
        server.start()
        assert soon(lambda: not has_it(server))
        owner = Visitor(server.url, {"seat": server.seat()})
        assert soon(lambda: "erased 1 conversation (kept long enough)" in owner.get("/studio/trail")[1])
        assert "<p>1 session</p>" in closed_up(owner.get("/studio/data")[1])


def test_what_is_older_goes_by_the_command_line_too_with_a_server_and_without(tmp_path: Path) -> None:
    server = served(tmp_path, "study: kept\ntitle: Kept\n")
    db = connect(server.sessions, lock_wait=5)
    for id, days in (("older", 500), ("long-ago", 50), ("now", 0)):
        said(db, id, datetime.now(UTC) - timedelta(days=days))
    db.close()
    assert verb(server, "--older-than", "400", "--dry-run")["erased"] is False
    [gone] = verb(server, "--older-than", "400", "--yes")["conversations"]
    assert gone["session"] == "older"
    with server:
        assert [each["session"] for each in verb(server, "--older-than", "40", "--dry-run")["conversations"]] == [
            "long-ago"
        ]
        assert has_it(server)
        told = verb(server, "--older-than", "40", "--yes")
        assert told["clean"] is True
        assert not has_it(server)
        assert verb(server, "--older-than", "1", "--yes")["conversations"] == []
    refused = CliRunner().invoke(main, ["--sessions", str(server.sessions), "erase", "--older-than", "3"])
    assert refused.exit_code == 2
    assert "Name a PARTICIPANT, or a study" in refused.output


def test_many_go_without_the_study_being_read_for_each_and_what_is_gone_or_went_on_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    readings: list[Collection[str]] = []

    def counted(db: Database, study: str, participants: Collection[str]) -> Iterator[Any]:
        readings.append(participants)
        return pins(db, study, participants)

    monkeypatch.setattr("wizard.web.app.pins", counted)
    server = served(tmp_path, "study: kept\ntitle: Kept\n")
    db = connect(server.sessions, lock_wait=5)
    for number in range(5):
        said(db, f"old-{number}", datetime.now(UTC) - timedelta(days=50))
    app = create_app(Settings(sessions=server.sessions))
    curtain = app.extensions["curtain"]
    found = older_than(db, "kept", datetime.now(UTC))
    assert len(found) == 5
    curtain.eraser.forget("kept", found[0].participant, ERASED)
    said(db, "goes-on", datetime.now(UTC))
    curtain.retention.erase([*found, Going("goes-on", "kept", "of-goes-on")], datetime.now(UTC) - timedelta(minutes=1))
    assert [len(each) for each in readings] == [1, 6]
    assert [each.session for each in older_than(db, "kept", datetime.now(UTC) + timedelta(days=1))] == ["goes-on"]
    assert count_erased(db, "kept") == 5
    db.close()


def test_a_day_on_which_it_fails_is_not_the_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "FIRST_SECONDS", 0.0)
    monkeypatch.setattr(retention, "DAY_SECONDS", 0.05)
    server = served(tmp_path, "study: kept\ntitle: Kept\n")
    days: list[str] = []

    def retire(study: str, those: Mapping[str, Sequence[str]], since: str) -> None:
        days.append(study)
        raise NotAllowed("missing", "this is meant")

    db = connect(server.sessions, lock_wait=5)
    said(db, "old", datetime.now(UTC) - timedelta(days=50))
    monkeypatch.setattr(retention, "announce", lambda db, plans: None)
    db.execute("INSERT INTO going VALUES ('old', 'kept', '2026-01-01T00:00:00.000Z')")
    db.conn.commit()
    retention.Retention(server.sessions, Writer(server.sessions, lock_wait=0.2), retire).take_up()
    with loop.eventlet.Timeout(5):
        while len(days) < 2:
            loop.sleep(0.01)


def verb(server: Server, *more: str) -> dict[str, Any]:
    given = ["--sessions", str(server.sessions), "erase", "--study", "kept", "--json", *more]
    done = CliRunner().invoke(main, given)
    assert done.exit_code == 0, done.output
    told: dict[str, Any] = json.loads(done.stdout)
    return told
