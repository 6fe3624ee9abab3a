"""Parquet by split, with a dataset card: `datasets.load_dataset(DIR)` reads it as it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from wizard.dataset.examples import TracedSession
from wizard.dataset.subject import Subject

if TYPE_CHECKING:  # pyarrow takes memory and time that other formats can do without
    from wizard.dataset.formats._arrow import Piece
    from wizard.dataset.formats._parquet import ParquetWriter

summary = "Parquet by split with a card, for datasets.load_dataset and TRL"


def open(subject: Subject, folder: Path) -> ParquetWriter:
    from wizard.dataset.formats._parquet import ParquetWriter

    return ParquetWriter(subject, folder)


def encode(subject: Subject, sessions: Sequence[TracedSession]) -> tuple[Piece, int]:
    from wizard.dataset.formats._arrow import encode

    return encode(subject, sessions)
