"""An audit from start to end: every part that is wanted, and what came of it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import count, cycle
from typing import Any

from wizard.audit.answering import Answerer, Person, Program
from wizard.audit.compare import compare
from wizard.audit.doors import try_doors
from wizard.audit.findings import Finding
from wizard.audit.pieces import changed_packages, pieces_of
from wizard.audit.play import browser, can_stop, chromium, play_conversation, play_silence
from wizard.audit.protocol import check_protocol
from wizard.audit.reach import everything_reachable, pieces_of_all, refusals
from wizard.audit.recording import Recording
from wizard.audit.script import Turn, longest_stream, script_for
from wizard.audit.theatre import Copy, Theatre, theatre
from wizard.audit.timing import audit_timing, person_seconds
from wizard.audit.timing_person import Recorded
from wizard.audit.words import Search, authors_words
from wizard.study import Desk, Pacing, write_study
from wizard.terminal import progress_bar

STREAM_SECONDS = 0.25
"""How long the words of the longest answer come: long enough to be stopped."""
PLAYED_WITHIN = 12.0
"""Seconds that a play may take where pacing is slow, or the person."""
HASTE = (4.0, 20.0)
SILENT_SECONDS, BUSY_SECONDS = 4.0, 0.8
"""How long nobody answers in the second act, and how long it then says so: there must be time to ask again."""
SEED = 7

Progress = Callable[[int, int], None]
Act = tuple[list[Recording], float]
"""Both recordings of an act, the person's first, and how much faster it ran."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look at, and how long: `exchanges` of the played conversation, `probes` of each door."""

    exchanges: int
    probes: int
    pace: Recorded
    parts: Sequence[str]


def run(copy: Copy, wanted: Wanted) -> list[Finding]:
    """Everything that was found.

    Raises:
        NoBrowser: there is no Chromium to play in.
        CannotPlay: no server could be started.
    """
    study = copy.study.model_copy(update={"desk": Desk()})  # who gets what at the desk is not what is looked at
    copy = replace(copy, study=study, source=write_study(study))
    found: list[Finding] = []
    acts: list[Act] = []
    canaries: dict[str, str] = {}
    if "play" in wanted.parts:
        acts = _play(copy, wanted, canaries)
        found += _judge(acts)
        found += _not_looked_at(copy, wanted, acts)
    if "words" in wanted.parts:
        found += _words(copy, [recording for recordings, _ in acts for recording in recordings], canaries)
    if "doors" in wanted.parts:
        with theatre(copy) as opened, progress_bar("trying the doors", "probes") as progress:
            found += try_doors(opened, wanted.probes, progress)
    if "timing" in wanted.parts:
        with progress_bar("telling person from program by their timing", "answers") as progress:
            found += audit_timing(copy, recorded=wanted.pace, progress=progress)
    return found


def _play(copy: Copy, wanted: Wanted, canaries: dict[str, str]) -> list[Act]:
    """Both acts, each by a person and by a program."""
    chromium()
    turns = script_for(copy.study, wanted.exchanges)
    seconds = person_seconds(len(turns), wanted.pace)
    random.Random(SEED).shuffle(seconds)
    pacing = copy.study.pacing
    hastes = [haste_of_talk(copy, turns)]
    if pacing.busy or pacing.still:
        hastes.append(haste_of_silence(pacing))
    with ExitStack() as stack, progress_bar("playing", "conversations") as progress:
        stages = [stack.enter_context(theatre(copy, haste)) for haste in hastes]
        for stage in stages:
            canaries |= stage.canaries
        acts = asyncio.run(_play_all(stages, turns, seconds, progress))
    for recordings, _ in acts:
        canaries |= {session: "a session's id" for each in recordings for session in each.sessions}
    return acts


