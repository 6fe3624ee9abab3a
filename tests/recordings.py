"""Public dialogues that some tests are tried on, as files of import rows.

They are no part of the project. A test that wants one is skipped where it isn't there; `CURTAIN_RECORDINGS` says in
which folder they are.
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.served import ROOT

RECORDINGS = Path(os.environ.get("CURTAIN_RECORDINGS", ROOT.parent / "shared" / "data"))
NOT_THERE = "the public dialogues aren't there: CURTAIN_RECORDINGS names their folder"


def recording(name: str) -> Path:
    """The file of that recording, which may not be there."""
    return RECORDINGS / f"{name}.jsonl"
