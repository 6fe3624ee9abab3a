"""Replies that are being made, one for each session: kept beside the log, for nothing was said yet."""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from wizard.store.log import immediately, now


@dataclass(frozen=True, slots=True)
class KeptDraft:
    """A draft as JSON, None where nothing is left of it. Of two, the one with the higher revision is the newer."""

    revision: int = 0
    body: str | None = None


def read_draft(db: Database, session: str) -> KeptDraft:
    """What is kept for that session."""
    row = db.conn.execute("SELECT revision, body FROM drafts WHERE session = ?", [session]).fetchone()
    return KeptDraft(*row) if row else KeptDraft()


def keep_draft(db: Database, session: str, actor: str, draft: KeptDraft) -> KeptDraft:
    """Keep this draft unless a newer one is kept, or the session was erased while it waited; what is kept now."""
    with immediately(db):
        db.conn.execute(
            """
            INSERT INTO drafts SELECT :session, :revision, :actor, :at, :body
            WHERE EXISTS (SELECT 1 FROM heads WHERE session = :session)
            ON CONFLICT (session) DO UPDATE SET
                revision = excluded.revision, actor = excluded.actor, at = excluded.at, body = excluded.body
            WHERE excluded.revision > revision
            """,
            {"session": session, "revision": draft.revision, "actor": actor, "at": now(), "body": draft.body},
        )
        return read_draft(db, session)
