"""What goes wrong in one conversation, or with one who listens, is nobody else's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlite_utils import Database

from tests.builders import ANN
from wizard import loop
from wizard.events import Claimed, Draft, Event, Message
from wizard.live import withdrawal
from wizard.live.inbox import Inbox
from wizard.live.sessions import Live, Sessions
from wizard.live.shift import Shift
from wizard.live.withdrawal import Withdrawal
from wizard.session import NotAllowed
from wizard.store.accounts import Account, SeatName
from wizard.store.erasure import WITHDRAWN, erase_sessions, has_gaps, maybe_in_backups, must_clean_up
from wizard.store.studies import save_study
from wizard.store.writer import Writer


@pytest.fixture
def writer(tmp_path: Path, db: Database) -> Writer:
    return Writer(tmp_path, lock_wait=0.4)


@pytest.fixture
def sessions(db: Database, writer: Writer) -> Sessions:
    return Sessions(db, writer)


def test_who_listens_and_fails_is_neither_the_senders_nor_the_next_listeners_trouble(
    db: Database, sessions: Sessions
) -> None:
    def fails(live: Live, events: Any) -> None:
        raise KeyError("this is meant")

    heard: list[Event] = []
    live = sessions.start(save_study(db, "study: a\ntitle: A\n", "system"), "p", "Guest 1", {})
    sessions.on_change(fails)
    sessions.on_change(lambda live, events: heard.extend(events))
    _, [event] = sessions.record(
        live.session.id, lambda now: [Draft("participant", Message(n=1, role="user", text="hi"), "m1")]
    )
    assert heard == [event]


def test_who_is_gone_leaves_every_conversation_though_one_was_taken_back_meanwhile(
    db: Database, writer: Writer, sessions: Sessions
) -> None:
    version = save_study(db, "study: a\ntitle: A\n", "system")
    shift = Shift(sessions, db, grace=0.0)
    sessions.on_change(shift.published)
    held = [sessions.start(version, f"p{number}", "Guest", {}).session.id for number in range(3)]
    for each in held:
        sessions.record(each, lambda now: [Draft("participant", Message(n=1, role="user", text="hi"), "m1")])
        sessions.record(each, lambda now: [Draft(ANN, Claimed())])
    left: list[str] = []

    def one_is_taken_back(live: Live, events: Any) -> None:
        left.append(live.session.id)
        if len(left) == 1:
            gone = next(each for each in held if each not in left)
            sessions.erase([gone], lambda: writer.run(lambda db: erase_sessions(db, "a", [gone], WITHDRAWN)))

    sessions.on_change(one_is_taken_back)
    shift.take_from(ANN, None)
    assert len(left) == 2
    with pytest.raises(NotAllowed):
        sessions.access(next(each for each in held if each not in left))


def test_who_waits_is_counted_once_for_all_desks_with_the_same_studies(db: Database, sessions: Sessions) -> None:
    class At:
        def __init__(self, name: str, rights: dict[str, SeatName] | None = None) -> None:
            self.who, self.heard = Account(name, name, "wizard", rights), list[dict[str, Any]]()

        def send(self, event: str, payload: dict[str, Any]) -> None:
            self.heard.append(payload)

    counted: list[str] = []
    inbox = Inbox(sessions, db, lambda actor: actor)
    desks = [At("a", {"a": "wizard"}), At("b", {"a": "wizard"}), At("c"), At("d"), At("e", {"other": "wizard"})]
    for each in desks:
        inbox.watch(each)  # type: ignore[arg-type]
    live = sessions.start(save_study(db, "study: a\ntitle: A\n", "system"), "p", "Guest 1", {})
    sessions.record(live.session.id, lambda now: [Draft("participant", Message(n=1, role="user", text="hi"), "m1")])
    inbox.changed(live.session)
    db.conn.set_trace_callback(lambda query: counted.append(query) if "count(*)" in query else None)
    inbox._send()
    assert [[payload["waiting"] for payload in each.heard] for each in desks] == [[1], [1], [1], [1], []]
    assert len(counted) == 2


def test_a_large_log_is_written_anew_after_a_withdrawal_when_nobody_waits_for_it(
    tmp_path: Path, db: Database, writer: Writer, sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(withdrawal, "SMALL_BYTES", 0)
    after_a_minute: list[Callable[[], None]] = []
    soon = loop.later

    def later(seconds: float, work: Callable[..., None], *given: Any) -> None:
        if seconds == withdrawal.QUIET_SECONDS:
            after_a_minute.append(lambda: work(*given))
        else:
            soon(seconds, work, *given)

    monkeypatch.setattr(loop, "later", later)
    version = save_study(db, "study: a\ntitle: A\n", "system")
    gone, stays = (sessions.start(version, each, "Guest", {}).session.id for each in ("gone", "stays"))
    withdrawals = Withdrawal(tmp_path, db, writer, sessions, lambda db, study, those: [])
    withdrawals.erase("a", [gone], WITHDRAWN, [])
    withdrawals.clean_up()
    with loop.eventlet.Timeout(20):
        while maybe_in_backups(db) or must_clean_up(db):
            loop.sleep(0.02)
    sessions.record(stays, lambda now: [Draft("participant", Message(n=1, role="user", text="hi"), "m1")])
    after_a_minute.pop()()
    assert has_gaps(db.conn), "somebody talks"
    after_a_minute.pop()()
    assert not has_gaps(db.conn)
    assert after_a_minute == []
    withdrawals.erase("a", [stays], WITHDRAWN, [])
    withdrawals.take_up()
    assert not has_gaps(db.conn), "a start waits for nobody"
    with loop.eventlet.Timeout(20):
        while maybe_in_backups(db) or must_clean_up(db):
            loop.sleep(0.02)
