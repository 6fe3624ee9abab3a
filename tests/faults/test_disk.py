"""A locked file and a full disk: refused within a second, reads go on, and all is well again without a restart."""

from __future__ import annotations

import contextlib
import os
import resource
import sqlite3
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import AT_ONCE, served
from tests.faults.raw import Refused, Socket, participant, wizard
from tests.served import Server, Visitor
from wizard.store.doctor import examine

SOON = 1.0
"""Seconds within which a refusal, and every read, must be there."""
SENDERS = 8
ROOM_FOR_A_LOG = "1536k"
PACED = AT_ONCE.replace("at-once", "paced") + "pacing: {first: 0.6-0.6}\n"

Fault = Callable[[Server], contextlib.AbstractContextManager[None]]


@contextmanager
def locked(server: Server) -> Iterator[None]:
    """Another process holds the write lock."""
    db = sqlite3.connect(server.database, isolation_level=None)
    db.execute("BEGIN EXCLUSIVE")
    try:
        yield
    finally:
        db.execute("ROLLBACK")
        db.close()


def no_room_after(spare: int) -> Fault:
    """No file of the server may grow, or be written, past the end of its write-ahead log and so many bytes."""

    @contextmanager
    def full(server: Server) -> Iterator[None]:
        assert server.process is not None
        pid = server.process.pid
        usual = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        end = server.database.with_name("log.db-wal").stat().st_size
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (end + spare, usual[1]))
        try:
            yield
        finally:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, usual)

    return full


@contextmanager
def no_writing_at_all(server: Server) -> Iterator[None]:
    """Not a byte can be written to any file."""
    assert server.process is not None
    usual = resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, (0, usual[1]))
    try:
        yield
    finally:
        resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, usual)


FAULTS = {
    "locked": locked,
    "no writing at all": no_writing_at_all,
    "full": no_room_after(0),
    "full in the middle of a page": no_room_after(1_000),
    "full after a page": no_room_after(24 + 4_096),
}

pytestmark = pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux can limit another process")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    server = served(tmp_path_factory.mktemp("disk"), AT_ONCE)
    server.environ |= {"CURTAIN_MESSAGES_PER_SECOND": "10000", "CURTAIN_MESSAGE_BURST": "10000"}
    with server:
        yield server


@pytest.fixture(scope="module")
def owner(running: Server) -> str:
    return running.seat()


@pytest.mark.alone
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_what_cannot_be_stored_is_refused_soon_and_the_same_id_succeeds_later(
    running: Server, owner: str, fault: Fault, request: pytest.FixtureRequest
) -> None:
    name = request.node.callspec.id
    keys = [f"sender-{at}-while-{name}".replace(" ", "-") for at in range(SENDERS)]
    with ExitStack() as open_now:
        sockets = [open_now.enter_context(participant(running, key)) for key in keys]
        desk = open_now.enter_context(wizard(running, owner))
        assert all(socket.call("send", {"id": "before", "text": "before"})["ok"] for socket in sockets)
        waiting = [row["session"] for row in desk.call("inbox")["sessions"] if row["waiting_since"]]
        with fault(running):
            for _ in range(2):
                for answer, seconds in _all_at_once(sockets, {"id": "during", "text": f"during {name}"}):
                    _expect_refusal(answer, seconds)
            reply = {"session": waiting[-1], "id": f"r-{name}".replace(" ", "-"), "text": "an answer"}
            _expect_refusal(*_timed(lambda: desk.call("reply", reply)))
            _expect_reads(running, owner, sockets[0], desk)
        for socket in sockets:
            first, again = (socket.call("send", {"id": "during", "text": f"during {name}"}) for _ in range(2))
            assert first["ok"], first
            assert again == first
            assert [each["text"] for each in socket.call("sync", {"after": 0})["messages"]][:2] == [
                "before",
                f"during {name}",
            ]
        assert desk.call("reply", reply)["ok"]
    _expect_whole(running)


def test_a_store_that_is_out_of_reach_again_and_again_loses_nothing(running: Server, long_run: bool) -> None:
    """A sender goes on through faults that come and go, and repeats what was refused until it is taken."""
    refused = 0
    with participant(running, "someone-of-great-patience") as socket:
        stop = threading.Event()
        weather = threading.Thread(target=_faults_come_and_go, args=(running, stop, 30 if long_run else 3))
        weather.start()
        sent = []
        while not stop.is_set():
            payload = {"id": f"p{len(sent)}", "text": f"patient {len(sent)}"}
            answer = socket.call("send", payload)
            while not answer["ok"]:
                refused += answer["error"]["code"] == "unavailable"
                time.sleep(0.05)
                answer = socket.call("send", payload)
            sent.append((answer["n"], payload["text"]))
            time.sleep(0.01)
        weather.join()
        stored = [(each["n"], each["text"]) for each in socket.call("sync", {"after": 0})["messages"]]
    assert refused > 3
    assert len(sent) > 10
    assert stored == sent == [(at + 1, text) for at, (_, text) in enumerate(sent)]
    _expect_whole(running)


def _faults_come_and_go(server: Server, stop: threading.Event, rounds: int) -> None:
    try:
        for _ in range(rounds):
            for fault in FAULTS.values():
                with fault(server):
                    time.sleep(0.25)
                time.sleep(0.15)
    finally:
        stop.set()


