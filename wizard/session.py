"""One conversation as it stands, and what can be asked of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from wizard.events import Answered, Ended, Event, Guessed, Started
from wizard.exchange import Exchange, Note, Said


class NotAllowed(Exception):
    """This event can't come next. `code` is for programs, the message for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


@dataclass
class Session:
    """One conversation of one participant, under one study version, as its events say it is. A value: only `fold.py`
    changes one, and only while it has it to itself, as a fold of a million sessions has no time for copies.
    """

    id: str
    started: Started
    started_at: str
    messages: tuple[Said, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    unreleased: tuple[tuple[int, int], ...] = ()
    """The bubbles that haven't been let through, in order, each as the number of its exchange and its place there."""

    streaming: float | None = None
    """At how many characters a second the last message is let through, as long as it isn't whole."""

    asked_at: str | None = None
    """When the participant last asked, in a message or by trying again …"""

    asked_n: int = 0
    """… and how many messages there were then."""

    asks_again: bool = False
    """Whether they tried again, and nobody has answered that."""

    notes: tuple[Note, ...] = ()
    claimed_by: str | None = None
    handed_over: Note | None = None
    """The word that came with it, as long as it stays with whom it was given to."""

    held_by: frozenset[str] = frozenset()
    """Everybody who ever had it."""

    looked: frozenset[str] = frozenset()
    """Who looked further than the observation."""

    watched: frozenset[str] = frozenset()
    """Who looked on as it went."""

    whispers: tuple[Note, ...] = ()
    """What whoever has it was told since the last answer."""

    unspoken: tuple[str, ...] = ()
    """The messages of the team that haven't been let through …"""

    spoken: int = 0
    """… and how many have been."""

    saw_more: bool = False
    """Whether the next answer would be from more than the observation, whoever gives it."""

    ended: Ended | None = None
    ended_at: str | None = None
    guessed: Guessed | None = None
    consented_at: str | None = None
    asked_before: Answered | None = None
    """What the participant answered to the study's questions before the conversation …"""

    asked_after: Answered | None = None
    """… and to those after it."""

    ready_at: str | None = None
    """When they last did something that comes before they can write: agreed, answered, or had waited in the lobby."""

    let_in: bool = False
    receipts: dict[tuple[str, str], Event] = field(default_factory=dict)
    """Every event that came with an id of its client's, by who acted and that id: a retry finds its own."""

    @property
    def answered(self) -> int:
        """Number of the last message that stood in an observation somebody replied to; 0 before the first."""
        return self.exchanges[-1].reply.upto if self.exchanges else 0

    def knows_more(self, actor: str) -> bool:
        """Whether an answer of this wizard would be from more than the observation: theirs, or of somebody before."""
        return self.saw_more or actor in self.looked | self.watched

    @property
    def screened_out(self) -> bool:
        """Whether they take no further part."""
        return self.asked_before is not None and self.asked_before.screened_out

    @property
    def has_spoken(self) -> bool:
        """Whether the participant has said anything."""
        return any(said.role == "user" for said in self.messages)

    @property
    def waiting_since(self) -> str | None:
        """When the first message that nobody has answered was said, or None where nothing waits."""
        if self.ended:
            return None
        for said in self.messages[self.answered :]:
            if said.role == "user":
                return said.at
        return self.asked_at if self.asks_again else None

    @property
    def newest(self) -> int:
        """Number of the last message that an answer given now would be from: an answer that was stopped, and asked for
        again, isn't part of it.
        """
        if self.asks_again and not any(said.role == "user" for said in self.messages[self.answered :]):
            return self.answered
        return len(self.messages)

    @property
    def begun(self) -> bool:
        """Whether the participant has a part of a reply, and more of it is to come."""
        return self.streaming is not None or bool(self.unreleased and self.unreleased[0][1] > 1)

    @property
    def coming(self) -> Said:
        """The last message that came of a reply of which more is to come. Something may have been said since."""
        if self.streaming is not None:
            return self.messages[-1]
        reply = self.unreleased[0][0]
        return next(said for said in reversed(self.messages) if said.exchange == reply)

    @property
    def may_retry(self) -> bool:
        """Whether the participant may ask again: nothing has come since they asked, or the answer was stopped."""
        return bool(self.messages) and not self.begun and (self.is_asked or self.answer_was_stopped)

    @property
    def answer_was_stopped(self) -> bool:
        """Whether the participant stopped what came last, an answer."""
        return self.messages[-1].whole is not None and self.messages[-1].exchange is not None

    @property
    def cut_short(self) -> str | None:
        """The whole of the last message, where the team wrote it and the participant stopped it; once it is to come
        again, None.
        """
        last = self.messages[-1] if self.messages and not self.ended and not self.unspoken else None
        return last.whole.text if last and last.whole and last.exchange is None else None

    @property
    def is_asked(self) -> bool:
        """Whether nothing has come since the participant asked."""
        return 0 < self.asked_n == len(self.messages)

    @property
    def owes(self) -> bool:
        """Whether the participant waits for a word: of an answer to what they said last, or of the rest of one."""
        if self.ended or self.streaming is not None:
            return False
        if self.begun or self.is_asked:
            return True
        heard = next((each.reply.upto for each in reversed(self.exchanges) if each.released), 0)
        return any(said.role == "user" for said in self.messages[heard:])

    def seen_by(self, exchange: Exchange) -> tuple[Said, ...]:
        """The messages that this exchange was answered from, as they were then."""
        reply = exchange.reply
        return tuple(
            said.whole if said.whole and exchange.number <= said.stopped_after else said
            for said in self.messages[reply.first - 1 : reply.upto]
        )


def access_exchange(session: Session, number: int) -> Exchange:
    """The exchange of that number, counted from 1.

    Raises:
        NotAllowed: there is none.
    """
    if not 1 <= number <= len(session.exchanges):
        raise NotAllowed("missing", f"There is no exchange {number} in this conversation.")
    return session.exchanges[number - 1]
