"""E-mail addresses, links that open something, and addresses of devices."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import unquote

from wizard.dataset.redaction.glance import Glance
from wizard.dataset.redaction.span import Hit
from wizard.dataset.redaction.words import as_typed, one_of, words

EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]*[\w+~-]@(?:[\w-]+\.)+[^\W\d_]{2,}(?![\w@])")
SPOKEN_DOT = r"(?: (?:dot|punkt|point|punto|punt) | ?\((?:dot|punkt)\) ?| ?\[dot\] ?)"
SPOKEN_AT = r"(?:(?P<at> at )| ?(?:\(at\)|\[at\]| arobase | arroba | chiocciola | apenstaartje ) ?)"
SPOKEN_HOST = (
    rf"(?P<host>[\w-]+(?:(?:\.|{SPOKEN_DOT})[\w-]+)*)(?(at){SPOKEN_DOT}|(?:\.|{SPOKEN_DOT}))"
    r"(?P<top>com|net|org|edu|gov|io|co|info|de|uk|fr|es|it|nl|eu|ch|at|be)\b"
)
PROVIDER = "(?:gmail|googlemail|hotmail|outlook|yahoo|icloud|gmx|aol|proton|protonmail|live|msn|orange|libero|web)"
SPOKEN_EMAIL = re.compile(
    one_of(
        rf"""
        (?<![\w.+-])(?P<who>[\w+-]+(?:(?:\.|{SPOKEN_DOT})[\w+-]+)*){SPOKEN_AT}{SPOKEN_HOST}
        (?<![\w.+-])(?P<whom>[\w+-]+(?:(?:\.|[ ]dot[ ])[\w+-]+)*) at (?P<mail>{PROVIDER}\.\w{{2,4}})\b
        """
    ),
    re.IGNORECASE,
)
"""“anna at mail dot example”; with a dot that is typed, only at a provider's, as people meet at booking.com too."""
SPELLS_AN_EMAIL = as_typed(words("spelled_emails"))
DOT = re.compile(r" ?(?:\(dot\)|\[dot\]|\(punkt\)|\b(?:dot|punkt|point|punto|punt)\b) ?", re.IGNORECASE)


def may_spell_an_email(seen: Glance) -> bool:
    """Whether somebody may have spelled an address."""
    return "(at)" in seen.folded or "[at]" in seen.folded or not SPELLS_AN_EMAIL.isdisjoint(seen.cues)


def emails(text: str, asked: str) -> Iterator[Hit]:
    """E-mail addresses, as they are written and as they are spoken (“anna dot berg at mail dot example”)."""
    if "@" in text:
        for found in EMAIL.finditer(text):
            start = found.start() + len(found[0]) - len(found[0].lstrip("'`*|{/.=!?&#"))
            yield Hit(start, found.end(), "email", text[start : found.end()].casefold())
    for found in SPOKEN_EMAIL.finditer(text):
        who, host = found["who"] or found["whom"], found["mail"] or f"{found['host']}.{found['top']}"
        yield Hit(found.start(), found.end(), "email", DOT.sub(".", f"{who}@{host}").casefold())


LINK = re.compile(r"\b(?:https?|ftp|wss?)://[^\s<>\"\x00]+|\bwww\.[^\s<>\"\x00]+", re.IGNORECASE)
USERINFO = re.compile(r"://[^/?#]*@")
TELLS = re.compile(
    r"[?&#;](?:[\w.-]*(?:token|secret|signature|password|passwd|session|apikey|api_key|api-key|credential|jwt|otp)[\w.-]*"
    r"|key|sig|sid|auth|code|pwd|pass|pw|hash|ticket|invite|hmac|e?mail|phone|tel|mobile|user|username|uid|user_?id"
    r"|customer(?:_?id)?|name|first_?name|last_?name|ssn|iban|account)=[^&#\s]",
    re.IGNORECASE,
)
WORN = re.compile(r"[A-Za-z0-9_.~+%-]{16,}")
LETTERS_AND_DIGITS = re.compile(r"(?=[^/?&#=]*\d[^/?&#=]*\d)(?=[^/?&#=]*[A-Za-z])")
TO_A_PERSON = re.compile(r"://(?:wa\.me|t\.me|api\.whatsapp\.com)/", re.IGNORECASE)
SLUG = re.compile(r"[A-Za-z]+|\d{1,4}")


def links(text: str) -> Iterator[tuple[int, int, bool]]:
    """Every link, and whether it opens something or tells of somebody."""
    for found in LINK.finditer(text):
        link = found[0].rstrip(".,;:!?'»”’")
        if link.endswith(")") and "(" not in link:
            link = link.rstrip(").,;:!?")
        yield found.start(), found.start() + len(link), _is_private(link)


def urls(text: str, asked: str) -> Iterator[Hit]:
    """Links with a token, a password, or an identity."""
    for start, end, is_private in links(text):
        if is_private:
            yield Hit(start, end, "url", text[start:end])


def _is_private(link: str) -> bool:
    told = unquote(link)
    if USERINFO.search(link) or TELLS.search(told) or TO_A_PERSON.search(link) or EMAIL.search(told):
        return True
    parts = re.split(r"[/?&#=]", link.partition("://")[2] or link)[1:]
    return any(WORN.fullmatch(part) and _is_random(part) for part in parts)


def _is_random(part: str) -> bool:
    """A word that no one wrote: letters and digits in one, where a title has words and short numbers between dashes."""
    if not LETTERS_AND_DIGITS.match(part):
        return False
    return not all(SLUG.fullmatch(word) for word in re.split(r"[-_.~+%]", part) if word)


IPV4 = re.compile(r"(?<![\w.:/-])(?:\d{1,3}\.){3}\d{1,3}(?![\w-])(?!\.\d)")
IPV6 = re.compile(
    r"(?<![\w:.])(?:[0-9a-f]{1,4}:|:){2,7}(?:[0-9a-f]{1,4}|:)?(?:\.\d{1,3}){0,3}(?![\w:])(?!\.\d)", re.IGNORECASE
)
VERSION = re.compile(
    r"(?:\bv|versi[oó]n|versione?|versie|fassung|release|firmware|build|update|patch|driver|treiber)[ :.#-]{0,3}$",
    re.IGNORECASE,
)
ABOUT_IP = re.compile(
    r"\b(?:ip|ipv4|dirección ip|server|serveur|servidor|host|router|adresse ip|login|gateway)\b", re.IGNORECASE
)
NOBODYS = {"0.0.0.0", "127.0.0.1", "255.255.255.255"}


def ips(text: str, asked: str) -> Iterator[Hit]:
    """IP addresses of version 4 and 6; what looks like one and follows “version”, or is small, is a version."""
    for found in IPV4.finditer(text):
        before = text[max(0, found.start() - 24) : found.start()]
        try:
            address = str(IPv4Address(found[0]))
        except AddressValueError:
            continue
        small = all(int(octet) < 10 for octet in found[0].split("."))
        if address in NOBODYS or VERSION.search(before) or (small and not ABOUT_IP.search(before)):
            continue
        yield Hit(found.start(), found.end(), "ip", address)
    if text.count(":") < 2:
        return
    for found in IPV6.finditer(text):
        groups = [group for group in found[0].split(":") if group]
        if len(groups) < 3 or not any(character.isdigit() for character in found[0]):
            continue
        try:
            yield Hit(found.start(), found.end(), "ip", str(IPv6Address(found[0])))
        except AddressValueError:
            continue
