"""A recogniser of names that is somebody else's code: found by where it stands, and held to what it must give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pkgutil import resolve_name
from typing import Any


class NoRecogniser(ValueError):
    """There is none, or it failed; the message says which and why."""


@dataclass(frozen=True)
class Named:
    """The recogniser that stands at `where`, as module and callable. It can be sent to other processes."""

    where: str

    def __post_init__(self) -> None:
        found(self.where)

    def __call__(self, text: str) -> Iterable[tuple[int, int]]:
        """Where names stand in the text.

        Raises:
            NoRecogniser: it failed, or gave something else.
        """
        try:
            return [(int(start), int(end)) for start, end in found(self.where)(text)]
        except Exception as error:
            raise NoRecogniser(f"--names {self.where} failed: {type(error).__name__}: {error}") from None


@cache
def found(where: str) -> Any:
    """The callable that stands there.

    Raises:
        NoRecogniser: there is none.
    """
    try:
        recogniser = resolve_name(where)
    except (ImportError, AttributeError, ValueError) as error:
        raise NoRecogniser(f"--names {where}: there is no such recogniser ({error}).") from None
    if not callable(recogniser):
        raise NoRecogniser(f"--names {where}: it can't be called; name a function that takes a text.")
    return recogniser
