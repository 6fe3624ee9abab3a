"""Import rows, and what the export `jsonl` makes of a log: one exchange a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from wizard.dataset.reading import BadRow, row_of
from wizard.dataset.rows import Row
from wizard.dataset.sources._json import rows_of


def read(file: Path, columns: Mapping[str, str]) -> Iterator[tuple[int, Row] | BadRow]:
    return rows_of(file, lambda name, tree: iter([row_of(tree)]))
