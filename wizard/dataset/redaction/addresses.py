"""Postal addresses: a street with a number as it is written in each country, and the town that follows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.dataset.redaction.glance import Glance
from wizard.dataset.redaction.names import LETTER, UPPER
from wizard.dataset.redaction.span import Hit
from wizard.dataset.redaction.words import as_typed, one_of, words

CAP = rf"{UPPER}{LETTER}*(?:[’'-]{LETTER}+)*"
TOWN = rf"{CAP}(?:(?:[ -](?:am|an der|im|upon|on|sur|de|del|la|le|les|der|den|di)){{0,2}}[ -]{CAP}){{0,3}}"
POSTCODE_AND_TOWN = rf"(?:(?:[ ]?[,\n–-][ ]*|[ ]in[ ]|[ ]+)(?:[A-Z]{{1,2}}-)?\d{{4,5}}(?:[ ]?[A-Z]{{2}}\b)?[ ]{TOWN})"
GB_POSTCODE = r"(?:GIR 0AA|[A-PR-UWYZ][A-HK-Y]?\d[A-Z\d]?[ ]\d[ABD-HJLNP-UW-Z]{2})"

ENGLISH_KIND = one_of(
    """
    Street|Str|Avenue|Ave|Road|Rd|Lane|Drive|Court|Boulevard|Blvd|Parkway|Pkwy|Highway|Hwy|Terrace|Crescent
    Gardens|Square|Grove|Close|Mews|Circle|Cir|Trail|Alley|Broadway|Turnpike|Row|Hill|Walk|Rise
    St|Ln|Dr|Ct|Way|Place|Pl|Sq|Ter
    """
)
ENGLISH_KIND_SMALL = "(?:street|avenue|road|lane|drive|boulevard|terrace|crescent|close|gardens)"
ENGLISH_STREET = one_of(
    rf"""
    (?:[ ](?:{CAP}|\d{{1,3}}(?:st|nd|rd|th))){{1,4}}?[ ]{ENGLISH_KIND}\b\.?(?:[ ][NSEW]{{1,2}}\b)?
    (?:[ ](?!am|pm|at|on|in|to|the|miles?|minutes?){LETTER}{{2,}}){{1,3}}?[ ]{ENGLISH_KIND_SMALL}\b
    [ ]Broadway\b
    """
)
UNIT = r"(?:[ ]?,?[ ](?:(?i:apt|apartment|unit|suite|ste|flat|floor|room|rm)\.?[ ]?#?[ ]?[\w-]{1,6}|#[ ]?\w{1,6}))"
ENGLISH = re.compile(
    rf"(?<![\w.,/-])(?:(?i:flat|apartment|apt|unit)\.?[ ]\w{{1,5}},?[ ])?"
    rf"\d{{1,5}}[A-Za-z]?(?:[ ][NSEW]\.?)?{ENGLISH_STREET}{UNIT}?"
    rf"(?:[ ]?[,\n][ ]*{TOWN}(?!\w|[ ]?\d))?(?:[ ]?,?[ ](?:[A-Z]{{2}}|{CAP})[ ]\d{{5}}(?:-\d{{4}})?)?"
    rf"(?:[ ]?,?[ ]+{GB_POSTCODE})?"
)
BRITISH = re.compile(rf"(?<![\w-])(?:{CAP},?[ ])?{GB_POSTCODE}(?![\w-])")
PO_BOX = re.compile(
    r"\b(?:P\.? ?O\.? Box|Postfach|Boîte Postale|Apartado(?: de Correos)?|Casella Postale|Postbus)"
    r" \d{1,6}(?: \d{1,4})?\b",
    re.IGNORECASE,
)

GERMAN_KIND = one_of(
    """
    straße|strasse|str\\.|weg|platz|allee|gasse|damm|ufer|chaussee|steig
    Straße|Strasse|Str\\.|Weg|Platz|Allee|Gasse|Damm|Ufer|Ring|(?<=[a-zäöüß])ring|Chaussee
    """
)
TIMES_IN_GERMAN = one_of(
    """
    Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember
    Jahr|Jahre|Frühjahr|Frühling|Sommer|Herbst|Winter|Quartal
    """
)
GERMAN_STREET = one_of(
    rf"""
    (?:{CAP}[ ]){{0,2}}(?:{UPPER}{LETTER}+-)*{UPPER}?{LETTER}*{GERMAN_KIND}
    (?:Am|An der|An den|Auf der|Auf dem|Zum|Zur|Unter den|Hinter der)[ ]{CAP}(?:[ ]{CAP})?
    (?:Im|In der)[ ](?!{TIMES_IN_GERMAN}\b){CAP}(?:[ ]{CAP})?
    """
)
GERMAN = re.compile(
    rf"(?<![\w-]){GERMAN_STREET}[ ]\d{{1,4}}[ ]?(?:[a-h](?!\w))?(?:[ ]?[-/][ ]?\d{{1,4}}[a-z]?)?"
    rf"(?!\w|[.:,]\d|[ ]?(?:Uhr|€|Euro|Prozent|%)){POSTCODE_AND_TOWN}?"
)
WORD_BEFORE_A_GERMAN_STREET = re.compile(
    "(?:Ich|Wir|Meine|Adresse|Anschrift|Wohne|Wohnhaft|Die|Der|Das|In|Bitte|Lieferung) "
)

FRENCH_KIND = "rue|avenue|av\\.|boulevard|bd\\.?|place|chemin|impasse|allée|quai|route|cours|square|passage|faubourg"
FRENCH = re.compile(
    rf"(?<![\w.,/-])\d{{1,4}}(?:[ ]?(?:bis|ter|quater)\b)?,?[ ](?i:{FRENCH_KIND})"
    rf"(?:[ ](?:de|du|des|de la|de l[’']|la|le|les|à|aux?|d[’']|l[’']))*"
    rf"[ ]?{CAP}(?:[ -](?:(?:de|du|des|la|le|et)[ -])*{CAP}){{0,4}}{POSTCODE_AND_TOWN}?"
)

ROMANCE_NUMBER = r"(?:,?[ ](?:n[º°]?\.?|nº|número|num\.|numero|N°)?[ ]?\d{1,4}(?:[ ]?(?:bis|ter)\b|[ ]?/?[A-Za-z]\b)?)"
SPANISH_KIND = one_of(
    r"""
    calle|c/|cl\.|avenida|avda\.?|av\.|plaza|pza\.?|paseo|p[º°]|carrer|camino|ronda
    travesía|carretera|glorieta|pasaje
    """
)
SPANISH = re.compile(
    rf"(?<!\w)(?i:{SPANISH_KIND})[ ]?(?:(?:de|del|de la|de los|de las|la|el|los|las)[ ])*"
    rf"{CAP}(?:[ ](?:(?:de|del|la|los|las|y|i)[ ])*{CAP}){{0,4}}{ROMANCE_NUMBER}"
    rf"(?:,[ ](?:piso[ ])?\d{{1,2}}(?!\d)[.ºª°]*[ ]?(?:[A-Z]\b|izq\w*|dcha\w*|izda\w*)?)?{POSTCODE_AND_TOWN}?"
)

ITALIAN_KIND = one_of(
    r"""
    via|viale|v\.le|piazza|p\.zza|piazzale|corso|c\.so|largo|vicolo|strada
    lungomare|lungotevere|borgo|contrada
    """
)
ITALIAN = re.compile(
    rf"(?<!\w)(?i:{ITALIAN_KIND})[ ](?:(?:di|del|della|delle|dei|degli|dell[’']|da|san|santa)[ ]?)*"
    rf"(?:[IVX]+[ ]|\d{{1,2}}[ ])?{CAP}(?:[ ](?:(?:di|del|della|delle|dei|e)[ ])*{CAP}){{0,4}}{ROMANCE_NUMBER}"
    rf"{POSTCODE_AND_TOWN}?"
)

DUTCH_KIND = "(?:straat|laan|plein|gracht|kade|singel|dijk|dreef|hof|weg|pad|markt)"
DUTCH = re.compile(
    rf"(?<![\w-])(?:(?:{CAP}|van|de|der|den)[ ]){{0,3}}{UPPER}?{LETTER}*{DUTCH_KIND}"
    rf"[ ]\d{{1,4}}[ ]?(?:-?[a-zA-Z]\b|-\d{{1,3}}\b)?(?!\w|[.:,]\d|[ ]?(?:uur|€|euro|%)){POSTCODE_AND_TOWN}?"
)

PATTERNS = (FRENCH, ENGLISH, PO_BOX, GERMAN, SPANISH, ITALIAN, DUTCH, BRITISH)

NEAR_WORDS = 6
"""So far from a number of a street is its name, or a box its word."""
A_BRITISH_POSTCODE = ("0 0XX", "0X 0XX")
OF_A_STREET = as_typed(words("streets"))
ENDS_OF_STREETS = (
    "straße", "strasse", "str.", "str", "weg", "platz", "allee", "gasse", "damm", "ufer", "ring", "chaussee", "steig",
    "straat", "laan", "plein", "gracht", "kade", "singel", "dijk", "dreef", "hof", "pad", "markt",
)  # fmt: skip


def may_have_an_address(seen: Glance) -> bool:
    """Whether a text may have a street in it: near one of its numbers is a word of one."""
    if "c/" in seen.folded or any(code in seen.shape for code in A_BRITISH_POSTCODE):
        return True
    typed = seen.typed
    for at in seen.numbers:
        near = typed[max(0, at - NEAR_WORDS) : at + NEAR_WORDS + 1]
        if not OF_A_STREET.isdisjoint(near) or (at > 0 and typed[at - 1].rstrip(",").endswith(ENDS_OF_STREETS)):
            return True
    return False


def addresses(text: str, asked: str) -> Iterator[Hit]:
    """Streets with their number, and what of postcode and town comes with them."""
    for pattern in PATTERNS:
        for found in pattern.finditer(text):
            start, end = found.start(), found.start() + len(found[0].rstrip(" ,\n"))
            if pattern is GERMAN and (word := WORD_BEFORE_A_GERMAN_STREET.match(found[0])):
                start += word.end()
            yield Hit(start, end, "address", _key(text[start:end]))


def _key(address: str) -> str:
    """Its letters and digits, with the commonest words for a street in one spelling."""
    said = re.findall(r"[^\W_]+", address.casefold())
    return " ".join(SHORT.get(word, re.sub(r"(?:strasse|straße|str)$", "str", word)) for word in said)


SHORT = {
    "street": "st",
    "avenue": "ave",
    "road": "rd",
    "lane": "ln",
    "drive": "dr",
    "boulevard": "blvd",
    "place": "pl",
    "court": "ct",
}
