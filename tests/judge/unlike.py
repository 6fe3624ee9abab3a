"""Tasks that are made of the files of real dialogues to be unlike them: other kinds, other words, other mistakes."""

from __future__ import annotations

import random
import string
from collections.abc import Callable, Sequence
from dataclasses import replace

from wizard.judge.cases import Case

Change = Callable[[Sequence[Case], str, random.Random], list[Case]]


def merged_by_lot(groups: int) -> Change:
    """So many kinds, each of several that have nothing in common."""

    def merged(cases: Sequence[Case], label: str, rng: random.Random) -> list[Case]:
        of = {kind: f"group {rng.randrange(groups)}" for kind in _kinds(cases, label)}
        return [replace(case, answers={label: of[case.answers[label]]}, opinions=()) for case in cases]

    return merged


def long_tail(cases: Sequence[Case], label: str, rng: random.Random) -> list[Case]:
    """A few kinds that are asked for often, and many that hardly ever are."""
    kinds = _kinds(cases, label)
    rng.shuffle(kinds)
    kept = {kind: (rank + 1) ** -0.8 for rank, kind in enumerate(kinds)}
    return [case for case in cases if rng.random() < kept[case.answers[label]]]


def one_against_all(kind: str) -> Change:
    """Is it of that kind?"""

    def told(cases: Sequence[Case], label: str, rng: random.Random) -> list[Case]:
        said = [("yes" if case.answers[label].startswith(kind) else "no", case) for case in cases]
        return [replace(case, answers={label: answer}, opinions=()) for answer, case in said]

    return told


def half_of_them_doubtful(cases: Sequence[Case], label: str, rng: random.Random) -> list[Case]:
    """Half of the kinds are taken for each other as often as not."""
    kinds = _kinds(cases, label)
    doubtful = rng.sample(kinds, len(kinds) // 2)
    return [
        replace(case, answers={label: rng.choice(doubtful)}, opinions=())
        if case.answers[label] in doubtful and rng.random() < 0.5
        else case
        for case in cases
    ]


def cut_after(words: int) -> Change:
    """Messages of a few words."""

    def cut(cases: Sequence[Case], label: str, rng: random.Random) -> list[Case]:
        return [replace(case, message=" ".join(case.message.split()[:words])) for case in cases]

    return cut


def other_letters(cases: Sequence[Case], label: str, rng: random.Random) -> list[Case]:
    """A language that the sentence model doesn't know: each letter is another, always the same."""
    turned = list(string.ascii_lowercase)
    random.Random(7).shuffle(turned)
    table = str.maketrans(string.ascii_lowercase, "".join(turned))
    return [
        replace(case, message=case.message.lower().translate(table), context=case.context.lower().translate(table))
        for case in cases
    ]


def without_context(cases: Sequence[Case], label: str, rng: random.Random) -> list[Case]:
    """The answer alone, not what was asked before it."""
    return [replace(case, context="") for case in cases]


def _kinds(cases: Sequence[Case], label: str) -> list[str]:
    return sorted({case.answers[label] for case in cases})


UNLIKE: dict[str, dict[str, Change]] = {
    "banking77": {
        "merged into 10": merged_by_lot(10),
        "merged into 3": merged_by_lot(3),
        "long tail": long_tail,
        "other letters": other_letters,
        "cut after 4": cut_after(4),
        "card or not": one_against_all("card"),
        "half doubtful": half_of_them_doubtful,
    },
    "snips": {
        "other letters": other_letters,
        "cut after 3": cut_after(3),
        "weather or not": one_against_all("GetWeather"),
        "half doubtful": half_of_them_doubtful,
    },
    "circa": {"without context": without_context},
}
OF_TWO: dict[str, dict[str, Change]] = {
    "banking77+snips": {
        "both": lambda cases, label, rng: list(cases),
        "merged into 10": merged_by_lot(10),
        "merged into 3": merged_by_lot(3),
        "other letters": other_letters,
        "cut after 4": cut_after(4),
        "half doubtful": half_of_them_doubtful,
    }
}
"""Of two files there are rows enough to learn from 4,000."""
