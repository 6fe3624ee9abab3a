"""Near-duplicates: inputs that are nearly the same on two sides, counted for the card; of large studies in a sample."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

from wizard.dataset.examples import Example

ALIKE = 0.8
"""The Jaccard similarity of their sets of words from which on two inputs are alike: one word more in five, say."""
TRAIN = "train"
ALL_TRAIN, ALL_HELD = 12_500, 5_000
"""Of studies up to so many exchanges all are compared, of larger ones as many as of these."""

Inputs = dict[str, tuple[str, int, str]]
"""The sample by exchange: its side, its input's fingerprint, and the words that the participant said up to there, each
once: as one text, which takes a tenth of their set's memory.
"""


@dataclass(frozen=True, slots=True)
class Alike:
    """Exchanges among so many `held` back that are like one among so many of `train`; whether these are `all`."""

    ids: tuple[str, ...]
    held: int
    train: int
    all: bool


def keep(inputs: Inputs, example: Example, side: str, fingerprint: int, of: int) -> None:
    """Put the example into the sample, if it is drawn: by its id alone, of so many in all."""
    if side == "aside" or _lot(example.id) * of >= (ALL_TRAIN if side == TRAIN else ALL_HELD):
        return
    said = " ".join(each.text for each in example.seen if each.role == "user").casefold()
    words = set("".join(each if each.isalnum() else " " for each in said).split())
    inputs[example.id] = side, fingerprint, " ".join(sorted(words))


def alike(inputs: Inputs, is_aside: Callable[[str, int], bool], of: int) -> Alike:
    """How many of those that were held back are nearly in train, besides those that are there and were set aside."""
    train = [words for side, _, words in inputs.values() if side == TRAIN and words]
    held = {
        id: words.split()
        for id, (side, fingerprint, words) in inputs.items()
        if side != TRAIN and words and not is_aside(side, fingerprint)
    }
    near = _Near(train, {word for words in held.values() for word in words})
    return Alike(
        tuple(sorted(id for id, words in held.items() if near.has_like(words))), len(held), len(train), of <= ALL_HELD
    )


class _Near:
    """Inputs of train by those of their words that may be asked for."""

    def __init__(self, train: Sequence[str], asked: set[str]) -> None:
        import numpy  # here: who only asks for help doesn't wait for it

        having: defaultdict[str, list[int]] = defaultdict(list)
        sizes = []
        for at, text in enumerate(train):
            words = text.split()
            sizes.append(len(words))
            for word in asked.intersection(words):
                having[word].append(at)
        self._np, self._sizes = numpy, numpy.array(sizes, numpy.int64)
        self._having = {word: numpy.array(those) for word, those in having.items()}

    def has_like(self, words: Sequence[str]) -> bool:
        """Whether one of them is like it."""
        met = [self._having[word] for word in words if word in self._having]
        if not met:
            return False
        both = self._np.bincount(self._np.concatenate(met), minlength=len(self._sizes))
        return bool((both >= ALIKE * (len(words) + self._sizes - both)).any())


def _lot(id: str) -> float:
    return int.from_bytes(blake2b(id.encode(), digest_size=6).digest()) / 2**48
