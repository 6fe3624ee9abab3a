"""The log of a folder, for a command that writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from wizard.store.database import connect
from wizard.store.schema import bring_up_to_date

LOCK_WAIT_SECONDS = 10.0


@contextmanager
def writing(folder: Path) -> Iterator[Database]:
    """The log, made or brought up to date.

    Raises:
        NewerLog: a newer version of this program made it.
    """
    db = connect(folder, lock_wait=LOCK_WAIT_SECONDS)
    try:
        bring_up_to_date(db, folder)
        yield db
    finally:
        db.close()