@pytest.mark.alone
@pytest.mark.parametrize("fault", [locked, no_writing_at_all])
def test_a_page_that_must_write_says_try_again_and_a_sign_in_link_is_not_used_up(
    running: Server, owner: str, fault: Fault
) -> None:
    link = running.invite_person(owner, f"Ann {fault.__name__}", "wizard").removeprefix(running.url)
    visitor = Visitor(running.url)
    with fault(running):
        (status, page), seconds = _timed(lambda: visitor.get(link))
    assert (status, seconds < SOON) == (503, True)
    assert "ry again" in page
    assert visitor.get(link)[0] == 200
    assert visitor.cookies["seat"]


@pytest.mark.alone
@pytest.mark.parametrize("fault", [locked, no_writing_at_all])
def test_a_newcomer_is_refused_soon_and_let_in_later(running: Server, fault: Fault) -> None:
    key = f"newcomer-while-{fault.__name__}"
    with fault(running):
        began = time.monotonic()
        with pytest.raises(Refused):
            participant(running, key)
        assert time.monotonic() - began < SOON
    with participant(running, key) as socket:
        assert socket.call("send", {"id": "m1", "text": "here at last"})["n"] == 1


def test_a_reply_whose_time_comes_while_the_log_is_locked_is_let_through_afterwards(tmp_path: Path) -> None:
    with served(tmp_path, PACED) as server:
        owner = server.seat()
        with participant(server, "a-patient-participant") as chat, wizard(server, owner) as desk:
            chat.call("send", {"id": "m1", "text": "hello"})
            [row] = desk.call("inbox")["sessions"]
            assert desk.call("reply", {"session": row["session"], "id": "r1", "text": "hi"})["ok"]
            with locked(server):
                time.sleep(1.5)
                assert len(chat.call("sync", {"after": 0})["messages"]) == 1
            until = time.monotonic() + 10
            while len(chat.call("sync", {"after": 0})["messages"]) < 2 and time.monotonic() < until:
                time.sleep(0.05)
            assert [each["text"] for each in chat.call("sync", {"after": 0})["messages"]] == ["hello", "hi"]
        _expect_whole(server)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own with hardly any room. Only root can make one; the limits above hold for all."""
    folder = tmp_path / "small"
    folder.mkdir()
    mounting = ["mount", "-t", "tmpfs", "-o", f"size={ROOM_FOR_A_LOG}", "none", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mounting, capture_output=True, check=False).returncode:
        pytest.skip("a small disk can't be mounted here; the tests with a limit on file sizes say the same")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.mark.alone
def test_a_disk_that_is_really_full_is_survived_too(small_disk: Path) -> None:
    with served(small_disk, AT_ONCE) as server:
        owner = server.seat()
        with participant(server, "filling-up-the-disk") as chat, wizard(server, owner) as desk:
            assert chat.call("send", {"id": "m0", "text": "before"})["ok"]
            filler = small_disk / "filler"
            _fill(filler)
            payload, stored = {"id": "m1", "text": "x" * 7_000}, 1
            answer, seconds = _timed(lambda: chat.call("send", payload))
            while answer["ok"]:  # what was allocated before may still be written to
                stored += 1
                payload = {**payload, "id": f"m{stored}"}
                answer, seconds = _timed(partial(chat.call, "send", payload))
            _expect_refusal(answer, seconds)
            _expect_said(server, "full")
            _expect_reads(server, owner, chat, desk)
            filler.unlink()
            assert chat.call("send", payload)["n"] == stored + 1
            assert len(chat.call("sync", {"after": 0})["messages"]) == stored + 1
        server.kill()
        server.start()
        with participant(server, "filling-up-the-disk") as chat:
            assert len(chat.call("sync", {"after": 0})["messages"]) == stored + 1
        _expect_whole(server)


def _expect_said(server: Server, word: str) -> None:
    """Whoever runs the server is told why; what it prints takes a moment to get here."""
    until = time.monotonic() + 10
    while not any(word in line for line in server.output):
        assert time.monotonic() < until, server.output
        time.sleep(0.01)


def _fill(filler: Path) -> None:
    with filler.open("wb", buffering=0) as file:
        for size in (65_536, 4_096, 1):
            with contextlib.suppress(OSError):
                while file.write(b"x" * size) == size:
                    pass


def _timed(act: Callable[[], Any]) -> tuple[Any, float]:
    began = time.monotonic()
    return act(), time.monotonic() - began


def _all_at_once(sockets: list[Socket], payload: dict[str, Any]) -> list[tuple[Any, float]]:
    """Send this on every socket before any has its answer; the answers, and how long each took."""
    began = [(socket, socket.fire("send", payload), time.monotonic()) for socket in sockets]
    return [(socket.answer(number), time.monotonic() - at) for socket, number, at in began]


def _expect_refusal(answer: dict[str, Any], seconds: float) -> None:
    assert answer["ok"] is False, answer
    assert answer["error"]["code"] == "unavailable", answer
    assert answer["error"]["retry"] is True
    assert answer["error"]["message"]
    assert seconds < SOON


def _expect_reads(server: Server, seat: str, chat: Socket, desk: Socket) -> None:
    """What only reads answers as ever."""
    for name, look in {
        "sync": lambda: chat.call("sync", {"after": 0})["ok"],
        "inbox": lambda: desk.call("inbox")["ok"],
        "the chat page": lambda: Visitor(server.url).get(f"/c/{server.invite}")[0] == 200,
        "the desk page": lambda: Visitor(server.url, {"seat": seat}).get("/studio")[0] == 200,
    }.items():
        well, seconds = _timed(look)
        assert well, name
        assert seconds < SOON, name


def _expect_whole(server: Server) -> None:
    findings = examine(server.sessions)
    assert len(findings) > 5
    assert [each for each in findings if each.state == "bad" and each.what != "disk"] == []
    assert not any("Traceback" in line for line in server.output)
