"""Takes personal data out of a session: out of every text that could leave with it, the same value by the same word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from wizard.dataset.redaction.called import Called
from wizard.dataset.redaction.found import hits, worth_a_look
from wizard.dataset.redaction.names import NO_NAMES, Recogniser, key_of
from wizard.dataset.redaction.phones import REGIONS, Phones
from wizard.dataset.redaction.places import Place, has_named_fields, rewritten, texts_of
from wizard.dataset.redaction.recogniser import Named
from wizard.dataset.redaction.span import AROUND_CHARACTERS, KINDS, PSEUDONYM, Finder, Hit, Span
from wizard.session import Session

SHORTEST_PART = 3
"""So many letters has a part of a name at least that is looked for by itself: “Li” is in too many words."""
PART_OF_A_NAME = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True)
class Redaction:
    """What is taken out, and by what it is found: `kinds` of `KINDS`, the `regions` whose phone numbers are known
    without the country's prefix, a `recogniser` of names, if there is one, and names that are `nobodys`: the persona's.
    With the `key` what stays the same through all conversations is hashed.
    """

    kinds: frozenset[str] = frozenset(KINDS)
    regions: tuple[str, ...] = REGIONS
    recogniser: Recogniser | None = None
    nobodys: frozenset[str] = frozenset()
    key: str = field(default="", repr=False)
    _called: Called = field(init=False, repr=False, compare=False)
    _phones: Finder = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_phones", Phones(self.regions))
        object.__setattr__(self, "_called", Called(self._kind, self.key))
        object.__setattr__(self, "nobodys", frozenset(map(key_of, self.nobodys)))

    @property
    def names(self) -> str | None:
        """Where the recogniser stands, as module and callable; None without one that is named so."""
        return self.recogniser.where if isinstance(self.recogniser, Named) else None

    def session(self, session: Session) -> tuple[Session, list[Span]]:
        """The session without personal data, and what stood where; the very same session where there was none."""
        session, called = self._called.session(session)
        if not self._may_have_something(session):
            return session, called
        told: list[tuple[Place, list[Hit]]] = []

        def look(place: Place) -> str:
            told.append((place, self._hits(place)))
            return place.text

        rewritten(session, look)
        if not any(found for _, found in told):
            return session, called
        again = _Again(hit for place, found in told for hit in _with_text(place, found))
        names = _Pseudonyms({hit.key for _, found in told for hit in found if hit.kind == "name"})
        spans: list[Span] = []

        def take_out(place: Place) -> str:
            found = next(looked)
            here = [*found, *again.hits(place.text, found)] if place.kind is None else found
            at, text = 0, ""
            for hit in sorted(here, key=lambda hit: hit.start):
                name = names.of(hit)
                spans.append(_span(place, hit, name))
                text += place.text[at : hit.start] + name
                at = hit.end
            return text + place.text[at:]

        looked = iter([found for _, found in told])
        return rewritten(session, take_out), called + spans

    def _may_have_something(self, session: Session) -> bool:
        if self.recogniser is not None or has_named_fields(session):
            return True
        return worth_a_look(texts_of(session), self._phones)

    def is_personal(self, text: str) -> bool:
        """Whether there is something personal in this text, which stands by itself."""
        return self._kind(text) is not None

    def _kind(self, text: str) -> str | None:
        found = self._hits(Place("", text))
        return found[0].kind if found else None

    def _hits(self, place: Place) -> list[Hit]:
        """What is personal in the text; all of it, where its name says so."""
        value = place.text.strip()
        if place.kind in self.kinds and value and not PSEUDONYM.fullmatch(value):
            start = place.text.index(value)
            return [Hit(start, start + len(value), place.kind, self._key(value, place.kind))]
        found = hits(place.text, place.asked, self.kinds, self._phones, self.recogniser)
        return [hit for hit in found if not (hit.kind == "name" and hit.key in self.nobodys)]

    def _key(self, value: str, kind: str) -> str:
        """The value in the spelling in which it has it where it is found by itself, if it is."""
        found = [
            hit.key for hit in hits(value, "", frozenset({kind}), self._phones) if hit.end - hit.start == len(value)
        ]
        if found:
            return found[0]
        return (key_of(value) if kind == "name" else re.sub(r"[\W_]", "", value.casefold())) or value


def _span(place: Place, hit: Hit, pseudonym: str) -> Span:
    text, start, end = place.text, hit.start, hit.end
    before, after = text[max(0, start - AROUND_CHARACTERS) : start], text[end : end + AROUND_CHARACTERS]
    return Span(place.where, start, end, hit.kind, text[start:end], pseudonym, before, after)


def _with_text(place: Place, found: list[Hit]) -> Iterator[tuple[Hit, str]]:
    for hit in found:
        yield hit, place.text[hit.start : hit.end]


class _Again:
    """What was found once is found wherever it is said again in the session, and a name by its parts too."""

    def __init__(self, found: Iterator[tuple[Hit, str]]) -> None:
        self._keys: dict[str, Hit] = {}
        for hit, text in found:
            self._keys.setdefault(text.casefold(), hit)
            if hit.kind == "name":
                for part in PART_OF_A_NAME.findall(text):
                    if len(part) >= SHORTEST_PART and part[0].isupper() and part.casefold() not in NO_NAMES:
                        self._keys.setdefault(part.casefold(), hit)
        longest_first = sorted(self._keys, key=lambda text: (-len(text), text))
        self._any = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)", re.IGNORECASE)

    def hits(self, text: str, taken: list[Hit]) -> Iterator[Hit]:
        """Those in this text that nothing else has taken."""
        hidden = PSEUDONYM.sub(lambda found: "\0" * len(found[0]), text)
        for found in self._any.finditer(hidden):
            hit = self._keys[found[0].casefold()]
            if hit.kind == "name" and not found[0][0].isupper() and key_of(found[0]) != hit.key:
                continue
            if all(found.end() <= other.start or other.end <= found.start() for other in taken):
                yield Hit(found.start(), found.end(), hit.kind, hit.key)


class _Pseudonyms:
    """What stands for each value: its kind, and a number in the order in which they come.

    A name that is one word of one other name only is that person's: “Anna” and “Ms Berg” are “Anna Berg”.
    """

    def __init__(self, names: set[str]) -> None:
        self._names: defaultdict[str, dict[str, str]] = defaultdict(dict)
        whole: defaultdict[str, list[str]] = defaultdict(list)
        for name in sorted(names):
            for part in name.split() if " " in name else ():
                whole[part].append(name)
        self._whole = {part: found[0] for part, found in whole.items() if len(found) == 1}

    def of(self, hit: Hit) -> str:
        key = self._whole.get(hit.key, hit.key) if hit.kind == "name" else hit.key
        names = self._names[hit.kind]
        return names.setdefault(key, f"[{hit.kind.upper()}_{len(names) + 1}]")
