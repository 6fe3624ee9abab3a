"""What takes longer to read the longer the log is: read while the event loop goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

from sqlite_utils import Database

from wizard import loop
from wizard.store.database import reading

P = ParamSpec("P")
T = TypeVar("T")


def read_apart(folder: Path, read: Callable[Concatenate[Database, P], T], *given: P.args, **named: P.kwargs) -> T:
    """What `read` finds in the log of that folder, on a native thread and a connection of its own."""

    def found() -> T:
        with reading(folder) as db:
            return read(db, *given, **named)

    return loop.in_thread(found)
