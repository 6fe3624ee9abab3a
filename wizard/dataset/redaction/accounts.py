"""Payment cards and bank accounts, by their checksums."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stdnum import iban, luhn

from wizard.dataset.redaction.span import Hit

CARD = re.compile(r"(?<![\w.+/-])\d(?:[ \u00a0.–-]{0,3}\d){12,18}(?![\w/])(?![.,-]\d)")
NETWORKS = (
    (re.compile(r"4"), (13, 16, 19)),
    (re.compile(r"5[1-5]|222[1-9]|22[3-9]|2[3-6]|27[01]|2720"), (16,)),
    (re.compile(r"3[47]"), (15,)),
    (re.compile(r"3(?:0[0-5]|[689])"), (14, 16, 19)),
    (re.compile(r"6011|65|64[4-9]|622"), (16, 17, 18, 19)),
    (re.compile(r"35(?:2[89]|[3-8])"), (16, 17, 18, 19)),
    (re.compile(r"5[06-8]|6[0-9]"), (16, 17, 18, 19)),
    (re.compile(r"62"), (16, 17, 18, 19)),
)
"""How numbers of each network begin, and how long they are."""


def cards(text: str, asked: str) -> Iterator[Hit]:
    """Numbers of payment cards: as long as their network's are, with the right check digit (Luhn)."""
    for found in CARD.finditer(text):
        digits = re.sub(r"\D", "", found[0])
        known = any(begins.match(digits) and len(digits) in lengths for begins, lengths in NETWORKS)
        if known and len(set(digits)) > 1 and luhn.is_valid(_plain(digits)):
            yield Hit(found.start(), found.end(), "card", _plain(digits))


def _plain(digits: str) -> str:
    """The digits as 0 to 9, in whatever script they are."""
    return "".join(str(int(digit)) for digit in digits)


IBAN = re.compile(r"(?<![A-Z0-9])(?=([A-Z]{2}\d{2}(?:[ \u00a0.-]?[A-Z0-9]){11,30}))", re.IGNORECASE | re.ASCII)
END_OF_A_GROUP = re.compile(r"(?<=[A-Z0-9])(?![A-Z0-9])", re.IGNORECASE | re.ASCII)


def ibans(text: str, asked: str) -> Iterator[Hit]:
    """Bank accounts as IBAN, of any country that has them."""
    for found in IBAN.finditer(text):
        for end in sorted({each.start() for each in END_OF_A_GROUP.finditer(found[1])}, reverse=True):
            value = re.sub(r"[\W_]", "", found[1][:end]).upper()
            if 15 <= len(value) <= 34 and iban.is_valid(value, check_country=False):
                yield Hit(found.start(), found.start() + end, "iban", value)
                break
