"""Inputs as numbers: words and letters by TF-IDF, joined with sentence vectors, reduced to at most 300 dimensions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wizard.judge.ground import Ints

DIMENSIONS = 300
VECTORS_COUNT = 2.0
"""Sentence vectors count double."""
EXACT = 2_500
"""Up to so many inputs are all compared with each other."""
SOLVED = 500
"""Up to so many inputs are reduced exactly, more by a random projection."""
OVERSAMPLED, POWERS = 30, 2
WEAK = 1e-3
MOST_LETTERS = 60_000

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Text:
    """An input: what stood before, and what was asked."""

    context: str
    message: str


@dataclass
class Inputs:
    """What inputs are as numbers, learned from inputs alone: no answer is looked at.

    `vectors` are matrices with a row for each text. `reduced` comes first: the others use its directions.
    """

    texts: Sequence[Text]
    vectors: Sequence[Matrix]
    _readers: list[Any] = field(default_factory=list)
    _known: list[Any] = field(default_factory=list)

    def reduced(self) -> Matrix:
        """A row an input, a column (300 at the most) a direction in which inputs differ most."""
        self._known = self._parts(self.texts, self.vectors, new=True)
        n = len(self.texts)
        if n <= EXACT:
            self._gram = self._alike(self._known).astype(np.float32)
            self._basis, self._sizes = _directions(lambda right: self._gram @ right, n, self._gram)
        else:
            self._basis, self._sizes = _directions(self._times, n)
        self._reduced = np.asarray(self._basis * self._sizes, np.float32)
        return self._reduced

    def reduced_too(self, texts: Sequence[Text], vectors: Sequence[Matrix]) -> Matrix:
        """Other inputs, a row each, in the directions of these."""
        parts = self._parts(texts, vectors, new=False)
        return np.asarray(self._alike(parts) @ (self._basis / self._sizes), np.float32)

    def sides(self, train: Ints, test: Ints) -> tuple[Matrix, Matrix]:
        """What is learned from and what is tested, by their places among the texts: a row an input, in the directions
        of the first alone, as new inputs will be.

        Of few inputs no direction is left out, and of many none hangs on a single one: there all share theirs.
        """
        if not DIMENSIONS < len(self.texts) <= EXACT:
            return self._reduced[train], self._reduced[test]
        known = self._gram[np.ix_(train, train)]
        basis, sizes = _directions(lambda right: known @ right, len(train), known)
        return basis * sizes, self._gram[np.ix_(test, train)] @ (basis / sizes)

    def _parts(self, texts: Sequence[Text], vectors: Sequence[Matrix], *, new: bool) -> list[Any]:
        from sklearn.feature_extraction.text import TfidfVectorizer

        if new:
            rare = 1 if len(texts) <= EXACT else 2
            alike = {"sublinear_tf": True, "dtype": np.float32, "min_df": rare}
            words = {**alike, "token_pattern": r"(?u)\b\w+\b", "ngram_range": (1, 2)}
            letters = {**alike, "analyzer": "char_wb", "ngram_range": (2, 5), "max_features": MOST_LETTERS}
            self._readers = [TfidfVectorizer(**words), TfidfVectorizer(**letters)]
            if any(each.context for each in texts):
                self._readers.append(TfidfVectorizer(**words))
        parts = []
        for at, reader in enumerate(self._readers):
            said = [(each.context if at == 2 else each.message) or " " for each in texts]
            try:
                parts.append(reader.fit_transform(said) if new else reader.transform(said))
            except ValueError:  # no word in any of them
                self._readers = self._readers[:at]
                break
        return parts + [each * np.float32(VECTORS_COUNT) for each in vectors]

    def _alike(self, parts: Sequence[Any]) -> NDArray[np.float64]:
        """The inner products of these inputs (rows) with those that are known (columns)."""
        total: Any = 0.0
        for part, known in zip(parts, self._known, strict=True):
            product = part @ known.T
            total = total + (product.toarray() if hasattr(product, "toarray") else product)
        return np.asarray(total, np.float64)

    def _times(self, right: Matrix) -> Matrix:
        return np.asarray(sum(part @ (part.T @ right) for part in self._known), np.float32)


def _directions(times: Callable[[Matrix], Matrix], n: int, gram: Matrix | None = None) -> tuple[Matrix, Matrix]:
    """The eigenvectors (columns) of the (n, n) inner products with the largest eigenvalues, and the roots of these.

    `times(right)` is their product with an (n, k) matrix; `gram` are they themselves, where they are at hand.

    Exact for few; above, Halko, Martinsson and Tropp 2011, algorithm 4.4.
    """
    wanted = min(DIMENSIONS, n)
    if gram is not None and n <= SOLVED:
        values, basis = np.linalg.eigh(gram.astype(np.float64))
    else:
        rng = np.random.default_rng(0)
        basis = rng.standard_normal((n, wanted + OVERSAMPLED)).astype(np.float32)
        for _ in range(POWERS):
            basis = np.linalg.qr(times(basis))[0]
        small = basis.T @ times(basis)
        values, turned = np.linalg.eigh((small + small.T) / 2)
        basis = basis @ turned
    sizes = np.sqrt(np.maximum(values[-wanted:], 0)).astype(np.float32)
    strong = sizes > WEAK * sizes.max(initial=0)
    return basis[:, -wanted:][:, strong].astype(np.float32), sizes[strong]
