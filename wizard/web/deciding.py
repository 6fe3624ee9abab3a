"""What needs a decision while a study runs, the most urgent first: rules over how things stand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from wizard.judge.enough import FEWEST, FEWEST_KINDS, FEWEST_OF_A_KIND
from wizard.language import phrase
from wizard.study import Label

FEW_COULD = 0.5
MOST_OF_ONE_KIND = 0.9
LONG_SECONDS = 60.0
IN_SECONDS, IN_MINUTES = 600.0, 7_200.0
"""Up to so long a wait is told in these; a longer one in hours."""

Act = Literal["desk", "everybody", "report", "links"]
"""Where something can be done about it."""


@dataclass(frozen=True, slots=True)
class Situation:
    """How a study stands. `waits` has the seconds for which each participant has waited that nobody has answered,
    `in_line` counts those in the lobby, `here` the wizards at the desk who aren't away. After `red` seconds a wait is
    too long for a wizard, after `told` participants are told that no answer can be had.
    """

    waits: Sequence[float] = ()
    in_line: int = 0
    here: int = 0
    open: int = 0
    paused: bool = False
    closed: bool = False
    window: Literal["soon", "over"] | None = None
    complete: Literal["scenarios", "participants"] | None = None
    red: float = 60.0
    told: float | None = None
    answers: int = 0
    could: Counter[str] = field(default_factory=Counter)
    missing: str | None = None
    saw_more: int = 0
    labels: Mapping[str, Counter[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Need:
    """What is to be decided, in words, and where."""

    says: str
    act: Act | None = None


def first(now: Situation) -> list[Need]:
    """What needs a decision, the most urgent first; nothing where all goes well."""
    return [
        each
        for each in (_held(now), _line(now), _could(now), _one_kind(now), _marked(now), _complete(now), _doors(now))
        if each
    ]


def needs(answers: int, labels: Sequence[Label], given: Mapping[str, Counter[str]]) -> str:
    """What the verdict needs before it says anything."""
    if answers < FEWEST:
        return phrase(f"The verdict needs {FEWEST - answers} more answers before it says anything.")
    label = next((each.name for each in labels if each.options), None)
    kinds = sum(count >= FEWEST_OF_A_KIND for count in given.get(label or "", Counter()).values())
    if label and given and kinds < FEWEST_KINDS:
        return phrase(f"The verdict needs {FEWEST_KINDS} values of “{label}” with {FEWEST_OF_A_KIND} answers each.")
    return phrase("There is enough for a first verdict.")


def _held(now: Situation) -> Need | None:
    """Who waits for an answer, and why."""
    waits, longest = len(now.waits), max(now.waits, default=0.0)
    if now.paused:
        waiting = phrase(f" {_people(waits)} meanwhile.") if waits else ""
        return Need(f"The study is paused: nothing is let through and nobody new gets in.{waiting}")
    if waits and not now.here:
        return Need(f"{_people(waits)} and no wizard is here. Sit down at the desk, or pause.", "desk")
    if now.told is not None and longest > now.told:
        told = sum(wait > now.told for wait in now.waits)
        those = (
            phrase(f"{told} was told that no answer can be had right now")
            if told == 1
            else phrase(f"{told} were told that no answer can be had right now")
        )
        return Need(f"{_people(waits)}; {those}. Another wizard would help, or closed doors.")
    if longest > max(LONG_SECONDS, now.red):
        return Need(f"{_people(waits)}, the longest for {_long(longest)}. Another wizard would help.", "desk")
    return None


def _complete(now: Situation) -> Need | None:
    """Says that the study has all that it asks for, where that is so."""
    if now.complete == "scenarios":
        return Need("Every scenario was taken up as often as it is to be: nobody new gets in.", "links")
    if now.complete == "participants":
        return Need("As many participants came as the study takes: nobody new gets in.", "links")
    return None


def _line(now: Situation) -> Need | None:
    if not now.in_line or now.here or now.paused:
        return None
    stands = phrase("One participant stands" if now.in_line == 1 else f"{now.in_line} participants stand")
    return Need(f"{stands} in line, and no wizard is here to let them in.", "desk")


def _could(now: Situation) -> Need | None:
    asked = now.could.total()
    if asked < FEWEST or now.could["yes"] >= FEW_COULD * asked:
        return None
    most = phrase(f" Missing most often: {now.missing}.") if now.missing else ""
    return Need(f"Only {now.could['yes']} of {asked} could be answered from what is shown.{most}")


def _one_kind(now: Situation) -> Need | None:
    """A label that says nearly always the same: whatever always says so would be right as often."""
    for name, counts in now.labels.items():
        given = counts.total()
        if given >= FEWEST and counts.most_common(1)[0][1] >= MOST_OF_ONE_KIND * given:
            value, count = counts.most_common(1)[0]
            return Need(f"“{name}” is “{value}” in {count} of {given} answers: there is little to learn from that.")
    return None


def _marked(now: Situation) -> Need | None:
    if now.answers < FEWEST or now.saw_more <= FEW_COULD * now.answers:
        return None
    return Need(
        f"{now.saw_more} of {now.answers} answers are marked, as more than the model sees was known. The verdict sets "
        "them aside."
    )


def _doors(now: Situation) -> Need | None:
    if now.window and not now.closed and not now.paused:
        if now.window == "soon":
            return Need("It isn’t open yet: the doors open by themselves, as planned.", "links")
        return Need("The planned time is over: nobody new gets in.", "links")
    if not now.closed or now.paused:
        return None
    nobody = "" if now.open else phrase(" Nobody is in any more.")
    return Need(f"The doors are closed: nobody new gets in.{nobody}")


def _long(seconds: float) -> str:
    if seconds < IN_SECONDS:
        return phrase(f"{seconds:.0f} seconds")
    return phrase(f"{seconds / 60:.0f} minutes") if seconds < IN_MINUTES else phrase(f"{seconds / 3_600:.0f} hours")


def _people(count: int) -> str:
    return phrase("One participant waits" if count == 1 else f"{count} participants wait")
