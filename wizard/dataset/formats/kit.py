"""What to hand to a team: here is a data set, here is a metric, beat this.

`kit/` is to hand over, `keep/` has the answers to the test, which nobody who is tested should see.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from wizard.dataset import score
from wizard.dataset.baseline import Solved, baselines
from wizard.dataset.card import card, citation
from wizard.dataset.examples import Example, TracedSession
from wizard.dataset.formats._kit_readme import columns, readme
from wizard.dataset.formats._kit_task import task_of
from wizard.dataset.formats._learnt import can_be_learnt
from wizard.dataset.formats._lines import as_one_line
from wizard.dataset.likeness import alike, keep
from wizard.dataset.splits import GIVES_WAY, SIDES, Split, fingerprint_of
from wizard.dataset.subject import Ending, Subject
from wizard.dataset.tally import LEFT_OUT, Tally

summary = "To hand over: train, validation and a hidden test, a metric, what to beat"

HANDED, KEPT = "kit", "keep"
HELD: tuple[Split, ...] = ("validation", "test")
MOST_LEARNT, MOST_TESTED = 10_000, 1_000
"""Examples that the baselines learn from, and are tested on."""


@dataclass(frozen=True, slots=True)
class Row:
    """An example as the kit has it, with the side it is on, what its input looks like, and its labels of so many
    options.
    """

    side: Split
    fingerprint: int
    id: str
    given: str
    answer: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows in the order of the log, and what was counted in them."""

    rows: list[Row]
    tally: Tally


def encode(subject: Subject, sessions: Sequence[TracedSession]) -> tuple[Piece, int]:
    task, tally, rows = task_of(subject.study), Tally(), []
    choices = frozenset(subject.choices)
    for each in sessions:
        side = subject.side(each.session)
        for example in each.examples:
            answer = task.answer(example)
            if answer is None or not can_be_learnt(example.exchange):
                tally.count(example, LEFT_OUT, choices)
                continue
            pinned = (example.session.id, example.exchange.number) in subject.pins
            tally.count(example, "aside" if pinned else side, choices)
            labels = {name: value for name, value in example.labels.items() if name in choices}
            given = _json({"id": example.id, "session": example.session.id, **_input(example)})
            row = Row("aside" if pinned else side, fingerprint_of(example), example.id, given, _json(answer), labels)
            keep(tally.inputs, example, row.side, row.fingerprint, subject.exchanges)
            rows.append(row)
    return Piece(rows, tally), len(rows)


def _input(example: Example) -> dict[str, Any]:
    reply = example.exchange.reply
    told: dict[str, Any] = {"messages": [{"role": said.role, "content": said.text} for said in example.seen]}
    beside = {
        "shown": dict(reply.shown),
        "documents": [each.model_dump(exclude_none=True) for each in reply.documents],
        "form": reply.form,
    }
    return told | {name: value for name, value in beside.items() if value}


def open(subject: Subject, folder: Path) -> KitWriter:
    """
    Raises:
        ValueError: only one side is wanted.
    """
    if subject.only is not None:
        raise ValueError("A kit is made of all sides: leave --split out.")
    return KitWriter(subject, folder)


