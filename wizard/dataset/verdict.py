"""The verdict in a card. It is asked of the verb `report`, in a process of its own: judging stands a floor above."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

MOST = 20_000
"""Of more exchanges the verdict isn't in the card: it would take longer than the export."""
ROOT = Path(__file__).resolve().parents[2]


def verdict_in_card(sessions: Path, study: str, upto: int, exchanges: int) -> str | None:
    """What the log up to that event says, in Markdown, about whether a model could learn it; None if it isn't told."""
    if exchanges > MOST:
        return None
    command = [sys.executable, "-m", "wizard", "--sessions", str(sessions.resolve())]
    command += ["report", study, "--card", "--upto", str(upto)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    return None if done.returncode else done.stdout.strip()
