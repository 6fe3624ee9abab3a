"""No acknowledgement leaves before its data is on the disk: the system calls say so."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import pytest

from tests.conftest import AT_ONCE, served
from tests.faults.raw import Socket, participant
from tests.served import PLAIN, Server

ONE_AT_A_TIME, BURST, BURST_SOCKETS = 20, 40, 4
CALLS = "fdatasync,fsync,sendto,sendmsg,write,writev,pwrite64,pwritev"
PAGE_AND_ITS_ESCAPES = 5_000
"""Bytes of each buffer to show: a page of the log is 4,096."""


@dataclass(frozen=True)
class Call:
    """A system call: on which file, with what in its buffer, when it began and when it had returned."""

    name: str
    file: str
    buffer: str
    began: float
    returned: float
    result: int


LINE = re.compile(r"^(?P<thread>\d+)\s+(?P<at>\d+\.\d+)\s+(?P<rest>.*)$")
STARTED = re.compile(r"^(?P<name>\w+)\((?P<given>.*?)(?:\)\s+= (?P<result>-?\d+).*|\s*<unfinished \.\.\.>)$", re.DOTALL)
RESUMED = re.compile(r"^<\.\.\. (?P<name>\w+) resumed>.*\)\s+= (?P<result>-?\d+)")
TOOK = re.compile(r"<(\d+\.\d+)>$")
FILE = re.compile(r"^\d+<(?P<file>[^>]*)>")


def calls_of(trace: Iterable[str]) -> list[Call]:
    """The calls in the output of `strace -f -ttt -T -y`, in the order in which they began."""
    calls: list[Call] = []
    unfinished: dict[str, int] = {}
    for text in trace:
        line = LINE.match(text.rstrip("\n"))
        if not line:
            continue
        thread, at, rest = line["thread"], float(line["at"]), line["rest"]
        if resumed := RESUMED.match(rest):
            if thread in unfinished:
                where = unfinished.pop(thread)
                calls[where] = replace(calls[where], returned=at, result=int(resumed["result"]))
        elif started := STARTED.match(rest):
            file = FILE.match(started["given"])
            took = TOOK.search(rest)
            if started["result"] is None:
                unfinished[thread] = len(calls)
                returned, result = float("inf"), -1
            else:
                returned, result = at + (float(took[1]) if took else 0.0), int(started["result"])
            calls.append(Call(started["name"], file["file"] if file else "", started["given"], at, returned, result))
    return calls


def unsynced(calls: Sequence[Call], acknowledged: dict[int, str]) -> list[str]:
    """What is wrong with each acknowledgement (by its number: the text it stands for); nothing, if all is well.

    Right is: a page with the text was written to the write-ahead log, then a sync of that file began and
    returned, then the acknowledgement was sent.
    """
    problems = []
    for number, text in acknowledged.items():
        send = next((each for each in calls if f"43/chat,{number}[" in each.buffer and "send" in each.name), None)
        page = next((each for each in calls if each.file.endswith("-wal") and text in each.buffer), None)
        if send is None:
            problems.append(f"{number}: the acknowledgement isn't in the trace")
        elif page is None:
            problems.append(f"{number}: nothing with {text!r} was written to the log")
        elif not any(_lies_between(page, sync, send) for sync in calls):
            problems.append(f"{number}: {text!r} was written, but not synced before the acknowledgement left")
    return problems


def _lies_between(page: Call, sync: Call, send: Call) -> bool:
    return (
        sync.name in ("fdatasync", "fsync")
        and sync.result == 0
        and sync.file == page.file
        and page.returned <= sync.began
        and sync.returned <= send.began
    )


@pytest.fixture(scope="module")
def strace() -> str:
    """The program that traces. Without it the promise is not shown, so this fails rather than skips."""
    if not shutil.which("strace") and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-qq", "strace"], capture_output=True, check=False)
    found = shutil.which("strace")
    if not found:
        pytest.fail("strace is needed to show that every acknowledgement is synced first: apt-get install strace")
    return found


@pytest.fixture(scope="module")
def traced(strace: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Call], dict[int, str]]:
    """A server's calls while it took messages, one at a time and in bursts; what each number stands for."""
    folder = tmp_path_factory.mktemp("traced")
    trace = folder / "trace"
    server = served(folder, AT_ONCE)
    watch = (
        strace,
        "-f",
        "-ttt",
        "-T",
        "-y",
        "-s",
        str(PAGE_AND_ITS_ESCAPES),
        "-e",
        f"trace={CALLS}",
        "-o",
        str(trace),
    )
    server.command = (*watch, *PLAIN)
    acknowledged: dict[int, str] = {}
    with server:
        with participant(server, "one-at-a-time-please", first_number=1_000) as socket:
            for at in range(ONE_AT_A_TIME):
                text = f"single-{at:04}-message"
                acknowledged[_sent(socket, text)] = text
                socket.answer(1_000 + at)
        sockets = [
            participant(server, f"all-at-once-please-{at}", first_number=2_000 + 100 * at)
            for at in range(BURST_SOCKETS)
        ]
        fired: list[tuple[Socket, int]] = []
        for at in range(BURST):
            socket = sockets[at % BURST_SOCKETS]
            text = f"burst-{at:04}-message"
            number = _sent(socket, text)
            acknowledged[number] = text
            fired.append((socket, number))
        assert all(socket.answer(number)["ok"] for socket, number in fired)
        for socket in sockets:
            socket.close()
        _stop_what_is_traced(server)
    return calls_of(trace.read_text(errors="replace").splitlines()), acknowledged


