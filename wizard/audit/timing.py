"""Whether the timing of what is let through tells a person from a program.

Two things are asked. From the send on: does anything that a person does besides answering show? A program that takes
exactly as long, and does nothing else, is what they are held against. As the participant sees it: does the wait show
that a person took it? There it is a program that answers within two seconds.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from statistics import fmean

from wizard.audit.findings import Finding
from wizard.audit.theatre import Copy, theatre
from wizard.audit.timing_classifier import Sample, Separation, separation, separation_again
from wizard.audit.timing_person import STAR, Recorded
from wizard.audit.timing_play import Played, Who, dealt, how_long, play
from wizard.audit.timing_seen import FEATURES, Since, TimedAnswer, jitter
from wizard.pacing import Pacing
from wizard.simulate.plan import CannotPlay
from wizard.simulate.play import Stuck

EXCHANGES = 200
PLAYED_WITHIN = 8.0
"""Seconds of this machine's that the longest conversation should take at the most."""
HASTES = (5.0, 50.0)
"""Faster than that, a millisecond of this machine's would be too much of the study's time."""
MOST_OVERTAKEN = 0.02
"""The share of answers that the cover would have hidden, had this machine been fast enough to send them when they were
to be. With more of them the person that is played is slower than the one that was recorded, and shows.
"""
MOST_UNEVEN = 1.0
"""Seconds of the study's time by which this machine may be uneven and still be good to measure with."""
COVERED_SHARE = 0.975
"""A cover does where so many answers come within it: those few that don't hardly move the area under the curve."""

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Measured:
    """What could be told from the send on and from the participant's asking on. `jitter` is in the study's seconds."""

    sent: Separation
    asked: Separation
    haste: float
    jitter: float


@dataclass(frozen=True, slots=True)
class Look:
    """What was played so many times faster than in earnest."""

    haste: float
    played: list[Played]

    @property
    def answers(self) -> list[TimedAnswer]:
        return [each for played in self.played for each in played.seen]

    def overtaken(self, cover: float) -> float:
        """The share of the answers that were to be sent within a cover of so many seconds, and weren't."""
        return fmean(each.due <= each.asked + cover / self.haste < each.sent for each in self.answers)


def audit_timing(
    copy: Copy, exchanges: int = EXCHANGES, recorded: Recorded = STAR, progress: Progress = lambda done, total: None
) -> list[Finding]:
    """Have so many answers given by a person of that pace and by programs, and say whether that can be told.

    Raises:
        CannotPlay: no server could be started, or something that must come didn't.
    """
    return findings(copy.study.pacing, recorded, measure(copy, exchanges, recorded, progress))


def measure(copy: Copy, exchanges: int, recorded: Recorded, progress: Progress) -> Measured:
    """Play the study, and learn. What looks like a leak, but not clearly, is played once more and must show again."""
    seconds = recorded.deal(exchanges)
    stage = copy.as_played().at_once()
    study = stage.study
    fastest = haste_for(study.pacing, seconds)

    def look(number: int) -> Look:
        return in_time(study.pacing, fastest, lambda haste: _look(stage, haste, seconds, number, progress))

    seen = look(1)
    again = cache(lambda: look(2))
    return Measured(
        sent=_separation(seen, "sent", "slow", again),
        asked=_separation(seen, "asked", "quick", again if study.pacing.cover else None),
        haste=seen.haste,
        jitter=jitter(seen.answers) * seen.haste,
    )


def _look(stage: Copy, haste: float, seconds: list[float], number: int, progress: Progress) -> Look:
    with theatre(stage, haste) as opened:
        return Look(haste, play(opened, seconds, number, progress))


def in_time(pacing: Pacing, haste: float, look: Callable[[float], Look]) -> Look:
    """A look at as much haste as this machine can keep up with.

    Raises:
        CannotPlay: something that must come didn't, though there was little haste.
    """
    while haste > HASTES[0]:
        with suppress(Stuck):
            looked = look(haste)
            if not pacing.cover or looked.overtaken(pacing.cover[0]) <= MOST_OVERTAKEN:
                return looked
        haste = max(haste / 2, HASTES[0])
    try:
        return look(haste)
    except Stuck as error:
        raise CannotPlay(f"The timing couldn't be measured: {error}.") from None


def haste_for(pacing: Pacing, seconds: list[float]) -> float:
    """How many times faster to play, so that a look doesn't take too long, and no faster."""
    longest = max(how_long(pacing, hand) for hand in dealt(seconds))
    return min(max(longest / PLAYED_WITHIN, HASTES[0]), HASTES[1])


def findings(pacing: Pacing, recorded: Recorded, measured: Measured) -> list[Finding]:
    """What was measured, in words."""
    found = [_from_the_send_on(measured), _as_they_see_it(pacing, recorded, measured.asked)]
    if pacing.cover and pacing.busy and pacing.cover[1] + pacing.first[1] > pacing.busy.after:
        found.append(_busy_before_covered(pacing, pacing.cover[1]))
    return found


