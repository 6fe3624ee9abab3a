"""Words as Rasa takes them: names of intents and responses, and texts that it reads as nothing but texts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from hashlib import blake2b

RESERVED = {"restart", "back", "session_start", "nlu_fallback", "form"}
"""Names that mean something to Rasa, and that of the one response of a form."""
BREAKS = ("Cc", "Zl", "Zp")
UNWRITTEN = "\ufeff\ufffe\uffff"
ENTITY = re.compile(r"\](?=[(\[{])")


class Names:
    """A name for each value, which Rasa takes. Those of values that are known are the shortest that differ."""

    def __init__(self, known: Iterable[str]) -> None:
        self._names: dict[str, str] = {}
        taken = set(RESERVED)
        for value in known:
            name, at = _letters(value), 1
            while name in taken:
                at += 1
                name = f"{_letters(value)}_{at}"
            taken.add(name)
            self._names[value] = name

    def of(self, value: str) -> str:
        """Its name. A value that isn't known, of an older version of the study, is told apart by its hash."""
        known = self._names.get(value)
        return known or f"{_letters(value)}_{blake2b(value.encode(), digest_size=4).hexdigest()}"

    def place(self, name: str) -> tuple[int, str]:
        """Sorts names as their values were given; others come after them, by the alphabet."""
        order = list(self._names.values())
        return (order.index(name) if name in order else len(order), name)


def plain(text: str) -> str:
    """The text on one line, with no annotation in it: `[here](place)` would be an entity, `/restart` a command."""
    text = "".join(" " if unicodedata.category(each) in BREAKS else each for each in text if each not in UNWRITTEN)
    return ENTITY.sub("] ", text).strip().lstrip("/ ")


def as_response(text: str) -> str:
    """The text with its braces doubled: Rasa puts the value of a slot where `{name}` stands."""
    return text.replace("{", "{{").replace("}", "}}")


def _letters(value: str) -> str:
    return re.sub(r"\W+", "_", value).strip("_") or "_"
