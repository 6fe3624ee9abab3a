"""What makes the log searchable: a file of its own beside it, made from it, that can be thrown away."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

Draws = Callable[[str, int, str, int], bool]
"""Whether an exchange is drawn for a second opinion, by its study, the study's version, session and number."""


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for; all that is given must hold. `wizard` is an account, `since` and `until` are days."""

    text: str = ""
    study: str | None = None
    label: tuple[str, str] | None = None
    could_answer: str | None = None
    wizard: str | None = None
    since: str | None = None
    until: str | None = None
    not_for_training: bool | None = None
    saw_more: bool | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """An exchange that was found. `seq` is its place in the log, `message` what was asked, `text` the reply."""

    seq: int
    session: str
    exchange: int
    study: str
    alias: str
    at: str
    wizard: str
    message: str
    text: str | None
    labels: dict[str, str]
    could_answer: str | None
    not_for_training: bool
    saw_more: bool


class Index:
    """Search over every exchange, and the queue of those that want a second opinion."""

    def __init__(self, folder: Path, draws: Draws) -> None:
        self._folder, self._draws = folder, draws

    def catch_up(self) -> int:
        """Take in what the log has got since; how many events are left for the next time."""
        return 0

    def search(self, query: Query, me: str, most: int) -> list[Hit]:
        """The newest exchanges that match, but none that are due for a second opinion of account `me`."""
        return []

    def next_due(self, me: str, besides: Collection[tuple[str, int]]) -> tuple[str, int] | None:
        """The oldest exchange that wants a second opinion of `me`."""
        return None

    def count_due(self, me: str, besides: Collection[tuple[str, int]]) -> int:
        """How many there are."""
        return 0
