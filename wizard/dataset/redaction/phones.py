"""Phone numbers: what libphonenumber holds for valid, written as people of its country do, or with a word beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from phonenumbers import NumberParseException, PhoneNumber, is_possible_number, is_valid_number, parse

from wizard.dataset.redaction.contact import links
from wizard.dataset.redaction.span import Hit
from wizard.dataset.redaction.words import one_of

REGIONS = ("US", "GB", "DE", "FR", "ES", "IT", "NL")
"""The countries whose numbers are known without their prefix; with it, those of all countries are."""

DASH = r"[-\u2010-\u2013]"
SEPARATOR = rf"(?:[ \u00a0./\u2022]|{DASH}| ?[()] ?| {DASH} | / |\) ?)"
CANDIDATE = re.compile(
    rf"(?<![\w.,@:/-])(?:tel:)?(?P<number>(?:\+ ?|\(\+?)?\d(?:{SEPARATOR}{{0,2}}\d){{5,15}})"
    r"(?P<more> ?(?:x|ext\.?|extension|poste|Durchwahl|DW|int\.?) ?\d{1,5})?(?![\w@])(?![.,:-]\d)",
    re.IGNORECASE,
)
ABOUT_PHONES = one_of(
    r"""
    (?:tele|mobile |cell |hand)?phone(?:s|d)?|cell|landline|fax|voicemail|text(?: me)?|sms|whats ?app|signal|gsm
    call(?:ed|ing|back)?|ring(?: me)?|dial|reach(?: me)?|contact
    tel|telefon\w*|mobil\w*|handy\w*|festnetz\w*|durchwahl|ruf\w*|anruf\w*|rückruf\w*|erreich\w*
    téléphon\w*|portable|numéro de tel|fixe|appel\w*|rappel\w*|joindre|joignable
    teléfon\w*|móvil\w*|llám\w*|llam(?:ar|adme|e|en)|telefono|cellulare|chiam(?:are|ami|atemi|i)|contatt\w*
    bel(?:len)?|bereik\w*
    """
)
WORDS = re.compile(rf"\b{ABOUT_PHONES}\b\.?", re.IGNORECASE)
ABOUT_OTHERS = one_of(
    r"""
    order|invoice|ticket|case|ref(?:erence)?|booking|reservation|confirmation|tracking|parcel|shipment|account|acct
    sort code|serial|model|isbn|ean|sku|item|article|product|part|policy|contract|customer|client|member(?:ship)?|id
    code|pin|vin|imei|batch|lot|transaction|receipt|amount|total|version|flight|train|postcode|zip|lat|lon|charged?|paid
    vat|bestell\w*|auftrag\w*|rechnung\w*|kunden\w*|konto\w*|vorgang\w*|sendung\w*|vertrag\w*|artikel\w*|buchung\w*
    serien\w*|aktenzeichen|zähler\w*|blz|ust|betrag|flug|plz
    commande|facture|dossier|référence|réf|colis|compte|contrat|client|série|réservation|siret|siren|tva|vol
    pedido|factura|referencia|reserva|cuenta|contrato|expediente|envío|serie|vuelo
    ordine|fattura|pratica|riferimento|prenotazione|conto|contratto|spedizione|iva|volo
    bestelling\w*|factuur\w*|klant\w*|rekening\w*|zending\w*|kvk|btw|vlucht
    """
)
OTHER = re.compile(rf"\b{ABOUT_OTHERS}\b[^\d.!?]{{0,24}}$", re.IGNORECASE)
BEFORE_CHARACTERS, AFTER_CHARACTERS = 48, 24
DATE = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d[-./](?:0?[1-9]|1[0-2])[-./](?:0?[1-9]|[12]\d|3[01])"
    r"|\d{1,2}[-./ ]\d{1,2}[-./ ](?:19|20)\d\d)(?!\d)"
)
GROUPED = re.compile(r"\d{1,3}(?:[ .]\d{3})+(?: ?\d\d)?")
MONEY = re.compile(
    r"^ ?(?:€|\$|£|eur|euros?|usd|gbp|chf|pounds?|dollars?|dólares|credits?|miles|km|kg|kwh|%|x \d)|^ ?[-–] ?[€$£]",
    re.IGNORECASE,
)
AS_WRITTEN = {
    "US": r"1?[ .-]?\(\d{3}\) ?\d{3}[ .-]?\d{4}|(?:1[ .-])?\d{3}([ .-])\d{3}\1\d{4}",
    "GB": r"\(?0\d{2,4}\)? ?\d{3,4}[ -]?\d{3,4}|0\d{4}[ -]?\d{5,6}|07\d{3} ?\d{6}|07\d{3} ?\d{3} ?\d{3}|0[127]\d{9}",
    "DE": r"\(?0[1-9]\d{1,4}\)?(?: ?[/–-] ?| )\d{2,8}(?:[ -]?\d{1,5}){0,4}|01[5-7]\d{8,9}",
    "FR": r"0[1-9](?:([ .-]?)\d\d)(?:\1\d\d){3}",
    "ES": r"[6-9]\d{2}([ .-])\d{3}\1\d{3}|[6-9]\d{2}([ .-])\d\d\2\d\d\2\d\d|9\d([ .-])\d{3}\3\d\d\3\d\d",
    "IT": r"3\d{2}[ .-]?\d{3}[ .-]?\d{3,4}|3\d{2}[ .-/]\d{6,7}|0\d{1,3}[ ./-]\d{5,8}|0\d{1,3}[ .-]\d{3,4}[ .-]\d{3,4}",
    "NL": r"\(?0[1-9]\d{0,2}\)?[ -] ?\d{6,8}|06(?:[ -]?\d\d){4}|0\d{2}[ -]?\d{3} ?\d{2} ?\d{2}|06\d{8}",
}
"""How people write a number of their own country so that nobody takes it for anything else."""


@dataclass(frozen=True, slots=True)
class Phones:
    """Finds phone numbers, those without a country's prefix as of these regions."""

    regions: tuple[str, ...] = REGIONS

    def __call__(self, text: str, asked: str) -> Iterator[Hit]:
        plain = [(start, end) for start, end, _ in links(text)] if "://" in text or "www." in text else []
        for found in CANDIDATE.finditer(text):
            start, end = found.start("number"), found.end("number")
            if any(first <= start < last for first, last in plain):
                continue
            if key := self._key(text, start, end, asked):
                yield Hit(start, found.end(), "phone", key)

    def _key(self, text: str, start: int, end: int, asked: str) -> str | None:
        """The number without its country, as far as that is known; None where it is no phone number."""
        written = text[start:end]
        digits = "".join(str(int(each)) for each in written if each.isdecimal())
        before, after = text[max(0, start - BEFORE_CHARACTERS) : start], text[end : end + AFTER_CHARACTERS]
        if (
            not 7 <= len(digits) <= 15
            or DATE.search(written)
            or MONEY.match(after)
            or before.rstrip().endswith(("€", "$", "£", "#"))
        ):
            return None
        if written.lstrip("(").startswith("+") or (digits.startswith("00") and len(digits) > 9):
            number = _parsed("+" + digits.removeprefix("00"), None)
            good = number is not None and (is_valid_number(number) or is_possible_number(number))
            return str(number.national_number) if good and number else None
        if OTHER.search(before):
            return None
        told = bool(WORDS.search(before) or (WORDS.search(asked) and len(text) <= 2 * BEFORE_CHARACTERS))
        for region in self.regions:
            number = _parsed(digits, region)
            if number is None or not is_possible_number(number):
                continue
            customary = region in AS_WRITTEN and re.fullmatch(AS_WRITTEN[region], written)
            if is_valid_number(number) and (told or customary):
                return str(number.national_number)
            if (customary and told) or (customary and region == "GB" and _is_for_stories(digits)):
                return str(number.national_number)
        return digits.lstrip("0") if told and not GROUPED.fullmatch(written) else None


STORIES = re.compile(
    r"07700900\d{3}|0(?:113|114|115|116|117|118|121|131|141|151|161)4960\d{3}|02079460\d{3}|01632960\d{3}"
)


def _is_for_stories(digits: str) -> bool:
    """Whether Ofcom keeps the number free for films and books, where people who try things out take theirs from."""
    return bool(STORIES.fullmatch(digits))


def _parsed(digits: str, region: str | None) -> PhoneNumber | None:
    try:
        return parse(digits, region)
    except NumberParseException:
        return None