class KitWriter:
    """Train goes out as it comes. Others wait beside it until all that they could be remembered from is known."""

    def __init__(self, subject: Subject, folder: Path) -> None:
        self._subject, self._handed, self._kept = subject, folder / HANDED, folder / KEPT
        self._handed.mkdir()
        self._kept.mkdir()
        self._tally = Tally()
        self._fingerprints: dict[Split, set[int]] = {side: set() for side in SIDES}
        self._counts = Counter({"train": 0, "validation": 0, "test": 0})
        self._learnt: list[Solved] = []
        self._files = ExitStack()
        self._beside = Path(self._files.enter_context(tempfile.TemporaryDirectory(dir=folder)))
        self._train = self._write_to(self._handed / "train.jsonl")
        self._held = {side: self._write_to(self._beside / side) for side in HELD}

    def write(self, piece: Piece) -> None:
        self._tally.add(piece.tally)
        for row in piece.rows:
            if row.side == "aside":
                self._counts["aside"] += 1
                continue
            self._fingerprints[row.side].add(row.fingerprint)
            if row.side == "train":
                self._train.write(_with_answer(row))
                self._counts["train"] += 1
                if len(self._learnt) < MOST_LEARNT:
                    self._learnt.append(_solved(row))
            else:
                self._held[row.side].write(_json([row.fingerprint, row.id, row.given, row.answer, row.labels]) + "\n")

    def finish(self, ending: Ending) -> None:
        self._train.close()
        for file in self._held.values():
            file.close()
        with (
            _text(self._handed / "test.jsonl") as given,
            _text(self._kept / "test-answers.jsonl") as answers,
        ):
            tested: list[Solved] = []
            for row in self._fresh("test"):
                given.write(row.given + "\n")
                answers.write(_answer(row))
                if len(tested) < MOST_TESTED:
                    tested.append(_solved(row))
        with (
            _text(self._handed / "validation.jsonl") as given,
            _text(self._handed / "validation-answers.jsonl") as answers,
        ):
            for row in self._fresh("validation"):
                given.write(_with_answer(row))
                answers.write(_answer(row))
        aside = self._counts["aside"]
        near = alike(self._tally.inputs, self._is_aside, self._subject.exchanges)
        source = Path(score.__file__).read_text(encoding="utf-8")
        _keep(self._handed / "score.py", source)
        told = columns(self._subject)
        _keep(self._handed / "CARD.md", card(self._subject, self._tally, ending, aside, near, told, ("test", "aside")))
        _keep(self._handed / "CITATION.cff", citation(self._subject, ending))
        beat = baselines(self._learnt, tested, json.loads)
        _keep(self._handed / "README.md", readme(self._subject, self._counts, beat))
        self.close()
        _write_checksums(self._handed)

    def close(self) -> None:
        self._files.close()

    def _write_to(self, path: Path) -> IO[str]:
        return self._files.enter_context(_text(path))

    def _is_aside(self, side: str, fingerprint: int) -> bool:
        return any(fingerprint in self._fingerprints[other] for other in GIVES_WAY[side])

    def _fresh(self, side: Split) -> Iterator[Row]:
        """Those of that side that can't be remembered from others; the rest is counted as set aside."""
        with (self._beside / side).open(encoding="utf-8") as held:
            for line in held:
                row = Row(side, *json.loads(line))
                fresh = not self._is_aside(side, row.fingerprint)
                self._counts[side if fresh else "aside"] += 1
                if fresh:
                    yield row
                else:
                    self._set_aside(row)

    def _set_aside(self, row: Row) -> None:
        """Count it so, which was counted where its participant is."""
        self._tally.sides.update({row.side: -1, "aside": 1})
        for name, value in row.labels.items():
            self._tally.labels.update({(name, value, row.side): -1, (name, value, "aside"): 1})


def _solved(row: Row) -> Solved:
    given = json.loads(row.given)
    return Solved(row.id, "\n".join(each["content"] for each in given["messages"]), row.answer)


def _with_answer(row: Row) -> str:
    return f'{row.given[:-1]}, "answer": {row.answer}}}\n'


def _answer(row: Row) -> str:
    return f'{{"id": {_json(row.id)}, "answer": {row.answer}}}\n'


def _json(value: Any) -> str:
    return as_one_line(json.dumps(value, ensure_ascii=False))


def _text(path: Path) -> IO[str]:
    return path.open("w", encoding="utf-8", newline="\n")


def _keep(path: Path, text: str) -> None:
    with _text(path) as file:
        file.write(text)


def _write_checksums(folder: Path) -> None:
    sums = [f"{hashlib.sha256(each.read_bytes()).hexdigest()}  {each.name}\n" for each in sorted(folder.iterdir())]
    _keep(folder / "SHA256SUMS", "".join(sums))