async def _play_all(stages: list[Theatre], turns: list[Turn], seconds: list[float], progress: Progress) -> list[Act]:
    faster = max(stages[0].haste, sum(seconds) / PLAYED_WITHIN)
    done = count(1)

    async def played(play: Coroutine[Any, Any, Recording]) -> Recording:
        recording = await play
        progress(next(done), 2 * len(stages))
        return recording

    def both(stage: Theatre) -> tuple[Answerer, Answerer]:
        return Person(stage, cycle(seconds), faster), Program(stage)

    async with browser() as opened:
        talk = [play_conversation(opened, stages[0], each, turns) for each in both(stages[0])]
        silence = [play_silence(opened, stage, each, turns[0]) for stage in stages[1:] for each in both(stage)]
        recordings = await asyncio.gather(*map(played, [*talk, *silence]))
    return [(recordings[at * 2 : at * 2 + 2], stage.haste) for at, stage in enumerate(stages)]


def haste_of_talk(copy: Copy, turns: list[Turn]) -> float:
    """So fast that a play doesn't last, and so slow that there is time to stop an answer."""
    pacing = copy.study.pacing
    stream = longest_stream(copy.study, turns)
    held = len(turns) * (pacing.first[1] + (pacing.cover[1] if pacing.cover else 0.0))
    stoppable = min(max(stream / STREAM_SECONDS, HASTE[0]), HASTE[1]) if stream else HASTE[1]
    return max(stoppable, held / PLAYED_WITHIN)


def haste_of_silence(pacing: Pacing) -> float:
    """So fast that being busy comes soon, and so slow that there is time to ask again."""
    if pacing.busy:
        return max(1.0, min(pacing.busy.after / SILENT_SECONDS, pacing.busy.again / BUSY_SECONDS))
    return max(1.0, pacing.still.after / SILENT_SECONDS) if pacing.still else 1.0


def _judge(acts: list[Act]) -> list[Finding]:
    """What tells in the recordings themselves, and between them."""
    found: list[Finding] = []
    recordings = [each for both, _ in acts for each in both]
    for each in recordings:
        if each.stuck:
            says = f"where a {each.who} answers it got stuck {each.stuck}; nothing after that was looked at"
            found.append(Finding("leak", "the play", says, do="find out why: it may be what tells"))
    for both, haste in acts:
        for each in both:
            found += check_protocol(each, haste)
    answers = [answer for each in recordings for answer in each.answers]
    found += changed_packages(answers)
    person, program = ([both[at] for both, _ in acts] for at in (0, 1))
    return found + compare(person, program)


def _not_looked_at(copy: Copy, wanted: Wanted, acts: list[Act]) -> Iterator[Finding]:
    turns = script_for(copy.study, wanted.exchanges)
    stops = [turn for turn in turns if turn.happens == "stop"]
    pacing = copy.study.pacing
    if not stops:
        yield Finding("note", "stopping an answer", "only looked at from four exchanges on")
    elif not longest_stream(copy.study, stops):
        yield Finding("note", "stopping an answer", "the study's answers don't come word by word")
    elif not any(can_stop(copy.study, turn, acts[0][1]) for turn in stops):
        yield Finding("note", "stopping an answer", "the study's answers come too fast to be stopped")
    if not (pacing.busy or pacing.still):
        yield Finding("note", "a long wait", "the study says nothing to whoever waits long")


def _words(copy: Copy, recordings: list[Recording], canaries: dict[str, str]) -> list[Finding]:
    """Telling words in what was recorded, and in whatever else can be had."""
    authors = authors_words(copy.study)
    found = [
        Finding(
            "warning", f"the word “{word}”", "the study's own text has it", ", ".join(sorted(set(fields))), "mean it so"
        )
        for word, fields in authors.items()
    ]
    with theatre(copy) as opened:
        answers = everything_reachable(opened)
        said = refusals(opened)
        known = canaries | opened.canaries
        secrets = {secret for each in recordings for secret in each.secrets}
        invites = {each.url.partition("/c/")[2] for one in recordings for each in one.answers if "/c/" in each.url}
    search = Search(known, tuple(sorted((secrets | invites | {opened.invite}) - {""})), frozenset(authors))
    pieces = [*pieces_of_all(answers), *said]
    for each in recordings:
        pieces += pieces_of(each)
    leaking = search.through(pieces)
    packaged = list(changed_packages(answers))
    if leaking or packaged:
        return found + leaking + packaged
    characters = sum(len(piece.text) for piece in pieces)
    says = f"none in {characters:,} characters of {len(recordings)} recordings, {len(answers)} assets and error pages"
    return [*found, Finding("good", "telling words", says)]
