"""Exchanges as typed columns: a piece of what `huggingface` writes.

Two configurations: `default` has everything, `sft` what a model can be trained on, as TRL's trainers take it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import pyarrow as pa

from wizard.dataset.columns import COLUMNS, Kind
from wizard.dataset.examples import Example, TracedSession
from wizard.dataset.formats._learnt import can_be_learnt
from wizard.dataset.likeness import keep
from wizard.dataset.prompt import given, prompt
from wizard.dataset.splits import SIDES, fingerprint_of
from wizard.dataset.subject import Subject
from wizard.dataset.tally import Tally
from wizard.without import without

with without("pandas"):  # the first array of a process loads it: 0.3 s and 30 MB
    pa.array([])

EVERYTHING, LEARNT = CONFIGS = ("data", "sft")
PARTS = (*SIDES, "aside")
FINGERPRINT = "fingerprint"
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


def encode(subject: Subject, sessions: Sequence[TracedSession]) -> tuple[Piece, int]:
    tally, choices = Tally(), frozenset(subject.choices)
    chosen: list[tuple[Example, str, int]] = []
    for each in sessions:
        side = subject.side(each.session)
        for example in each.examples:
            tally.count(example, side, choices)
            pinned = (example.session.id, example.exchange.number) in subject.pins
            part, fingerprint = "aside" if pinned else side, fingerprint_of(example)
            chosen.append((example, part, fingerprint))
            keep(tally.inputs, example, part, fingerprint, subject.exchanges)
    chosen.sort(key=lambda each: PARTS.index(each[1]))
    learnt = [each for each in chosen if can_be_learnt(each[0].exchange) and _is_whole(each[0])]
    rows = {
        EVERYTHING: _rows(_columns(subject, [each for each, _, _ in chosen]), chosen),
        LEARNT: _rows(_learnt_columns(subject, [each for each, _, _ in learnt]), learnt),
    }
    return Piece(rows, tally), len(chosen)


def _is_whole(example: Example) -> bool:
    """Whether there is a reply, and the participant let it come to its end."""
    return example.reply is not None and not example.exchange.stopped


def _learnt_columns(subject: Subject, examples: Sequence[Example]) -> dict[str, pa.Array]:
    system = prompt(subject.study)
    return {
        "id": pa.array([each.id for each in examples], TEXT),
        "prompt": _turns([_prompt(system, each) for each in examples]),
        "completion": _turns([[("assistant", each.exchange.reply.text or "")] for each in examples]),
    }


def _prompt(system: str, example: Example) -> list[tuple[str, str]]:
    """What the model is given: what it is told of the study and what stands beside, and the observation."""
    told = given(system, example.exchange.reply.shown)
    return [("system", told), *((said.role, said.text) for said in example.seen)]


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
    fingerprints = pa.array([found for _, _, found in chosen], pa.uint64())
    many = Counter(part for _, part, _ in chosen)
    return Rows(pa.RecordBatch.from_pydict({**columns, FINGERPRINT: fingerprints}), [many[part] for part in PARTS])
