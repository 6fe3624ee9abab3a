"""How fast a log of a million exchanges leaves, and how much memory that takes."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.bench.measure import Result
from tests.served import PLAIN, ROOT
from wizard.store.database import connect
from wizard.store.log import immediately
from wizard.store.schema import bring_up_to_date
from wizard.store.studies import save_study

FORMATS = ("openai", "huggingface", "jsonl", "csv")
STUDY = """
study: bench
title: Bench
persona: {name: Penny, greeting: Hello there.}
model_sees: {history: 6}
labels: [{name: intent, options: [lost, charge, other]}]
"""
AT = "2026-01-02T03:04:05.000Z"
LENGTHS = (3, 5, 7)
"""Exchanges of a session."""
AT_ONCE = 2_000
SAID = "my card was charged twice and I do not know why could you please look into it before Friday"
WORDS = SAID.split()
LOOK_SECONDS = 0.02
LOOK_AT_MEMORY_SECONDS = 0.5
"""To add up the pages of three processes takes milliseconds: fifty times a second that was a quarter of an export."""
EVENT = "INSERT INTO events (seq, session, kind, at, actor, client_id, body) VALUES (?, ?, ?, ?, ?, ?, ?)"
HEAD = """
INSERT INTO heads (session, study, version, participant, alias, started_at, messages, exchanges, unreleased, ended,
                   ended_at)
VALUES (?, 'bench', 1, ?, ?, ?, ?, ?, 0, 'participant', ?)
"""


def build(sessions: Path, exchanges: int, seed: int = 1) -> int:
    """Write a log of so many exchanges, and how many events it has. Rows as the log's own door writes them."""
    db = connect(sessions, lock_wait=1)
    bring_up_to_date(db, sessions)
    save_study(db, STUDY, "system")
    rng = random.Random(seed)
    done = number = seq = 0
    while done < exchanges:
        events: list[tuple[Any, ...]] = []
        heads: list[tuple[Any, ...]] = []
        for _ in range(AT_ONCE):
            number += 1
            session, length = f"{number:020x}", rng.choice(LENGTHS)
            for kind, actor, client_id, body in _talk(number, length, rng):
                seq += 1
                text = json.dumps(body, separators=(",", ":"))
                events.append((seq, session, kind, AT, actor, client_id, text))
            heads.append((session, f"{number // 2:024x}", f"Guest {number}", AT, 1 + 2 * length, length, AT))
            done += length
            if done >= exchanges:
                break
        with immediately(db):
            db.conn.executemany(EVENT, events)
            db.conn.executemany(HEAD, heads)
    db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close()
    return seq


def _talk(number: int, length: int, rng: random.Random) -> Iterator[tuple[str, str, str | None, dict[str, Any]]]:
    """The events of a session of so many exchanges: kind, actor, client id, body."""
    begun = {"study": "bench", "version": 1, "participant": f"{number // 2:024x}", "alias": f"Guest {number}"}
    yield "started", "system", None, begun
    yield "message", "system", None, {"n": 1, "role": "assistant", "text": "Hello there."}
    yield "claimed", "wizard:ann", None, {}
    n = 1
    for exchange in range(1, length + 1):
        n += 1
        yield "message", "participant", f"m{exchange}", {"n": n, "role": "user", "text": _say(10, rng)}
        reply = {
            "exchange": exchange,
            "text": _say(14, rng),
            "first": max(1, n - 5),
            "upto": n,
            "observation": "0" * 64,
            "could_answer": "yes",
            "labels": {"intent": rng.choice(("lost", "charge", "other"))},
            "seconds": 12.5,
            "first_key": 3.25,
            "keystrokes": 40,
        }
        yield "replied", "wizard:ann", f"r{exchange}", reply
        n += 1
        yield "released", "system", None, {"n": n, "exchange": exchange, "bubble": 1}
    yield "ended", "participant", None, {"reason": "participant"}


def _say(words: int, rng: random.Random) -> str:
    return " ".join(rng.choices(WORDS, k=words)) + f" {rng.randrange(10**6)}"


def exported(folder: Path, exchanges: int, formats: tuple[str, ...] = FORMATS) -> Iterator[Result]:
    """Each export by its own command, as people start it: exchanges a second, the first byte, and the most memory."""
    sessions = folder / "sessions"
    began = time.monotonic()
    events = build(sessions, exchanges)
    took = time.monotonic() - began
    yield {"what": "export: the log", "value": events, "unit": "events", "built_in_s": round(took)}
    for format in formats:
        yield {"what": f"export: {format}", **_one(sessions, format, folder / format)}


def _one(sessions: Path, format: str, out: Path) -> Result:
    command = [*PLAIN, "--sessions", str(sessions), "export", "bench", "--to", format, "--out", str(out), "--json"]
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(process.pid, range(os.cpu_count() or 1))  # the bench itself is pinned to one core
    watch = Watch(process.pid, out, began)
    watch.start()
    told, _ = process.communicate()
    took = time.monotonic() - began
    watch.done.set()
    watch.join()
    if process.returncode:
        sys.exit(f"{' '.join(command)} failed")
    return {
        "value": round(json.loads(told)["examples"] / took),
        "unit": "exchanges a second",
        "s": round(took, 1),
        "first_byte_s": watch.first_byte and round(watch.first_byte, 2),
        "most_MB": round(watch.most / 2**20),
        "largest_MB": round(watch.largest / 2**20),
        "n": json.loads(told)["examples"],
    }


class Watch(threading.Thread):
    """Looks at a process and all below it: their memory together and of the largest (what they share counted once),
    and its first byte.
    """

    def __init__(self, pid: int, out: Path, began: float) -> None:
        super().__init__(daemon=True)
        self._pid, self._out, self._began = pid, out, began
        self.most = self.largest = 0
        self.first_byte = 0.0
        self.done = threading.Event()

    def run(self) -> None:
        while not self.done.wait(LOOK_AT_MEMORY_SECONDS if self.first_byte else LOOK_SECONDS):
            if not self.first_byte and any(_size(path) for path in self._out.rglob("*")):
                self.first_byte = time.monotonic() - self._began
            each = [_memory(pid) for pid in _family(self._pid)]
            self.most, self.largest = max(self.most, sum(each)), max(self.largest, *each)


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(each for child in children for each in _family(int(child)))]


def _memory(pid: int) -> int:
    """Proportional set size, in bytes; 0 of a process that is gone."""
    try:
        with Path(f"/proc/{pid}/smaps_rollup").open() as file:
            return next(int(line.split()[1]) * 1024 for line in file if line.startswith("Pss:"))
    except (OSError, StopIteration):
        return 0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0