def _stop_what_is_traced(server: Server) -> None:
    """End the server under strace, which ends with it; a signal to strace would leave the server running."""
    assert server.process is not None
    os.kill(json.loads((server.sessions / "server.json").read_text())["pid"], signal.SIGTERM)
    server.process.wait(10)


def _sent(socket: Socket, text: str) -> int:
    return socket.fire("send", {"id": text, "text": text})


def test_every_acknowledgement_left_after_its_message_was_synced(traced: tuple[list[Call], dict[int, str]]) -> None:
    calls, acknowledged = traced
    assert len(acknowledged) == ONE_AT_A_TIME + BURST
    syncs = [each for each in calls if each.name in ("fdatasync", "fsync") and each.file.endswith("-wal")]
    assert len(syncs) >= ONE_AT_A_TIME, "each of the messages sent singly needs a sync of its own"
    assert unsynced(calls, acknowledged) == []


def test_the_same_trace_without_its_syncs_is_found_out(traced: tuple[list[Call], dict[int, str]]) -> None:
    calls, acknowledged = traced
    no_syncs = [each for each in calls if each.name not in ("fdatasync", "fsync")]
    assert len(unsynced(no_syncs, acknowledged)) == len(acknowledged)
    of_another_file = [replace(each, file="/log.db") if "sync" in each.name else each for each in calls]
    assert len(unsynced(of_another_file, acknowledged)) == len(acknowledged)


WRITTEN = r'7 100.000100 pwrite64(9</s/log.db-wal>, "\r\0\0hello-0001\0", 4096, 56) = 4096 <0.000010>'
SYNCED = "7 100.000200 fdatasync(9</s/log.db-wal>) = 0 <0.000100>"
SENT = r'6 100.000400 sendto(12<socket:[34]>, "\201~\0$43/chat,1[{\"ok\":true}]", 30, 0, NULL, 0) = 30 <0.000010>'
SYNC_BEGINS = "7 100.000200 fdatasync(9</s/log.db-wal> <unfinished ...>"
SYNC_RETURNS = "7 100.000300 <... fdatasync resumed>) = 0 <0.000100>"
SYNC_RETURNS_LATE = "7 100.000900 <... fdatasync resumed>) = 0 <0.000700>"
SYNC_FAILS = "7 100.000200 fdatasync(9</s/log.db-wal>) = -1 EIO (Input/output error) <0.000100>"
SYNC_TOO_EARLY = "7 100.000050 fdatasync(9</s/log.db-wal>) = 0 <0.000010>"
SYNC_OF_ANOTHER = "7 100.000200 fdatasync(8</s/log.db>) = 0 <0.000100>"


@pytest.mark.parametrize("trace", [(WRITTEN, SYNCED, SENT), (WRITTEN, SYNC_BEGINS, SYNC_RETURNS, SENT)])
def test_a_trace_in_order_is_found_good(trace: tuple[str, ...]) -> None:
    assert unsynced(calls_of(trace), {1: "hello-0001"}) == []


@pytest.mark.parametrize(
    ("trace", "problem"),
    [
        ((WRITTEN, SENT), "not synced"),
        ((WRITTEN, SYNC_BEGINS, SENT, SYNC_RETURNS_LATE), "not synced"),
        ((WRITTEN, SYNC_BEGINS, SENT), "not synced"),
        ((SYNC_TOO_EARLY, WRITTEN, SENT), "not synced"),
        ((WRITTEN, SYNC_FAILS, SENT), "not synced"),
        ((WRITTEN, SYNC_OF_ANOTHER, SENT), "not synced"),
        ((SYNCED, SENT), "nothing with"),
        ((WRITTEN, SYNCED), "isn't in the trace"),
    ],
)
def test_a_doctored_trace_is_found_out(trace: tuple[str, ...], problem: str) -> None:
    [found] = unsynced(calls_of(trace), {1: "hello-0001"})
    assert problem in found
