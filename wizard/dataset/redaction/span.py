"""What personal data is taken out: its kinds, what stands in its place, and where it was."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

KINDS: dict[str, str] = {
    "email": "e-mail addresses",
    "phone": "phone numbers",
    "card": "payment cards",
    "iban": "bank accounts, as IBAN",
    "id": "national identity, tax, insurance and passport numbers",
    "url": "links with a token, a password or an identity in them",
    "ip": "addresses of devices on the internet",
    "name": "names of persons",
    "address": "postal addresses",
}
"""Every kind and what it is of. Where two would take the same characters, `found.py` says which has them."""

PLACES = ("message {}", "exchange {}", "reply", "second opinion", "bubble", "button", "card", "missing", "note",
          "offered", "alias", "a name", "as it was stopped", "told to the wizard")  # fmt: skip
"""What a place in a session is called, as far as it isn't called by the study; more than one stand after each other."""

PSEUDONYM = re.compile(rf"\[({'|'.join(kind.upper() for kind in KINDS)})_(\d{{1,9}})\]")
"""What stands in the place of something found, as `[PHONE_1]`."""

AROUND_CHARACTERS = 40
"""So much before and after a span is kept of the text, for whoever looks it over."""


@dataclass(frozen=True, slots=True)
class Hit:
    """Something personal in a text. `key` is the value in one spelling, the same however it is written."""

    start: int
    end: int
    kind: str
    key: str = field(repr=False)


Finder = Callable[[str, str], Iterator[Hit]]
"""Finds one or more kinds in a text; the second text is what was said before it, which may have asked for one."""


@dataclass(frozen=True, slots=True)
class Span:
    """Something that was taken out of a session, for a person to look over.

    `where` is the place in the session, as `message 3` or `exchange 2, shown.phone`; `start` and `end` are counted in
    the text as it was, in characters; of JSON, in the value. `text` is what was there, `before` and `after` what stood
    around it, and no `repr` tells them.
    """

    where: str
    start: int
    end: int
    kind: str
    text: str = field(repr=False)
    pseudonym: str
    before: str = field(default="", repr=False)
    after: str = field(default="", repr=False)
