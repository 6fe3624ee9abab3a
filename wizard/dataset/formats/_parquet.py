"""What `huggingface` writes: files of typed rows by split, and the card."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from wizard.dataset.card import as_yaml, card, citation, columns, size_category
from wizard.dataset.columns import SPLIT
from wizard.dataset.formats._arrow import CONFIGS, EVERYTHING, FINGERPRINT, PARTS, Piece, encode
from wizard.dataset.likeness import Alike, alike
from wizard.dataset.splits import GIVES_WAY
from wizard.dataset.subject import Ending, Subject
from wizard.dataset.tally import Tally

Fingerprints = np.ndarray[Any, np.dtype[np.uint64]]
NOTHING: Fingerprints = np.array([], np.uint64)
ROWS = 5_000
"""Of a row group."""
ROWS_HELD = 500
"""So many of those that were held are looked at together."""
TABLES = 32
"""So many small ones wait before they are made one: each takes more memory for its columns than for its rows."""
IN_PARQUET = (
    "A row’s split is the file that it is in. Lists are lists here; in them, labels and cards are JSON texts, as "
    "objects are everywhere. "
    "`sft` has `id`, `prompt` (the messages that a model is given) and `completion` (its reply)."
)
HOW_TO_LOAD = """
## To load it

```python
from datasets import load_dataset

everything = load_dataset("DIR")            # train, validation, test, aside
to_train_on = load_dataset("DIR", "sft")    # prompt and completion, for TRL's SFTTrainer
```
"""


class Part:
    """A file of rows, in groups of a good size whatever pieces they come in. There is none of no rows: `datasets` would
    stumble over it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: pq.ParquetWriter | None = None
        self._waiting: list[pa.Table] = []
        self._rows = 0

    @property
    def is_empty(self) -> bool:
        return self._file is None and not self._rows

    def add(self, rows: pa.Table) -> None:
        if not rows.num_rows:
            return
        self._waiting.append(rows)
        self._rows += rows.num_rows
        if self._rows >= ROWS:
            self._flush()
        elif len(self._waiting) >= TABLES:
            self._waiting = [pa.concat_tables(self._waiting).combine_chunks()]

    def close(self) -> None:
        if self._rows:
            self._flush()
        if self._file is not None:
            self._file.close()

    def _flush(self) -> None:
        rows = pa.concat_tables(self._waiting)
        if self._file is None:
            self._path.parent.mkdir(exist_ok=True)
            self._file = pq.ParquetWriter(self._path, rows.schema, compression="zstd", write_statistics=False)
        self._file.write_table(rows, row_group_size=2 * ROWS)
        self._waiting, self._rows = [], 0


class Held:
    """Rows on the disk, piece by piece, until it is known which of them give way."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._path = path
        self._file = pa.OSFile(str(path), "wb")
        options = pa.ipc.IpcWriteOptions(compression="zstd", use_threads=False)
        self._stream = pa.ipc.new_stream(self._file, schema, options=options)

    def add(self, rows: pa.RecordBatch) -> None:
        if rows.num_rows:
            self._stream.write_batch(rows)

    def close(self) -> None:
        if not self._file.closed:
            self._stream.close()
            self._file.close()

    def __iter__(self) -> Iterator[pa.Table]:
        """The rows again, a good number at a time; it is to be closed before."""
        waiting: list[pa.RecordBatch] = []
        options = pa.ipc.IpcReadOptions(use_threads=False)
        with pa.OSFile(str(self._path), "rb") as file, pa.ipc.open_stream(file, options=options) as batches:
            for batch in batches:
                waiting.append(batch)
                if sum(each.num_rows for each in waiting) >= ROWS_HELD:
                    yield pa.Table.from_batches(waiting).combine_chunks()
                    waiting.clear()
        if waiting:
            yield pa.Table.from_batches(waiting).combine_chunks()


class ParquetWriter:
    """Train rows go out as they come. Those of the other sides wait beside it until all of train is known."""

    def __init__(self, subject: Subject, folder: Path) -> None:
        pa.set_memory_pool(pa.system_memory_pool())  # Arrow's own keeps what it had once: 30 MB more
        self._subject, self._folder = subject, folder
        self._tally = Tally()
        self._fingerprints: dict[str, list[Fingerprints]] = {side: [] for side in ("train", "test")}
        self._files = ExitStack()
        beside = Path(self._files.enter_context(tempfile.TemporaryDirectory(dir=folder)))
        self._parts: dict[tuple[str, str], Part] = {
            (config, part): Part(folder / config / f"{part}-00000-of-00001.parquet")
            for config in CONFIGS
            for part in PARTS
        }
        nothing, _ = encode(subject, [])
        self._held = {
            (config, side): Held(beside / f"{config}-{side}", nothing.rows[config].batch.schema)
            for config in CONFIGS
            for side in ("test", "validation")
        }
        for close in (*(part.close for part in self._parts.values()), *(held.close for held in self._held.values())):
            self._files.callback(close)

    def write(self, piece: Piece) -> None:
        self._tally.add(piece.tally)
        for config, rows in piece.rows.items():
            for part, batch in rows.by_part:
                if config == EVERYTHING and part in self._fingerprints:
                    self._fingerprints[part].append(batch[FINGERPRINT].to_numpy().copy())
                if (config, part) in self._held:
                    self._held[config, part].add(batch)
                else:
                    self._parts[config, part].add(_bare(pa.Table.from_batches([batch])))

    def finish(self, ending: Ending) -> None:
        fingerprints = {side: self._sorted_fingerprints(side) for side in ("train", "test")}
        for (config, side), held in self._held.items():
            held.close()
            for rows in held:
                of_rows = rows[FINGERPRINT].to_numpy()
                leaks = np.logical_or.reduce([_among(of_rows, fingerprints[other]) for other in GIVES_WAY[side]])
                self._parts[config, side].add(_bare(rows.filter(pa.array(~leaks))))
                set_aside = rows.filter(pa.array(leaks))
                self._parts[config, "aside"].add(_bare(set_aside))
                if config == EVERYTHING:
                    self._move(set_aside, side)
        self.close()

        def is_aside(side: str, fingerprint: int) -> bool:
            return any(_among(np.array([fingerprint], np.uint64), fingerprints[other])[0] for other in GIVES_WAY[side])

        self._write_card(ending, alike(self._tally.inputs, is_aside, self._subject.exchanges))

    def close(self) -> None:
        self._files.close()

    def _sorted_fingerprints(self, side: str) -> Fingerprints:
        fingerprints = np.concatenate([NOTHING, *self._fingerprints.pop(side)])
        fingerprints.sort()
        return fingerprints

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
        told = card(self._subject, self._tally, ending, self._tally.sides["aside"], near, self._columns)
        (self._folder / "README.md").write_text(f"---\n{as_yaml(head)}---\n\n{told}{HOW_TO_LOAD}", encoding="utf-8")
        (self._folder / "CITATION.cff").write_text(citation(self._subject, ending), encoding="utf-8")

    @property
    def _columns(self) -> list[str]:
        return [*columns(self._subject.labels, without=("labels", SPLIT)), "", IN_PARQUET]


def _among(fingerprints: Fingerprints, sorted: Fingerprints) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Which of these fingerprints are among the sorted ones."""
    return np.searchsorted(sorted, fingerprints, "left") < np.searchsorted(sorted, fingerprints, "right")


def _bare(rows: pa.Table) -> pa.Table:
    """Without what only the writer needs."""
    return rows.drop_columns([FINGERPRINT])
