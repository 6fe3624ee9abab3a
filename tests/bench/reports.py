"""How long messages take while a report is made beside the app, held against how long they take without."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.bench import exports
from tests.bench.load import Outcome, percentile
from tests.bench.measure import Result, played, waits
from tests.bench.targets import Curtain
from wizard.web.exports import beside

EXCHANGES = 2_000
OPEN = 100
PAIRS = 10


def beside_a_report(folder: Path, seconds: float) -> Iterator[Result]:
    """Conversations without a report and with one, in turn, and the ratio of the p99 of all messages of either."""
    exports.build(folder, EXCHANGES)
    alone: list[Outcome] = []
    together: list[Outcome] = []
    with Curtain(folder) as curtain:
        played(curtain, OPEN, seconds)  # a server that has just started is slower: no report makes it so
        for _ in range(PAIRS):
            alone.append(played(curtain, OPEN, seconds))
            with reporting(folder) as made:
                together.append(played(curtain, OPEN, seconds))
            yield {"what": f"{OPEN} conversations: alone", **waits(alone[-1])}
            yield {"what": f"{OPEN} conversations: beside a report", "reports": len(made), **waits(together[-1])}
    pairs = [beside.wait(99) / before.wait(99) for before, beside in zip(alone, together, strict=True)]
    ratio = p99_of(together) / p99_of(alone)
    yield {"what": "beside a report", "value": round(ratio, 2), "pairs": [round(each, 2) for each in pairs]}


def p99_of(outcomes: Sequence[Outcome]) -> float:
    """Of all their messages: of those of a few seconds it hangs on four."""
    together = sorted(wait for outcome in outcomes for wait in outcome.waits)
    return percentile(together, 99, of=sum(outcome.sent for outcome in outcomes))


@contextmanager
def reporting(sessions: Path) -> Iterator[list[None]]:
    """One report after the other; what is kept of the one before is thrown away. How long the list is says how many."""
    made: list[None] = []
    over = threading.Event()
    running: list[subprocess.Popen[str]] = []

    def run() -> None:
        while not over.is_set():
            shutil.rmtree(sessions / "cache" / "reports", ignore_errors=True)
            running[:] = [beside(sessions, "report", "bench", "--part")]
            running[0].communicate()
            made.append(None)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        over.set()
        for each in running:
            each.terminate()
        thread.join()
