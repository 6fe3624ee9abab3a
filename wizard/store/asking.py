"""What participants answered to a study's questions, counted."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

from sqlite_utils import Database

from wizard.survey import Question
from wizard.values import When

ANSWERED = """
SELECT a.body ->> '$.when', count(*), coalesce(sum(a.body ->> '$.screened_out'), 0)
FROM heads h JOIN events a ON a.session = h.session AND a.kind = 'answered' WHERE h.study = ? GROUP BY 1
"""
COUNTED = """
SELECT a.body ->> '$.when', q.key, q.type, q.value, count(*)
FROM heads h JOIN events a ON a.session = h.session AND a.kind = 'answered', json_each(a.body, '$.answers') q
WHERE h.study = ? GROUP BY 1, 2, 3, 4
"""


@dataclass(frozen=True, slots=True)
class SurveyCounts:
    """How many answered the questions of before and of after, how many were screened out, and how often each answer was
    given to each question, by its time and its name.
    """

    before: int
    after: int
    screened_out: int
    answers: dict[tuple[str, str], Counter[str]]

    def given(self, when: When, question: Question) -> list[tuple[str, int]]:
        """How often each was answered: every step of a scale, or option; of texts, by no name, how many there are."""
        found = self.answers.get((when, question.name), Counter())
        match question.kind:
            case "scale":
                return [(str(step), found[str(step)]) for step in range(question.low, question.high + 1)]
            case "choice":
                return [(option, found[option]) for option in question.options]
        return [("", found.total())]


def survey_counts(db: Database, study: str) -> SurveyCounts:
    """What was answered in that study, under any version of it."""
    many = {when: (count, out) for when, count, out in db.conn.execute(ANSWERED, [study])}
    answers: dict[tuple[str, str], Counter[str]] = {}
    for when, name, kind, value, count in db.conn.execute(COUNTED, [study]):
        counter = answers.setdefault((when, name), Counter())
        for answer in json.loads(value) if kind == "array" else (value,):
            counter[str(answer)] += count
    (before, out), (after, _) = (many.get(when, (0, 0)) for when in ("before", "after"))
    return SurveyCounts(before, after, out, answers)
