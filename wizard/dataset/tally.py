"""What a dataset's card counts, piece by piece."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, fields

from wizard.dataset.examples import Example
from wizard.dataset.likeness import Inputs

LEFT_OUT = "left out"


@dataclass
class Tally:
    """Counts of examples. Those of two parts, added, are those of the whole.

    `sides` counts them by side, those that are in no file as `LEFT_OUT`; `labels` each value of a label of so many
    options in the same way, `seconds` whole seconds from the observation to the reply, `agreed` and `opined` second
    opinions by label: those that gave the same value, and all, which were on so many exchanges (`doubled`). `inputs` is
    a sample, to be compared across sides.
    """

    sides: Counter[str] = field(default_factory=Counter)
    labels: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    versions: Counter[int] = field(default_factory=Counter)
    scenarios: Counter[str] = field(default_factory=Counter)
    wizards: Counter[str] = field(default_factory=Counter)
    participants: set[str] = field(default_factory=set)
    sources: Counter[str] = field(default_factory=Counter)
    could_answer: Counter[str] = field(default_factory=Counter)
    marks: Counter[str] = field(default_factory=Counter)
    seconds: Counter[int] = field(default_factory=Counter)
    opined: Counter[str] = field(default_factory=Counter)
    agreed: Counter[str] = field(default_factory=Counter)
    doubled: Counter[str] = field(default_factory=Counter)
    days: Counter[str] = field(default_factory=Counter)
    inputs: Inputs = field(default_factory=dict)

    def count(self, example: Example, side: str, choices: frozenset[str]) -> None:
        """One example more. Values are counted only of labels that are `choices`; others may be anything."""
        started, exchange = example.session.started, example.exchange
        reply = exchange.reply
        self.sides[side] += 1
        self.versions[started.version] += 1
        self.wizards[example.wizard] += 1
        self.participants.add(started.participant)
        if reply.text is not None:
            self.sources[reply.source] += 1
        self.could_answer[reply.could_answer or ""] += 1
        if started.scenario:
            self.scenarios[started.scenario] += 1
        if reply.seconds is not None:
            self.seconds[round(reply.seconds)] += 1
        self.days[exchange.at[:10]] += 1
        self.marks["consented"] += example.session.consented_at is not None
        self.marks["saw_more"] += reply.saw_more
        self.marks["not_for_training"] += exchange.not_for_training
        self.marks["stopped"] += exchange.stopped
        self.marks["imported"] += started.imported is not None
        self.marks["no_reply"] += reply.text is None
        for name, value in exchange.labels.items():
            if name in choices:
                self.labels[name, value, side] += 1
        for name in choices & reply.labels.keys():
            given = [each.opinion.labels[name] for each in exchange.second_opinions if name in each.opinion.labels]
            self.opined[name] += len(given)
            self.agreed[name] += given.count(reply.labels[name])
            self.doubled[name] += bool(given)

    def add(self, other: Tally) -> None:
        """Those of another part too."""
        for each in fields(self):
            getattr(self, each.name).update(getattr(other, each.name))

    @property
    def examples(self) -> int:
        return self.sides.total()


def quantile(counted: Counter[int], share: float) -> int:
    """The value under which that share of what was counted lies."""
    left = share * counted.total()
    for value in sorted(counted):
        left -= counted[value]
        if left <= 0:
            return value
    return 0
