"""Was it believed? How many participants thought that a person answered them, with how sure one can be of that."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from sqlite_utils import Database

from wizard.pacing import Pacing
from wizard.shares import Share, share
from wizard.store.studies import access_study

SURE = 4
"""From this confidence on, of 5, a participant counts as sure."""

Answer = Literal["program", "person", "unsure"]


@dataclass(frozen=True, slots=True)
class Respondent:
    """A conversation after whose end a participant was asked. `answer` is None where they didn't say."""

    session: str
    alias: str
    exchanges: int
    pacing: Pacing
    answer: Answer | None
    confidence: int | None


@dataclass(frozen=True)
class Belief:
    """What participants under one pacing, or all of them, thought had answered."""

    pacing: Pacing | None
    asked: tuple[Respondent, ...]

    def those(self, answer: Answer, least: int = 0) -> list[Respondent]:
        """Who gave this answer, at least so sure."""
        return [each for each in self.asked if each.answer == answer and (each.confidence or 0) >= least]

    @property
    def answered(self) -> int:
        return sum(each.answer is not None for each in self.asked)

    @cached_property
    def detected(self) -> Share | None:
        """The share of those who answered that thought of a person; None under ten answers, which say nothing."""
        return share(len(self.those("person")), self.answered)

    def facts(self) -> dict[str, Any]:
        """The same as a JSON object; shares are of 1."""
        detected = self.detected
        return {
            "asked": len(self.asked),
            "answered": self.answered,
            **{name: len(self.those(name)) for name in ("person", "program", "unsure")},
            "person_and_sure": len(self.those("person", SURE)),
            "detected": {"value": detected.value, "low": detected.low, "high": detected.high} if detected else None,
        }


def believed(asked: Iterable[Respondent]) -> tuple[Belief, list[Belief]]:
    """What all of them thought, and those under each pacing, in the order in which these came."""
    everybody = tuple(asked)
    by_pacing: dict[str, list[Respondent]] = {}
    for each in everybody:
        by_pacing.setdefault(each.pacing.model_dump_json(), []).append(each)
    return Belief(None, everybody), [Belief(those[0].pacing, tuple(those)) for those in by_pacing.values()]


def respondents(db: Database, study: str) -> Iterator[Respondent]:
    """Every conversation of that study after whose end the participant was asked, in the order in which they began."""
    pacings: dict[int, Pacing | None] = {}
    rows = db.conn.execute(
        """
        SELECT h.session, h.alias, h.exchanges, h.version, g.body ->> '$.answered_by', g.body ->> '$.confidence'
        FROM heads h LEFT JOIN events g ON g.session = h.session AND g.kind = 'guessed'
        WHERE h.study = ? AND h.ended IS NOT NULL AND h.imported IS NULL AND h.exchanges > 0
        ORDER BY h.started_at, h.session
        """,
        [study],
    )
    for session, alias, exchanges, version, answer, confidence in rows:
        if version not in pacings:
            found = access_study(db, study, version).study
            pacings[version] = found.pacing if found.ask_what_answered else None
        pacing = pacings[version]
        if pacing is not None:
            yield Respondent(session, alias, exchanges, pacing, answer, confidence)


def in_words(pacing: Pacing) -> str:
    """A pacing, said shortly."""
    low, high = pacing.first
    first = f"{low:g} s" if low == high else f"{low:g} to {high:g} s"
    words = [f"first word after {first}" if high else "at once"]
    if pacing.chars_per_second:
        words.append(f"{pacing.chars_per_second:g} characters a second")
    if pacing.cover:
        words.append(f"covered for {pacing.cover[0]:g} to {pacing.cover[1]:g} s")
    return ", ".join(words)
