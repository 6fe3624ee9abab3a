"""Both acts of an audit, each played by a person and by a program at the same time: a talk, and a silence."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Collection, Coroutine
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count, cycle
from typing import Any

from wizard.audit.answering import Person, Program
from wizard.audit.browser import browser, chromium
from wizard.audit.play import can_stop, play_silence, play_talk
from wizard.audit.recording import Recording
from wizard.audit.script import Turn, longest_stream
from wizard.audit.theatre import Copy, Theatre, theatre
from wizard.pacing import Pacing

STREAM_SECONDS = 0.25
"""How long the words of the answer that is stopped come."""
PLAYED_WITHIN = 12.0
"""Seconds that a talk may take where pacing is slow, or the person."""
HASTES = (4.0, 20.0)
SILENT_SECONDS, BUSY_SECONDS = 4.0, 0.8
"""How long nobody answers in the silence, and how long it then says so: there must be time to ask again."""
SEED = 7

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Act:
    """What was played so many times faster than in earnest, as two browsers have it, and what is known of the team."""

    person: Recording
    program: Recording
    haste: float
    canaries: dict[str, str]

    @property
    def both(self) -> tuple[Recording, Recording]:
        return self.person, self.program


def play(copy: Copy, turns: list[Turn], seconds: list[float], names: Collection[str], progress: Progress) -> list[Act]:
    """Play the acts of these names, `talk` and `silence`, by somebody who takes so many seconds for each answer.

    Raises:
        NoBrowser: there is no Chromium to play in.
        CannotPlay: no server could be started.
    """
    chromium()
    random.Random(SEED).shuffle(seconds)
    pacing = copy.study.pacing
    hastes = {"talk": haste_of_talk(copy, turns), "silence": haste_of_silence(pacing)}
    with ExitStack() as stack:
        stages = {
            name: stack.enter_context(theatre(copy, haste))
            for name, haste in hastes.items()
            if name in names and (name == "talk" or pacing.busy or pacing.still)
        }
        return asyncio.run(_play(stages, turns, seconds, progress))


def haste_of_talk(copy: Copy, turns: list[Turn]) -> float:
    """How many times faster the talk is played: it doesn't last, but there is time to stop an answer."""
    pacing = copy.study.pacing
    stream = longest_stream(copy.study, [turn for turn in turns if turn.happens == "stop"])
    held = len(turns) * (pacing.first[1] + (pacing.cover[1] if pacing.cover else 0.0))
    stoppable = min(max(stream / STREAM_SECONDS, HASTES[0]), HASTES[1]) if stream else HASTES[1]
    return max(stoppable, held / PLAYED_WITHIN)


def haste_of_silence(pacing: Pacing) -> float:
    """How many times faster the silence is played: “busy” comes soon, but there is time to ask again."""
    if pacing.busy:
        return max(1.0, min(pacing.busy.after / SILENT_SECONDS, pacing.busy.again / BUSY_SECONDS))
    return max(1.0, pacing.still.after / SILENT_SECONDS) if pacing.still else 1.0


def stops(copy: Copy, turns: list[Turn]) -> bool:
    """Whether an answer is stopped in the talk."""
    haste = haste_of_talk(copy, turns)
    return any(turn.happens == "stop" and can_stop(copy.study, turn, haste) for turn in turns)


async def _play(stages: dict[str, Theatre], turns: list[Turn], seconds: list[float], progress: Progress) -> list[Act]:
    done = count(1)

    async def counted(play: Coroutine[Any, Any, Recording]) -> Recording:
        recording = await play
        progress(next(done), 2 * len(stages))
        return recording

    async with browser() as opened:

        async def act(name: str, stage: Theatre) -> Act:
            faster = max(stage.haste, sum(seconds) / PLAYED_WITHIN)
            whoever = (Person(stage, cycle(seconds), faster), Program(stage))
            if name == "talk":
                plays = [play_talk(opened, stage, each, turns) for each in whoever]
            else:
                plays = [play_silence(opened, stage, each, turns[0]) for each in whoever]
            person, program = await asyncio.gather(*map(counted, plays))
            sessions = {session: "a session's id" for each in (person, program) for session in each.sessions}
            return Act(person, program, stage.haste, stage.canaries | sessions)

        return list(await asyncio.gather(*(act(name, stage) for name, stage in stages.items())))
