"""What is personal in one text: every finder in its turn, each of which has what the ones before it left."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from wizard.dataset.redaction.accounts import cards, ibans
from wizard.dataset.redaction.addresses import addresses, may_have_an_address
from wizard.dataset.redaction.contact import emails, ips, may_spell_an_email, urls
from wizard.dataset.redaction.glance import Glance
from wizard.dataset.redaction.ids import ids, may_have_a_short_id
from wizard.dataset.redaction.names import Recogniser, key_of, may_name, names
from wizard.dataset.redaction.span import PSEUDONYM, Finder, Hit

ITALIAN_ID = "00x00x000"
MANY_DIGITS = "0000000"
"""The fewest that a phone number has; nothing else is told by fewer digits alone."""
MANY_COLONS = re.compile(r":[0-9a-fA-F]{0,4}:")
SOME_DOTS = re.compile(r"\.\d{1,3}\.\d")
BETWEEN_TEXTS = " \0 "


def hits(
    text: str, asked: str, kinds: frozenset[str], phones: Finder, recogniser: Recogniser | None = None
) -> list[Hit]:
    """What is personal in the text, in the order in which it stands there, nothing twice; never within a pseudonym.

    `asked` is what was said before it, `kinds` what is looked for.
    """
    hidden = PSEUDONYM.sub(lambda found: "\0" * len(found[0]), text) if "[" in text else text
    taken: list[Hit] = []
    for finder in _finders(Glance(hidden), Glance(asked) if asked else None, phones):
        for hit in finder(hidden, asked):
            _take(taken, hit, hidden, kinds)
    if recogniser is not None and "name" in kinds:
        for start, end in recogniser(hidden):
            if 0 <= start < end <= len(hidden) and (key := key_of(hidden[start:end])):
                _take(taken, Hit(start, end, "name", key), hidden, kinds)
    return sorted(taken, key=lambda hit: hit.start)


def worth_a_look(texts: Iterable[str], phones: Finder) -> bool:
    """Whether something could be found in one of these texts, each of which may answer another."""
    seen = Glance(BETWEEN_TEXTS.join(texts))
    return any(True for _ in _finders(seen, seen, phones))


def _finders(seen: Glance, asked: Glance | None, phones: Finder) -> Iterator[Finder]:
    """The finders that could find something in this text."""
    if "://" in seen.text or "www." in seen.folded:
        yield urls
    if "@" in seen.text or may_spell_an_email(seen):
        yield emails
    if seen.has_digits:
        many = MANY_DIGITS in seen.closed_up
        if many:
            yield from (ibans, cards)
        if many or ITALIAN_ID in seen.closed_up or may_have_a_short_id(seen, asked):
            yield ids
        if SOME_DOTS.search(seen.text):
            yield ips
        if many:
            yield phones
        if may_have_an_address(seen):
            yield addresses
    if MANY_COLONS.search(seen.text):
        yield ips
    if may_name(seen, asked):
        yield names


def _take(taken: list[Hit], hit: Hit, text: str, kinds: frozenset[str]) -> None:
    """Keep the hit, unless it is of another kind, or something else has some of its characters."""
    if hit.kind not in kinds or hit.start >= hit.end or "\0" in text[hit.start : hit.end]:
        return
    if all(hit.end <= other.start or other.end <= hit.start for other in taken):
        taken.append(hit)
