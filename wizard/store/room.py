"""A study that is played in a room: who came, what they guessed, who took whom in, and what was worth hearing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sqlite_utils import Database

BEST = 3
LEAST_LETTERS = 20


@dataclass(frozen=True, slots=True)
class Score:
    """A wizard's: how many they answered, how often, and how many of those who guessed took them for a program."""

    actor: str
    people: int
    answers: int
    guessed: int
    taken_in: int


@dataclass(frozen=True, slots=True)
class Highlight:
    """An exchange worth hearing again, of a guest who took the wizard for a program if one did: what they thought had
    answered them, and how sure they were, from 1 to 5.
    """

    alias: str
    asked: str
    said: str
    seconds: float | None
    actor: str
    thought: str | None
    sure: int | None


@dataclass(frozen=True, slots=True)
class Room:
    """`guesses` counts what people thought had answered: `program`, `person`, `unsure`. Scores come best first."""

    came: int
    talking: int
    answers: int
    guesses: Counter[str]
    scores: tuple[Score, ...]
    best: tuple[Highlight, ...]


COUNTS = "SELECT count(*), count(*) - count(ended), coalesce(sum(exchanges), 0) FROM heads WHERE study = ?"
GUESSES = """
SELECT g.body ->> '$.answered_by', count(*) FROM heads h JOIN events g ON g.session = h.session AND g.kind = 'guessed'
WHERE h.study = ? AND g.body ->> '$.answered_by' IS NOT NULL GROUP BY 1
"""
SCORES = """
WITH answered AS (
    SELECT r.actor, r.session, count(*) AS answers FROM heads h
    JOIN events r ON r.session = h.session AND r.kind = 'replied' WHERE h.study = ? GROUP BY 1, 2
)
SELECT a.actor, count(*), sum(a.answers), count(g.seq), coalesce(sum(g.body ->> '$.answered_by' = 'program'), 0)
FROM answered a LEFT JOIN events g
    ON g.session = a.session AND g.kind = 'guessed' AND g.body ->> '$.answered_by' IS NOT NULL
GROUP BY 1
"""
CANDIDATES = """
SELECT h.session, e.seq, g.body ->> '$.answered_by', g.body ->> '$.confidence'
FROM heads h LEFT JOIN events g ON g.session = h.session AND g.kind = 'guessed'
CROSS JOIN events e ON e.session = h.session AND e.kind = 'replied'
WHERE h.study = ? AND length(e.body ->> '$.text') >= ?
ORDER BY coalesce(g.body ->> '$.answered_by' = 'program', 0) DESC, coalesce(g.body ->> '$.confidence', 0) DESC,
    length(e.body ->> '$.text') DESC, e.seq LIMIT 200
"""
"""The guess comes first: looked for once a conversation, not once a reply."""
HEARD = """
SELECT h.alias, x.message, x.reply, x.seconds, 'wizard:' || x.wizard
FROM exchanges x JOIN heads h ON h.session = x.session WHERE x.seq = ? AND length(x.message) > 0
"""


def room_of(db: Database, study: str, *, revealed: bool = True) -> Room:
    """How it went in the room so far; scores and the best of it only where they are `revealed`."""
    came, talking, answers = db.conn.execute(COUNTS, [study]).fetchone()
    scores = [Score(*row) for row in db.conn.execute(SCORES, [study])] if revealed else []
    return Room(
        came=came,
        talking=talking,
        answers=answers,
        guesses=Counter(dict(db.conn.execute(GUESSES, [study]).fetchall())),
        scores=tuple(sorted(scores, key=lambda each: (-each.taken_in, -each.answers, each.actor))),
        best=_best(db, study) if revealed else (),
    )


def _best(db: Database, study: str) -> tuple[Highlight, ...]:
    best: dict[str, Highlight] = {}
    for session, seq, *guess in db.conn.execute(CANDIDATES, [study, LEAST_LETTERS]):
        if session in best or len(best) == BEST:
            continue
        for told in db.conn.execute(HEARD, [seq]):
            heard = Highlight(*told, *guess)
            if heard.said not in {each.said for each in best.values()}:
                best[session] = heard
    return tuple(best.values())
