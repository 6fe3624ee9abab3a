"""What `huggingface` writes: typed rows by split, and the card.

Two configurations: `default` has everything, `sft` what a model can be trained on, as TRL's trainers take it.
"""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import StringIO
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from ruamel.yaml import YAML

from wizard.dataset.card import card, citation, size_category
from wizard.dataset.columns import COLUMNS, Kind
from wizard.dataset.examples import Example, Told
from wizard.dataset.likeness import Alike, alike, keep
from wizard.dataset.prompt import in_words, prompt
from wizard.dataset.splits import SIDES, print_of
from wizard.dataset.subject import Ending, Subject
from wizard.dataset.tally import Tally
from wizard.without import without

with without("pandas"):  # the first array of a process loads it: 0.3 s and 30 MB
    pa.array([])

EVERYTHING, LEARNT = CONFIGS = ("data", "sft")
PARTS = (*SIDES, "aside")
Prints = np.ndarray[Any, np.dtype[np.uint64]]
NOTHING: Prints = np.array([], np.uint64)
ROWS = 5_000
"""Of a row group."""
TABLES = 32
"""So many small ones wait before they are made one: each takes more memory for its columns than for its rows."""
PRINT = "print"
TEXT, TEXTS = pa.string(), pa.list_(pa.string())
TURN = pa.struct({"role": TEXT, "content": TEXT})
MESSAGE = pa.struct({"role": TEXT, "content": TEXT, "buttons": TEXTS, "card": TEXT})
TYPES: dict[Kind, pa.DataType] = {
    "text": TEXT,
    "time": pa.timestamp("ms", "UTC"),
    "count": pa.int64(),
    "seconds": pa.float64(),
    "yes_no": pa.bool_(),
    "texts": TEXT,
    "json": TEXT,
    "range": pa.list_(pa.int64()),
}
LISTS: dict[str, pa.DataType] = {
    "documents": pa.struct({"name": TEXT, "sha256": TEXT}),
    "bubbles": pa.struct({"text": TEXT, "buttons": TEXTS, "card": TEXT}),
    "offered": pa.struct({"kind": TEXT, "key": TEXT, "text": TEXT}),
    "evidence": pa.struct({"document": TEXT, "passage": pa.int64(), "how": TEXT}),
    "corrections": pa.struct({"wizard": TEXT, "at": TEXT, "labels": TEXT}),
    "whispers": pa.struct({"wizard": TEXT, "at": TEXT, "text": TEXT}),
    "notes": pa.struct({"wizard": TEXT, "at": TEXT, "text": TEXT}),
    "ratings": pa.struct(
        {"wizard": TEXT, "at": TEXT, "would_send": pa.bool_(), "opinion": pa.int64(), "reply_of": TEXT}
    ),
    "second_opinions": pa.struct(
        {
            "wizard": TEXT,
            "at": TEXT,
            "reply": TEXT,
            "labels": TEXT,
            "could_answer": TEXT,
            "missing": TEXT,
            "seconds": pa.float64(),
            "first_key": pa.float64(),
            "keystrokes": pa.int64(),
        }
    ),
}
HOW_TO_LOAD = """
## To load it

```python
from datasets import load_dataset

everything = load_dataset("DIR")            # train, validation, test, aside
to_train_on = load_dataset("DIR", "sft")    # prompt and completion, for TRL's SFTTrainer
```
"""
AS_TOLD = json.JSONEncoder(ensure_ascii=False, sort_keys=True).encode
"""Made once: `json.dumps` makes one each time, which takes longer than a few labels do."""
AS_JSON = ("card", "labels")
"""Inside a list: their names aren't known before."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of a configuration, each with what its input looks like; in the order of `PARTS`, so `many` of each."""

    batch: pa.RecordBatch
    many: Sequence[int]

    @property
    def by_part(self) -> Iterator[tuple[str, pa.RecordBatch]]:
        start = 0
        for part, many in zip(PARTS, self.many, strict=True):
            yield part, self.batch.slice(start, many)
            start += many


