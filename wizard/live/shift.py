"""The shift: who is at the desk, and who has what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlite_utils import Database

from wizard import loop
from wizard.events import Claimed, Draft, Ended, Event, HandedOver, Unclaimed, account_of, wizard_actor
from wizard.live.sessions import Decide, Live, Sessions
from wizard.live.sockets import Connection
from wizard.session import NotAllowed, Session
from wizard.store.accounts import Account, SeatName, account_names
from wizard.store.database import LogUnavailable
from wizard.store.heads import actors_with_claims, claimed_heads
from wizard.study import Study

SEATS: tuple[SeatName, ...] = ("owner", "wizard")
"""Who answers."""
RETRY_SECONDS = 5.0
TELL_SECONDS = 0.5
"""Who has how many changes with every claim; colleagues are told no oftener than this."""


class Shift:
    """Everybody at the desk, by how the log names them."""

    def __init__(self, sessions: Sessions, reader: Database, *, grace: float) -> None:
        self._sessions, self._reader, self._grace = sessions, reader, grace
        self._sockets: defaultdict[str, set[Connection[Account]]] = defaultdict(set)
        self._names: dict[str, str] = {}
        self._away: set[str] = set()
        self._held: defaultdict[str, dict[str, str]] = defaultdict(dict)
        self._telling = False
        self._presence: list[Callable[[], None]] = []
        self._room: list[Callable[[], None]] = []

    def on_presence(self, listener: Callable[[], None]) -> None:
        """Call `listener` when somebody sits down, leaves, is away or back."""
        self._presence.append(listener)

    def on_room(self, listener: Callable[[], None]) -> None:
        """Call `listener` when somebody may have room for more."""
        self._room.append(listener)

    def at_work(self, study: str) -> int:
        """How many wizards of that study are here and not away."""
        return sum(actor not in self._away and self._may_answer(actor, study) for actor in self._sockets)

    def take_up(self) -> None:
        """After a start: whoever had conversations has them still, and some time to come back to them."""
        for actor in actors_with_claims(self._reader):
            self._held[actor] = {head.session: head.slug for head in claimed_heads(self._reader, actor)}
            loop.later(self._grace, self._free_if_gone, actor)

    def arrive(self, connection: Connection[Account]) -> None:
        """They sit down."""
        self._sockets[actor_of(connection)].add(connection)
        self._room_again()

    def leave(self, connection: Connection[Account]) -> None:
        """They are gone; unless they come back in time, what they had is free again."""
        actor = actor_of(connection)
        self._sockets[actor].discard(connection)
        if not self._sockets[actor]:
            del self._sockets[actor]
            loop.later(self._grace, self._free_if_gone, actor)
        self._tell_soon()

    def set_away(self, actor: str, away: bool) -> None:
        """Give this wizard nothing, or something again."""
        (self._away.add if away else self._away.discard)(actor)
        self._room_again()

    def come_back_away(self, actor: str) -> None:
        """They were away when the line broke, and nobody has to ask for that again; unless they are here elsewhere."""
        if actor not in self._sockets:
            self._away.add(actor)

    def is_away(self, actor: str) -> bool:
        """Whether this wizard said so."""
        return actor in self._away

    def sockets(self, actor: str | None) -> set[Connection[Account]]:
        """Every tab of this wizard."""
        return self._sockets.get(actor or "", set())

    def held_in(self, study: str) -> list[tuple[str, str]]:
        """Who has which sessions of that study."""
        return [(actor, session) for actor, held in self._held.items() for session, of in held.items() if of == study]

    def everybody(self, study: str | None = None) -> list[Connection[Account]]:
        """Every tab of every wizard, or of those of one study."""
        tabs = [connection for sockets in self._sockets.values() for connection in sockets]
        return [each for each in tabs if study is None or each.who.sits(*SEATS, study=study)]

    def _may_answer(self, actor: str, study: str) -> bool:
        """Whether they are here with a seat from which that study is answered."""
        return any(each.who.sits(*SEATS, study=study) for each in self.sockets(actor))

    def name(self, actor: str | None) -> str | None:
        """What colleagues call whoever acts; None of nobody."""
        if actor is None:
            return None
        account = account_of(actor)
        if account not in self._names:
            self._names = account_names(self._reader)
        return self._names.get(account, account)

    def colleagues(self, study: str | None = None) -> list[dict[str, Any]]:
        """Who is here, as `/desk` carries it, by name: everybody, or those of one study."""
        return self._listed(actor for actor in self._sockets if study is None or self._may_answer(actor, study))

    def colleagues_of(self, who: Account) -> list[dict[str, Any]]:
        """Those who are here and have a study with them in common, themselves included."""
        studies = who.studies_as(*SEATS)
        return self._listed(
            actor
            for actor, tabs in self._sockets.items()
            if any(_meet(studies, each.who.studies_as(*SEATS)) for each in tabs)
        )

    def _listed(self, actors: Iterable[str]) -> list[dict[str, Any]]:
        here = [
            {
                "account": account_of(actor),
                "name": self.name(actor),
                "away": actor in self._away,
                "holds": len(self._held.get(actor, ())),
            }
            for actor in actors
        ]
        return sorted(here, key=lambda each: str(each["name"]))

    def expect_free(self, session: Session, actor: str) -> None:
        """
        Raises:
            NotAllowed: a colleague has it.
        """
        if session.claimed_by not in (None, actor):
            raise NotAllowed("claimed", f"{self.name(session.claimed_by)} has this conversation.")

    def expect_mine(self, session: Session, actor: str) -> None:
        """
        Raises:
            NotAllowed: this wizard doesn't have it.
        """
        self.expect_free(session, actor)
        if session.claimed_by is None:
            raise NotAllowed("claimed", "You don't have this conversation. Take it first.")

    def expect_room(self, study: Study, session: Session, actor: str, who: str = "You have") -> None:
        """
        Raises:
            NotAllowed: this wizard has as many of this study's conversations as it allows.
        """
        if not self._has_room(study, session.id, actor):
            limit = study.desk.limit
            raise NotAllowed("limit", f"{who} {limit} conversations of this study, which is its limit for one person.")

    def expect_here(self, account: str, study: str) -> str:
        """How the log names a colleague who can be given something of that study.

        Raises:
            NotAllowed: they aren't at the desk, or away, or it isn't theirs.
        """
        actor = wizard_actor(account)
        if actor in self._away or not self._may_answer(actor, study):
            raise NotAllowed("missing", "That colleague isn't at the desk now.")
        return actor

    def able(self, study: Study, session: str) -> list[str]:
        """Who could be given this one: whoever is here and not away, may answer in the study, and has room."""
        return [
            actor
            for actor in self._sockets
            if actor not in self._away
            and self._may_answer(actor, study.study)
            and self._has_room(study, session, actor)
        ]

    def record(self, session: str, decide: Decide) -> tuple[Live, list[Event]]:
        """As `Sessions.record` does, where somebody may get the session: it counts as theirs while it is written down,
        or two at once would both find room for one.
        """
        counted: list[str] = []

        def counting(now: Session) -> Sequence[Draft]:
            drafts = decide(now)
            for draft in drafts:
                if actor := _gets_it(draft):
                    counted.append(actor)
                    self._held[actor][session] = now.started.study
            return drafts

        try:
            return self._sessions.record(session, counting)
        except BaseException:
            for actor in counted:
                self._held[actor].pop(session, None)
            raise

    def published(self, live: Live, events: Sequence[Event]) -> None:
        """Keep count of who has what."""
        session = live.session
        for event in events:
            if actor := _gets_it(event):
                self._held[actor][session.id] = session.started.study
            if isinstance(event.body, HandedOver | Unclaimed):
                self._held[event.actor].pop(session.id, None)
            elif isinstance(event.body, Ended):
                for held in self._held.values():
                    held.pop(session.id, None)
            if isinstance(event.body, Ended | HandedOver | Unclaimed):
                self._room_again()
            elif isinstance(event.body, Claimed):
                self._tell_soon()

    def _room_again(self) -> None:
        self._tell_soon()
        for listener in self._room:
            listener()

    def _has_room(self, study: Study, session: str, actor: str) -> bool:
        if study.desk.limit is None:
            return True
        held = [each for each, of in self._held.get(actor, {}).items() if of == study.study and each != session]
        return len(held) < study.desk.limit

    def _tell_soon(self) -> None:
        if not self._telling:
            self._telling = True
            loop.later(TELL_SECONDS, self._tell)

    def _tell(self) -> None:
        self._telling = False
        for listener in self._presence:
            listener()
        for connection in self.everybody():
            connection.send("colleagues", {"colleagues": self.colleagues_of(connection.who)})

    def take_from(self, actor: str, who: Account | None) -> None:
        """Free what they have and may not have any more: they are `who` now, or nobody."""
        for head in claimed_heads(self._reader, actor):
            if who is None or not who.sits(*SEATS, study=head.slug):
                try:
                    self._sessions.record(
                        head.session, lambda now: [Draft(actor, Unclaimed())] if now.claimed_by == actor else []
                    )
                except NotAllowed:  # it was erased in the meantime
                    continue
                except LogUnavailable:
                    loop.later(RETRY_SECONDS, self.take_from, actor, who)
                    return

    def _free_if_gone(self, actor: str) -> None:
        if actor not in self._sockets:
            self._away.discard(actor)
            self.take_from(actor, None)


def _gets_it(happened: Draft | Event) -> str | None:
    """Who has the session from then on."""
    match happened.body:
        case Claimed():
            return happened.actor
        case HandedOver(to=to):
            return to
    return None


def _meet(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    """Whether there is a study in both; None has every one."""
    if one is None or other is None:
        return one != frozenset() and other != frozenset()
    return not one.isdisjoint(other)


def actor_of(connection: Connection[Account]) -> str:
    """How the log names whoever sits at this socket."""
    return wizard_actor(connection.who.account)
