"""What tests ask of a log: rows brought into it, its sessions, and what may come next in one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlite_utils import Database

from wizard.dataset.incoming import Imported, bring_in
from wizard.dataset.reading import read_rows
from wizard.events import Body, Started
from wizard.fold import fold
from wizard.order import may_come
from wizard.session import Session
from wizard.store.log import events_by_session


def import_rows(db: Database, study: str, lines: Iterable[str], source: str) -> Imported:
    """Bring import rows, as the lines of a file, into the log under that study."""
    return bring_in(db, study, read_rows(lines), source)


def read_sessions(db: Database, study: str | None = None) -> Iterator[Session]:
    """Every session, or those of one study, in the order in which they began."""
    for events in events_by_session(db, study):
        session = fold(events)
        assert session is not None
        yield session


def may_come_next(session: Session | None) -> frozenset[type[Body]]:
    """The kinds of event that this session allows next, whoever acts."""
    if session is None:
        return frozenset({Started})
    return frozenset(kind for kind in Body.kinds.values() if may_come(session, kind))
