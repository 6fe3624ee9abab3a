"""What a study has cost so far: wizards by the hour in which they had conversations, participants at their end."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlite_utils import Database

from wizard.store.log import immediately, now


@dataclass(frozen=True, slots=True)
class Rates:
    """What an hour of a wizard costs, and what a participant is paid; `currency` is as people write it."""

    hour: float
    participant: float
    currency: str


@dataclass(frozen=True, slots=True)
class Costs:
    """Costs so far. `seconds` are those in which wizards had conversations, each counted once however many they had;
    `paid` are the participants who came to an end in which something was answered.
    """

    rates: Rates
    seconds: float
    wizards: int
    paid: int
    conversations: int
    answers: int

    @property
    def total(self) -> float:
        return self.seconds / 3600 * self.rates.hour + self.paid * self.rates.participant

    @property
    def per_conversation(self) -> float | None:
        return self.total / self.conversations if self.conversations else None

    @property
    def per_answer(self) -> float | None:
        return self.total / self.answers if self.answers else None


HELD = """
SELECT e.session, e.kind, e.at, e.actor, e.body ->> '$.to' FROM heads h JOIN events e ON e.session = h.session
WHERE h.study = ? AND e.kind IN ('claimed', 'unclaimed', 'handed_over', 'ended') ORDER BY e.seq
"""
PAID = """
SELECT count(DISTINCT CASE WHEN ended IS NOT NULL THEN participant END), count(*), coalesce(sum(exchanges), 0)
FROM heads WHERE study = ? AND exchanges > 0 AND imported IS NULL
"""


def set_rates(db: Database, study: str, actor: str, rates: Rates) -> None:
    """Say what people cost in this study."""
    row = [study, now(), actor, rates.hour, rates.participant, rates.currency]
    with immediately(db):
        db.conn.execute("INSERT OR REPLACE INTO study_costs VALUES (?, ?, ?, ?, ?, ?)", row)


def rates_of(db: Database, study: str) -> Rates | None:
    """What people cost in this study; None where nobody said so, or that they cost nothing."""
    row = db.conn.execute("SELECT hour, participant, currency FROM study_costs WHERE study = ?", [study]).fetchone()
    rates = Rates(*row) if row else None
    return rates if rates and (rates.hour or rates.participant) else None


def costs_of(db: Database, study: str, at: str) -> Costs | None:
    """What the study has cost until then; None where nobody said what people cost."""
    rates = rates_of(db, study)
    if rates is None:
        return None
    spans = _held(db.conn.execute(HELD, [study]), at)
    paid, conversations, answers = db.conn.execute(PAID, [study]).fetchone()
    seconds = sum(map(_union, spans.values()))
    return Costs(rates, seconds, len(spans), paid, conversations, answers)


Span = tuple[str, str]


def _held(rows: Iterable[tuple[str, str, str, str, str | None]], at: str) -> dict[str, list[Span]]:
    """From when to when each wizard had something: one span a conversation, those that go on until now."""
    since: dict[str, Span] = {}
    spans: defaultdict[str, list[Span]] = defaultdict(list)
    for session, kind, when, actor, to in rows:
        if session in since:
            holder, began = since.pop(session)
            spans[holder].append((began, when))
        if kind == "claimed" or (kind == "handed_over" and to):
            since[session] = (to or actor, when)
    for holder, began in since.values():
        spans[holder].append((began, at))
    return dict(spans)


def _union(spans: list[Span]) -> float:
    """The seconds that lie in any of these."""
    seconds, reached = 0.0, ""
    for began, ended in sorted(spans):
        began = max(began, reached)
        if ended > began:
            seconds += (datetime.fromisoformat(ended) - datetime.fromisoformat(began)).total_seconds()
            reached = ended
    return seconds
