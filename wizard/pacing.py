"""What a participant sees of an answer, and when: a function of the study's pacing and of what was sent when.

Nothing else goes into it: no key that was pressed, nobody's coming and going. All times are in seconds.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Literal

from wizard.study import Busy, Pacing

DOTS_AFTER_SECONDS = 0.4
"""From asking to the dots: the same every time, for it says nothing about who reads."""
REFUSED_AFTER_SECONDS = 2.0
"""From asking to the word that no answer can be had, while a study is paused: as a model that is down would say it."""
LONGEST_WORD = 24
"""Characters after which a text without spaces is cut where it stands."""

Sees = Literal["nothing", "dots", "still", "busy"]


@dataclass(frozen=True, slots=True)
class Phase:
    """What the participant sees as long as nothing is let through, for how long still, and until how long after asking;
    None is for good.
    """

    sees: Sees
    left: float | None = None
    until: float | None = None


def phases(pacing: Pacing) -> list[tuple[float, Sees]]:
    """What is seen from when on, counted from when the participant asked."""
    steps: list[tuple[float, Sees]] = [(0.0, "nothing"), (DOTS_AFTER_SECONDS, "dots")]
    if pacing.still:
        steps.append((pacing.still.after, "still"))
    if pacing.busy:
        steps = [step for step in steps if step[0] < pacing.busy.after]
        steps.append((pacing.busy.after, "busy"))
    return steps


def cycle(pacing: Pacing) -> float | None:
    """After how long all of that begins anew: once it is busy, it tries again by itself after a while."""
    return pacing.busy.after + pacing.busy.again if pacing.busy else None


def paused(pacing: Pacing) -> Pacing:
    """How it is while the study is paused: as when a model is down, in the study's own words, and soon."""
    busy = pacing.busy or Busy()
    return pacing.model_copy(update={"busy": busy.model_copy(update={"after": REFUSED_AFTER_SECONDS})})


def phase(pacing: Pacing, waited: float) -> Phase:
    """What is seen so long after asking."""
    steps, end = phases(pacing), cycle(pacing)
    at = waited % end if end else waited
    now = max(number for number, step in enumerate(steps) if step[0] <= at)
    until = steps[now + 1][0] if now + 1 < len(steps) else end
    if until is None:
        return Phase(steps[now][1])
    return Phase(steps[now][1], until - at, round(waited - at + until, 3))


def first_word(pacing: Pacing, text: str, seed: str, waited: float) -> float:
    """From sending an answer to its first word, where the participant had waited so long when it was sent.

    The draws are of `seed`, so that the same answer waits as long after a restart.
    """
    delay = next_bubble(pacing, text, seed)
    if pacing.cover:
        delay = max(delay, _draw(pacing.cover, f"{seed}:cover") - waited)
    there = phase(pacing, waited + delay)
    if there.sees == "busy" and there.left is not None:
        delay += there.left + _draw(pacing.first, f"{seed}:again")
    return delay


def next_bubble(pacing: Pacing, text: str, seed: str) -> float:
    """From the last word of a bubble to the first of the next."""
    return _draw(pacing.first, seed) + pacing.per_100_chars * len(text) / 100


def let_through(text: str, rate: float, seconds: float) -> int:
    """How many characters of a text have been let through so long after its first word: whole words, at least one."""
    reached = int(rate * max(seconds, 0.0)) + 1
    if reached >= len(text):
        return len(text)
    words = max(text.rfind(space, 0, reached) for space in " \n\t") + 1
    if reached - words > LONGEST_WORD:
        return reached
    if text[:words].strip():
        return words
    start = len(text) - len(text.lstrip())
    ends = [at for at in (text.find(space, start) for space in " \n\t") if at >= 0]
    return min([*ends, start + LONGEST_WORD, len(text)])


def _draw(span: tuple[float, float], seed: str) -> float:
    """Evenly from the span, and always the same for a seed."""
    share = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]) / 2**64
    return span[0] + share * (span[1] - span[0])
