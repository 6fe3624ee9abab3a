"""Recorded wizards against a program, over real sockets: who answers can't be told with pacing on; off, it is said."""

from __future__ import annotations

import json

import pytest

from tests.recordings import recording
from wizard.audit.findings import Finding, leaks
from wizard.audit.theatre import Copy, theatre
from wizard.audit.timing import Measured, findings, measure
from wizard.audit.timing_person import STAR, Recorded
from wizard.audit.timing_play import KINDS, play
from wizard.study_file import read_study

FILES = [recording(name) for name in ("star_bank_fraud_report", "star_ride_book")]
ANSWERS = 200
COVERED = """
study: covered
title: Covered
pacing: {first: 1-3, chars_per_second: 60, cover: 120-150, busy: {after: 200}}
"""
OFF = """
study: uncovered
title: Uncovered
"""


def recorded() -> Recorded:
    """The seconds that are in the files; where they aren't there, the table of them."""
    if not all(file.is_file() for file in FILES):
        return STAR
    lines = [line for file in FILES for line in file.read_text(encoding="utf-8").splitlines()]
    seconds = [seconds for line in lines if (seconds := json.loads(line).get("seconds"))]
    return Recorded.of(f"{len(seconds)} answers of STAR", seconds)


def audited(source: str) -> tuple[Measured, list[Finding]]:
    study = read_study(source)
    measured = measure(Copy(study, source, {}), ANSWERS, recorded(), lambda done, total: None)
    return measured, findings(study.pacing, recorded(), measured)


def test_the_table_is_what_the_files_say() -> None:
    for share in (0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975):
        assert recorded().within(share) == pytest.approx(STAR.within(share), abs=1)


def test_all_that_comes_with_an_answer_is_counted_with_it_whoever_gave_it() -> None:
    study = read_study(OFF)
    with theatre(Copy(study, OFF, {}), haste=50) as stage:
        played = play(stage, [6.0] * 9, 1, lambda done, total: None)
    assert {each.who for each in played} == set(KINDS)
    for seen in (seen for each in played for seen in each.seen):
        marks = [mark for _, mark in seen.marks if mark in ("on", "off")]
        assert marks[0] == "on", "not what was left of the one before"
        assert marks[-1] == "off", "the dots go after the last bubble"


@pytest.mark.alone
def test_with_pacing_on_nobody_can_tell_recorded_wizards_from_a_program() -> None:
    measured, found = audited(COVERED)
    for told in (measured.sent, measured.asked):
        assert told.each == ANSWERS
        assert not told.found
    assert not leaks(found)


def test_with_pacing_off_it_is_said_plainly_what_leaks() -> None:
    measured, (sent, asked) = audited(OFF)
    assert measured.asked.each == ANSWERS
    assert measured.asked.found
    assert sent.level != "leak"
    assert asked.level == "leak"
    assert "the wait for it is the person's own" in asked.says
    assert "pacing.cover" in asked.do
