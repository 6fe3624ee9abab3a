"""One exchange a row, for spreadsheets. `docs/dataset.md` says what each column means."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from io import StringIO
from pathlib import Path
from typing import Any

from wizard.dataset.columns import COLUMNS, SPLIT
from wizard.dataset.examples import Example, TracedSession
from wizard.dataset.formats._lines import LinesWriter
from wizard.dataset.subject import Subject

summary = "One exchange a row, for spreadsheets and pandas"

RUNS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula. Such a cell gets an apostrophe before it; so does one with
apostrophes before that, or nobody could tell what it was."""


def columns(subject: Subject) -> list[str]:
    """The columns of a study's file: those that every file has, and one for each label that the study ever had."""
    return [*(column.name for column in COLUMNS), SPLIT, *(f"label_{name}" for name in subject.labels)]


def open(subject: Subject, folder: Path) -> LinesWriter:
    return LinesWriter(folder / f"{subject.study.study}.csv", _lines([columns(subject)]))


def encode(subject: Subject, sessions: Sequence[TracedSession]) -> tuple[str, int]:
    rows = [_row(subject, subject.side(each.session), example) for each in sessions for example in each.examples]
    return _lines(rows), len(rows)


def neutral(value: Any) -> Any:
    """The value as a cell that no spreadsheet runs."""
    return f"'{value}" if isinstance(value, str) and would_run(value) else value


def would_run(value: str) -> bool:
    """Whether a spreadsheet would run it, but for apostrophes before it."""
    return value.startswith(RUNS) or (value.startswith("'") and value.lstrip("'").startswith(RUNS))


def _row(subject: Subject, side: str, example: Example) -> list[Any]:
    told = [_cell(column.kind, column.read(example)) for column in COLUMNS]
    labels = [example.exchange.labels.get(name) for name in subject.labels]
    return [neutral(value) for value in (*told, side, *labels)]


def _cell(kind: str, value: Any) -> Any:
    match kind:
        case "yes_no":
            return "true" if value else "false"
        case "list" | "texts":
            return json.dumps(value, ensure_ascii=False) if value else None
        case "messages" | "json" | "range":
            return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=kind == "json")
    return value


def _lines(rows: Sequence[Sequence[Any]]) -> str:
    lines = StringIO()
    csv.writer(lines).writerows(rows)
    return lines.getvalue()
