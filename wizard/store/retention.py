"""How long a study keeps conversations: which of them go, when, and that it is told beforehand."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlite_utils import Database

from wizard.events import SYSTEM
from wizard.head import lists_of
from wizard.store.acts import record_act
from wizard.store.log import immediately, now, written
from wizard.store.studies import access_study, study_names
from wizard.study import BadStudy

AHEAD = timedelta(days=7)
"""So long before they go conversations are told of."""
LEAST_NOTICE = timedelta(days=1)
"""And so long at the least, also where the study says only now how long it keeps them."""


@dataclass(frozen=True, slots=True)
class Going:
    """A conversation that is to be erased, in the study that lists have it under."""

    session: str
    study: str
    participant: str


@dataclass(frozen=True, slots=True)
class Old(Going):
    """One in which nothing was said since `last` (UTC, ISO 8601)."""

    last: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be announced of a study that keeps conversations for so many `days` (None: for ever).

    `at` says when sessions go whose time wasn't announced yet, or was another one; `stays` are sessions of which it was
    announced that they go, but don't any more.
    """

    study: str
    days: int | None
    at: Mapping[str, str]
    stays: Collection[str]


def by_person(found: Iterable[Going]) -> dict[str, dict[str, list[str]]]:
    """In each study, the sessions of each participant."""
    sessions: dict[str, dict[str, list[str]]] = {}
    for each in found:
        sessions.setdefault(each.study, {}).setdefault(each.participant, []).append(each.session)
    return sessions


def older_than(db: Database, study: str, moment: datetime) -> list[Old]:
    """The conversations of that study in which nothing was said since that moment, trials too, the oldest first.

    Not what was imported: its times are of where it was recorded.
    """
    given = [*lists_of([study]), written(moment)]
    return [Old(*row) for row in db.conn.execute(OLD, given).fetchall()]


def plan(db: Database, moment: datetime) -> list[Plan]:
    """What goes within a week from then, and when; and what doesn't go after all."""
    plans = []
    for study in study_names(db):
        with suppress(BadStudy):  # nobody can say how long a study is kept that can't be read
            plans.append(_plan(db, study, access_study(db, study).study.retention.days, moment))
    return [each for each in plans if each.at or each.stays]


def announce(db: Database, plans: Iterable[Plan]) -> None:
    """Write it down, but nothing of whom was erased since it was planned."""
    at_once = now()
    with immediately(db):
        for each in plans:
            db.conn.execute(STAYS, [json.dumps(list(each.stays))])
            db.conn.execute(GOES, [each.study, json.dumps(dict(each.at))])
            for day, count in sorted(Counter(at[:10] for at in each.at.values()).items()):
                many = "1 conversation" if count == 1 else f"{count} conversations"
                record_act(db, SYSTEM, f"{many} will be erased on {day}, after {each.days} days", each.study, at_once)


def due(db: Database, moment: datetime) -> list[Going]:
    """The conversations that were told of and go at that moment."""
    query = """
        SELECT g.session, h.study, h.participant FROM going g JOIN heads h ON h.session = g.session
        WHERE g.due_at <= ? ORDER BY g.due_at, g.session
    """
    return [Going(*row) for row in db.conn.execute(query, [written(moment)]).fetchall()]


def going(db: Database, study: str) -> dict[str, int]:
    """How many conversations of that study go on which day (UTC), the next first."""
    query = "SELECT substr(due_at, 1, 10) AS day, count(*) FROM going WHERE study = ? GROUP BY day ORDER BY day"
    return dict(db.conn.execute(query, [study]).fetchall())


OLD = """
SELECT * FROM (
    SELECT h.session, h.study, h.participant, coalesce(h.ended_at,
        (SELECT e.at FROM events e WHERE e.session = h.session ORDER BY e.seq DESC LIMIT 1)) AS last
    FROM heads h WHERE h.study IN (?, ?) AND h.imported IS NULL
) WHERE last < ? ORDER BY last, session
"""

STAYS = "DELETE FROM going WHERE session IN (SELECT value FROM json_each(?))"
GOES = """
INSERT OR REPLACE INTO going
SELECT session, ?, value FROM json_each(?) CROSS JOIN heads ON session = key
"""


def _plan(db: Database, study: str, days: int | None, moment: datetime) -> Plan:
    told = dict(db.conn.execute("SELECT session, due_at FROM going WHERE study = ?", [study]).fetchall())
    if days is None:
        return Plan(study, days, {}, told)
    kept_for, soonest = timedelta(days=days), written(moment + LEAST_NOTICE)
    wanted = {
        each.session: max(written(datetime.fromisoformat(each.last) + kept_for), told.get(each.session, soonest))
        for each in older_than(db, study, moment + AHEAD - kept_for)
    }
    anew = {session: at for session, at in wanted.items() if at != told.get(session)}
    return Plan(study, days, anew, told.keys() - wanted.keys())
