"""How long messages take while a report is made beside the app, held against how long they take without."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.bench import exports
from tests.bench.measure import Result, conversations
from tests.bench.targets import Curtain
from wizard.web.exports import beside

EXCHANGES = 2_000
OPEN = 100
PAIRS = 5


def beside_a_report(folder: Path, seconds: float) -> Iterator[Result]:
    """Conversations without a report and with one, in turn, and the ratio of their p99."""
    exports.build(folder, EXCHANGES)
    ratios = []
    with Curtain(folder) as curtain:
        for _ in range(PAIRS):
            alone = conversations(curtain, OPEN, seconds)
            with reporting(folder) as made:
                together = conversations(curtain, OPEN, seconds)
            yield {"what": f"{OPEN} conversations: alone", **alone}
            yield {"what": f"{OPEN} conversations: beside a report", "reports": len(made), **together}
            ratios.append(together["p99"] / alone["p99"])
    yield {"what": "beside a report", "value": round(median(ratios), 2), "all": [round(each, 2) for each in ratios]}


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