@dataclass(frozen=True, slots=True)
class Piece:
    """Rows of both configurations, and what was counted."""

    rows: dict[str, Rows]
    tally: Tally


def encode(subject: Subject, told: Sequence[Told]) -> tuple[Piece, int]:
    tally, choices = Tally(), frozenset(subject.choices)
    chosen: list[tuple[Example, str, int]] = []
    for each in told:
        side = subject.side(each.session)
        for example in each.examples:
            tally.count(example, side, choices)
            pinned = (example.session.id, example.exchange.number) in subject.pins
            part, print = "aside" if pinned else side, print_of(example)
            chosen.append((example, part, print))
            keep(tally.inputs, example, part, print, subject.exchanges)
    chosen.sort(key=lambda each: PARTS.index(each[1]))
    learnt = [each for each in chosen if _can_be_learnt(each[0])]
    rows = {
        EVERYTHING: _rows(_columns(subject, [each for each, _, _ in chosen]), chosen),
        LEARNT: _rows(_learnt_columns(subject, [each for each, _, _ in learnt]), learnt),
    }
    return Piece(rows, tally), len(chosen)


class Part:
    """A file of rows, in groups of a good size whatever pieces they come in."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        path.parent.mkdir(exist_ok=True)
        self._path = path
        self._file = pq.ParquetWriter(path, schema, compression="zstd", write_statistics=False)
        self._waiting: list[pa.Table] = []
        self._rows = 0
        self.is_empty = True

    def add(self, rows: pa.Table) -> None:
        if not rows.num_rows:
            return
        self.is_empty = False
        self._waiting.append(rows)
        self._rows += rows.num_rows
        if self._rows >= ROWS:
            self._flush()
        elif len(self._waiting) >= TABLES:
            self._waiting = [pa.concat_tables(self._waiting).combine_chunks()]

    def close(self) -> None:
        """An empty file would be one that `datasets` stumbles over: there is none."""
        self._flush()
        self._file.close()
        if self.is_empty:
            self._path.unlink(missing_ok=True)

    def _flush(self) -> None:
        if self._rows:
            self._file.write_table(pa.concat_tables(self._waiting), row_group_size=2 * ROWS)
        self._waiting, self._rows = [], 0


class ParquetWriter:
    """Train rows go out as they come. Those of the other sides wait beside it until all of train is known."""

    def __init__(self, subject: Subject, folder: Path) -> None:
        pa.set_memory_pool(pa.system_memory_pool())  # Arrow's own keeps what it had once: 30 MB more
        self._subject, self._folder = subject, folder
        self._tally = Tally()
        self._prints: dict[str, list[Prints]] = {side: [] for side in ("train", "test")}
        self._beside = tempfile.TemporaryDirectory(dir=folder)
        self._open: list[Part] = []
        nothing, _ = encode(subject, [])
        schemas = {config: rows.batch.schema for config, rows in nothing.rows.items()}
        self._parts: dict[tuple[str, str], Part] = {
            (config, part): self._part(folder / config / f"{part}-00000-of-00001.parquet", schemas[config], bare=True)
            for config in CONFIGS
            for part in PARTS
        }
        self._held = {
            (config, side): self._part(self._held_path(config, side), schemas[config])
            for config in CONFIGS
            for side in ("test", "validation")
        }

    def write(self, piece: Piece) -> None:
        self._tally.add(piece.tally)
        for config, rows in piece.rows.items():
            for part, batch in rows.by_part:
                if config == EVERYTHING and part in self._prints:
                    self._prints[part].append(batch[PRINT].to_numpy().copy())
                if (config, part) in self._held:
                    self._held[config, part].add(_copy(batch))
                else:
                    self._parts[config, part].add(_bare(pa.Table.from_batches([batch])))

    def finish(self, ending: Ending) -> None:
        train, test = (np.sort(np.concatenate([NOTHING, *self._prints[side]])) for side in ("train", "test"))
        for part in self._held.values():
            part.close()
        for config, side in self._held:
            if self._held[config, side].is_empty:
                continue
            others = (train,) if side == "test" else (train, test)
            with pq.ParquetFile(self._held_path(config, side)) as file:
                for batch in file.iter_batches(ROWS // 10, use_threads=False):
                    prints, rows = batch[PRINT].to_numpy(), pa.Table.from_batches([batch])
                    leaks = np.logical_or.reduce([_among(prints, each) for each in others])
                    self._parts[config, side].add(_bare(rows.filter(pa.array(~leaks))))
                    set_aside = rows.filter(pa.array(leaks))
                    self._parts[config, "aside"].add(_bare(set_aside))
                    if config == EVERYTHING:
                        self._move(set_aside, side)
        self.close()

        def is_aside(side: str, print: int) -> bool:
            others = (train,) if side == "test" else (train, test)
            return any(_among(np.array([print], np.uint64), each)[0] for each in others)

        self._write_card(ending, alike(self._tally.inputs, is_aside, self._subject.exchanges))

    def close(self) -> None:
        while self._open:
            self._open.pop().close()
        self._beside.cleanup()

    def _part(self, path: Path, schema: pa.Schema, *, bare: bool = False) -> Part:
        part = Part(path, _bare(schema.empty_table()).schema if bare else schema)
        self._open.append(part)
        return part

    def _held_path(self, config: str, side: str) -> Path:
        return Path(self._beside.name) / f"{config}-{side}.parquet"

    def _move(self, rows: pa.Table, side: str) -> None:
        """Count these, which stood on that side, as set aside."""
        self._tally.sides[side] -= rows.num_rows
        self._tally.sides["aside"] += rows.num_rows
        for name in self._subject.choices:
            for value in rows[f"label_{name}"].to_pylist():
                if value is not None:
                    self._tally.labels[name, value, side] -= 1
                    self._tally.labels[name, value, "aside"] += 1

    def _write_card(self, ending: Ending, near: Alike) -> None:
        study = self._subject.study
        head = {
            **({"license": "other", "license_name": study.licence} if study.licence else {}),
            "pretty_name": study.title,
            "size_categories": [size_category(self._tally.examples)],
            "tags": ["wizard-of-oz", "dialogue", "curtain"],
            "configs": [
                {
                    "config_name": "default" if config == EVERYTHING else config,
                    "data_files": [{"split": part, "path": f"{config}/{part}-*.parquet"} for part in parts],
                }
                for config in CONFIGS
                if (parts := [part for part in PARTS if not self._parts[config, part].is_empty])
            ],
        }
        told = card(self._subject, self._tally, ending, self._tally.sides["aside"], near)
        (self._folder / "README.md").write_text(f"---\n{_yaml(head)}---\n\n{told}{HOW_TO_LOAD}", encoding="utf-8")
        cff = _yaml(citation(self._subject, ending))
        (self._folder / "CITATION.cff").write_text(cff, encoding="utf-8")


def _among(prints: Prints, sorted: Prints) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which of these prints are among the sorted ones."""
    return np.searchsorted(sorted, prints, "left") < np.searchsorted(sorted, prints, "right")


