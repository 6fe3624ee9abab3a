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
from wizard.dataset.columns import COLUMNS
from wizard.dataset.examples import Example, Told
from wizard.dataset.formats._learnt import can_be_learnt
from wizard.dataset.formats._lines import as_one_line
from wizard.dataset.likeness import alike, keep
from wizard.dataset.prompt import prompt
from wizard.dataset.splits import GIVES_WAY, SIDES, Split, print_of
from wizard.dataset.subject import Ending, Subject
from wizard.dataset.tally import LEFT_OUT, Tally
from wizard.study import Study

summary = "To hand over: train, validation and a hidden test, a metric, what to beat"

HANDED, KEPT = "kit", "keep"
HELD: tuple[Split, ...] = ("validation", "test")
MOST_LEARNT, MOST_TESTED = 10_000, 1_000
"""Examples that the baselines learn from, and are tested on."""


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be predicted: a label of that name, or the reply."""

    label: str | None
    kind: str

    def answer(self, example: Example) -> Any:
        """What is right; None where that isn't known."""
        if self.label is not None:
            return example.labels.get(self.label)
        return json.loads(example.reply) if self.kind == "form" and example.reply else example.reply

    @property
    def in_words(self) -> str:
        if self.label is not None:
            return f"the label `{self.label}`"
        return {"choice": "the class of the reply", "form": "the form’s values"}.get(self.kind, "the reply")

    @property
    def metric(self) -> str:
        return "token_f1" if self.label is None and self.kind == "text" else "accuracy"


def task_of(study: Study) -> Task:
    """The reply where it is a class or a form; else the first label that is a choice; else the text of the reply."""
    label = next((each.name for each in study.labels if each.kind == "choice"), None)
    return Task(None if study.reply.kind != "text" else label, study.reply.kind)


@dataclass(frozen=True, slots=True)
class Row:
    """An example as the kit has it, with the side it is on, what its input looks like, and its labels of so many
    options.
    """

    side: Split
    print: int
    id: str
    given: str
    answer: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Piece:
    rows: list[Row]
    tally: Tally


def encode(subject: Subject, told: Sequence[Told]) -> tuple[Piece, int]:
    task, tally, rows = task_of(subject.study), Tally(), []
    choices = frozenset(subject.choices)
    for each in told:
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
            row = Row("aside" if pinned else side, print_of(example), example.id, given, _json(answer), labels)
            keep(tally.inputs, example, row.side, row.print, subject.exchanges)
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


def columns(subject: Subject) -> list[str]:
    """A table of what a line of the files has."""
    means = {each.name: each.meaning for each in COLUMNS}
    beside = ("shown", "documents", "form")
    names = {
        "id": means["id"],
        "session": means["session"],
        "messages": 'what the model would be given, a list of `{"role", "content"}`',
        **{name: f"{means[name].partition(';')[0]}; only where there is any" for name in beside},
        "answer": f"what is to be predicted: {task_of(subject.study).in_words}",
    }
    return ["| key | meaning |", "| --- | --- |", *(f"| `{name}` | {meaning} |" for name, meaning in names.items())]


def open(subject: Subject, folder: Path) -> KitWriter:
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
        self._prints: dict[Split, set[int]] = {side: set() for side in SIDES}
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
            self._prints[row.side].add(row.print)
            if row.side == "train":
                self._train.write(_with_answer(row))
                self._counts["train"] += 1
                if len(self._learnt) < MOST_LEARNT:
                    self._learnt.append(_solved(row))
            else:
                self._held[row.side].write(_json([row.print, row.id, row.given, row.answer, row.labels]) + "\n")

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

    def _is_aside(self, side: str, print: int) -> bool:
        return any(print in self._prints[other] for other in GIVES_WAY[side])

    def _fresh(self, side: Split) -> Iterator[Row]:
        """Those of that side that can't be remembered from others; the rest is counted as set aside."""
        with (self._beside / side).open(encoding="utf-8") as held:
            for line in held:
                row = Row(side, *json.loads(line))
                fresh = not self._is_aside(side, row.print)
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


def readme(subject: Subject, counts: Counter[str], beat: dict[str, dict[str, Any]]) -> str:
    """What the team reads first."""
    study, task = subject.study, task_of(subject.study)
    metric = task.metric
    rows = [f"| {name} | {_figure(each[metric])} | {each['n']:,} |" for name, each in beat.items()]
    beaten = "\n".join([f"| baseline | {metric} on the test | examples |", "| --- | ---: | ---: |", *rows])
    fields = "`id`, `session`, `messages` (the last one is the participant’s), what stood beside them, `answer`"
    files = {
        "`train.jsonl`": (counts["train"], fields),
        "`validation.jsonl`, `validation-answers.jsonl`": (
            counts["validation"],
            "the same; the answers once more, as `score.py` takes them",
        ),
        "`test.jsonl`": (counts["test"], "without answers: whoever gave you this has them"),
        "`score.py`": (None, "the metric; needs Python and nothing else"),
        "`CARD.md`": (None, "where the data come from, and what is known of them"),
        "`CITATION.cff`": (None, "how to cite it"),
        "`SHA256SUMS`": (None, "checksums: `sha256sum -c SHA256SUMS`"),
    }
    table = "\n".join(f"| {name} | {'' if n is None else f'{n:,}'} | {says} |" for name, (n, says) in files.items())
    return f"""# {study.title}

Here is a data set, here is a metric: beat this.

Predict {task.in_words} from what a model would see. It would be told:

> {prompt(study).replace(chr(10), chr(10) + "> ")}

| file | examples | what it has |
| --- | ---: | --- |
{table}

Write your predictions as JSON lines, `{{"id": …, "prediction": …}}`, one for each example, and score them:

```
python score.py predictions.jsonl validation-answers.jsonl
```

{beaten if beat else "Nothing is left to test on, so nothing was scored: it takes more participants."}

A share comes with its 90 % interval. Nobody is on two sides. {_aside(counts["aside"])}
"""


def _aside(count: int) -> str:
    many = "1 example" if count == 1 else f"{count:,} examples"
    return (
        f"{many} whose input stands on another side too, but for case, accents, digits and signs, "
        f"{'was' if count == 1 else 'were'} left out."
    )


def _figure(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['value']:.1%} ({value['low']:.1%} to {value['high']:.1%})"
    return f"{value:.3f}"


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
