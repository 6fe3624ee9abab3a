"""An import that is killed in the middle, again and again, is whole after one more run, and names every bad row."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from tests.served import ROOT
from wizard.store.database import NoLog, connect_to_read
from wizard.store.doctor import examine

ROWS, ROWS_LONG = 12_000, 1_000_000
ROWS_OF_A_SESSION = 4
APART = 1_000
"""So many sessions are told at once: their rows lie that far apart in the file."""
KILLS = 3
BAD = (
    lambda row: json.dumps(row)[:-9],
    lambda row: json.dumps({**row, "answer": "?"}),
    lambda row: json.dumps({**row, "messages": []}),
    lambda row: json.dumps({**row, "could_answer": "perhaps"}),
)
WHY = ("not JSON: ", "answer: this key isn't known", "messages: is empty", "could_answer: must be")
SEED = 20_261
MOST_KILOBYTES = 400_000


def recorded(rows: int) -> Iterator[tuple[str, str | None]]:
    """Lines of a file, each with what is wrong with it: one in a hundred is bad."""
    rng = random.Random(SEED)
    for number in range(rows):
        block, place = divmod(number, APART * ROWS_OF_A_SESSION)
        turn, session = divmod(place, APART)
        row = {
            "id": f"{turn}",
            "session": f"s{block * APART + session}",
            "messages": [{"role": "user", "content": f"{['yes', 'no', 'maybe', 'perhaps'][turn]}, number {number}"}],
            "reply": f"I see, {number}.",
            "labels": {"intent": "abcd"[turn]},
            "at": 1_700_000_000 + number,
        }
        sort = rng.randrange(len(BAD)) if rng.random() < 0.01 else None
        yield (json.dumps(row), None) if sort is None else (BAD[sort](row), WHY[sort])


def started(sessions: Path, file: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "wizard", "import", "calls", str(file), "--json"],
        cwd=ROOT,
        env={**os.environ, "CURTAIN_SESSIONS": str(sessions)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def there(sessions: Path) -> int:
    """How many sessions the log has by now."""
    try:
        db = connect_to_read(sessions)
    except NoLog:
        return 0
    try:
        return one(db, "SELECT count(*) FROM heads") if "heads" in db.table_names() else 0
    finally:
        db.close()


def one(db: Database, query: str) -> int:
    return int(db.execute(query).fetchone()[0])


def finished(process: subprocess.Popen[str]) -> tuple[dict[str, Any], int]:
    """What the command said, and the most memory that it took, in kilobytes.

    It is asked while it runs: what `wait4` tells begins with the memory of whoever started it.
    """
    kilobytes = 0
    while process.poll() is None:
        kilobytes = max(kilobytes, most_so_far(process.pid))
        time.sleep(0.02)
    assert process.returncode == 1, "there are bad rows"
    assert kilobytes
    assert process.stdout is not None
    with process.stdout:
        return json.loads(process.stdout.read()), kilobytes


def most_so_far(pid: int) -> int:
    """The most memory that a process took so far, in kilobytes; 0 where it has just ended."""
    try:
        told = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    found = re.search(r"VmHWM:\s+(\d+) kB", told)
    return int(found[1]) if found else 0


def test_a_killed_import_is_completed_by_the_next(tmp_path: Path, long_run: bool) -> None:
    sessions, file = tmp_path / "sessions", tmp_path / "calls.jsonl"
    rows = ROWS_LONG if long_run else ROWS
    wrong: dict[int, str] = {}
    with file.open("w", encoding="utf-8") as lines:
        for number, (line, why) in enumerate(recorded(rows), 1):
            lines.write(f"{line}\n")
            if why:
                wrong[number] = why
    good = rows - len(wrong)
    for kill in range(KILLS):
        wanted = rows / ROWS_OF_A_SESSION * (kill + 0.5) / (KILLS + 1)
        with started(sessions, file) as process:
            while there(sessions) < wanted:
                assert process.poll() is None, "it was done before it was killed"
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
        assert not (tmp_path / "calls.jsonl.rejects.jsonl").exists(), "it is there whole, or not at all"
    began = there(sessions)
    assert 0 < began < rows / ROWS_OF_A_SESSION
    since = time.monotonic()
    facts, kilobytes = finished(started(sessions, file))
    took = time.monotonic() - since
    print(f"\n{rows:,} rows, the last run of {KILLS + 1}: {took:.1f} s, at most {kilobytes / 1_000:.0f} MB")
    assert kilobytes < MOST_KILOBYTES
    assert facts["there_already"] == began
    assert {each.name for each in tmp_path.iterdir()} == {"sessions", "calls.jsonl", "calls.jsonl.rejects.jsonl"}
    rejects = [json.loads(line) for line in (tmp_path / "calls.jsonl.rejects.jsonl").read_text().splitlines()]
    assert facts["bad_rows"] == len(wrong) == len(rejects)
    assert {each["line"] for each in rejects} == set(wrong)
    assert all(each["reason"].startswith(wrong[each["line"]]) for each in rejects)
    db = connect_to_read(sessions)
    try:
        counts = [
            one(db, "SELECT count(*) FROM events WHERE kind = 'replied'"),
            one(db, "SELECT count(DISTINCT body ->> 'text') FROM events WHERE kind = 'replied'"),
            one(db, "SELECT count(*) FROM events WHERE kind = 'message'"),
        ]
    finally:
        db.close()
    assert counts == [good, good, good]
    checks = examine(sessions)
    assert all(each.state != "bad" for each in checks), checks
    size = there(sessions)
    again, _ = finished(started(sessions, file))
    assert (again["sessions"], again["there_already"], there(sessions)) == (0, size, size)
