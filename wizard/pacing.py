"""Pacing: what a study sets, and what a participant therefore sees of an answer, and when.

Nothing else goes into it than the study's pacing and what was sent when: no key that was pressed, nobody's coming and
going. All times are in seconds.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer

from wizard.reply import Line
from wizard.values import Part

DOTS_AFTER_SECONDS = 0.4
"""From asking to the dots: the same every time, for it says nothing about who reads."""
REFUSED_AFTER_SECONDS = 2.0
"""From asking to the word that no answer can be had, while a study is paused: as a model that is down would say it."""
LONGEST_WORD = 24
"""Characters after which a text without spaces is cut where it stands."""


def _span(value: Any) -> Any:
    """`2-6`, `2` or a pair, as a pair of seconds."""
    if isinstance(value, bool):
        raise ValueError("write seconds, as 2 or 2-6")
    if isinstance(value, int | float):
        return (value, value)
    if isinstance(value, str):
        parts = value.split("-")
        try:
            low, high = (float(part) for part in (parts * 2 if len(parts) == 1 else parts))
        except ValueError:
            raise ValueError("write seconds, as 2 or 2-6") from None
        return (low, high)
    return value


def _low_before_high(span: tuple[float, float]) -> tuple[float, float]:
    if span[0] > span[1]:
        raise ValueError("the shorter time comes first, as 2-6")
    return span


def _written(span: tuple[float, float]) -> str | float | list[float]:
    """As a file has it: `2-6`, or 2."""
    low, high = (int(each) if each == int(each) else each for each in span)
    if low == high:
        return low
    return list(span) if "e" in f"{low}{high}" else f"{low}-{high}"


LONGEST_WAIT = 600.0
Wait = Annotated[float, Field(ge=0, le=LONGEST_WAIT)]
Span = Annotated[
    tuple[Wait, Wait],
    BeforeValidator(_span),
    AfterValidator(_low_before_high),
    PlainSerializer(_written, return_type=Any, when_used="json"),
]


class Still(Part):
    """What the participant is told while an answer takes long: after so many seconds, in these words."""

    after: Annotated[float, Field(gt=0, le=LONGEST_WAIT)] = 15.0
    say: Line = "Still working on it…"


class Busy(Part):
    """What the participant is told where no answer comes: after so many seconds, in these words.

    They can try again then, and it tries again by itself after `again` seconds.
    """

    after: Annotated[float, Field(ge=1, le=LONGEST_WAIT)] = 120.0
    say: Line = "I can’t answer right now."
    again: Annotated[float, Field(ge=1, le=LONGEST_WAIT)] = 20.0


class Pacing(Part):
    """When an answer is let through.

    Its first word comes `first` seconds after it was sent, and `per_100_chars` more for every 100 characters of it, but
    not before the participant has waited for `cover` seconds; then it is written out at a rate, or stands there at
    once.
    """

    first: Span = (0.0, 0.0)
    per_100_chars: Annotated[float, Field(ge=0, le=60)] = 0.0
    chars_per_second: Annotated[float, Field(gt=0)] | None = None
    cover: Span | None = None
    still: Still | None = Still()
    busy: Busy | None = Busy()


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
