"""The result: all that a report says, whether as JSON, as a page or as a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from wizard.judge.details import Details
from wizard.judge.doubts import Doubt
from wizard.judge.growth import Growth
from wizard.judge.novelty import Messages, Stretch
from wizard.judge.pairs import Pair
from wizard.judge.people import Agreement, Answerable
from wizard.judge.replies import Replies
from wizard.judge.simple import Curve
from wizard.judge.verdict import Verdict
from wizard.judge.versions import Version
from wizard.shares import Share

PLACES = 4


class Phrase(NamedTuple):
    """Words, and the figure that they tell: a name in the result's `evidence`."""

    words: str
    figure: str | None = None


@dataclass(frozen=True)
class Result:
    """One object from which everything is told. Shares are of 1.

    Intervals of what the simple model does and of what wasn't seen hold 80 %, those of what people did 90 %.
    `evidence` has for each figure the ids of the exchanges that it came from.
    """

    label: str | None
    exchanges: int
    bar: int
    verdict: Verdict
    phrases: tuple[Phrase, ...]
    """The sentence."""

    why: tuple[Phrase, ...]
    next: tuple[str, ...]
    helps: Phrase
    """What the next exchange would help most."""

    now: Share | None
    at_2n: Share | None
    at_4n: Share | None
    agreement: Agreement | None
    answerable: Answerable | None
    commonest: Share | None
    unseen: Share | None
    p: float | None
    evidence: Mapping[str, tuple[str, ...]]
    wanted: Phrase | None = None
    """Which messages would help most, where more of them would."""

    study: str | None = None
    version: int | None = None
    held_out: Share | None = None
    held_out_4n: Share | None = None
    tried_on: int | None = None
    """On how many rows that it never saw it was tried; the second time after `more` had been learned from, too."""

    more: bool = False
    curve: Curve | None = None
    growth: Growth | None = None
    words_alone: bool = False
    details: Details | None = None
    fields: tuple[Result, ...] = ()
    replies: Replies | None = None
    look_again: tuple[Doubt, ...] = ()
    hardest: tuple[Doubt, ...] = ()
    coming: tuple[float, ...] = ()
    """The share of messages of a kind never seen, now, with twice and with four times as many exchanges."""

    novelty: tuple[Stretch, ...] = ()
    messages: Messages | None = None
    """None where it is judged on words alone."""

    pairs: tuple[Pair, ...] = ()
    versions: tuple[Version, ...] = ()
    of: int | None = None
    """How many exchanges there are, where not all were judged."""

    @property
    def sentence(self) -> str:
        """What would happen with a hundred new messages."""
        return "".join(each.words for each in self.phrases)

    def facts(self) -> dict[str, Any]:
        """The same as a JSON object."""
        people, able = self.agreement, self.answerable
        told: dict[str, Any] = {
            "study": self.study,
            "version": self.version,
            "label": self.label,
            "exchanges": self.exchanges,
            "bar": self.bar,
            "verdict": str(self.verdict),
            "sentence": self.sentence,
            "why": [each.words for each in self.why],
            "next": list(self.next),
            "accuracy": {"now": figure(self.now), "at_2n": figure(self.at_2n), "at_4n": figure(self.at_4n)},
            "people": {
                "pairs": people.pairs if people else 0,
                "agreement": figure(people.share if people else None),
                "answerable": figure(able.share if able else None),
            },
            "commonest": figure(self.commonest),
            "unseen": figure(self.unseen),
            "signal": {"p": self.p},
            "evidence": {name: list(ids) for name, ids in self.evidence.items()},
        }
        if self.tried_on is not None:
            told["held_out"] = figure(self.held_out)
        if self.more:
            told["held_out_4n"] = figure(self.held_out_4n)
        return told


def figure(share: Share | None) -> dict[str, float] | None:
    """A share with its interval, as JSON; None where there is none."""
    if share is None:
        return None
    return {name: round(getattr(share, name), PLACES) for name in ("value", "low", "high")}
