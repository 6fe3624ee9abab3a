"""A verb of the command line in a process of its own beside the app, and what it says while it runs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from wizard.background import stand_back
from wizard.settings import ROOT, misspelt

_begun: dict[subprocess.Popen[str], str] = {}
"""What was begun, each with its verb. What has come to its end is forgotten when another begins."""
NO_LARGE_PAGES = {"NUMPY_MADVISE_HUGEPAGE": "0"}
"""The kernel would put them together on whichever processor, for up to 5 ms at a time, and nothing is faster for it."""


def beside(sessions: Path, *command: str) -> subprocess.Popen[str]:
    """Start a verb, which stands back, in a session of the system's own: what is nice within one isn't to others."""
    wrong = misspelt(os.environ)  # whoever started the app was told
    process = subprocess.Popen(
        [sys.executable, "-m", "wizard", "--sessions", str(sessions), *command],
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
        env={name: each for name, each in os.environ.items() if name not in wrong} | NO_LARGE_PAGES,
    )
    for over in [each for each in list(_begun) if each.poll() is not None]:
        _begun.pop(over, None)
    _begun[process] = command[0]
    stand_back(process.pid)
    return process


def end_all() -> set[str]:
    """Kill all that still runs; the verbs that those were. They only read the log, and what they write is thrown away
    at the next start.
    """
    killed = set()
    for process, verb in list(_begun.items()):
        if process.poll() is None:
            process.kill()
            process.wait()
            killed.add(verb)
    return killed


def heard(process: subprocess.Popen[str]) -> Iterator[dict[str, Any] | str]:
    """What it says up to its end, line by line: facts, and what isn't facts as it stands."""
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            try:
                said = json.loads(line)
            except ValueError:
                said = None
            yield said if isinstance(said, dict) else line.strip()
