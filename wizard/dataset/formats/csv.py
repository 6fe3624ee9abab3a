"""One exchange a row, for spreadsheets. `docs/dataset.md` says what each column means."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import StringIO
from typing import Any

from wizard.dataset.examples import Example, examples
from wizard.events import Part
from wizard.observation import under
from wizard.session import Session
from wizard.study import Study

summary = "One exchange a row, for spreadsheets and pandas"
extension = "csv"
mimetype = "text/csv"

RUNS = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula. Such a cell gets an apostrophe before it."""

COLUMNS: dict[str, Callable[[Example], Any]] = {
    "id": lambda each: each.id,
    "study": lambda each: each.session.started.study,
    "version": lambda each: each.session.started.version,
    "session": lambda each: each.session.id,
    "exchange": lambda each: each.exchange.number,
    "participant": lambda each: each.session.started.participant,
    "at": lambda each: each.exchange.at,
    "observation": lambda each: json.dumps(
        [{"role": said.role, "content": said.text, **under(said.bubble)} for said in each.seen], ensure_ascii=False
    ),
    "shown": lambda each: json.dumps(dict(each.exchange.reply.shown), ensure_ascii=False, sort_keys=True),
    "documents": lambda each: _parts(each.exchange.reply.documents),
    "form": lambda each: _json(each.exchange.reply.form),
    "message": lambda each: "\n".join(said.text for said in each.asked),
    "reply": lambda each: each.exchange.reply.text,
    "released": lambda each: each.released,
    "released_at": lambda each: each.exchange.released_at,
    "finished_at": lambda each: each.exchange.finished_at,
    "stopped": lambda each: _yes_no(each.exchange.stopped),
    "wizard": lambda each: each.wizard,
    "seconds": lambda each: each.exchange.reply.seconds,
    "first_key": lambda each: each.exchange.reply.first_key,
    "keystrokes": lambda each: each.exchange.reply.keystrokes,
    "source": lambda each: each.exchange.reply.source,
    "offered": lambda each: _parts(each.exchange.reply.offered),
    "evidence": lambda each: _parts(each.exchange.reply.evidence),
    "could_answer": lambda each: each.exchange.reply.could_answer,
    "missing": lambda each: each.exchange.reply.missing,
    "saw_more": lambda each: _yes_no(each.exchange.reply.saw_more),
    "not_for_training": lambda each: _yes_no(each.exchange.not_for_training),
    "believed": lambda each: each.session.guessed and each.session.guessed.answered_by,
    "imported": lambda each: each.session.started.imported,
}


def columns(study: Study) -> list[str]:
    """The columns of a study's file: those that every file has, and one for each label of the study."""
    return [*COLUMNS, *(f"label_{label.name}" for label in study.labels)]


def chunks(study: Study, sessions: Iterable[Session]) -> Iterator[tuple[str, int]]:
    """The heading, then a row for each exchange."""
    yield _line(columns(study)), 0
    for each in examples(iter(sessions)):
        labels = [each.exchange.labels.get(label.name) for label in study.labels]
        yield _line([neutral(value) for value in [*(read(each) for read in COLUMNS.values()), *labels]]), 1


def neutral(value: Any) -> Any:
    """The value as a cell that no spreadsheet runs."""
    return f"'{value}" if isinstance(value, str) and value.startswith(RUNS) else value


def _parts(parts: Sequence[Part]) -> str | None:
    """A list of what an event carries, as JSON; nothing where there is none."""
    return _json([part.model_dump(mode="json", exclude_none=True) for part in parts]) if parts else None


def _json(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False)


def _yes_no(value: bool) -> str:
    return "true" if value else "false"


def _line(values: list[Any]) -> str:
    line = StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()
