"""What was said, blind, of replies: how often, and where there are several to choose between."""

from __future__ import annotations

from sqlite_utils import Database

from wizard.events import Rated


def count_ratings(db: Database, study: str) -> int:
    """How often a reply of that study was rated."""
    asked = "SELECT count(*) FROM events e JOIN heads h ON h.session = e.session WHERE e.kind = ? AND h.study = ?"
    return int(db.conn.execute(asked, [Rated.kind, study]).fetchone()[0])


def has_replies(db: Database, study: str) -> bool:
    """Whether there is any reply in that study; rows that came in may have labels alone."""
    asked = """
        SELECT EXISTS (SELECT 1 FROM heads h JOIN events e ON e.session = h.session
            WHERE h.study = ? AND e.kind = 'replied' AND e.body ->> '$.text' IS NOT NULL)
    """
    return bool(db.conn.execute(asked, [study]).fetchone()[0])


def rated_beside(db: Database, study: str) -> dict[str, int]:
    """The exchanges of that study to which somebody else replied in other words; how often a reply there was rated."""
    asked = """
        SELECT o.session || '-' || o.exchange, count(r.seq) FROM (
            SELECT DISTINCT e.session, e.body ->> '$.exchange' AS exchange
            FROM events e JOIN heads h ON h.session = e.session JOIN events first ON first.session = e.session
                AND first.kind = 'replied' AND first.body ->> '$.exchange' = e.body ->> '$.exchange'
            WHERE h.study = ? AND e.kind = 'second_opinion' AND e.body ->> '$.text' IS NOT NULL
                AND trim(first.body ->> '$.text', ' ' || char(9, 10, 13))
                    IS NOT trim(e.body ->> '$.text', ' ' || char(9, 10, 13))
        ) o LEFT JOIN events r ON r.session = o.session AND r.kind = 'rated'
            AND r.body ->> '$.exchange' = o.exchange AND r.body ->> '$.reply_of' IS NULL
        GROUP BY 1
    """
    return dict(db.conn.execute(asked, [study]).fetchall())
