"""How long a person takes to answer: as somebody's were recorded."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from sqlite_utils import Database

from wizard.dataset.examples import examples, traced_sessions
from wizard.dataset.reading import BadRow, read_rows

FEWEST = 200
"""Answers below which a study's own log says too little of its wizards' pace."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """Seconds from seeing what was asked to sending the answer: where they are from, and how they are spread.

    Of all answers, a share of `shares[i]` took at most `seconds[i]`; both grow.
    """

    source: str
    shares: tuple[float, ...]
    seconds: tuple[float, ...]

    @classmethod
    def of(cls, source: str, seconds: Iterable[float]) -> Recorded:
        """From the seconds that each answer took."""
        grown = sorted(seconds)
        return cls(source, tuple((at + 0.5) / len(grown) for at in range(len(grown))), tuple(grown))

    def deal(self, count: int) -> list[float]:
        """The seconds of so many answers, spread as they were recorded, the shortest first."""
        return [self.within((at + 0.5) / count) for at in range(count)]

    def within(self, share: float) -> float:
        """The seconds within which that share of the answers came."""
        return float(np.interp(share, self.shares, self.seconds))

    def share_within(self, seconds: float) -> float:
        """The share of the answers that came within so many seconds."""
        return float(np.interp(seconds, self.seconds, self.shares))


STAR = Recorded(
    "2,138 answers of the wizards of STAR (arXiv 2010.11853), bank_fraud_report and ride_book",
    (0, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9,
     0.925, 0.95, 0.975, 0.99, 1),
    (3, 5, 6, 7, 9, 11, 12, 14, 16, 17, 19, 21, 24, 26, 29, 32, 36, 41, 47, 55, 67, 78, 94, 114, 148, 456),
)  # fmt: skip


def seconds_of_rows(lines: Sequence[str], source: str) -> Recorded:
    """How long answers took, as the import rows of a file say.

    Raises:
        ValueError: a line isn't a row, or too few of them say how long the answer took.
    """
    seconds = []
    for row in read_rows(lines):
        if isinstance(row, BadRow):
            raise ValueError(f"{source}, line {row.line}: {row.reason}")
        if row[1].seconds:
            seconds.append(row[1].seconds)
    if len(seconds) < FEWEST:
        raise ValueError(f"{source}: {len(seconds)} rows say how many `seconds` the answer took; {FEWEST} are needed.")
    return Recorded.of(f"{len(seconds):,} answers of {source}", seconds)


def seconds_of_log(db: Database, study: str) -> Recorded | None:
    """How long this study's own wizards took, where the log has enough answers of theirs."""
    given = (example.exchange.reply.seconds for example in examples(traced_sessions(db, study)))
    seconds = [each for each in given if each]
    return Recorded.of(f"this study's own {len(seconds):,} answers", seconds) if len(seconds) >= FEWEST else None
