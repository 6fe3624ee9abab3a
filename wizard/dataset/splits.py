"""Which side each participant is on: train, validation or test. Decided by a keyed hash of who they are, for ever.

An example whose input stands on the train side too would only be remembered there: in what is split it is set `aside`.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from typing import Literal

from sqlite_utils import Database

from wizard.dataset.examples import Example, examples, traced
from wizard.store.erasure import sessions_of_participant
from wizard.store.log import asked_and_answered, events_of_sessions
from wizard.store.studies import split_key

Split = Literal["train", "validation", "test", "aside"]
SIDES: tuple[Split, ...] = ("train", "validation", "test")
GIVES_WAY: Mapping[str, tuple[Split, ...]] = {"train": (), "validation": ("train", "test"), "test": ("train",)}
"""An example of that side is set aside where its input stands on one of these, too."""
TRAIN_SHARE, VALIDATION_SHARE = 0.8, 0.1
WHOLE = 2**64

LETTERS = bytes(
    ord("0") if chr(byte).isascii() and chr(byte).isdigit() else ord(chr(byte).lower()) if byte < 128 else byte
    for byte in range(256)
)
NO_LETTERS = bytes(byte for byte in range(128) if not chr(byte).isalnum())
BETWEEN = b"\n"
KEPT = 1_000
"""Texts whose letters are remembered: a message stands in several observations, one after the other."""


def side_of(participant: str, key: str) -> Split:
    """The side of that participant: `train` for four in five, `validation` and `test` for one in ten each."""
    at = int.from_bytes(blake2b(participant.encode(), key=key.encode(), digest_size=8).digest()) / WHOLE
    if at < TRAIN_SHARE:
        return "train"
    return "validation" if at < TRAIN_SHARE + VALIDATION_SHARE else "test"


def fingerprint_of(example: Example) -> int:
    """A number of 64 bits, the same for inputs that differ in case, accents, signs, spaces and which digits alone.

    The input is the whole observation: a “yes” to another question is another input.
    """
    return int.from_bytes(blake2b(BETWEEN.join(_parts(example)), digest_size=8).digest())


def _parts(example: Example) -> list[bytes]:
    reply = example.exchange.reply
    parts = [letters(said.text) for said in example.seen]
    if reply.shown:
        parts += [letters(f"{name} {value}") for name, value in sorted(reply.shown.items())]
    if reply.form:
        parts += [letters(f"{name} {value}") for name, value in sorted(reply.form.items())]
    return parts


@lru_cache(KEPT)
def letters(text: str) -> bytes:
    """The text as it is compared: its letters, small, with every digit alike."""
    if not text.isascii():
        text = "".join(each for each in unicodedata.normalize("NFKD", text.casefold()) if each.isalnum())
    return text.encode(errors="replace").translate(LETTERS, NO_LETTERS)


def gives_way(side: Split, others: set[Split]) -> bool:
    """Whether an example of that side is set aside where its input stands on these sides too."""
    return not others.isdisjoint(GIVES_WAY[side])


def pins(db: Database, study: str, participants: Collection[str]) -> Iterator[tuple[str, int, Split]]:
    """Which examples of others are set aside because of these participants alone, as (session, exchange, `aside`).

    They stay so when these are erased: everybody else's data are as they were. Looks through the whole study, once for
    all.
    """
    key = split_key(db, study)
    theirs: dict[int, set[Split]] = {}
    texts: set[bytes] = set()
    for participant in participants:
        side = side_of(participant, key)
        if side == "validation":  # nobody gives way to it
            continue
        sessions = sessions_of_participant(db, study, participant)
        for example in examples(map(traced, events_of_sessions(db, sessions))):
            theirs.setdefault(fingerprint_of(example), set()).add(side)
            texts.update(_parts(example))
    if not theirs:
        return
    others: dict[int, set[Split]] = {}
    held: list[tuple[str, int, Split, int]] = []
    alike = _sessions_with(db, study, texts)
    for example in examples(each for each in map(traced, events_of_sessions(db, alike)) if each.asks):
        who = example.session.started.participant
        if who in participants or (found := fingerprint_of(example)) not in theirs:
            continue
        side = side_of(who, key)
        others.setdefault(found, set()).add(side)
        held.append((example.session.id, example.exchange.number, side, found))
    for session, exchange, side, found in held:
        if not gives_way(side, others[found]) and gives_way(side, others[found] | theirs[found]):
            yield session, exchange, "aside"


def _sessions_with(db: Database, study: str, texts: Collection[bytes]) -> list[str]:
    """The sessions with an answer to one of these texts, in the order in which they began: inputs that are the same end
    with the same message. What was answered that no participant said, an announcement, may be any of them.
    """
    found: dict[str, None] = {}
    for session, rows in groupby(asked_and_answered(db, study), itemgetter(0)):
        said: dict[int | None, str | None] = {}
        for _, n, text, upto in rows:
            if upto is None:
                said[n] = text
            elif (asked := said.get(upto)) is None or letters(asked) in texts:
                found[session] = None
    return list(found)
