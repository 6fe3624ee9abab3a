"""What is to be seen of a text at a glance: most have nothing personal, and to say so must cost next to nothing."""

from __future__ import annotations

from functools import cached_property

from wizard.dataset.redaction.words import as_typed, words

SEPARATORS = "./•()-\u2010\u2011\u2012–\u00a0 "
"""What stands between the digits of one number."""
CLOSED_UP = str.maketrans("X", "x", SEPARATORS)
SHAPE = {
    code: "0" if char.isdecimal() else "X" if char.isupper() else "x"
    for code, char in ((code, chr(code)) for code in range(0x2000))
    if char.isdecimal() or char.isalpha()
}

CUES = as_typed(words("spelled_emails") | words("documents") | words("near_names") | words("questions"))
"""Words without which much need not be looked for."""


class Glance:
    """A text, its words as they are `typed`, in small letters, those of them that are `cues`, and the words' shapes: of
    “AB 12-34 c” XX, 00-00 and x.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded = text.lower()
        self.typed = self.folded.split()
        self.cues = CUES.intersection(self.typed)
        self.shape = text.translate(SHAPE)
        self.has_digits = "0" in self.shape

    @cached_property
    def shapes(self) -> list[str]:
        """The shape of each word."""
        return self.shape.split()

    @cached_property
    def closed_up(self) -> str:
        """The shape with all letters small, and nothing between the digits of a number."""
        return self.shape.translate(CLOSED_UP)

    @cached_property
    def numbers(self) -> list[int]:
        """Which of the words have a digit."""
        return [at for at in self._standing_out if "0" in self.shapes[at]]

    @cached_property
    def capitals(self) -> list[int]:
        """Which of the words begin with a capital, and go on."""
        return [at for at in self._standing_out if self.shapes[at][0] == "X"]

    @cached_property
    def _standing_out(self) -> list[int]:
        those = {shape for shape in set(self.shapes) if "0" in shape or (shape[0] == "X" and len(shape) > 1)}
        return [at for at, shape in enumerate(self.shapes) if shape in those]
