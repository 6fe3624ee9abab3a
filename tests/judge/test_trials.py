"""The verdict on real dialogues whose end is known; `--long` tries it on all of them and prints the figures."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pytest

from tests.judge.tallying import Tally, tally
from tests.judge.trials import (
    Trial,
    as_it_is,
    commonest_kinds,
    flipped_labels,
    random_labels,
    trials,
    withheld,
)
from tests.judge.unlike import OF_TWO, UNLIKE
from tests.recordings import NOT_THERE, RECORDINGS
from wizard.judge.verdict import Verdict

HOPELESS = {"random_labels": random_labels, "withheld": withheld}
CHANGES = {
    "as it is": as_it_is,
    "15 % flipped": flipped_labels(0.15),
    "40 % flipped": flipped_labels(0.4),
    "20 kinds": commonest_kinds(20),
    "3 kinds": commonest_kinds(3),
    **HOPELESS,
}
PLAN = {
    "snips": ("as it is", "15 % flipped", "40 % flipped", "random_labels"),
    "banking77": ("as it is", "15 % flipped", "20 kinds", "random_labels"),
    "circa": ("as it is", "3 kinds", "random_labels", "withheld"),
    "star_ride_book": ("as it is", "random_labels"),
    "star_bank_fraud_report": ("as it is", "15 % flipped"),
}
DECIDED = {50: 0.25, 200: 0.6, 800: 0.8}
OFF_AT_4N = {50: 0.08, 200: 0.05, 800: 0.035}
HOLDS = (0.75, 0.9)
"""How often intervals of 80 % may hold."""

needs_data = pytest.mark.skipif(not RECORDINGS.is_dir(), reason=NOT_THERE)


@needs_data
def test_in_short_it_is_right_where_it_decides(tmp_path: Path) -> None:
    tried = [(trial, False) for trial in trials("snips", as_it_is, [50], [0], tmp_path)]
    tried += [(trial, True) for trial in trials("snips", random_labels, [50], [0], tmp_path)]
    tallied = tally(tried)[50]
    print(tallied.words())
    assert tallied.said[Verdict.LEARNABLE] > 0
    assert not tallied.false.total()


@needs_data
def test_at_length_it_is_right_where_it_decides(long_run: bool, tmp_path: Path) -> None:
    if not long_run:
        pytest.skip("takes ten minutes; with --long")
    tallies = tally(_all(tmp_path))
    for n, tallied in sorted(tallies.items()):
        print(f"\n{n}: {tallied.words()}")
    assert_it_is_right_where_it_decides(tallies.values())
    for n, tallied in tallies.items():
        assert tallied.decided >= DECIDED[n] * tallied.said.total()
        assert tallied.mean("at_4n") <= OFF_AT_4N[n]
        assert tallied.mean("at_4n") < tallied.mean("no_growth")
        assert HOLDS[0] <= tallied.coverage("at_4n") <= HOLDS[1]


@needs_data
def test_at_length_it_is_right_on_tasks_unlike_these(long_run: bool, tmp_path: Path) -> None:
    if not long_run:
        pytest.skip("takes ten minutes; with --long")
    tallies = tally(_unlike(tmp_path))
    for n, tallied in sorted(tallies.items()):
        print(f"\n{n}: {tallied.words()}")
    assert_it_is_right_where_it_decides(tallies.values())


def assert_it_is_right_where_it_decides(tallies: Collection[Tally]) -> None:
    """At most one in 50 of what was decided is false, and one in 100 of what was called learnable."""
    decided = sum(tallied.decided for tallied in tallies)
    learnable = sum(tallied.said[Verdict.LEARNABLE] for tallied in tallies)
    assert sum(tallied.false.total() for tallied in tallies) <= 0.02 * decided
    assert sum(tallied.false[Verdict.LEARNABLE] for tallied in tallies) <= 0.01 * learnable


def _unlike(cache: Path) -> Iterator[tuple[Trial, bool]]:
    for made, sizes in ((UNLIKE, [50, 200, 800]), (OF_TWO, [1_000])):
        for name, changes in made.items():
            for changed in changes.values():
                for trial in trials(name, changed, sizes, range(3), cache):
                    yield trial, False


def _all(cache: Path) -> Iterator[tuple[Trial, bool]]:
    for name, changes in PLAN.items():
        for change in changes:
            for trial in trials(name, CHANGES[change], [50, 200, 800], range(3), cache):
                yield trial, change in HOPELESS
