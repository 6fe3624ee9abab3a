"""Telltale words: they tell that a person answers, wherever a participant may read them."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

FORBIDDEN = re.compile(
    r"(?i:wizard|human|operator|annotator|agent|desk|studio|canned|draft|label|woz|curtain)"
    r"|(?<![A-Za-z])[oO][zZ](?![a-z])|(?<=[a-z])Oz(?![a-z])"
)
"""As words and as parts of identifiers; `oz` only as a part of its own, for it stands in “dozen” too."""
WEB = re.compile(r"aria-label(ledby)?|</?label\b|\blabelledby\b|\bLabelText\b|user-agent", re.IGNORECASE)
"""The web's own vocabulary, exempt by name."""
AROUND = 30
"""Characters on either side."""


class Telltale(NamedTuple):
    """A forbidden word, the whole word that it is in, both in small letters, and what stands around it."""

    forbidden: str
    word: str
    around: str


def telltales(text: str) -> Iterator[Telltale]:
    """Everything in a text that tells."""
    for each in {text, html.unescape(text)} if "&" in text else {text}:
        if not FORBIDDEN.search(each):
            continue
        plain = WEB.sub(lambda name: " " * len(name[0]), each)
        for hit in FORBIDDEN.finditer(plain):
            around = each[max(0, hit.start() - AROUND) : hit.end() + AROUND]
            yield Telltale(hit[0].lower(), _whole(plain, hit), " ".join(around.split()))


def _whole(text: str, hit: re.Match[str]) -> str:
    """The word that a hit is in, in small letters."""
    start, end = hit.span()
    while start and text[start - 1].isalpha():
        start -= 1
    while end < len(text) and text[end].isalpha():
        end += 1
    return text[start:end].lower()
