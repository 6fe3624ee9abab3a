"""Reports are made one after the other: first what somebody waits for, and nothing that nobody looks at any more."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import pytest

from tests.served import soon
from wizard.web.reports import UNSEEN_SECONDS, Key, ReportJob, Reports
from wizard.web.verbs import beside, heard


class Judging(Reports):
    """Judges nothing: says in which order it would, one each time that it may go on."""

    def __init__(self) -> None:
        super().__init__(Path())
        self.judged: list[str] = []
        self.may_go_on = Event()

    def _run(self, key: Key, report: ReportJob) -> None:
        self.judged.append(key[0])
        assert self.may_go_on.wait(10)
        if key[0] == "broken":
            raise ValueError("this is meant")
        report.state = "done"


@pytest.fixture
def reports() -> Iterator[Judging]:
    reports = Judging()
    yield reports
    reports.may_go_on.set()


def test_what_somebody_waits_for_is_judged_before_what_only_stands_on_a_page(reports: Judging) -> None:
    waits = [reports.current(study, exchanges=40, erasures=0).facts(40)["waits"] for study in ("a", "b", "c", "d")]
    assert waits == [False, True, True, True]
    assert soon(lambda: reports.judged == ["a"])
    wanted = reports.access("d", None, exchanges=40, erasures=0)
    assert wanted.facts(40)["waits"]
    reports.may_go_on.set()
    assert soon(lambda: wanted.state == "done")
    assert not wanted.facts(40)["waits"]
    assert soon(lambda: reports.judged == ["a", "d", "b", "c"])
    reports.current("e", exchanges=40, erasures=0)
    assert soon(lambda: reports.judged[-1] == "e")


def test_what_nobody_looks_at_any_more_is_not_judged_before_somebody_does(reports: Judging) -> None:
    reports.current("a", exchanges=40, erasures=0)
    assert soon(lambda: reports.judged == ["a"])
    left, wanted = reports.current("b", exchanges=40, erasures=0), reports.make("c", None, exchanges=40, erasures=0)
    for each in (left, wanted):
        each.seen -= UNSEEN_SECONDS
    reports.current("d", exchanges=40, erasures=0)
    reports.may_go_on.set()
    assert soon(lambda: reports.judged == ["a", "c", "d"])
    assert reports.current("b", exchanges=40, erasures=0) is not left
    assert soon(lambda: reports.judged == ["a", "c", "d", "b"])


def test_what_was_judged_before_is_there_again_where_nobody_waited_for_a_newer_one(reports: Judging) -> None:
    reports.may_go_on.set()
    before = reports.access("b", None, exchanges=40, erasures=0)
    assert soon(lambda: before.state == "done")
    reports.may_go_on.clear()
    reports.current("a", exchanges=40, erasures=0)
    assert soon(lambda: reports.judged == ["b", "a"])
    before.began -= 1_000
    newer = reports.current("b", exchanges=80, erasures=0)
    assert newer is not before
    newer.seen -= UNSEEN_SECONDS
    last = reports.current("c", exchanges=40, erasures=0)
    reports.may_go_on.set()
    assert soon(lambda: last.state == "done")
    assert reports.access("b", None, exchanges=80, erasures=0) is before


def test_one_that_fails_whatever_of_keeps_nobody_else_waiting(reports: Judging) -> None:
    reports.may_go_on.set()
    broken = reports.access("broken", None, exchanges=40, erasures=0)
    assert soon(lambda: broken.state == "failed")
    assert soon(lambda: reports.access("after", None, exchanges=40, erasures=0).state == "done")


def test_whatever_a_verb_says_is_heard_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    python = tmp_path / "python"
    python.write_text("""#!/bin/sh\nprintf '42\\n\\377\\nnull\\n{"doing": "it"}\\n'\n""")
    python.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(python))
    process = beside(tmp_path, "doctor")
    assert list(heard(process)) == ["42", "\ufffd", "null", {"doing": "it"}]
    assert process.wait() == 0
