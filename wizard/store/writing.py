"""The log of a folder, for a command that writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlite_utils import Database

from wizard.store.database import connect, connect_to_read
from wizard.store.schema import bring_up_to_date

LOCK_WAIT_SECONDS = 10.0


@contextmanager
def writing(folder: Path, *, make: bool = True) -> Iterator[Database]:
    """The log, brought up to date; where there is none it is made, unless it isn't to be.

    Raises:
        NoLog: there is none, and none is made.
        NewerLog: a newer version of this program made it.
    """
    if not make:
        connect_to_read(folder).close()
    with closing(connect(folder, lock_wait=LOCK_WAIT_SECONDS)) as db:
        bring_up_to_date(db, folder)
        yield db
