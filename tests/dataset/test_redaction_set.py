"""Redaction held against messages of five countries in which it is known what is personal, and what only looks so."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from wizard.dataset.redaction import given
from wizard.dataset.redaction.found import hits
from wizard.dataset.redaction.names import Recogniser
from wizard.dataset.redaction.phones import Phones
from wizard.dataset.redaction.span import KINDS

FOLDER = Path(__file__).parent / "redaction"
COUNTRIES = ("us", "gb", "de", "fr", "es")
PLANTED = re.compile(r"\[\[(\w+)\|(.*?)\]\]")
CHECKSUM_KINDS = ("card", "iban", "id")
TOKEN = re.compile(r"\S+")


@dataclass
class Held:
    """What was planted and found by kind, and how many tokens there are and were taken without cause."""

    planted: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    missed: list[str] = field(default_factory=list)
    tokens: int = 0
    false: list[str] = field(default_factory=list)

    def recall(self, *kinds: str) -> float:
        """The share of those planted that were found, wholly."""
        return sum(self.found[kind] for kind in kinds) / sum(self.planted[kind] for kind in kinds)


def messages() -> list[tuple[str, list[tuple[int, int, str]]]]:
    """Each message of the set, and where what stands in it."""
    told = []
    for country in COUNTRIES:
        for line in (FOLDER / f"{country}.txt").read_text(encoding="utf-8").splitlines():
            text, spans, at = "", [], 0
            for mark in PLANTED.finditer(line.replace("\\n", "\n")):
                text += line.replace("\\n", "\n")[at : mark.start()]
                spans.append((len(text), len(text) + len(mark[2]), mark[1]))
                text += mark[2]
                at = mark.end()
            told.append((text + line.replace("\\n", "\n")[at:], spans))
    return told


def held(recogniser: Recogniser | None = None) -> Held:
    """How the finders do on the set; a value counts as found where nothing of it is left, whatever it was taken for."""
    result, phones = Held(), Phones()
    for text, spans in messages():
        taken = {at for hit in hits(text, "", frozenset(KINDS), phones, recogniser) for at in range(hit.start, hit.end)}
        planted = {at for start, end, _ in spans for at in range(start, end)}
        for start, end, kind in spans:
            result.planted[kind] += 1
            whole = all(at in taken for at in range(start, end) if text[at].isalnum())
            result.found[kind] += whole
            if not whole:
                result.missed.append(f"{kind}: {text}")
        for token in TOKEN.finditer(text):
            result.tokens += 1
            letters = [at for at in range(*token.span()) if text[at].isalnum()]
            if any(at in taken for at in letters) and not any(at in planted for at in letters):
                result.false.append(f"{token[0]}: {text}")
    return result


@pytest.fixture(scope="module")
def alone() -> Held:
    return held()


def test_the_set_is_large_enough_and_every_kind_is_in_it(alone: Held) -> None:
    assert len(messages()) >= 300
    assert set(alone.planted) == set(KINDS)
    assert sum(alone.planted[kind] for kind in CHECKSUM_KINDS) >= 80


def test_what_has_a_checksum_is_found(alone: Held) -> None:
    assert alone.recall(*CHECKSUM_KINDS) >= 0.98, [
        each for each in alone.missed if each.split(":")[0] in CHECKSUM_KINDS
    ]


@pytest.mark.parametrize(("kind", "least"), [("email", 0.95), ("phone", 0.95), ("url", 0.95), ("ip", 0.95)])
def test_what_has_a_form_is_found(alone: Held, kind: str, least: float) -> None:
    assert alone.recall(kind) >= least, [each for each in alone.missed if each.startswith(f"{kind}:")]


def test_nearly_nothing_else_is_taken(alone: Held) -> None:
    assert len(alone.false) < 0.01 * alone.tokens, alone.false


def test_names_are_found_and_a_recogniser_finds_more(alone: Held, capsys: pytest.CaptureFixture[str]) -> None:
    more = held(given.names)
    shares = alone.recall("name"), more.recall("name")
    false = len(alone.false) / alone.tokens, len(more.false) / more.tokens
    with capsys.disabled():
        print(f"\nnames found: {shares[0]:.1%}, with the given names {shares[1]:.1%}", end="; ")
        print(f"false alarms: {false[0]:.2%} and {false[1]:.2%} of {alone.tokens:,} tokens")
    assert shares[0] >= 0.75, [each for each in alone.missed if each.startswith("name:")]
    assert shares[1] >= 0.9, [each for each in more.missed if each.startswith("name:")]
    assert false[1] < 0.01, more.false
