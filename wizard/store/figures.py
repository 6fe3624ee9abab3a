"""How a study goes while it runs: figures from the log, as they are now."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from statistics import median

from sqlite_utils import Database

from wizard.head import Head
from wizard.store.log import heads_where

MOST = 5_000
"""So many of the last answers are looked at: enough for what is asked while it runs."""
MOST_MISSING = 5
LISTED = 100


@dataclass(frozen=True, slots=True)
class Figures:
    """Of a study: conversations where somebody waits or a wizard is at it, the longest wait first; and of its last
    answers how many there are, whether they could be given, the seconds that half of them took, what was missing most,
    and how often each label was given, by its name.
    """

    active: tuple[Head, ...]
    sessions: int
    ended: int
    exchanges: int
    could: Counter[str]
    seconds: float | None
    missing: tuple[tuple[str, int], ...]
    labels: dict[str, Counter[str]]
    times: tuple[str, ...]
    """When the answers were given: UTC, ISO 8601."""


ANSWERS = """
SELECT e.at, e.body ->> '$.could_answer', e.body ->> '$.missing', e.body ->> '$.seconds', e.seq
FROM heads h JOIN events e ON e.session = h.session AND e.kind = 'replied'
WHERE h.study = ? ORDER BY e.seq DESC LIMIT ?
"""
LABELS = """
SELECT l.name, l.value, count(*) FROM labels l JOIN heads h ON h.session = l.session WHERE h.study = ? GROUP BY 1, 2
"""
COUNTS = "SELECT count(*), count(ended), coalesce(sum(exchanges), 0) FROM heads WHERE study = ?"


def figures_of(db: Database, study: str) -> Figures:
    """How that study goes."""
    active = heads_where(
        db,
        "study = ? AND ended IS NULL AND (waiting_since IS NOT NULL OR claimed_by IS NOT NULL) "
        "ORDER BY waiting_since IS NULL, waiting_since, started_at LIMIT ?",
        [study, LISTED],
    )
    sessions, ended, exchanges = db.conn.execute(COUNTS, [study]).fetchone()
    answers = db.conn.execute(ANSWERS, [study, MOST]).fetchall()
    missing = Counter(what.strip().lower() for _, _, what, _, _ in answers if what and what.strip())
    seconds = [took for _, _, _, took, _ in answers if took is not None]
    labels: dict[str, Counter[str]] = {}
    if exchanges <= MOST:
        for name, value, count in db.conn.execute(LABELS, [study]):
            labels.setdefault(name, Counter())[value] = count
    return Figures(
        active=tuple(active),
        sessions=sessions,
        ended=ended,
        exchanges=exchanges,
        could=Counter(could for _, could, _, _, _ in answers if could),
        seconds=median(seconds) if seconds else None,
        missing=tuple(missing.most_common(MOST_MISSING)),
        labels=labels,
        times=tuple(at for at, *_ in answers),
    )
