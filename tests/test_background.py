"""Work beside the app stands back."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.served import soon
from wizard.background import IN_LINE, LAST_IN_LINE, TURN_NANOSECONDS, stand_back
from wizard.web.exports import beside

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what may run where, and how long")
SELF = "from wizard.background import stand_back; stand_back(); print(); input()"


@pytest.fixture(autouse=True)
def as_in_earnest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(IN_LINE)


def test_what_works_beside_the_app_is_last_and_leaves_it_a_processor(tmp_path: Path) -> None:
    process = beside(tmp_path, "doctor")
    niceness, cores = os.getpriority(os.PRIO_PROCESS, process.pid), os.sched_getaffinity(process.pid)
    process.communicate()
    assert niceness == LAST_IN_LINE
    own = os.sched_getaffinity(0)
    assert cores < own or len(own) == 1


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this kernel doesn't group processes by session")
def test_its_session_is_last_among_sessions(tmp_path: Path) -> None:
    def told() -> str:
        process = beside(tmp_path, "doctor")
        group = Path(f"/proc/{process.pid}/autogroup").read_text()
        process.communicate()
        return group

    assert soon(lambda: told().endswith(f" nice {LAST_IN_LINE}\n")), "but for root, ten a second may be told"


def test_among_tests_it_waits_for_its_turn_like_all_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(IN_LINE, "yes")
    process = beside(tmp_path, "doctor")
    niceness, cores = os.getpriority(os.PRIO_PROCESS, process.pid), os.sched_getaffinity(process.pid)
    process.communicate()
    assert niceness == os.getpriority(os.PRIO_PROCESS, 0)
    assert cores == os.sched_getaffinity(0)


def test_who_stands_back_again_has_no_fewer_processors_for_it() -> None:
    group = Path("/proc/self/autogroup")  # empty where no process before this one began a session of its own
    before = group.read_text() if group.exists() else ""
    command = [sys.executable, "-c", SELF]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        process.stdout.readline()
        cores = os.sched_getaffinity(process.pid)
        assert not group.exists() or group.read_text() == before, "others of its session don't"
        stand_back(process.pid)
        assert os.sched_getaffinity(process.pid) == cores
        scheduled = Path(f"/proc/{process.pid}/sched")
        turn = re.search(r"^se\.slice +: +(\d+)$", scheduled.read_text() if scheduled.exists() else "", re.MULTILINE)
        process.stdin.write(b"\n")
    assert turn is None or int(turn[1]) == TURN_NANOSECONDS
