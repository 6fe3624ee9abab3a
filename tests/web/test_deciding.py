"""What needs a decision first: the rules, on made-up situations."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from wizard.study import Label
from wizard.web.deciding import Situation, first, needs


def said(**stands: Any) -> list[str]:
    """What is said of a study that stands like this."""
    return [each.says for each in first(Situation(**stands))]


def test_where_all_goes_well_nothing_is_said() -> None:
    assert said() == []
    could, labels = Counter(yes=30, no=10), {"intent": Counter(lost=30, charge=10)}
    assert said(waits=[5.0, 20.0], here=2, open=9, answers=40, could=could, labels=labels, saw_more=3, told=120.0) == []


@pytest.mark.parametrize(
    ("stands", "words"),
    [
        ({"waits": [3.0]}, "One participant waits and no wizard is here."),
        ({"waits": [3.0, 4.0]}, "2 participants wait and no wizard is here."),
        ({"waits": [3.0, 70.0], "here": 1}, "2 participants wait, the longest for 70 seconds."),
        ({"waits": [900.0], "here": 1}, "One participant waits, the longest for 15 minutes."),
        ({"waits": [90_000.0], "here": 1}, "One participant waits, the longest for 25 hours."),
        (
            {"waits": [3.0, 130.0], "here": 1, "told": 120.0},
            "2 participants wait; 1 was told that no answer can be had",
        ),
        ({"paused": True, "waits": [3.0]}, "The study is paused: nothing is let through and nobody new gets in. One"),
        ({"in_line": 4}, "4 participants stand in line, and no wizard is here to let them in."),
        ({"could": Counter(yes=14, no=16), "missing": "the balance"}, "Only 14 of 30 could be answered from what is"),
        ({"labels": {"intent": Counter(lost=28, other=2)}}, "“intent” is “lost” in 28 of 30 answers"),
        ({"answers": 30, "saw_more": 16}, "16 of 30 answers are marked"),
        ({"closed": True}, "The doors are closed: nobody new gets in. Nobody is in any more."),
    ],
)
def test_one_thing_at_a_time(stands: dict[str, Any], words: str) -> None:
    [only] = said(**stands)
    assert only.startswith(words)


@pytest.mark.parametrize(
    "stands",
    [
        {"waits": [70.0], "here": 1, "red": 90.0},
        {"in_line": 4, "here": 1},
        {"could": Counter(yes=13, no=15)},
        {"could": Counter(yes=15, no=15)},
        {"labels": {"intent": Counter(lost=26, other=4)}},
        {"labels": {"intent": Counter(lost=29)}},
        {"answers": 29, "saw_more": 29},
    ],
    ids=str,
)
def test_what_is_just_short_of_it_is_not_said(stands: dict[str, Any]) -> None:
    assert said(**stands) == []


def test_the_most_urgent_comes_first() -> None:
    everything = said(
        waits=[200.0],
        in_line=3,
        closed=True,
        answers=40,
        saw_more=40,
        could=Counter(no=40),
        labels={"intent": Counter(lost=40)},
    )
    assert [each.split()[0] for each in everything] == ["One", "3", "Only", "“intent”", "40", "The"]
    paused = said(waits=[200.0], in_line=3, closed=True, paused=True)
    assert len(paused) == 1, "a pause says all of that"


def test_what_the_verdict_needs_is_told_until_it_has_it() -> None:
    labels = [Label(name="intent", options=["lost", "charge"])]
    assert needs(12, labels, {}) == "The verdict needs 18 more answers before it says anything."
    assert needs(40, labels, {"intent": Counter(lost=36, charge=4)}).startswith(
        "The verdict needs 2 values of “intent”"
    )
    assert needs(40, labels, {"intent": Counter(lost=35, charge=5)}) == "There is enough for a first verdict."
