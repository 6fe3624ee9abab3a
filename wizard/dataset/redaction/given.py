"""A recogniser of names that is always there: `--names wizard.dataset.redaction.given:names`.

It takes a common given name, and the words with a capital after it, for a person wherever they stand. So it finds more
than the words around a name tell, and takes a “May” or a “Rose” that is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wizard.dataset.redaction.names import GIVEN_NAMES, NAME, NO_NAMES, NO_PERSONS

CAPITALISED = re.compile(rf"(?<!\w){NAME}(?!\w)")
PART = re.compile(r"[^ '’-]+")


def names(text: str) -> Iterator[tuple[int, int]]:
    """Where given names stand, each with the family name after it: its first character, and the one after the last."""
    for found in CAPITALISED.finditer(text):
        start = found.start()
        for word in found[0].split(" "):
            parts = [part.casefold() for part in PART.findall(word)]
            if parts and parts[0] in GIVEN_NAMES and parts[0] not in NO_NAMES | NO_PERSONS:
                yield start, found.end()
                break
            start += len(word) + 1
