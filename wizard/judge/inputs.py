"""Inputs as numbers: words and letters by TF-IDF, joined with sentence vectors, reduced to at most 300 dimensions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

DIMENSIONS = 300
VECTORS_COUNT = 2.0
"""Sentence vectors count double."""
EXACT = 2_500
"""Up to so many inputs are reduced exactly, more by a random projection with its power taken four times."""
OVERSAMPLED, POWERS = 30, 4
MOST_LETTERS = 60_000

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class Text:
    """An input: what stood before, and what was asked."""

    context: str
    message: str


@dataclass
class Inputs:
    """What inputs are as numbers, learned from inputs alone: no answer is looked at."""

    texts: Sequence[Text]
    vectors: Sequence[Matrix]
    _readers: list[Any] = field(default_factory=list)
    _known: list[Any] = field(default_factory=list)

    def reduced(self) -> Matrix:
        """A row an input, in the directions in which inputs differ most."""
        self._known = self._parts(self.texts, self.vectors, new=True)
        n, wanted = len(self.texts), min(DIMENSIONS, len(self.texts))
        if n <= EXACT:
            values, self._basis = eigh(self._alike(self._known), subset_by_index=(n - wanted, n - 1))
        else:
            values, self._basis = self._approximately(n, wanted)
        self._sizes = np.sqrt(np.maximum(values, 0)).astype(np.float32)
        self._basis = self._basis.astype(np.float32)
        strong = self._sizes > 1e-3 * self._sizes.max(initial=0)
        self._basis, self._sizes = self._basis[:, strong], self._sizes[strong]
        return np.asarray(self._basis * self._sizes, np.float32)

    def reduced_too(self, texts: Sequence[Text], vectors: Sequence[Matrix]) -> Matrix:
        """Other inputs, in the directions of these."""
        parts = self._parts(texts, vectors, new=False)
        return np.asarray(self._alike(parts) @ (self._basis / self._sizes), np.float32)

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
        """The inner products of these inputs with those that are known."""
        total: Any = 0.0
        for part, known in zip(parts, self._known, strict=True):
            product = part @ known.T
            total = total + (product.toarray() if hasattr(product, "toarray") else product)
        return np.asarray(total, np.float64)

    def _approximately(self, n: int, wanted: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Halko, Martinsson and Tropp 2011, algorithm 4.4, on the matrix of inner products, which is never made."""
        chance = np.random.default_rng(0)
        basis = chance.standard_normal((n, wanted + OVERSAMPLED)).astype(np.float32)
        for _ in range(POWERS):
            basis = np.linalg.qr(self._times(basis))[0]
        small = basis.T @ self._times(basis)
        values, turned = np.linalg.eigh((small + small.T) / 2)
        return values[-wanted:], basis @ turned[:, -wanted:]

    def _times(self, right: Matrix) -> Matrix:
        return np.asarray(sum(part @ (part.T @ right) for part in self._known), np.float32)
