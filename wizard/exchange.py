"""What a session is made of: messages where they stand, and exchanges with all that was said of them.

Tuples with names, as a fold makes a million of them, and a frozen dataclass takes five times as long to make.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from wizard.events import Rated, Replied, SecondOpinion
from wizard.values import Bubble, Role


class Said(NamedTuple):
    """A message where it stands in the conversation.

    `exchange` is the reply that it was, if it was one, and `bubble` what stands under its text. One that was
    stopped has the `whole` that it would have been, which the first `stopped_after` exchanges were answered from.
    """

    n: int
    role: Role
    text: str
    at: str
    exchange: int | None = None
    bubble: Bubble | None = None
    whole: Said | None = None
    stopped_after: int = 0


class Note(NamedTuple):
    """A private note of the team."""

    text: str
    actor: str
    at: str


class Correction(NamedTuple):
    """Labels that were set, or taken away (None), after the exchange."""

    labels: Mapping[str, str | None]
    actor: str
    at: str


class Opined(NamedTuple):
    """A second opinion, and when it was given."""

    opinion: SecondOpinion
    at: str


class Rating(NamedTuple):
    """Whether somebody would send a reply, and when they said so."""

    rated: Rated
    at: str


class Exchange(NamedTuple):
    """An observation and the reply to it. `labels` are as they stand now, `reply.labels` as first given.

    `asked_at` is when the participant last asked before it was written. `released` is the number of its first message,
    `finished_at` when the last of its words was let through, or the participant `stopped` it. `whispers` are what
    whoever answered was told before.
    """

    actor: str
    at: str
    reply: Replied
    labels: Mapping[str, str]
    asked_at: str | None = None
    released: int | None = None
    released_at: str | None = None
    finished_at: str | None = None
    stopped: bool = False
    notes: tuple[Note, ...] = ()
    corrections: tuple[Correction, ...] = ()
    second_opinions: tuple[Opined, ...] = ()
    ratings: tuple[Rating, ...] = ()
    not_for_training: bool = False
    whispers: tuple[Note, ...] = ()

    @property
    def number(self) -> int:
        return self.reply.exchange
