"""How texts are compared when somebody searches, the same for what is looked for and for what is found.

What the index holds was made by this: a change here needs a new `VERSION` in `intake.py`.
"""

from __future__ import annotations

import re
import unicodedata

ACCENTS = re.compile("[\u0300-\u036f\ufe0e\ufe0f]")
"""What `NFKD` leaves standing after a letter, and what chooses between two pictures of the same sign."""
PAIRS = re.compile("(?=([\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]{2}))")
PAIR = "\1"
"""In Chinese and Japanese most words are of two signs. Written after this, each pair of them is a trigram too."""


def fold(text: str) -> str:
    """The text as it is compared: case, accents, widths and spaces make no difference."""
    if text.isascii():
        return " ".join(text.lower().split())
    sound = text.encode(errors="ignore").decode()
    return " ".join(ACCENTS.sub("", unicodedata.normalize("NFKD", sound.casefold())).split())


def counted_as(missing: str | None) -> str | None:
    """What was missing, as it is counted: alike but for case and the spaces around it; None where nothing was."""
    return (missing or "").strip().lower() or None


def fold_both(asked: str, text: str | None) -> str:
    """What was asked and what was replied, as they are compared: a line each."""
    return f"{fold(asked)}\n{fold(text or '')}"


def pairs(folded: str) -> list[str]:
    """The trigrams by which pairs of Chinese and Japanese signs are found."""
    return [] if folded.isascii() else [PAIR + pair for pair in dict.fromkeys(PAIRS.findall(folded))]


def findable(folded: str) -> str:
    """What goes into the index of trigrams: the folded text, and its pairs after it."""
    return folded + "".join(pairs(folded))
