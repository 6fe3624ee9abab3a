"""The wizard's seat, `/desk`: who waits, what the model would see, and the answer to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from sqlite_utils import Database
from werkzeug.sansio.http import parse_cookie

from wizard import loop
from wizard.events import Claimed, Draft, Ended, Event, HandedOver, Replied, Unclaimed, wizard_actor
from wizard.language import studio_language
from wizard.live import atdesk
from wizard.live.desk_news import DeskNews
from wizard.live.given_reply import GivenReply
from wizard.live.inbox import Inbox
from wizard.live.opinions import SecondOpinions
from wizard.live.pacing import Releases, release_all
from wizard.live.past import Past
from wizard.live.payloads.desk import Away, Claim, End, HandOver, Reply, Unclaim
from wizard.live.payloads.parts import Nothing
from wizard.live.sessions import NO_SESSION, Live, Sessions
from wizard.live.shift import SEATS, Shift, actor_of
from wizard.live.sockets import Answer, Connection, On, answered_by
from wizard.live.turns import Turns
from wizard.live.writing import Writing
from wizard.session import NotAllowed, Session
from wizard.store.accounts import COOKIE, Account, find_account, seat_of
from wizard.store.index import Draws, Index
from wizard.store.log import now
from wizard.store.writer import Writer

LOOK_SECONDS = 0.5
"""So often whose sign-in has ended is looked for."""


class Desk:
    """The namespace of wizards. What is done besides answering is done by its parts."""

    namespace = "/desk"

    def __init__(
        self,
        sessions: Sessions,
        releases: Releases,
        reader: Database,
        writer: Writer,
        index: Index,
        draws: Draws,
        *,
        grace: float,
    ) -> None:
        self._sessions, self._releases, self._reader = sessions, releases, reader
        self.shift = Shift(sessions, reader, grace=grace)
        self._turns = Turns(sessions, reader, self.shift, releases.pauses)
        self._news = DeskNews(sessions, releases, self.shift)
        self.onlookers = self._news.onlookers
        self._inbox = Inbox(sessions, reader, self.shift.name)
        self._writing = Writing(sessions, reader, writer, self.shift)
        self._opinions = SecondOpinions(sessions, index, draws, self.shift)
        self._looking = False
        answers = answered_by(self, self._writing, Past(sessions, index, self.shift), self._opinions)
        self.events = {name: On(on.payload, self._behind_the_door(on.answer)) for name, on in answers.items()}
        sessions.on_change(self._published)
        releases.pauses.on_change(self._paused)

    def admit(self, environ: Mapping[str, Any], auth: Any) -> Account | None:
        """Whoever is signed in as a wizard or an owner: by cookie, or with the same secret as `auth.key`. With
        `auth.away` they say that they were away when the line broke.
        """
        given = auth if isinstance(auth, dict) else {}
        key = given.get("key")
        secret = key if isinstance(key, str) else parse_cookie(environ.get("HTTP_COOKIE", "")).get(COOKIE)
        account = seat_of(self._reader, secret) if secret else None
        if account is None or not account.sits(*SEATS):
            return None
        if given.get("away") is True:
            self.shift.come_back_away(wizard_actor(account.account))
        return account

    def _behind_the_door(self, answer: Callable[[Connection[Account], Any], Answer]) -> Callable[..., Answer]:
        """Answer nothing about a study that isn't theirs: to them it isn't there, nor are its sessions."""

        def guarded(connection: Connection[Account], given: Any) -> Answer:
            session, study = getattr(given, "session", None), getattr(given, "study", None)
            if session is not None:
                study = self._sessions.access(session).session.started.study
            if study is not None and not connection.who.sits(*SEATS, study=study):
                raise NotAllowed("missing", NO_SESSION if session is not None else f"There is no study “{study}”.")
            return answer(connection, given)

        return guarded

    def speaks(self, environ: Mapping[str, Any]) -> str:
        """The language of their pages."""
        return studio_language(environ)

    def entered(self, connection: Connection[Account]) -> None:
        """They sit down, until their sign-in ends."""
        self.shift.arrive(connection)
        self._inbox.watch(connection)
        if not self._looking:
            self._end_what_is_over()

    def left(self, connection: Connection[Account]) -> None:
        """They are gone."""
        self._inbox.unwatch(connection)
        self.shift.leave(connection)

    def _end_what_is_over(self) -> None:
        """Close the sockets whose sign-in has ended, and look again as long as anybody is here."""
        here, at = self.shift.everybody(), now()
        for connection in here:
            if connection.who.until is not None and connection.who.until <= at:
                connection.close()
        self._looking = bool(here)
        if here:
            loop.later(LOOK_SECONDS, self._end_what_is_over)

    def before(self, live: Live) -> dict[str, Any]:
        """What whoever has a conversation has before them, for whoever looks on: the observation and their draft."""
        return {
            "by": self.shift.name(live.session.claimed_by),
            "observation": atdesk.observation(live, self._releases),
            "draft": self._writing.kept(live.session)["draft"],
        }

    def stop(self, session: str, actor: str) -> None:
        """End a conversation, whoever has it, as `end` does."""

        def decide(now: Session) -> list[Draft]:
            return [] if now.ended else _the_end(now, actor)

        self._sessions.record(session, decide)

    def sign_out(self, account: str) -> None:
        """Close every socket of that account."""
        for connection in list(self.shift.sockets(wizard_actor(account))):
            connection.close()

    def put_out(self, account: str) -> None:
        """Their seat is taken back: free what they have, and close every socket."""
        self.shift.take_from(wizard_actor(account), None)
        self.sign_out(account)

    def see_anew(self, account: str) -> None:
        """Their rights have changed: free what isn't theirs any more, and let them come in anew."""
        self.shift.take_from(wizard_actor(account), find_account(self._reader, account))
        self.sign_out(account)

    def take_up(self) -> None:
        """After a start: go on with what the last run left."""
        self.shift.take_up()

    def inbox(self, connection: Connection[Account], _: Nothing) -> Answer:
        """Who waits, the longest first, what is one's own, and who else is here."""
        actor = actor_of(connection)
        return {
            "ok": True,
            "me": connection.who.name,
            "account": connection.who.account,
            "away": self.shift.is_away(actor),
            "colleagues": self.shift.colleagues_of(connection.who),
            "opinions": self._opinions.waiting(connection.who),
            **self._inbox.whole(connection.who),
        }

    def away(self, connection: Connection[Account], given: Away) -> Answer:
        """Nothing is given to whoever is away."""
        self.shift.set_away(actor_of(connection), given.on)
        return {"ok": True}

    def claim(self, connection: Connection[Account], given: Claim) -> Answer:
        """Take a conversation and see what the model would see."""
        actor = actor_of(connection)
        study = self._sessions.access(given.session).study

        def decide(session: Session) -> list[Draft]:
            self.shift.expect_free(session, actor)
            if session.claimed_by == actor:
                return []
            self.shift.expect_room(study, session, actor)
            return [Draft(actor, Claimed())]

        live, _ = self.shift.record(given.session, decide)
        return {
            "ok": True,
            "observation": atdesk.observation(live, self._releases),
            "study": atdesk.study_for_desk(live.study),
            "canned": atdesk.canned_for(self._reader, live.study, connection.who.account),
            "variables": atdesk.variables(live.study, live.session),
            **self._news.beside(live.session),
            **self._writing.kept(live.session),
        }

    def unclaim(self, connection: Connection[Account], given: Unclaim) -> Answer:
        """Let somebody else have it. Freeing what one doesn't have is no error."""
        actor = actor_of(connection)

        def decide(session: Session) -> list[Draft]:
            return [Draft(actor, Unclaimed())] if session.claimed_by == actor else []

        self._sessions.record(given.session, decide)
        return {"ok": True}

    def hand_over(self, connection: Connection[Account], given: HandOver) -> Answer:
        """Give it to a colleague who is here. That they have it already is no error."""
        actor, study = actor_of(connection), self._sessions.access(given.session).study
        to = self.shift.expect_here(given.to, study.study)

        def decide(session: Session) -> list[Draft]:
            if session.claimed_by == to:
                return []
            self.shift.expect_mine(session, actor)
            self.shift.expect_room(study, session, to, f"{self.shift.name(to)} has")
            return [Draft(actor, HandedOver(to=to, note=given.note))]

        self.shift.record(given.session, decide)
        return {"ok": True}

    def reply(self, connection: Connection[Account], given: Reply) -> Answer:
        """An answer to what stood on the screen: one exchange of the dataset."""
        actor = actor_of(connection)
        live = self._sessions.access(given.session)
        live.study.check_labels(given.labels)
        reply = GivenReply(live, given)

        def decide(session: Session) -> list[Draft]:
            if (actor, given.id) in session.receipts:
                return []
            self.shift.expect_free(session, actor)
            claim = []
            if session.claimed_by is None:
                self.shift.expect_room(live.study, session, actor)
                claim = [Draft(actor, Claimed())]
            return [*claim, Draft(actor, reply.event(session, actor), given.id)]

        live, _ = self.shift.record(given.session, decide)
        event = live.session.receipts[actor, given.id]
        if not isinstance(event.body, Replied) or not reply.is_in(event.body):
            raise NotAllowed("id_reused", "This id belongs to another reply; a new reply needs a new id.")
        return {"ok": True, "exchange": event.body.exchange, "at": event.at}

    def end(self, connection: Connection[Account], given: End) -> Answer:
        """End a conversation. What was answered is let through first; ending what is over is no error."""
        actor = actor_of(connection)

        def decide(session: Session) -> list[Draft]:
            if session.ended:
                return []
            self.shift.expect_free(session, actor)
            return _the_end(session, actor)

        self._sessions.record(given.session, decide)
        return {"ok": True}

    def _published(self, live: Live, events: Sequence[Event]) -> None:
        """What is on the disk goes to all who follow it here, the list of who waits first."""
        session = live.session
        self._inbox.changed(session)
        self.shift.published(live, events)
        self._turns.published(live, events)
        self._opinions.published(live, events)
        self._news.published(live, events)

    def _paused(self, study: str) -> None:
        """Whoever has conversations of that study sees what their participants are told now."""
        for actor, session in loop.by_turns(self.shift.held_in(study)):
            with suppress(NotAllowed):  # it was erased in the meantime
                live = self._sessions.access(session)
                if live.session.claimed_by == actor:
                    self._news.tell_observation(live)


def _the_end(session: Session, actor: str) -> list[Draft]:
    """What was answered is let through, and then it is over."""
    return [*release_all(session), Draft(actor, Ended(reason="wizard"))]
