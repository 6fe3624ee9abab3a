"""What is to be beaten: the commonest answer, and the answer to the most similar input."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from wizard.dataset.score import score

AT_ONCE = 500
"""So many are compared with all of train at a time."""


@dataclass(frozen=True, slots=True)
class Solved:
    """An input as one text, and its answer as JSON."""

    id: str
    text: str
    answer: str


def baselines(train: Sequence[Solved], test: Sequence[Solved], read: Any) -> dict[str, dict[str, Any]]:
    """The scores of each baseline, by name; none where there is nothing to learn from or to be tested on.

    `read` makes an answer of its JSON.
    """
    if not train or not test:
        return {}
    answers = {each.id: read(each.answer) for each in test}
    guesses = {
        "the commonest answer": _commonest(train, test),
        "the most similar input’s answer": _nearest(train, test),
    }
    return {
        name: score({each.id: read(guess) for each, guess in zip(test, guessed, strict=True)}, answers)
        for name, guessed in guesses.items()
    }


def _commonest(train: Sequence[Solved], test: Sequence[Solved]) -> list[str]:
    counted = Counter(each.answer for each in train)
    answer = min(counted, key=lambda each: (-counted[each], each))
    return [answer] * len(test)


def _nearest(train: Sequence[Solved], test: Sequence[Solved]) -> list[str]:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectors = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True)
    known = vectors.fit_transform([each.text or " " for each in train])
    answers = []
    for start in range(0, len(test), AT_ONCE):
        asked = vectors.transform([each.text or " " for each in test[start : start + AT_ONCE]])
        alike = asked @ known.T
        answers += [train[at].answer for at in alike.argmax(axis=1).flat]
    return answers
