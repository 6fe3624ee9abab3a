"""National numbers of people, by their checksums; where a checksum says little, only with a word beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from stdnum.be import nn
from stdnum.ch import ssn as ahv
from stdnum.de import idnr
from stdnum.es import dni, nie
from stdnum.fr import nif as numero_fiscal
from stdnum.fr import nir
from stdnum.gb import nhs, utr
from stdnum.it import codicefiscale
from stdnum.nl import bsn
from stdnum.pl import pesel
from stdnum.pt import nif as contribuinte
from stdnum.us import itin, ssn

from wizard.dataset.redaction.glance import Glance
from wizard.dataset.redaction.span import Hit
from wizard.dataset.redaction.words import as_typed, words

BESIDE_CHARACTERS = 40
"""So far before a number may its word stand, and no sentence ends between them."""
SENTENCE_ENDS = re.compile(r"[.!?]\s+(?=[A-ZÀ-Þ¿¡])|\n")


@dataclass(frozen=True, slots=True)
class Number:
    """A kind of number: how it is written, whether one is right, and the word without which it may be anything."""

    country: str
    written: re.Pattern[str]
    right: Callable[[str], bool]
    beside: re.Pattern[str] | None = None


def _written(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w.+/-])(?:{pattern})(?![\w/])(?![.,-]\d)", re.IGNORECASE | re.ASCII)


def _beside(phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{phrases})(?![^\W\d_])", re.IGNORECASE)


def _any(value: str) -> bool:
    return True


def _is_ssn(value: str) -> bool:
    return ssn.is_valid(value) or itin.is_valid(value)


NATIONAL_INSURANCE = _written(r"(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]")
SIX_DIGITS_AND_A_LETTER = re.compile(r"\d\d ?\d\d ?\d\d ?[A-Da-d]\b")
SIX_DIGITS = "x000000x"
DOCUMENTS = as_typed(words("documents"))
"""One of these is in every phrase for a passport, an identity card or a driving licence."""
TAX = r"tax|steuer\w*|fisc\w*|impôts?"
NUMBERS = (
    Number("US", _written(r"\d{3}-\d{2}-\d{4}"), _is_ssn),
    Number(
        "US",
        _written(r"\d{3} ?\d{2} ?\d{4}"),
        _is_ssn,
        _beside(r"ssn|itin|socials?|social security(?: (?:number|no\.?|#))?"),
    ),
    Number("GB", NATIONAL_INSURANCE, _any),
    Number("GB", _written(r"\d{3}[ -]?\d{3}[ -]?\d{4}"), nhs.is_valid, _beside(r"nhs|national health|patient")),
    Number("GB", _written(r"\d{5} ?\d{5}"), utr.is_valid, _beside(r"utr|unique taxpayer|self assessment|tax")),
    Number("DE", _written(r"[1-9]\d ?\d{3} ?\d{3} ?\d{3}"), idnr.is_valid),
    Number(
        "DE",
        _written(r"\d{2} ?\d{6} ?[A-Z] ?\d{3}"),
        lambda value: _is_sozialversicherung(value),
    ),
    Number("FR", _written(r"[12] ?\d{2} ?\d{2} ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}"), nir.is_valid),
    Number(
        "FR",
        _written(r"[0-3]\d ?\d{2}(?: ?\d{3}){3}"),
        numero_fiscal.is_valid,
        _beside(rf"spi|numéro fiscal|{TAX}"),
    ),
    Number("ES", _written(r"\d{2}\.?\d{3}\.?\d{3}[ -]?[A-Z]"), dni.is_valid),
    Number("ES", _written(r"[XYZ][ -]?\d{7}[ -]?[A-Z]"), nie.is_valid),
    Number(
        "IT",
        _written(r"[A-Z]{3} ?[A-Z]{3} ?[0-9L-NP-V]{2}[A-EHLMPRST][0-9L-NP-V]{2} ?[A-Z][0-9L-NP-V]{3}[A-Z]"),
        codicefiscale.is_valid,
    ),
    Number(
        "NL",
        _written(r"\d{4}[ .]?\d{2}[ .]?\d{3}|\d{3}[ .]?\d{3}[ .]?\d{3}"),
        bsn.is_valid,
        _beside(r"bsn|burgerservice\w*|sofi\w*"),
    ),
    Number("BE", _written(r"\d{2}\.\d{2}\.\d{2}-\d{3}\.\d{2}"), nn.is_valid),
    Number("BE", _written(r"\d{11}"), nn.is_valid, _beside(r"rijksregister\w*|registre national|niss|insz|nrn")),
    Number("CH", _written(r"756\.?\d{4}\.?\d{4}\.?\d{2}"), ahv.is_valid),
    Number("PT", _written(r"\d{3} ?\d{3} ?\d{3}"), contribuinte.is_valid, _beside(r"nif|contribuinte")),
    Number("PL", _written(r"\d{11}"), pesel.is_valid, _beside(r"pesel")),
    Number(
        "any",
        _written(r"(?=(?:[A-Z]*\d){5})[A-Z0-9]{7,12}|\d{3} ?\d{3} ?\d{3}"),
        _any,
        _beside(
            r"passports?|(?:reise)?pass(?:nummer)?|personalausweis\w*|ausweisnummer|passeport|pasaporte|passaporto"
            r"|paspoort\w*|carte d['’]identité|carta d['’]identità|driv(?:er|ing)(?:['’]?s)? licen[cs]e|führerschein\w*"
            r"|permis de conduire|patente(?: di guida)?|identiteitskaart|rijbewijs\w*"
        ),
    ),
)


def may_have_a_short_id(seen: Glance, asked: Glance | None) -> bool:
    """Whether a text may have a number of fewer than seven digits, or answer the question for one."""
    if not DOCUMENTS.isdisjoint(seen.cues) or (asked and not DOCUMENTS.isdisjoint(asked.cues)):
        return True
    return SIX_DIGITS in seen.closed_up and SIX_DIGITS_AND_A_LETTER.search(seen.text) is not None


def ids(text: str, asked: str) -> Iterator[Hit]:
    """Identity, tax, insurance and passport numbers of persons."""
    for number in NUMBERS:
        for found in number.written.finditer(text):
            if number.beside is not None and not _is_beside(number.beside, text, found.start(), asked):
                continue
            value = re.sub(r"[\W_]", "", found[0]).upper()
            if number.right(value):
                yield Hit(found.start(), found.end(), "id", value)


def _is_beside(word: re.Pattern[str], text: str, at: int, asked: str) -> bool:
    before = SENTENCE_ENDS.split(text[max(0, at - BESIDE_CHARACTERS) : at])[-1]
    return bool(word.search(before) or (len(text) <= BESIDE_CHARACTERS and word.search(asked)))


def _is_sozialversicherung(value: str) -> bool:
    """The check digit of a German insurance number: digits weighed 2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1, and their
    cross sums added, by the Verordnung über die Versicherungsnummer, § 4.
    """
    letter = f"{ord(value[8]) - ord('A') + 1:02d}"
    digits = value[:8] + letter + value[9:11]
    weighed = (int(digit) * weight for digit, weight in zip(digits, (2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1), strict=True))
    return sum(sum(map(int, str(each))) for each in weighed) % 10 == int(value[11])