def _from_the_send_on(measured: Measured) -> Finding:
    sent, what = measured.sent, "timing from the send on"
    if sent.found:
        return Finding(
            "leak",
            what,
            f"how an answer comes tells who gave it, though both took equally long: {_figures(sent)}. "
            f"It shows most in {list(FEATURES.values())[sent.best]}.",
            "what reaches the participant's socket",
            "Let only the study's pacing and the moment of sending decide what is let through: no key that was "
            "pressed, no claim, nobody's coming and going.",
        )
    says = f"what a person does besides answering (typing, claiming, handing over) doesn't show: {_figures(sent)}."
    played = f"Played {measured.haste:.0f} times faster; the machine's own unevenness was {measured.jitter:.1f} s of"
    if measured.jitter > MOST_UNEVEN:
        return Finding(
            "warning",
            what,
            f"{says} But the machine was busy. {played} the study's time, and would have hidden what is smaller.",
            do="Run the audit again while nothing else runs.",
        )
    return Finding("good", what, f"{says} {played} the study's time: much smaller things would not have been found.")


def _as_they_see_it(pacing: Pacing, recorded: Recorded, asked: Separation) -> Finding:
    what, low, high = "timing as participants see it", *cover_needed(recorded)
    slow = (
        f"Half of the answers took a person more than {recorded.within(0.5):.0f} s, one in ten more than "
        f"{recorded.within(0.9):.0f} s ({recorded.source}); a program needs a second or two."
    )
    cover = f"`pacing.cover: {low}-{high}`"
    if pacing.busy and pacing.busy.after <= high + pacing.first[1]:
        cover += f" (and `pacing.busy.after`, now {pacing.busy.after:g}, well above it)"
    if pacing.cover:
        within = (
            f"{_in_100(recorded.share_within(pacing.cover[0]))} in 100 recorded answers came within "
            f"{pacing.cover[0]:g} s ({recorded.source})"
        )
        if asked.found:
            says = f"the cover doesn't hide who answers: {_figures(asked)}. Only {within}."
            return Finding("leak", what, says, do=f"Set {cover}, or have wizards answer faster.")
        return Finding("good", what, f"the wait doesn't tell who answers: {_figures(asked)}; {within}.")
    if is_off(pacing):
        return Finding(
            "leak",
            what,
            "pacing is off. An answer stands there whole in the very moment in which it was sent, as no model's does, "
            f"and the wait for it is the person's own: {_figures(asked)}. {slow}",
            do="Set `pacing.first` and `pacing.chars_per_second`, so that answers come as a model's, and "
            f"{cover}, so that the wait doesn't tell.",
        )
    if asked.found:
        return Finding(
            "warning",
            what,
            f"whoever knows how fast models are can tell by the wait that a person answers: {_figures(asked)}. {slow}",
            do=f"Set {cover}: no answer comes sooner, then, and hardly any later. A shorter cover hides less.",
        )
    return Finding("good", what, f"the wait doesn't tell who answers: {_figures(asked)}.")


def _busy_before_covered(pacing: Pacing, cover: float) -> Finding:
    assert pacing.busy
    return Finding(
        "warning",
        "cover and busy",
        f"answers are held back for up to {cover + pacing.first[1]:g} s, but after {pacing.busy.after:g} s it says "
        f"“{pacing.busy.say}”.",
        "pacing.busy.after",
        f"Set `pacing.busy.after` above {cover + pacing.first[1]:g}.",
    )


def is_off(pacing: Pacing) -> bool:
    """Whether an answer is let through whole as soon as it was sent."""
    return not (pacing.first[1] or pacing.per_100_chars or pacing.chars_per_second or pacing.cover)


def cover_needed(recorded: Recorded) -> tuple[int, int]:
    """The span of `pacing.cover`, in seconds, within which nearly every answer of that pace comes."""
    low = math.ceil(recorded.within(COVERED_SHARE) / 5) * 5
    return low, math.ceil(low * 1.2 / 5) * 5


def _separation(seen: Look, since: Since, program: Who, again: Callable[[], Look] | None) -> Separation:
    first = _sample(seen, since, program)
    measured = separation(first)
    if again and measured.in_doubt:
        return separation_again(first, _sample(again(), since, program))
    return measured


def _sample(seen: Look, since: Since, program: Who) -> Sample:
    return Sample.of(
        [
            (each.features(since, seen.haste), played.who == "person", played.group)
            for played in seen.played
            if played.who in ("person", program)
            for each in played.seen
        ]
    )


def _figures(of: Separation) -> str:
    looks = "; seen in one run, and again in another" if of.looks > 1 and of.found else ""
    return f"AUC {of.auc:.2f} ({of.low:.2f} to {of.high:.2f}), 0.5 being chance, {of.each} answers each{looks}"


def _in_100(share: float) -> int:
    return math.floor(100 * share)
