"""What is measured of a server: messages a second held, and how long one is on its way."""

from __future__ import annotations

import random
from collections.abc import Iterator
from math import isfinite, sqrt
from typing import Any

from tests.bench.load import LoadFailed, Outcome, percentile
from tests.bench.targets import Curtain, Target

PARTICIPANTS = 200
HELD_WITHIN = 0.1
"""Seconds that 99 of 100 messages may take from when they are due to when the peer has them."""
FEWEST = 50
"""Messages of a run, where the rate is so low that there would be fewer."""
STEP, CLOSE_ENOUGH = 1.25, 1.04
SECONDS_BETWEEN_MESSAGES = 3.0
LATE = 0.02
"""A generator that is this late for its hundredth message measures itself."""

Result = dict[str, Any]


def held(target: Target, seconds: float, probes: int) -> Result:
    """Messages a second that this server holds: none lost, none twice, 99 of 100 in time.

    What it does when every participant waits for the last acknowledgement says where to begin. Then come
    so many runs of `seconds`, each at one rate and with new participants, so that conversations stay
    short: up or down until the limit is between two of them, then closer.
    """
    with target.crowd(PARTICIPANTS) as crowd:
        saturated = crowd.saturate(seconds / 2)
    best: Outcome | None = None
    tried: list[Result] = []
    low, high, rate = 0.0, 0.0, 0.9 * saturated
    for _ in range(probes):
        outcome = at_rate(target, rate, seconds)
        good = outcome is not None and outcome.whole and outcome.wait(99) < HELD_WITHIN
        tried.append({"rate": round(rate), "held": good, "p99": ms(outcome.wait(99)) if outcome else None})
        if good:
            low, best = rate, outcome
        else:
            high = rate
        if low and high and high / low < CLOSE_ENOUGH:
            break
        rate = sqrt(low * high) if low and high else low * STEP or high / STEP
    facts = {"value": round(low), "unit": "messages/s", **(waits(best) if best else {}), "probes": tried}
    return {**facts, "saturated": round(saturated)}


def at_rate(target: Target, rate: float, seconds: float) -> Outcome | None:
    """What becomes of messages that new participants send in turn, at that rate; None if connections broke."""
    try:
        with target.crowd(PARTICIPANTS) as crowd:
            return crowd.play([(at / rate, at % PARTICIPANTS) for at in range(max(FEWEST, int(rate * seconds)))])
    except LoadFailed:
        return None


def conversations(target: Target, count: int, seconds: float) -> Result:
    """How long messages take with so many open conversations, each sending every three seconds on average."""
    outcome = played(target, count, seconds)
    return {**waits(outcome), "lost": outcome.lost, "duplicated": outcome.duplicated}


def played(target: Target, count: int, seconds: float) -> Outcome:
    """What becomes of their messages."""
    with target.crowd(count) as crowd:
        return crowd.play(list(now_and_then(count, seconds)))


def now_and_then(count: int, seconds: float, seed: int = 1) -> list[tuple[float, int]]:
    """When each of so many people sends: at random, every three seconds on average, from 1.5 to 4.5."""
    draw = random.Random(seed)
    schedule = []
    for who in range(count):
        at = draw.uniform(0, SECONDS_BETWEEN_MESSAGES)
        while at < seconds:
            schedule.append((at, who))
            at += draw.uniform(0.5, 1.5) * SECONDS_BETWEEN_MESSAGES
    return sorted(schedule)


def inbox_and_opening(curtain: Curtain, sessions: list[str]) -> Iterator[Result]:
    """How long a wizard waits for the inbox, and for each of these sessions to open."""
    with curtain.crowd(1) as crowd:
        took = [crowd.call(0, "inbox", {})[0] for _ in range(50)]
        yield {"what": "large: inbox", **calls(took)}
        took = [crowd.call(0, "claim", {"session": session})[0] for session in sessions]
        yield {"what": "large: opening a session", **calls(took)}


def calls(took: list[float]) -> Result:
    """Seconds of several calls, as a result carries them."""
    took.sort()
    return {"p50": ms(percentile(took, 50)), "max": ms(took[-1]), "unit": "ms", "n": len(took)}


def waits(outcome: Outcome) -> Result:
    """The waits of an outcome, as a result carries them."""
    facts: Result = {"p50": ms(outcome.wait(50)), "p99": ms(outcome.wait(99)), "max": ms(outcome.wait(100))}
    if outcome.late > LATE:
        facts["warning"] = f"the load itself was {ms(outcome.late)} ms late: it, not the server, was the bottleneck"
    return {**facts, "unit_of_times": "ms", "n": outcome.sent}


def ms(seconds: float) -> float | None:
    """Milliseconds to three digits; None for what never came."""
    return round(seconds * 1000, 3) if isfinite(seconds) else None
