"""Everything, one exchange a line: an import row, with whatever else the log has of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from wizard.dataset.columns import COLUMNS, SPLIT
from wizard.dataset.examples import Example, TracedSession
from wizard.dataset.formats._lines import JsonLinesWriter, as_json
from wizard.dataset.subject import Subject

summary = "Everything, one exchange a line; can be imported again"

KEYS = [({"observation": "messages"}.get(column.name, column.name), column) for column in COLUMNS]
LEFT_OUT = ("message",)
"""It stands in `messages`."""


def open(subject: Subject, folder: Path) -> JsonLinesWriter:
    return JsonLinesWriter(folder / f"{subject.study.study}.jsonl")


def encode(subject: Subject, sessions: Sequence[TracedSession]) -> tuple[str, int]:
    lines = []
    for each in sessions:
        side = subject.side(each.session)
        lines += [as_json(row(example) | {SPLIT: side}) + "\n" for example in each.examples]
    return "".join(lines), len(lines)


def row(example: Example) -> dict[str, Any]:
    """The example as an import row and more; what there is none of is left out.

    An imported conversation and its rows are called what they were called in the file they came from.
    """
    told = {name: column.read(example) for name, column in KEYS if name not in LEFT_OUT}
    told = {name: value for name, value in told.items() if value is not None and value not in ({}, [])}
    if told.get("imported"):
        told |= {"id": example.row or example.id, "session": example.session.started.alias}
    return told
