"""An audit from start to end: every part that is wanted, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wizard.audit.acts import Act, play, stops
from wizard.audit.compare import compare
from wizard.audit.doors import try_doors
from wizard.audit.findings import Finding, leaks
from wizard.audit.pieces import changed_packages, pieces_of
from wizard.audit.protocol import check_protocol
from wizard.audit.reach import everything_reachable, pieces_of_all, refusals
from wizard.audit.script import longest_stream, script_for
from wizard.audit.theatre import Copy, theatre
from wizard.audit.timing_person import Recorded
from wizard.audit.words import Search, authors_words
from wizard.terminal import progress_bar


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to look at, and how long: `exchanges` of the talk, `probes` of each door, a person of that `pace`."""

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
    copy = copy.as_played()
    found: list[Finding] = []
    acts: list[Act] = []
    if {"talk", "silence"} & set(wanted.parts):
        acts, found = _played(copy, wanted)
        if leaks(found):  # what is there by chance, on a busy machine, isn't there twice
            acts, again = _played(copy, wanted)
            said = {(each.what, each.says) for each in found}
            found = [each for each in again if each.level != "leak" or (each.what, each.says) in said]
        found += _not_looked_at(copy, wanted)
    if "words" in wanted.parts:
        found += _words(copy, acts)
    if "doors" in wanted.parts:
        with theatre(copy.at_once()) as opened, progress_bar("trying the doors", "probes") as progress:
            found += try_doors(opened, wanted.probes, progress)
    if "timing" in wanted.parts:
        from wizard.audit.timing import audit_timing  # what it learns with takes a second to load

        with progress_bar("telling person from program by their timing", "answers") as progress:
            found += audit_timing(copy, recorded=wanted.pace, progress=progress)
    return found


def _played(copy: Copy, wanted: Wanted) -> tuple[list[Act], list[Finding]]:
    """The acts as they were played, and what tells in them."""
    turns = script_for(copy.study, wanted.exchanges)
    with progress_bar("playing", "conversations") as progress:
        acts = play(copy, turns, wanted.pace.deal(len(turns)), wanted.parts, progress)
    return acts, [*_stuck(acts), *_recorded(acts)]


def _stuck(acts: list[Act]) -> Iterator[Finding]:
    for each in (recording for act in acts for recording in act.both if recording.stuck):
        says = f"where a {each.who} answers it got stuck {each.stuck}; nothing after that was looked at"
        yield Finding("leak", "the play", says, do="find out why: it may be what tells")


def _recorded(acts: list[Act]) -> list[Finding]:
    """What tells in the recordings themselves, and between them."""
    found = [finding for act in acts for each in act.both for finding in check_protocol(each)]
    found += changed_packages([answer for act in acts for each in act.both for answer in each.answers])
    return found + compare([act.person for act in acts], [act.program for act in acts])


def _not_looked_at(copy: Copy, wanted: Wanted) -> Iterator[Finding]:
    turns = script_for(copy.study, wanted.exchanges)
    pacing = copy.study.pacing
    if not longest_stream(copy.study, turns):
        yield Finding("note", "stopping an answer", "the study's answers don't come word by word")
    elif not stops(copy, turns):
        yield Finding("note", "stopping an answer", "they come too fast for that, or it takes four exchanges and more")
    if not (pacing.busy or pacing.still):
        yield Finding("note", "a long wait", "the study has nothing to say to whoever waits long")


def _words(copy: Copy, acts: list[Act]) -> list[Finding]:
    """Telling words in what was recorded, and in whatever else can be had."""
    authors = authors_words(copy.study)
    found = [
        Finding("warning", f"the word “{word}”", f"the study's own text has it, in {', '.join(sorted(set(fields)))}")
        for word, fields in authors.items()
    ]
    recordings = [each for act in acts for each in act.both]
    with theatre(copy.at_once()) as opened:
        answers, said = everything_reachable(opened), refusals(opened)
    canaries = dict(opened.canaries)
    for act in acts:
        canaries |= act.canaries
    secrets = {opened.invite, *(secret for each in recordings for secret in each.secrets)}
    pieces = [*pieces_of_all(answers), *said, *(piece for each in recordings for piece in pieces_of(each))]
    leaking = Search(canaries, tuple(sorted(secrets)), frozenset(authors)).through(pieces)
    leaking += changed_packages(answers)
    if leaking:
        return found + leaking
    characters = sum(len(piece.text) for piece in pieces)
    says = (
        f"none in {characters:,} characters of {len(recordings)} recordings and {len(answers)} assets and error pages"
    )
    return [*found, Finding("good", "telling words", says)]