def _can_be_learnt(example: Example) -> bool:
    exchange = example.exchange
    return not (exchange.not_for_training or exchange.reply.saw_more or exchange.stopped or exchange.reply.text is None)


def _learnt_columns(subject: Subject, examples: Sequence[Example]) -> dict[str, pa.Array]:
    system = prompt(subject.study)
    return {
        "id": pa.array([each.id for each in examples], TEXT),
        "prompt": _turns([_prompt(system, each) for each in examples]),
        "completion": _turns([[("assistant", each.exchange.reply.text or "")] for each in examples]),
    }


def _prompt(system: str, example: Example) -> list[tuple[str, str]]:
    """What the model is given: what it is told of the study and what stands beside, and the observation."""
    beside = in_words(example.exchange.reply.shown)
    given = f"{system}\n\n{beside}" if beside else system
    return [("system", given), *((said.role, said.text) for said in example.seen)]


def _turns(conversations: Sequence[Sequence[tuple[str, str]]]) -> pa.Array:
    """Conversations of role and content, column by column: in a third of the time that `pa.array` takes."""
    turns = [turn for each in conversations for turn in each]
    columns = [pa.array([role for role, _ in turns], TEXT), pa.array([content for _, content in turns], TEXT)]
    return _lists(conversations, columns, TURN)


