"""The bench measures what it says: everything that is sent is counted, and no stall is hidden."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.bench import large, targets
from tests.bench.bench import compared, meets
from tests.bench.load import CONNECT_SECONDS, Outcome, percentile
from tests.bench.measure import conversations, now_and_then
from tests.bench.targets import Curtain, Relay
from tests.logged import read_sessions
from tests.served import ROOT
from wizard.store.database import connect_to_read
from wizard.store.log import last_seq

PARTICIPANTS = 10


def evenly(count: int, seconds: float) -> list[tuple[float, int]]:
    return [(at * seconds / count, at % PARTICIPANTS) for at in range(count)]


def test_what_the_bench_counts_is_what_the_log_holds(tmp_path: Path) -> None:
    with Curtain(tmp_path / "sessions") as curtain, curtain.crowd(PARTICIPANTS) as crowd:
        outcome = crowd.play(evenly(200, 0.5), CONNECT_SECONDS)
    assert outcome.sent == outcome.acknowledged == len(outcome.waits) == 200
    assert outcome.whole
    assert 0 < outcome.wait(50) <= outcome.wait(99) <= outcome.wait(100) < 5
    said = [len(session.messages) for session in read_sessions(connect_to_read(tmp_path / "sessions"))]
    assert said == [1 + 200 // PARTICIPANTS] * PARTICIPANTS, "the first of each, and what was played"


@pytest.mark.parametrize("file", [None, "messages.db"])
def test_the_relays_relay(tmp_path: Path, file: str | None) -> None:
    with Relay(tmp_path / file if file else None) as relay, relay.crowd(PARTICIPANTS) as crowd:
        outcome = crowd.play(evenly(100, 0.3), CONNECT_SECONDS)
    assert outcome.whole
    assert len(outcome.waits) == 100


@pytest.mark.alone
def test_a_crowd_that_sends_as_fast_as_it_is_answered_is_told_how_fast_that_is() -> None:
    with Relay() as relay, relay.crowd(PARTICIPANTS) as crowd:
        assert crowd.saturate(1.0) > 20


@pytest.mark.alone
@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="this system can't halt a process")
def test_a_server_that_stalls_cannot_hide_it() -> None:
    with Relay() as relay, relay.crowd(PARTICIPANTS) as crowd:
        halt = [
            threading.Timer(0.2, relay.process.send_signal, [signal.SIGSTOP]),
            threading.Timer(0.6, relay.process.send_signal, [signal.SIGCONT]),
        ]
        for each in halt:
            each.start()
        outcome = crowd.play(evenly(200, 1.0))
    assert outcome.whole
    assert outcome.wait(99) > 0.3, "whoever was due while it stood still waited"
    assert outcome.wait(50) < 0.3


def test_a_lost_message_counts_as_one_that_never_came() -> None:
    outcome = Outcome(1, sent=100, acknowledged=100, refused=0, duplicated=0, late=0, waits=[0.001] * 98)
    assert outcome.lost == 2
    assert not outcome.whole
    assert outcome.wait(98) == 0.001
    assert outcome.wait(99) == float("inf")


def test_percentiles_are_the_values_that_so_many_do_not_exceed() -> None:
    values = [each / 100 for each in range(1, 101)]
    assert [percentile(values, percent) for percent in (1, 50, 99, 100)] == [0.01, 0.5, 0.99, 1.0]
    assert percentile([7.0], 50) == 7.0


def test_people_send_every_three_seconds_on_average() -> None:
    schedule = now_and_then(count=200, seconds=60)
    assert schedule == sorted(schedule)
    assert 60 * 200 / 3 * 0.95 < len(schedule) < 60 * 200 / 3 * 1.05


def test_conversations_are_measured_whole() -> None:
    with Relay() as relay:
        result = conversations(relay, 20, seconds=1)
    assert result["lost"] == result["duplicated"] == 0
    assert result["n"] > 3
    assert 0 < result["p50"] <= result["p99"] <= result["max"]


def test_a_large_log_is_one_like_any_other(tmp_path: Path) -> None:
    targets.prepare(tmp_path)
    written = large.build(tmp_path, 5_000)
    db = connect_to_read(tmp_path)
    sessions = list(read_sessions(db))
    assert 5_000 <= written < 5_500
    assert written == last_seq(db)
    assert {session.ended is None for session in sessions} == {True, False}
    assert {session.claimed_by is None for session in sessions} == {True, False}
    assert set(large.some_open_sessions(tmp_path, 10)) <= {each.id for each in sessions if each.waiting_since}


@pytest.mark.alone
@pytest.mark.skipif(not targets.can_slow_the_disk(), reason="it takes strace, and leave to trace")
def test_the_slow_disk_is_five_milliseconds_slower(tmp_path: Path) -> None:
    quick, slow = (targets.sync_seconds(tmp_path, slow_disk=slow_disk, times=20) for slow_disk in (False, True))
    assert 0.004 < percentile(slow, 50) - percentile(quick, 50) < 0.02


def test_ratios_are_at_least_and_times_below_what_is_wanted() -> None:
    results = {
        "held: durable": {"value": 3000},
        "held: bare": {"value": 1500},
        "1000 conversations: durable": {"p50": 6.0},
    }
    summary = compared(results)
    assert summary["durable / bare"] == 2.0
    assert summary["met"] == {"durable / bare": True, "p50 of 1000 conversations, ms": False}
    assert not meets("large: up in, s", 5.1)


def test_the_command_prints_json_lines() -> None:
    command = [sys.executable, ROOT / "bin" / "bench", "--only", "open", "--open", "10", "--seconds", "0.3"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=60, check=True)
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["what"] for each in results] == [
        "machine", "10 conversations: durable", "10 conversations: bare", "summary",
    ]  # fmt: skip
