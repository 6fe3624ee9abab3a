"""How long conversations are kept: what goes is told beforehand, and nothing goes that wasn't."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlite_utils import Database

from tests.builders import drafts, session, user
from wizard.events import Started
from wizard.head import head
from wizard.store.erasure import RETIRED, erase_sessions
from wizard.store.log import Append, write
from wizard.store.retention import announce, due, going, older_than, plan, written
from wizard.store.studies import save_study
from wizard.store.trail import trail

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def db(db: Database) -> Database:
    keep(db, 30)
    for id, days in (("old", 40), ("soon", 27), ("young", 3)):
        said(db, id, NOW - days * DAY)
    said(db, "recorded", NOW - 900 * DAY, imported="rows.jsonl")
    said(db, "elsewhere", NOW - 900 * DAY, study="for-ever")
    return db


def keep(db: Database, days: int | None) -> None:
    kept = "" if days is None else f"retention: {{days: {days}}}\n"
    save_study(db, f"study: kept\ntitle: Kept\n{kept}", "system")
    save_study(db, "study: for-ever\ntitle: For ever\n", "system")


def said(db: Database, id: str, at: datetime, *, study: str = "kept", imported: str | None = None) -> None:
    begun = Started(study=study, version=1, participant=f"of-{id}", alias="Guest", imported=imported)
    first, *rest = (replace(each, at=written(at)) for each in drafts(user("hi")))
    after = replace(session(user("hi"), id=id), started=begun)
    write(db, [Append(id, (replace(first, body=begun), *rest), head(after))])


def dues(db: Database, moment: datetime) -> list[str]:
    return [each.session for each in due(db, moment)]


def test_what_goes_within_a_week_is_told_with_its_day_and_at_least_a_day_before(db: Database) -> None:
    announce(db, plan(db, NOW))
    assert going(db, "kept") == {"2026-06-02": 1, "2026-06-04": 1}
    assert dues(db, NOW + 0.9 * DAY) == []
    assert dues(db, NOW + DAY) == ["old"]
    assert dues(db, NOW + 3 * DAY) == ["old", "soon"]
    told = [(step.did, step.actor) for step in trail(db, ["kept"]) if "will be erased" in step.did]
    assert told == [
        ("1 conversation will be erased on 2026-06-02, after 30 days", "system"),
        ("1 conversation will be erased on 2026-06-04, after 30 days", "system"),
    ]


def test_it_is_told_once_and_what_was_told_stands(db: Database) -> None:
    announce(db, plan(db, NOW))
    before = len(trail(db))
    announce(db, plan(db, NOW + 0.5 * DAY))
    assert len(trail(db)) == before
    assert dues(db, NOW + DAY) == ["old"]
    keep(db, 1)
    announce(db, plan(db, NOW + 0.5 * DAY))
    assert dues(db, NOW + DAY) == ["old"]
    assert dues(db, NOW + 1.5 * DAY) == ["old", "young"]


def test_what_is_to_be_kept_longer_or_goes_on_does_not_go(db: Database) -> None:
    announce(db, plan(db, NOW))
    keep(db, None)
    announce(db, plan(db, NOW))
    assert going(db, "kept") == {}
    keep(db, 30)
    announce(db, plan(db, NOW))
    assert going(db, "kept") == {"2026-06-02": 1, "2026-06-04": 1}
    keep(db, 60)
    announce(db, plan(db, NOW))
    assert dues(db, NOW + 7 * DAY) == []


def test_what_was_told_goes_and_takes_its_notice_with_it(db: Database) -> None:
    announce(db, plan(db, NOW))
    erase_sessions(db, "kept", ["old"], RETIRED)
    assert going(db, "kept") == {"2026-06-04": 1}
    assert [each.session for each in older_than(db, "kept", NOW)] == ["soon", "young"]
    assert any(step.did == "erased 1 conversation (kept long enough)" for step in trail(db, ["kept"]))


def test_nothing_is_told_of_whom_was_erased_since_it_was_planned(db: Database) -> None:
    plans = plan(db, NOW)
    erase_sessions(db, "kept", ["old"], RETIRED)
    announce(db, plans)
    assert going(db, "kept") == {"2026-06-04": 1}


def test_what_was_told_is_not_written_again(db: Database) -> None:
    announce(db, plan(db, NOW))
    assert plan(db, NOW) == []


def test_many_are_told_of_in_as_few_statements_as_few(db: Database) -> None:
    def statements() -> int:
        plans, asked = plan(db, NOW), list[str]()
        db.conn.set_trace_callback(asked.append)
        announce(db, plans)
        db.conn.set_trace_callback(None)
        return len(asked)

    few = statements()
    for number in range(20):
        said(db, f"older-{number}", NOW - 50 * DAY)
    assert statements() <= few
    assert going(db, "kept") == {"2026-06-02": 21, "2026-06-04": 1}
    keep(db, None)
    assert statements() <= few
    assert going(db, "kept") == {}


def test_what_is_told_together_is_told_at_one_moment(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter(f"2026-05-31T00:00:00.{number:03}Z" for number in range(100))
    for module in ("acts", "retention"):
        monkeypatch.setattr(f"wizard.store.{module}.now", lambda: next(times))
    announce(db, plan(db, NOW))
    told = [step for step in trail(db, ["kept"]) if "will be erased" in step.did]
    assert len(told) == 2
    assert len({step.at for step in told}) == 1
