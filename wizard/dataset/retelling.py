"""A recorded conversation, told again row by row as the events that it would have been."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from wizard.dataset.afterwards import said_afterwards
from wizard.dataset.rows import Row, overlap
from wizard.events import (
    PARTICIPANT,
    SYSTEM,
    Answered,
    Body,
    Consented,
    Draft,
    Finished,
    Message,
    Released,
    Replied,
    Retried,
    Stopped,
    Whispered,
    wizard_actor,
)
from wizard.exchange import Said
from wizard.observation import Observation
from wizard.reply import BadReply
from wizard.study import Study
from wizard.values import Bubble

UNKNOWN_WIZARD = "unknown"
RATE = 1_000.0
"""Characters a second at which a reply that took a while is let through again; nobody recorded how fast it was."""
AS_THEY_ARE = (
    *("shown", "could_answer", "missing", "seconds", "documents", "form", "first_key", "keystrokes", "offered"),
    *("evidence", "saw_more"),
)
"""What a reply has by the same name."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A bubble of a reply that was let through, which hasn't been told yet. `cut` is what was had of one that the
    participant stopped.
    """

    exchange: int
    bubble: int
    seen_as: Bubble
    at: str
    finished_at: str
    cut: str | None = None

    @property
    def text(self) -> str:
        """What stands in later observations."""
        return self.seen_as.text if self.cut is None else self.cut


class Retelling:
    """What was said so far, and the events that say it.

    Rows tell of a reply and, in a later one's messages, where it stood: a participant may have said more before it
    came. So what comes waits until the next row says where, and at the end comes after all.
    """

    def __init__(self, study: Study, began: str) -> None:
        self._study, self.at = study, began
        self.drafts: list[Draft] = []
        self._said: list[Said] = []
        self._told: list[tuple[str, str]] = []
        self._coming: deque[Coming] = deque()
        self._stopping: Coming | None = None
        self._exchanges = self._answered = 0
        self._asked = False
        self._before: tuple[Row, int, int] | None = None
        self._withheld = False

    def add(self, row: Row) -> None:
        """Tell this row too.

        Raises:
            BadReply: it can't be told; nothing of it was.
        """
        text, bubbles = self._read(row)
        if row.consented_at and not self.drafts:
            self._draft(PARTICIPANT, Consented(text=self._study.consent), row.consented_at)
        if row.answers_before is not None and not self._asked:
            self._draft(PARTICIPANT, Answered(when="before", answers=row.answers_before), row.consented_at or self.at)
            self._asked = True
        coming = self._coming_of(row, bubbles or (Bubble(text=text),)) if text is not None else []
        self.at = row.at or self.at
        first, upto = self._place(row)
        if row.exchange is None and text is None and not row.labels:
            return
        asked = range(self._answered, upto)
        if row.exchange and not any(self._said[at].role == "user" for at in asked):
            self._draft(PARTICIPANT, Retried(), row.asked_at)
        self._exchanges += 1
        self._answered, self._before = upto, (row, first, upto)
        wizard = wizard_actor(row.wizard or UNKNOWN_WIZARD)
        for whisper in row.whispers:
            self._draft(wizard_actor(whisper.wizard), Whispered(text=whisper.text), whisper.at)
        self.drafts.append(Draft(wizard, self._replied(row, text, bubbles, first, upto), row.id, self.at))
        self._withheld |= text is not None and len(coming) < (len(bubbles) or 1) and not row.stopped
        self._coming += coming
        self._stop()
        if row.exchange is None:
            self._release_all()
        for actor, body, at in said_afterwards(row, self._exchanges, wizard):
            self._draft(actor, body, at)

    def finish(self) -> None:
        """Nothing more is told: what was still coming came."""
        self._stop()
        self._release_all()

    def _draft(self, actor: str, body: Body, at: str | None) -> None:
        self.drafts.append(Draft(actor, body, at=at or self.at))

    # The observation

    def _place(self, row: Row) -> tuple[int, int]:
        """Say what of the row's messages hasn't been said; the numbers of its first and its last."""
        if again := self._asked_again(row):
            return again
        whole = row.exchange is not None and row.messages[-1].role == "assistant"
        texts: list[tuple[str, str]] = list(row.texts)
        told = self._told[-len(texts) :]
        repeated = overlap([*told, *(("assistant", each.text) for each in self._coming)], row, whole=whole)
        if self._coming:
            before_it = overlap(told, row, whole=whole)
            if before_it + self._found_among(texts[before_it:]) > repeated:
                repeated = before_it
            else:
                self._release_all(None if repeated else row.asked_at)
        for each in row.messages[repeated:]:
            if self._comes_now(each.role, each.content):
                self._release(whole=self._coming[0].text != each.content)
                continue
            self._stop()
            at = row.asked_at or self.at
            n = len(self._said) + 1
            actor = PARTICIPANT if each.role == "user" else SYSTEM
            self._draft(actor, Message(n=n, role=each.role, text=each.content), at)
            self._say(Said(n, each.role, each.content, at))
        upto = len(self._said)
        return upto - len(row.messages) + 1, upto

    def _asked_again(self, row: Row) -> tuple[int, int] | None:
        """Where the row answers what the one before did, as the participant stopped that answer."""
        if self._before is None:
            return None
        before, first, upto = self._before
        if row.exchange is None or not before.stopped or before.texts != row.texts:
            return None
        self._release_all()
        return first, upto

    def _found_among(self, texts: list[tuple[str, str]]) -> int:
        """How many of the bubbles that are coming stand among these, in order."""
        found = 0
        for role, text in texts:
            if role == "assistant" and found < len(self._coming):
                coming = self._coming[found]
                found += text in (coming.text, coming.seen_as.text)
        return found

    def _comes_now(self, role: str, text: str) -> bool:
        return (
            bool(self._coming) and role == "assistant" and text in (self._coming[0].text, self._coming[0].seen_as.text)
        )

    # The reply

    def _read(self, row: Row) -> tuple[str | None, tuple[Bubble, ...]]:
        """The reply as the study keeps it, and how it was to be seen. Texts are as they were recorded, however long.

        Raises:
            BadReply: the study doesn't take it.
        """
        if row.reply is None or self._study.reply.kind == "text":
            return row.reply, row.bubbles
        text, bubbles = self._study.read_reply(row.reply)
        return text, bubbles if row.exchange is None else row.bubbles

    def _replied(self, row: Row, text: str | None, bubbles: tuple[Bubble, ...], first: int, upto: int) -> Replied:
        seen = Observation(tuple(self._said[first - 1 : upto]), row.shown, row.documents, row.form)
        return Replied(
            exchange=self._exchanges,
            text=text,
            bubbles=bubbles,
            first=first,
            upto=upto,
            observation=seen.hash(),
            labels=row.first_labels,
            source=row.source or "typed",
            **{name: getattr(row, name) for name in AS_THEY_ARE},
        )

    def _coming_of(self, row: Row, seen_as: tuple[Bubble, ...]) -> list[Coming]:
        """The bubbles of it that were let through.

        Raises:
            BadReply: the row says that something else was.
        """
        if row.exchange is not None and row.released is None and row.released_at is None:
            return []
        if self._withheld:
            raise BadReply("released: a reply before it in this conversation never was, and replies come in order.")
        many, cut = _let_through(row, [each.text for each in seen_as])
        began = row.released_at or row.at or self.at
        ended = row.finished_at or began
        number = self._exchanges + 1
        coming = [Coming(number, at, bubble, began, began) for at, bubble in enumerate(seen_as[: many - 1], 1)]
        begins = began if many == 1 else ended
        return [*coming, Coming(number, many, seen_as[many - 1], begins, ended, cut)]

    def _release_all(self, upto: str | None = None) -> None:
        while self._coming and (upto is None or self._coming[0].at <= upto):
            self._release()

    def _release(self, whole: bool = False) -> None:
        """Let the next bubble through; a `whole` one is stopped later than somebody answered from it."""
        self._stop()
        coming = self._coming.popleft()
        streamed = coming.cut is not None or coming.finished_at != coming.at
        rate = RATE if streamed else None
        n = len(self._said) + 1
        self._draft(SYSTEM, Released(n=n, exchange=coming.exchange, bubble=coming.bubble, rate=rate), coming.at)
        under = coming.seen_as if coming.seen_as.buttons or coming.seen_as.card else None
        self._say(Said(n, "assistant", coming.seen_as.text, coming.at, coming.exchange, under))
        if coming.cut is not None:
            self._stopping = coming
            if not whole:
                self._stop()
        elif rate:
            self._draft(SYSTEM, Finished(n=n), coming.finished_at)

    def _stop(self) -> None:
        """The participant stops what they are being told, where they did."""
        if self._stopping is None:
            return
        said, cut = self._said[-1], self._stopping.text
        self._draft(PARTICIPANT, Stopped(n=said.n, chars=len(cut)), self._stopping.finished_at)
        self._stopping = None
        self._said[-1] = said._replace(text=cut, bubble=None)
        self._told[-1] = ("assistant", cut)

    def _say(self, said: Said) -> None:
        self._said.append(said)
        self._told.append((said.role, said.text))


def _let_through(row: Row, texts: list[str]) -> tuple[int, str | None]:
    """How many bubbles the participant got, and what they had of the last, if they stopped it.

    Raises:
        BadReply: `released` isn't how the reply begins.
    """
    if row.released is None:
        return len(texts), texts[-1] if row.stopped else None
    for many in range(1, len(texts) + 1):
        before = "".join(f"{text}\n\n" for text in texts[: many - 1])
        last = row.released.removeprefix(before)
        if not row.released.startswith(before):
            break
        if last == texts[many - 1] or (row.stopped and texts[many - 1].startswith(last)):
            return many, last if row.stopped else None
    raise BadReply("released: isn't how the reply begins.")
