"""Second opinions: observations that another wizard answers, blind to the first answer."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from time import monotonic
from typing import Any

from wizard import loop
from wizard.events import Draft, Event, Flagged, Replied, SecondOpinion, wizard_actor
from wizard.exchange import Exchange
from wizard.live import atdesk
from wizard.live.payloads.parts import Nothing
from wizard.live.payloads.past import Opinion, SkipOpinion
from wizard.live.sessions import Live, Sessions
from wizard.live.shift import SEATS, Shift, actor_of
from wizard.live.sockets import Answer, Connection
from wizard.observation import of_exchange
from wizard.session import NotAllowed, Session, access_exchange
from wizard.store.accounts import Account
from wizard.store.index import Draws, Index
from wizard.store.studies import NoStudy
from wizard.study import BadStudy

KEPT_FOR_SECONDS = 600.0
"""How long one that is being looked at is offered to nobody else."""
TELL_SECONDS = 2.0

Which = tuple[str, int]
"""A session and an exchange of it."""


def draws(sessions: Sessions, secret: str) -> Draws:
    """Whether an exchange is drawn: at the rate of its study's version, by a keyed hash of what names it.

    The hash knows nothing of what was said or answered, so the draw is unbiased; and nobody without the
    installation's secret can tell which it will be.
    """

    def drawn(study: str, version: int, session: str, exchange: int) -> bool:
        try:
            rate = sessions.version(study, version).study.second_opinions
        except (NoStudy, BadStudy):  # nobody could judge by a study that can't be read
            return False
        digest = hmac.digest(secret.encode(), f"{session}:{exchange}".encode(), "sha256")
        return int.from_bytes(digest[:8]) < rate * 2**64

    return drawn


class SecondOpinions:
    """The events of `/desk` about second opinions. Which exchanges are drawn is the log's to say, by a keyed hash."""

    def __init__(self, sessions: Sessions, index: Index, draws: Draws, shift: Shift) -> None:
        self._sessions, self._index, self._draws, self._shift = sessions, index, draws, shift
        self._looking: dict[Which, tuple[str, float]] = {}
        self._skipped: dict[str, set[Which]] = {}
        self._telling = False

    def waiting(self, who: Account) -> int:
        """How many wait for this wizard."""
        studies = who.studies_as(*SEATS)
        return loop.in_thread(self._index.count_due, who.account, self._besides(who.account), studies)

    def next_opinion(self, connection: Connection[Account], _: Nothing) -> Answer:
        """The next observation to answer, the oldest first; and nothing that came of it."""
        me, studies = connection.who.account, connection.who.studies_as(*SEATS)
        loop.in_thread(self._index.catch_up)
        for which in [which for which, (who, _) in self._looking.items() if who == me]:
            del self._looking[which]
        while (due := loop.in_thread(self._index.next_due, me, self._besides(me), studies)) is not None:
            if due in self._besides(me):
                continue  # a colleague was given it in the meantime
            live = self._sessions.access(due[0])
            exchange = live.session.exchanges[due[1] - 1]
            if is_blind(live.session, exchange, me):
                self._looking[due] = (me, monotonic())
                self._leave(me, [(due[0], earlier) for earlier in range(1, due[1])])  # it may show what they answered
                return {"ok": True, "opinion": self._to_judge(live, exchange), "waiting": self.waiting(connection.who)}
            self._leave(me, [due])
        return {"ok": True, "opinion": None, "waiting": 0}

    def opinion(self, connection: Connection[Account], given: Opinion) -> Answer:
        """One's own answer and labels to that observation."""
        me = connection.who.account
        live = self._sessions.access(given.session)
        live.study.check_labels(given.labels)
        text, _ = live.study.read_reply(given.text, given.more)
        body = SecondOpinion(
            exchange=given.exchange,
            wizard=me,
            text=text,
            labels=given.labels,
            could_answer=given.could_answer,
            missing=given.missing,
            seconds=given.seconds,
            first_key=given.first_key,
            keystrokes=given.keystrokes,
        )
        receipt = (actor_of(connection), given.id)

        def decide(session: Session) -> list[Draft]:
            exchange = access_exchange(session, given.exchange)
            if receipt in session.receipts:
                return []
            if not self._draws(session.started.study, session.started.version, session.id, given.exchange):
                raise NotAllowed("missing", "This exchange isn't one of those that were drawn for a second opinion.")
            if not is_blind(session, exchange, me):
                raise NotAllowed("blind", "You know this conversation, so your opinion would not be a second one.")
            return [Draft(receipt[0], body, given.id)]

        live, _ = self._sessions.record(given.session, decide)
        stored = live.session.receipts[receipt].body
        if not isinstance(stored, SecondOpinion) or (stored.exchange, stored.text, stored.labels) != (
            given.exchange,
            text,
            given.labels,
        ):
            raise NotAllowed("id_reused", "This id belongs to something else; a new one needs a new id.")
        self._looking.pop((given.session, given.exchange), None)
        return {"ok": True}

    def skip_opinion(self, connection: Connection[Account], given: SkipOpinion) -> Answer:
        """Leave this one to others."""
        access_exchange(self._sessions.access(given.session).session, given.exchange)
        which = (given.session, given.exchange)
        self._leave(connection.who.account, [which])
        self._looking.pop(which, None)
        return {"ok": True}

    def published(self, live: Live, events: Sequence[Event]) -> None:
        """Tell every desk how many wait for it, soon, where that may have changed."""
        matters = any(isinstance(event.body, Replied | SecondOpinion | Flagged) for event in events)
        if live.study.second_opinions and matters and not self._telling:
            self._telling = True
            loop.later(TELL_SECONDS, self._tell)

    def _tell(self) -> None:
        self._telling = False
        loop.in_thread(self._index.catch_up)
        for connection in self._shift.everybody():
            connection.send("opinions", {"waiting": self.waiting(connection.who)})

    def _leave(self, me: str, which: Iterable[Which]) -> None:
        self._skipped.setdefault(me, set()).update(which)

    def _besides(self, me: str) -> set[Which]:
        """What isn't for this wizard now: skipped, or before somebody else."""
        old = monotonic() - KEPT_FOR_SECONDS
        others = {which for which, (who, since) in self._looking.items() if who != me and since > old}
        return others | self._skipped.get(me, set())

    @staticmethod
    def _to_judge(live: Live, exchange: Exchange) -> dict[str, Any]:
        session = live.session
        return {
            "session": session.id,
            "exchange": exchange.number,
            "observation": atdesk.carried(session.id, of_exchange(session, exchange)),
            "study": atdesk.study_for_desk(live.study),
            "variables": atdesk.variables(live.study, session),
        }


def is_blind(session: Session, exchange: Exchange, me: str) -> bool:
    """Whether this wizard doesn't know what was answered.

    They never had this conversation, nor answered in it, nor looked into it or on, nor said whether they would send a
    reply in it; and they gave no opinion on this exchange, nor on a later one, where this answer may have been seen.
    """
    actor = wizard_actor(me)
    answered = {each.actor for each in session.exchanges}
    since = session.exchanges[exchange.number - 1 :]
    given = {opined.opinion.wizard for each in since for opined in each.second_opinions}
    rated = {each.rated.wizard for exchange in session.exchanges for each in exchange.ratings}
    return actor not in session.held_by | session.looked | session.watched | answered and me not in given | rated
