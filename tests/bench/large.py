"""A log with a million events in it, as a busy year leaves it, written through the log's own door."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import reduce
from pathlib import Path

from wizard.events import (
    PARTICIPANT,
    SYSTEM,
    Body,
    Claimed,
    Draft,
    Ended,
    Labelled,
    Message,
    Released,
    Replied,
    Started,
    Unclaimed,
    wizard_actor,
)
from wizard.fold import apply
from wizard.head import head
from wizard.observation import for_model
from wizard.session import Session
from wizard.store.accounts import all_accounts
from wizard.store.database import connect, connect_to_read
from wizard.store.log import Append, new_session_id, stamp, write
from wizard.store.studies import access_study
from wizard.study import Study

SHORT, LONG, LONGEST = 10, 200, 2_000
"""Events of a session: most are short, one in six is long, a few are as long as any will be."""
LONG_SHARE, LONGEST_COUNT = 1 / 6, 5
OPEN, CLAIMED = 2_000, 400
AT_ONCE = 200
"""Sessions that go on at the same time: theirs is the order in which events lie in the file."""
COMMIT_EVENTS = 2_000
SECONDS_BETWEEN_EVENTS = 2.5
WORDS = [
    "my",
    "card",
    "was",
    "charged",
    "twice",
    "and",
    "I",
    "do",
    "not",
    "know",
    "why",
    "could",
    "you",
    "please",
    "look",
    "into",
    "it",
    "before",
    "Friday",
    "because",
    "the",
    "bank",
    "says",
    "that",
    "nothing",
    "is",
    "wrong",
    "there",
    "but",
    "the",
    "shop",
    "in",
    "Lisbon",
    "says",
    "otherwise",
    "thank",
    "you",
]


def build(sessions: Path, events: int, seed: int = 1) -> int:
    """Write about so many events of the study `bench` into that log; return how many there are."""
    db = connect(sessions, lock_wait=1)
    past = Past(
        access_study(db, "bench").study, [wizard_actor(each.account) for each in all_accounts(db)], events, seed
    )
    batch: list[Append] = []
    written = waiting = 0
    for append in past.appends():
        batch.append(append)
        waiting += len(append.drafts)
        if waiting >= COMMIT_EVENTS:
            write(db, batch)
            written, waiting, batch = written + waiting, 0, []
    if batch:
        write(db, batch)
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return written + waiting


def some_open_sessions(sessions: Path, count: int, seed: int = 1) -> list[str]:
    """So many of the sessions that a wizard could take now, long and short, at random."""
    db = connect_to_read(sessions)
    free = db.conn.execute(
        "SELECT session FROM heads WHERE waiting_since IS NOT NULL AND claimed_by IS NULL"
    ).fetchall()
    db.close()
    return [session for (session,) in random.Random(seed).sample(free, min(count, len(free)))]


class Past:
    """Sessions that went on beside each other. Every event is dated, the last one now."""

    def __init__(self, study: Study, wizards: list[str], events: int, seed: int) -> None:
        self._study, self._wizards, self._draw = study, wizards, random.Random(seed)
        self._at = datetime.now(UTC) - timedelta(seconds=events * SECONDS_BETWEEN_EVENTS)
        self._sizes = self._plan(events)

    def _plan(self, events: int) -> list[int]:
        sizes = [LONGEST] * LONGEST_COUNT if events > 10 * LONGEST * LONGEST_COUNT else []
        left = events - sum(sizes)
        while left > 0:
            sizes.append(LONG if self._draw.random() < LONG_SHARE else SHORT)
            left -= sizes[-1]
        self._draw.shuffle(sizes)
        return sizes

    def appends(self) -> Iterator[Append]:
        """What was written, in the order in which it was."""
        going_on: list[Iterator[Append]] = []
        planned = iter(self._one_each())
        while True:
            while len(going_on) < AT_ONCE and (begun := next(planned, None)):
                going_on.append(begun)
            if not going_on:
                return
            which = self._draw.randrange(len(going_on))
            append = next(going_on[which], None)
            if append is None:
                going_on[which] = going_on[-1]
                going_on.pop()
            else:
                yield append

    def _one_each(self) -> Iterator[Iterator[Append]]:
        still_open = set(self._draw.sample(range(len(self._sizes)), min(OPEN, len(self._sizes) // 4)))
        claimed = set(sorted(still_open)[:: max(1, OPEN // CLAIMED)])
        for at, size in enumerate(self._sizes):
            yield self._session(at, size, at in still_open, at in claimed)

    def _session(self, number: int, size: int, still_open: bool, claimed: bool) -> Iterator[Append]:
        """A conversation, exchange by exchange, with as many events as were planned, give or take two."""
        wizard = self._draw.choice(self._wizards)
        started = Started(study=self._study.study, version=1, participant=f"{number:024x}", alias=f"Guest {number + 1}")
        first = Message(n=1, role="user", text=self._text())
        session, append = self._append(
            new_session_id(), None, [(SYSTEM, started), (PARTICIPANT, first), (wizard, Claimed())]
        )
        yield append
        for _ in range((size - 4) // 3):
            session, append = self._append(session.id, session, self._exchange(session, wizard))
            yield append
        if not still_open:
            last: list[tuple[str, Body]] = [(wizard, Ended(reason="wizard"))]
            last.append((wizard, Labelled(exchange=1, labels={"intent": "other"})))
            yield self._append(session.id, session, last)[1]
        elif not claimed:
            yield self._append(session.id, session, [(wizard, Unclaimed())])[1]

    def _exchange(self, session: Session, wizard: str) -> list[tuple[str, Body]]:
        """A reply to what was said last, its release, and what the participant says to that."""
        n, exchange = len(session.messages), len(session.exchanges) + 1
        return [
            (wizard, self._reply(session)),
            (SYSTEM, Released(n=n + 1, exchange=exchange)),
            (PARTICIPANT, Message(n=n + 2, role="user", text=self._text())),
        ]

    def _append(self, id: str, session: Session | None, bodies: list[tuple[str, Body]]) -> tuple[Session, Append]:
        drafts = tuple(Draft(actor, body, self._client_id(body), self._now()) for actor, body in bodies)
        after = reduce(apply, stamp(id, drafts, 0), session)
        assert after is not None
        return after, Append(id, drafts, head(after))

    def _reply(self, session: Session) -> Replied:
        seen = for_model(self._study, session)
        return Replied(
            exchange=len(session.exchanges) + 1,
            text=self._text(),
            first=seen.first,
            upto=seen.upto,
            observation=seen.hash(),
            could_answer="yes",
            labels={"intent": self._draw.choice(("lost", "charge", "other"))},
            seconds=12.5,
        )

    def _client_id(self, body: Body) -> str | None:
        return f"{self._draw.getrandbits(80):020x}" if isinstance(body, Message | Replied | Labelled) else None

    def _text(self) -> str:
        return " ".join(self._draw.choices(WORDS, k=self._draw.randrange(4, 24)))

    def _now(self) -> str:
        self._at += timedelta(seconds=SECONDS_BETWEEN_EVENTS)
        return self._at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
