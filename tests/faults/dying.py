"""The erasing of somebody, in a process that is killed at a given moment of it.

The process is no fork of the tests' own: of another thread's locks such a one would have those that were just held,
for good.
"""

from __future__ import annotations

import os
import signal
from itertools import count
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from tests.preloaded import FORKS
from wizard.cli import main
from wizard.store.database import sqlite3

STEPS_OF_SQLITE = 2_000


def erase(folder: Path, person: str) -> Result:
    return CliRunner().invoke(main, ["--sessions", str(folder), "erase", person, "--yes"], catch_exceptions=False)


def erase_until(folder: Path, person: str, kill: int) -> int:
    """Erase them in a process that is killed at that tick of SQLite's; how many there were, 0 if it was killed."""
    here, there = FORKS.Pipe(duplex=False)
    child = FORKS.Process(target=_erase, args=(folder, person, kill, there))
    child.start()
    there.close()
    child.join()
    with here:
        return 0 if child.exitcode else int(here.recv())


def _erase(folder: Path, person: str, kill: int, tell: Connection) -> None:
    connect, ticks = sqlite3.connect, count(1)

    def tick(*_: object) -> int:
        if next(ticks) == kill:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    def ticking(*given: Any, **named: Any) -> Any:
        connection = connect(*given, **named)
        connection.set_trace_callback(tick)
        connection.set_progress_handler(tick, STEPS_OF_SQLITE)
        return connection

    sqlite3.connect = ticking
    erase(folder, person)
    tell.send(next(ticks))
