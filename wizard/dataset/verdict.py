"""The verdict in a card. It is asked of the verb `report`, in a process of its own: judging stands a floor above."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from wizard.settings import ROOT

MOST = 20_000
"""Of more exchanges the verdict isn't in the card: it would take longer than the export."""


def verdict_in_card(
    progress: Callable[[int, int], None], sessions: Path, study: str, upto: int, exchanges: int
) -> str | None:
    """What the log up to that event says, in Markdown, about whether a model could learn it; None if it isn't told.

    `progress` is called with how many steps are done, and of how many: thousands of new messages take minutes.
    """
    if exchanges > MOST:
        return None
    command = [sys.executable, "-m", "wizard", "--sessions", str(sessions.resolve())]
    command += ["report", study, "--card", "--upto", str(upto)]
    card: str | None = None
    for line in said_by(command):
        told = json.loads(line)
        if "doing" in told:
            progress(told["done"], told["of"])
        card = told.get("card", card)
    return card and card.strip()


def said_by(command: Sequence[str]) -> Iterator[str]:
    """What this command prints, line by line. It ends when nobody listens any more."""
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        yield from process.stdout
