"""Recorded wizards against a program, over real sockets: who answers can't be told with pacing on; off, it is said."""

from __future__ import annotations

import json

import pytest

from tests.recordings import recording
from wizard.audit.findings import Finding, leaks
from wizard.audit.theatre import Copy
from wizard.audit.timing import Measured, findings, measure
from wizard.audit.timing_person import STAR, Recorded
from wizard.audit.timing_told import TOLD_FROM
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


@pytest.mark.alone
def test_with_pacing_on_nobody_can_tell_recorded_wizards_from_a_program() -> None:
    measured, found = audited(COVERED)
    for told in (measured.sent, measured.asked):
        assert told.each == ANSWERS
        assert told.auc <= TOLD_FROM
    assert not leaks(found)


@pytest.mark.alone
def test_with_pacing_off_it_is_said_plainly_what_leaks() -> None:
    measured, (sent, asked) = audited(OFF)
    assert measured.asked.each == ANSWERS
    assert measured.asked.auc > 0.75
    assert sent.level != "leak"
    assert asked.level == "leak"
    assert "the wait for it is the person's own" in asked.says
    assert "pacing.cover" in asked.do
