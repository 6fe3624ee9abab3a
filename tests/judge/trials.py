"""Trials of the verdict on data whose end is known: a part is judged, and the rest says what was true."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from threadpoolctl import threadpool_limits

from tests.recordings import recording
from wizard.dataset.reading import BadRow, read_rows
from wizard.judge.cases import Case, case_of_row
from wizard.judge.looking import Looked, find_out, held_out, read_cases

LABELS = {
    "banking77": "intent",
    "banking77+snips": "intent",
    "circa": "answer",
    "snips": "intent",
    "star_bank_fraud_report": "action",
    "star_ride_book": "action",
}
TIMES = 4
FEWEST_TO_TEST = 200
MOST_TO_TEST = 1_000


@dataclass(frozen=True)
class Trial:
    """What was found out from `n` exchanges, and what is true of the rest."""

    name: str
    n: int
    looked: Looked
    now: float
    """How often the simple model that learned from them is right on what it never saw."""

    at_4n: float
    unseen: float
    """The share of the rest that is of a kind which isn't among them."""

    tested: int


def cases_of(name: str) -> list[Case]:
    """The cases of one of the files of real dialogues, or of several; none where the file isn't there."""
    if "+" in name:
        return [case for each in name.split("+") for case in cases_of(each)]
    file = recording(name)
    lines = file.read_text(encoding="utf-8").split("\n") if file.exists() else []
    return [case_of_row(*read) for read in read_rows(lines) if not isinstance(read, BadRow)]


def as_it_is(cases: Sequence[Case], label: str, rng: random.Random) -> list[Case]:
    return list(cases)


def random_labels(cases: Sequence[Case], label: str, rng: random.Random) -> list[Case]:
    """Nothing that is asked has to do with what is answered."""
    answers = [case.answers[label] for case in cases]
    rng.shuffle(answers)
    return [replace(case, answers={label: answer}, opinions=()) for case, answer in zip(cases, answers, strict=True)]


def flipped_labels(share: float) -> Callable[[Sequence[Case], str, random.Random], list[Case]]:
    """So many answers are of another kind, at random."""

    def flipped(cases: Sequence[Case], label: str, rng: random.Random) -> list[Case]:
        kinds = sorted({case.answers[label] for case in cases})
        return [replace(case, answers={label: rng.choice(kinds)}) if rng.random() < share else case for case in cases]

    return flipped


def withheld(cases: Sequence[Case], label: str, rng: random.Random) -> list[Case]:
    """The message that holds the answer is taken away; what stood before is all that is left."""
    return [replace(case, message="?") for case in cases]


def commonest_kinds(most: int) -> Callable[[Sequence[Case], str, random.Random], list[Case]]:
    """Only the so many commonest kinds."""

    def kept(cases: Sequence[Case], label: str, rng: random.Random) -> list[Case]:
        counted: dict[str, int] = {}
        for case in cases:
            counted[case.answers[label]] = counted.get(case.answers[label], 0) + 1
        kinds = set(sorted(counted, key=lambda kind: (-counted[kind], kind))[:most])
        return [case for case in cases if case.answers[label] in kinds]

    return kept


def parts(cases: Sequence[Case], n: int, seed: int) -> tuple[list[Case], list[Case], list[Case]] | None:
    """About `n` cases, three times as many more, and those to test on; whole sessions. None if there are too few."""
    rng = random.Random(seed)
    sessions: dict[str, list[Case]] = {}
    for case in cases:
        sessions.setdefault(case.session, []).append(case)
    order = sorted(sessions)
    rng.shuffle(order)
    taken: tuple[list[Case], list[Case], list[Case]] = ([], [], [])
    sizes = (n, (TIMES - 1) * n, MOST_TO_TEST)
    at = 0
    for session in order:
        while at < len(sizes) and len(taken[at]) >= sizes[at]:
            at += 1
        if at == len(sizes):
            break
        taken[at].extend(sessions[session])
    return taken if len(taken[2]) >= FEWEST_TO_TEST else None


def trials(
    name: str,
    changed: Callable[[Sequence[Case], str, random.Random], list[Case]],
    sizes: Sequence[int],
    seeds: Sequence[int],
    cache: Path,
) -> Iterator[Trial]:
    """Trials of one file, changed in that way, at each size."""
    label = LABELS[name]
    cases = [case for case in cases_of(name) if label in case.answers]
    for n in sizes:
        for seed in seeds:
            split = parts(changed(cases, label, random.Random(seed)), n, seed)
            if split is None:
                continue
            given, more, rest = split
            with threadpool_limits(limits=1):
                looked = find_out(read_cases(given, label, cache), label)
            known = {case.answers[label] for case in given}
            now = held_out(looked.read, {label: looked.ground}, rest, cache)
            both = read_cases([*given, *more], label, cache)
            later = held_out(both, {label: both.ground}, rest, cache)
            assert now is not None
            assert later is not None
            new = sum(case.answers[label] not in known for case in rest) / len(rest)
            yield Trial(name, n, looked, now.value, later.value, new, len(rest))
