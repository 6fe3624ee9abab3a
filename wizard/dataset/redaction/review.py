"""What an export would take out, for a person to look over before anything leaves."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import islice

from sqlite_utils import Database

from wizard.dataset.redaction.redacting import Redaction
from wizard.dataset.redaction.span import Span
from wizard.fold import fold
from wizard.session import Session
from wizard.store.log import begun_sessions, events_of_sessions

AT_ONCE = 100
MOST_OF_A_KIND = 200
"""So many of a kind are shown; more than that nobody reads."""
NUMBER = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class TakenOut:
    """Something that would be taken out, and where: `exchange` is the one to open, None where there is none."""

    session: str
    alias: str
    exchange: int | None
    where: str
    kind: str
    pseudonym: str
    before: str
    text: str
    after: str


@dataclass
class Review:
    """How many sessions were read, how many values of each kind they had, and the first spans of each kind."""

    sessions: int = 0
    counts: dict[str, int] = field(default_factory=dict)
    spans: list[TakenOut] = field(default_factory=list)


def review(db: Database, study: str, redaction: Redaction, most_sessions: int) -> Review:
    """What would be taken out of the first sessions of the study."""
    found, counts, shown = Review(), Counter[str](), Counter[str]()
    ids = islice(begun_sessions(db, study), most_sessions)
    while batch := list(islice(ids, AT_ONCE)):
        for events in events_of_sessions(db, batch):
            session = fold(events)
            if session is None:
                continue
            found.sessions += 1
            _, spans = redaction.session(session)
            counts.update(kind for kind, _ in {(span.kind, span.pseudonym) for span in spans})
            for span in spans:
                shown[span.kind] += 1
                if shown[span.kind] <= MOST_OF_A_KIND:
                    found.spans.append(_taken_out(session, span))
    found.counts = dict(sorted(counts.items()))
    return found


def _taken_out(session: Session, span: Span) -> TakenOut:
    return TakenOut(
        session.id,
        session.started.alias,
        _exchange(session, span.where),
        span.where,
        span.kind,
        span.pseudonym,
        span.before,
        span.text,
        span.after,
    )


def _exchange(session: Session, where: str) -> int | None:
    """The exchange in which the place is to be seen."""
    numbers = [each.number for each in session.exchanges]
    said = NUMBER.search(where)
    if said is None or not numbers:
        return numbers[0] if numbers else None
    if where.startswith("exchange"):
        return int(said[0])
    later = (each.number for each in session.exchanges if each.reply.upto >= int(said[0]))
    return next(later, numbers[-1])
