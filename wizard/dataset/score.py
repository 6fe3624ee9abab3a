"""Scores predictions. Part of a kit: it needs Python and nothing else.

    python score.py PREDICTIONS ANSWERS

Both are JSON lines. PREDICTIONS has {"id", "prediction"} for every id of ANSWERS, which has {"id", "answer"}.
Exits with 0 and the scores as JSON, or with 1 and what is wrong with the predictions, line by line.
"""

from __future__ import annotations

import json
import math
import sys
from collections import Counter
from pathlib import Path
from statistics import NormalDist
from typing import Any

CONFIDENCE = 0.9
SHOWN_PROBLEMS = 20


class Wrong(Exception):
    """The predictions can't be scored; each of `problems` says where and why."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def read(path: str, wanted: str, problems: list[str]) -> dict[str, Any]:
    """The values of a file by id; what is wrong with its lines is added to `problems`.

    Raises:
        Wrong: it isn't UTF-8.
    """
    found: dict[str, Any] = {}
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Wrong([f'{path} isn\'t UTF-8: write it anew, with encoding="utf-8"']) from None
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as error:
            problems.append(f"line {number}: not JSON ({error})")
            continue
        if not isinstance(row, dict) or "id" not in row or wanted not in row:
            problems.append(f'line {number}: must be an object with "id" and "{wanted}"')
        elif not isinstance(row["id"], str):
            problems.append(f"line {number}: the id must be a text")
        elif row["id"] in found:
            problems.append(f"line {number}: {row['id']} stands on an earlier line")
        else:
            found[row["id"]] = row[wanted]
    return found


def score(predictions: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """The scores of predictions by id against answers by id; a share is a value with its 90 % interval.

    Answers that are objects (forms) are scored field by field too.

    Raises:
        Wrong: there isn't exactly one prediction of the right kind for each answer, or no answer.
    """
    problems = [f"{id}: no such id is asked for" for id in predictions if id not in answers]
    problems += [f"{id}: there is no prediction" for id in answers if id not in predictions]
    kind = dict if any(isinstance(answer, dict) for answer in answers.values()) else str
    for id, prediction in predictions.items():
        if not isinstance(prediction, kind):
            problems.append(f"{id}: the prediction must be {'an object' if kind is dict else 'a text'}")
    if not answers:
        problems.append("there are no answers to score against")
    if problems:
        raise Wrong(problems)
    right = sum(predictions[id] == answer for id, answer in answers.items())
    scores: dict[str, Any] = {"n": len(answers), "accuracy": share(right, len(answers))}
    if kind is dict:
        scores["fields"] = fields(predictions, answers)
    else:
        scores["macro_f1"] = round(macro_f1(predictions, answers), 4)
        scores["token_f1"] = round(sum(token_f1(predictions[id], answers[id]) for id in answers) / len(answers), 4)
    return scores


def share(part: int, whole: int) -> dict[str, float]:
    """A share with Wilson's interval."""
    value, z = part / whole, NormalDist().inv_cdf(0.5 + CONFIDENCE / 2)
    middle = value + z * z / (2 * whole)
    half = z * math.sqrt(value * (1 - value) / whole + (z / (2 * whole)) ** 2)
    scale = 1 + z * z / whole
    low, high = max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)
    return {"value": round(value, 4), "low": round(low, 4), "high": round(high, 4)}


def macro_f1(predictions: dict[str, str], answers: dict[str, str]) -> float:
    """The mean over all classes that are answers of 2·right / (predicted + answers)."""
    right = Counter(answers[id] for id in answers if predictions[id] == answers[id])
    given, wanted = Counter(predictions.values()), Counter(answers.values())
    return sum(2 * right[each] / (given[each] + wanted[each]) for each in wanted) / len(wanted)


def token_f1(prediction: str, answer: str) -> float:
    """How much two texts have in common, as words: 2·common / (words of one + words of the other)."""
    one, other = prediction.lower().split(), answer.lower().split()
    common = (Counter(one) & Counter(other)).total()
    return 2 * common / (len(one) + len(other)) if one or other else 1.0


def fields(predictions: dict[str, Any], answers: dict[str, Any]) -> dict[str, Any]:
    """For each field of a form, how often it is right, missing where it must be included."""
    names = sorted({name for answer in answers.values() for name in answer})
    return {
        name: share(sum(predictions[id].get(name) == answers[id].get(name) for id in answers), len(answers))
        for name in names
    }


def main(arguments: list[str]) -> None:
    if len(arguments) != 2:
        sys.exit(__doc__)
    problems: list[str] = []
    try:
        predictions = read(arguments[0], "prediction", problems)
        answers = read(arguments[1], "answer", problems)
        if problems:
            raise Wrong(problems)
        print(json.dumps(score(predictions, answers), indent=2, ensure_ascii=False))
    except OSError as error:
        sys.exit(f"{error.filename} can't be read: {error.strerror}")
    except Wrong as error:
        more = len(error.problems) - SHOWN_PROBLEMS
        print("\n".join(error.problems[:SHOWN_PROBLEMS]), file=sys.stderr)
        if more > 0:
            print(f"… and {more} more", file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
