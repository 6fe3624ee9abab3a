"""Words of seven languages, in files beside this one, and patterns that are made of them."""

from __future__ import annotations

from functools import cache
from pathlib import Path

MARKS = ("", ",", ".", ":", "!", "?", "'s", "’s", ";", "…")


@cache
def words(name: str) -> frozenset[str]:
    """The words of a file, in small letters."""
    return frozenset((Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").split())


def as_typed(some: frozenset[str]) -> frozenset[str]:
    """The words, each with what may stand right after it."""
    return frozenset(word + mark for word in some for mark in MARKS)


def one_of(lines: str) -> str:
    """A pattern that is any of the patterns in these lines."""
    return f"(?:{'|'.join(line.strip() for line in lines.strip().splitlines())})"
