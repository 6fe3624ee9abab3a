"""The verdict: what the findings come to. The first that holds, in the order of `verdict_of`, is said."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from wizard.judge.enough import FEWEST, FEWEST_KINDS, FEWEST_OF_A_KIND
from wizard.judge.people import ENOUGH_PAIRS, Agreement, Answerable

LEARNABLE_OF_A_KIND = 4
LEVEL_FEWEST, LEVEL_OF_A_KIND = 100, 8
FEW_FEWEST, FEW_OF_A_KIND = 40, 2
"""With fewer than that, but so many, that four times as many won't do is only said where it is plain."""
MANY = 500
"""From so many on a curve shows well where it leads."""
PATTERN_FEWEST = 200
VERY_SURE, SURE, QUITE_SURE, HARDLY = 0.95, 0.9, 0.8, 0.2
LITTLE_CHANCE, NO_CHANCE, PLAINLY_NO_CHANCE = 0.12, 0.05, 0.03
SIGNAL, NO_SIGNAL, NO_PATTERN, NO_BETTER = 0.05, 0.2, 0.3, 0.5
"""Of the p that tells chance from signal. At two hundred exchanges that of a weak one is above .3 now and then; there
the model must do no better than in half of the orders in which answers are dealt out."""


class Verdict(StrEnum):
    LEARNABLE = "LEARNABLE"
    NOT_YET = "NOT_YET"
    STILL_CLIMBING = "STILL_CLIMBING"
    LEVELLING_OFF = "LEVELLING_OFF"
    PEOPLE_CAN_MODEL_CANT = "PEOPLE_CAN_MODEL_CANT"
    NO_PATTERN = "NO_PATTERN"
    PEOPLE_CANT_EITHER = "PEOPLE_CANT_EITHER"
    LABELS_INCONSISTENT = "LABELS_INCONSISTENT"
    NOT_ENOUGH = "NOT_ENOUGH"

    @property
    def words(self) -> str:
        """The verdict as a person reads it."""
        return WORDS.get(self, self.replace("_", " "))


WORDS = {
    Verdict.PEOPLE_CAN_MODEL_CANT: "PEOPLE CAN, A SIMPLE MODEL CAN’T",
    Verdict.NO_PATTERN: "NO PATTERN FOUND BY A SIMPLE MODEL",
    Verdict.PEOPLE_CANT_EITHER: "PEOPLE CAN’T EITHER",
    Verdict.LABELS_INCONSISTENT: "LABELS TOO INCONSISTENT",
    Verdict.NOT_ENOUGH: "NOT ENOUGH TO SAY",
}


@dataclass(frozen=True)
class Findings:
    """What the verdict is decided by. Chances are between 0 and 1.

    `now` and `at_4n` are the chances that the simple model is right often enough for the bar, `climbs` that more
    exchanges make it better; `p` tells chance from signal; `beats` says that it is better than always giving the
    commonest answer, `above` that it is likelier so than not. Where all is one conversation nothing could be `tried`.
    """

    bar: float
    exchanges: int
    sizes: tuple[int, ...]
    answerable: Answerable
    agreement: Agreement
    now: float
    at_4n: float
    climbs: float
    p: float
    beats: bool
    above: bool = False
    tried: bool = True

    @property
    def too_few_kinds(self) -> bool:
        return sum(size >= FEWEST_OF_A_KIND for size in self.sizes) < FEWEST_KINDS

    @property
    def too_few(self) -> bool:
        return self.exchanges < FEWEST or self.too_few_kinds or not self.tried

    @property
    def people_cannot_answer(self) -> bool:
        return self.answerable.share is not None and self.answerable.share.high < self.bar

    @property
    def people_disagree(self) -> bool:
        return self.agreement.pairs >= ENOUGH_PAIRS and self.agreement.ceiling < self.bar

    @property
    def people_could_answer(self) -> bool:
        """Whether the input holds the answer, as far as people said; a stand-in has nobody who couldn't."""
        if self.answerable.share is None:
            return self.agreement.stand_in
        return self.answerable.share.value >= self.bar

    @property
    def people_agree(self) -> bool:
        share = self.agreement.share
        enough = self.agreement.pairs >= ENOUGH_PAIRS and not self.agreement.stand_in
        return enough and share is not None and share.value >= self.bar

    @property
    def signal(self) -> bool:
        return self.p <= SIGNAL and self.beats

    @property
    def finds_nothing(self) -> bool:
        """Whether it does no better than chance, nor than the commonest answer."""
        least = NO_PATTERN if self.exchanges >= MANY else NO_BETTER
        return self.p > least and not self.above and self.exchanges >= PATTERN_FEWEST

    @property
    def enough_to_learn(self) -> bool:
        """With fewer examples of a kind, which ones happen to be there decides how often it is right."""
        return self.exchanges >= LEARNABLE_OF_A_KIND * len(self.sizes)

    @property
    def still_gets_better(self) -> bool:
        return self.climbs >= SURE and self.signal

    @property
    def curve_is_plain(self) -> bool:
        """Whether there are so many, of all and of a kind, that more of the same can be said to lead nowhere."""
        return self.exchanges >= max(LEVEL_FEWEST, LEVEL_OF_A_KIND * len(self.sizes))

    @property
    def levels_off(self) -> bool:
        """Whether four times as many won't get it to the bar; where kinds are still rarer nobody can tell."""
        if self.curve_is_plain:
            return self.at_4n <= (LITTLE_CHANCE if self.exchanges >= MANY else NO_CHANCE)
        enough = self.exchanges >= max(FEW_FEWEST, FEW_OF_A_KIND * len(self.sizes))
        return enough and self.at_4n <= PLAINLY_NO_CHANCE


def verdict_of(found: Findings) -> Verdict:
    """What the findings come to."""
    if found.too_few:
        return Verdict.NOT_ENOUGH
    if found.people_cannot_answer:
        return Verdict.PEOPLE_CANT_EITHER
    if found.people_disagree:
        return Verdict.LABELS_INCONSISTENT if found.people_could_answer else Verdict.PEOPLE_CANT_EITHER
    if found.now >= VERY_SURE and found.signal and found.enough_to_learn:
        return Verdict.LEARNABLE
    if found.finds_nothing:
        return Verdict.NO_PATTERN
    if found.levels_off:
        return Verdict.PEOPLE_CAN_MODEL_CANT if found.people_agree else Verdict.LEVELLING_OFF
    if found.at_4n >= QUITE_SURE and found.now <= HARDLY and found.signal:
        return Verdict.NOT_YET
    if found.still_gets_better and found.at_4n > NO_CHANCE:
        return Verdict.STILL_CLIMBING
    return Verdict.NOT_ENOUGH