def _lists(each: Sequence[Sequence[Any]], columns: list[pa.Array], type: pa.StructType) -> pa.Array:
    """What is in these lists, of which `columns` have all members, one after the other."""
    starts = pa.array(accumulate(map(len, each), initial=0), pa.int32())
    members = pa.StructArray.from_arrays(columns, fields=list(type))
    return pa.ListArray.from_arrays(starts, members, pa.list_(type))


def _observations(messages: Sequence[list[dict[str, Any]]]) -> pa.Array:
    told = [message for each in messages for message in each]
    if any(len(message) > len(TURN) for message in told):
        return pa.array([_in_list(each) for each in messages], pa.list_(MESSAGE))
    columns = [pa.array([message[name] for message in told], TEXT) for name in ("role", "content")]
    return _lists(messages, [*columns, pa.nulls(len(told), TEXTS), pa.nulls(len(told), TEXT)], MESSAGE)


def _columns(subject: Subject, examples: Sequence[Example]) -> dict[str, pa.Array]:
    columns = {}
    for column in COLUMNS:
        if column.name == "labels":
            continue
        values = [column.read(each) for each in examples]
        columns[column.name] = _array(column.name, column.kind, values)
    for name in subject.labels:
        columns[f"label_{name}"] = pa.array([each.exchange.labels.get(name) for each in examples], TEXT)
    return columns


def _array(name: str, kind: Kind, values: list[Any]) -> pa.Array:
    match kind:
        case "time":
            return pa.array(values, TEXT).cast(TYPES[kind])
        case "texts" | "json":
            return pa.array([None if value is None else _json(value) for value in values], TEXT)
        case "list" if not any(values):
            return pa.array([[]] * len(values), pa.list_(LISTS[name]))
        case "list":
            return pa.array([_in_list(value) for value in values], pa.list_(LISTS[name]))
        case "messages":
            return _observations(values)
    return pa.array(values, TYPES[kind])


def _in_list(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not parts or not any(name in part for part in parts for name in AS_JSON):
        return parts
    return [{name: _json(value) if name in AS_JSON else value for name, value in part.items()} for part in parts]


def _json(value: Any) -> str:
    return AS_TOLD(value) if value != {} else "{}"


def _rows(columns: dict[str, pa.Array], chosen: Sequence[tuple[Example, str, int]]) -> Rows:
    prints = pa.array([found for _, _, found in chosen], pa.uint64())
    many = Counter(part for _, part, _ in chosen)
    return Rows(pa.RecordBatch.from_pydict({**columns, PRINT: prints}), [many[part] for part in PARTS])


def _copy(batch: pa.RecordBatch) -> pa.Table:
    """These few rows by themselves: a slice keeps the whole batch in memory, as long as it waits."""
    return pa.Table.from_batches([batch.take(pa.array(range(batch.num_rows), pa.int64()))])


def _bare(rows: pa.Table) -> pa.Table:
    """Without what only the writer needs."""
    return rows.drop_columns([PRINT])


def _yaml(tree: Any) -> str:
    yaml, out = YAML(), StringIO()
    yaml.width = 10_000
    yaml.allow_unicode = True
    yaml.dump(tree, out)
    return out.getvalue()
