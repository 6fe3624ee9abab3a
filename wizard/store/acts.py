"""Acts of the team that leave no other trace: sign-ins, links, rights, what was fetched. The trail has them all."""

from __future__ import annotations

from sqlite_utils import Database

from wizard.store.log import now, together


def record_act(db: Database, actor: str, did: str, study: str = "", at: str | None = None) -> None:
    """Remember that an account did this, with a study or with the installation; at that time, or now."""
    with together(db):
        given = [at or now(), actor, did, study]
        db.conn.execute("INSERT INTO acts (at, actor, did, study) VALUES (?, ?, ?, ?)", given)
