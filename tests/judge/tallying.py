"""What trials come to: how often it was decided, how often that was false, and how near the figures were."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tests.judge.trials import Trial
from wizard.judge.judging import conclude
from wizard.judge.result import Result
from wizard.judge.verdict import Verdict
from wizard.shares import Share

BARS = range(60, 91, 5)
UNDECIDED = {Verdict.NOT_ENOUGH, Verdict.STILL_CLIMBING}
CANT = {Verdict.PEOPLE_CANT_EITHER, Verdict.LABELS_INCONSISTENT}
LEVEL = {Verdict.LEVELLING_OFF, Verdict.PEOPLE_CAN_MODEL_CANT}


@dataclass
class Tally:
    """Trials at one size. `errors` are distances from what was true."""

    trials: int = 0
    said: Counter[Verdict] = field(default_factory=Counter)
    false: Counter[Verdict] = field(default_factory=Counter)
    errors: dict[str, list[float]] = field(default_factory=dict)
    covered: dict[str, list[bool]] = field(default_factory=dict)

    @property
    def decided(self) -> int:
        return sum(count for verdict, count in self.said.items() if verdict not in UNDECIDED)

    def mean(self, name: str) -> float:
        values = self.errors[name]
        return sum(values) / len(values)

    def coverage(self, name: str) -> float:
        return sum(self.covered[name]) / len(self.covered[name])

    def words(self) -> str:
        return (
            f"{self.trials} trials, {self.said.total()} verdicts: "
            f"decided {self.decided / self.said.total():.0%}, false {self.false.total()}{_each(self.false)}; "
            f"said{_each(self.said)}; at 4n off by {self.mean('at_4n'):.3f} (no growth {self.mean('no_growth'):.3f}), "
            f"now off by {self.mean('now'):.3f}; 80 % intervals hold {self.coverage('at_4n'):.2f} at 4n, "
            f"{self.coverage('now'):.2f} now; unseen off by {self.mean('unseen'):.3f}"
        )


def _each(counted: Counter[Verdict]) -> str:
    return "".join(f" {verdict} {count}" for verdict, count in sorted(counted.items()) if count)


def tally(trials: Iterable[tuple[Trial, bool]]) -> dict[int, Tally]:
    """The trials by size. Each comes with whether there is nothing to learn in it."""
    tallies: dict[int, Tally] = {}
    for trial, hopeless in trials:
        into = tallies.setdefault(trial.n, Tally())
        into.trials += 1
        results = [conclude(trial.looked, bar) for bar in BARS]
        for result in results:
            into.said[result.verdict] += 1
            into.false[result.verdict] += is_false(result, trial, hopeless)
        _figures(into, results[0], trial)
    return tallies


def is_false(result: Result, trial: Trial, hopeless: bool) -> bool:
    """Whether what was decided isn't so: nothing that is undecided is false."""
    bar = result.bar / 100
    match result.verdict:
        case Verdict.LEARNABLE:
            return hopeless or trial.now < bar
        case Verdict.NOT_YET:
            return trial.at_4n < bar or trial.now >= bar
        case Verdict.NO_PATTERN:
            return not hopeless
        case verdict if verdict in CANT | LEVEL:
            return trial.at_4n >= bar
    return False


def _figures(into: Tally, result: Result, trial: Trial) -> None:
    pairs: Sequence[tuple[str, Share | None, float]] = [
        ("now", result.now, trial.now),
        ("at_4n", result.at_4n, trial.at_4n),
        ("unseen", result.unseen, trial.unseen),
    ]
    for name, told, true in pairs:
        assert told is not None
        into.errors.setdefault(name, []).append(abs(told.value - true))
        into.covered.setdefault(name, []).append(told.low <= true <= told.high)
    assert result.now is not None
    into.errors.setdefault("no_growth", []).append(abs(result.now.value - trial.at_4n))
