"""What the load is pointed at: Curtain and the two bare relays, each a process on a core of its own."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from sqlite_utils import Database

from tests.bench.load import Crowd
from tests.served import PLAIN, ROOT, Server
from wizard.store.accounts import access_or_make_account, make_sign_in_link, participant_of, use_sign_in_link
from wizard.store.database import connect, connect_to_read
from wizard.store.schema import bring_up_to_date
from wizard.store.studies import save_study

PEERS = 8
STUDY = """
study: bench
title: Bench
model_sees: {history: 6}
"""
"""No greeting and no pacing, and the window that studies usually have."""

NO_LIMITS = {"CURTAIN_MESSAGES_PER_SECOND": "1000000", "CURTAIN_MESSAGE_BURST": "1000000"}
"""How fast one connection may send is not what is measured."""

SLOWER_SYNC_SECONDS = 0.005
SLOW_DISK = (
    "strace", "-D", "-f", "--seccomp-bpf", "-qqq", "-o", os.devnull, "-e", "trace=fsync,fdatasync",
    "-e", f"inject=fsync,fdatasync:delay_enter={SLOWER_SYNC_SECONDS * 1e6:.0f}",
)  # fmt: skip
"""Runs a program with each fsync and fdatasync held up before it begins. With `-D` the tracer stands aside,
so that the process we started is the program; with `--seccomp-bpf` no other call is stopped."""

START_SECONDS = 20


class Target(Protocol):
    """A server under test."""

    def crowd(self, participants: int) -> Crowd:
        """So many new participants and their peers, connected, each peer waiting for its participants' messages."""
        ...


class Curtain:
    """The durable relay: our server, with wizards who have claimed the conversations."""

    def __init__(self, sessions: Path, *, slow_disk: bool = False) -> None:
        self.sessions = sessions
        self.seats = prepare(sessions)
        before = SLOW_DISK if slow_disk else ()
        self._server = Server(sessions, NO_LIMITS, command=(*before, *PLAIN))

    @property
    def started_in(self) -> float:
        """Seconds from the start of the process to its taking connections."""
        return self._server.started_in

    @property
    def url(self) -> str:
        """Where it is served."""
        return self._server.url

    def owner(self) -> str:
        """The seat of whoever started it."""
        return self._server.seat()

    def __enter__(self) -> Curtain:
        with on_core(0):
            self._server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.stop()

    def crowd(self, participants: int) -> Crowd:
        keys = [secrets.token_hex(16) for _ in range(participants)]
        auths = [{"invite": self._server.invite, "key": key} for key in keys]
        crowd = Crowd(self._server.port, auths, [{"key": seat} for seat in self.seats])
        sessions = self._sessions_of(keys)
        crowd.call_all([(at % PEERS, "claim", {"session": session}) for at, session in enumerate(sessions)])
        crowd.everybody_once()
        crowd.listen(0.5)  # the inbox and the dots that first messages bring about
        return crowd

    def _sessions_of(self, keys: Sequence[str]) -> list[str]:
        db = connect_to_read(self.sessions)
        whose = dict(db.conn.execute("SELECT participant, session FROM heads WHERE ended IS NULL").fetchall())
        db.close()
        return [whose[participant_of(key)] for key in keys]


class Relay:
    """One of the two relays of `relays.py`; with a `file`, the one that commits every message to it."""

    def __init__(self, file: Path | None = None, *, slow_disk: bool = False) -> None:
        before = SLOW_DISK if slow_disk else ()
        self._port = free_port()
        where = [str(file)] if file else []
        self._command = [*before, sys.executable, "-m", "tests.bench.relays", str(self._port), *where]

    def __enter__(self) -> Relay:
        with on_core(0):
            self.process = subprocess.Popen(self._command, cwd=ROOT, stderr=subprocess.DEVNULL)
        until = time.monotonic() + START_SECONDS
        while not answers(self._port):
            if time.monotonic() > until or self.process.poll() is not None:
                self.__exit__()
                raise RuntimeError("the relay didn't start")
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()

    def crowd(self, participants: int) -> Crowd:
        auths = [{"peer": str(at % PEERS)} for at in range(participants)]
        crowd = Crowd(self._port, auths, [{"peer": str(at)} for at in range(PEERS)])
        crowd.everybody_once()
        return crowd


def prepare(sessions: Path) -> list[str]:
    """Put the study and the wizards into that log; return the wizards' seats."""
    db = connect(sessions, lock_wait=1)
    bring_up_to_date(db, sessions)
    save_study(db, STUDY, "system")
    seats = [take_seat(db, f"Wizard {at}") for at in range(PEERS)]
    db.close()
    return seats


def take_seat(db: Database, name: str) -> str:
    """The secret of a wizard of that name who has signed in."""
    account = access_or_make_account(db, name, "wizard")
    seat = use_sign_in_link(db, make_sign_in_link(db, account, hours=1), days=1)
    assert seat is not None
    return seat


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def answers(port: int) -> bool:
    """Whether somebody listens on that port."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@cache
def cores() -> tuple[int, ...]:
    """The cores that this process may use, as it was started; the server gets the first, the load the second.

    Empty where the system can't pin processes, or there is only one.
    """
    if not hasattr(os, "sched_setaffinity"):
        return ()
    found = tuple(sorted(os.sched_getaffinity(0)))
    return found[:2] if len(found) > 1 else ()


def pin_load() -> None:
    """Keep this process on the load's core."""
    if cores():
        os.sched_setaffinity(0, {cores()[1]})


@contextmanager
def on_core(at: int) -> Iterator[None]:
    """What is started in here stays on that one of our two cores."""
    if not cores():
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {cores()[at]})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def can_slow_the_disk() -> bool:
    """Whether `SLOW_DISK` works here: strace is installed, and may trace what it starts."""
    if shutil.which("strace") is None:
        return False
    tried = subprocess.run([*SLOW_DISK, sys.executable, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return tried.returncode == 0


def sync_seconds(folder: Path, *, slow_disk: bool = False, times: int = 40) -> list[float]:
    """How long it takes to write a page and sync it in that folder, sorted."""
    before = SLOW_DISK if slow_disk else ()
    file = folder / "sync.bin"
    measured = subprocess.run(
        [*before, sys.executable, "-c", SYNC, str(file), str(times)], stdout=subprocess.PIPE, text=True, check=True
    )
    file.unlink()
    return sorted(float(each) for each in measured.stdout.split())


SYNC = """
import os, sys, time
file = os.open(sys.argv[1], os.O_CREAT | os.O_WRONLY)
for _ in range(int(sys.argv[2])):
    os.lseek(file, 0, os.SEEK_SET)
    os.write(file, bytes(4096))
    began = time.perf_counter()
    os.fsync(file)
    print(time.perf_counter() - began)
"""

Facts = dict[str, Any]
