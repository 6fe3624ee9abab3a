"""Canned replies that the team keeps besides those of the study: shared ones, and everybody's own."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count

from sqlite_utils import Database

from wizard.store.log import immediately, now

SHARED = ""
"""The owner of what is everybody's."""
LONGEST_KEY_WORDS = 4
LONGEST_KEY = 40


@dataclass(frozen=True, slots=True)
class KeptCanned:
    """A canned reply, with its variables not yet filled."""

    key: str
    text: str
    buttons: tuple[str, ...]
    shared: bool


def read_canned(db: Database, study: str, owner: str) -> list[KeptCanned]:
    """The shared ones of that study, and those of this account, by key."""
    rows = db.conn.execute(
        "SELECT key, text, buttons, owner FROM canned WHERE study = ? AND owner IN (?, ?) ORDER BY key, owner",
        [study, SHARED, owner],
    )
    return [KeptCanned(key, text, tuple(json.loads(buttons)), whose == SHARED) for key, text, buttons, whose in rows]


def save_canned(
    db: Database, study: str, owner: str, key: str | None, text: str, buttons: Sequence[str], taken: Iterable[str]
) -> str:
    """Keep one under this key, in the place of what was there; the key, made from the text if there is none.

    A key that is made is none of those `taken`.
    """
    with immediately(db):
        key = key or made_key(text, taken)
        db.conn.execute(
            "INSERT OR REPLACE INTO canned VALUES (?, ?, ?, ?, ?, ?)",
            [study, owner, key, text, json.dumps(list(buttons), ensure_ascii=False), now()],
        )
    return key


def remove_canned(db: Database, study: str, owner: str, key: str) -> None:
    """Take one away. That it is gone already is no error."""
    with immediately(db):
        db.conn.execute("DELETE FROM canned WHERE study = ? AND owner = ? AND key = ?", [study, owner, key])


def made_key(text: str, taken: Iterable[str]) -> str:
    """A key from the first words of a text, another than those that are taken."""
    words = re.findall(r"[a-z0-9]+", text.lower())[:LONGEST_KEY_WORDS]
    key = "-".join(words)[:LONGEST_KEY].strip("-") or "reply"
    others = set(taken)
    if key not in others:
        return key
    return next(each for each in (f"{key}-{n}" for n in count(2)) if each not in others)
