"""What hasn't been seen, held against what then comes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from wizard.judge.cases import Case
from wizard.judge.ground import Ground, ground_of
from wizard.judge.unseen import KindCounts, kind_counts, unseen_ahead, unseen_of

SHARES = 1.0 / np.arange(1, 121)
SHARES /= SHARES.sum()
"""How often kinds come, the rarest hardly ever."""


def seen(n: int, once: int, twice: int) -> KindCounts:
    """So many conversations of one exchange each."""
    return KindCounts(n, once + twice + 1, once, twice, alone=once / n, each=1 / n)


def ground(kinds: Sequence[int], long: int = 1) -> Ground:
    """A conversation of each of these kinds, in which it comes so many times."""
    return ground_of(
        [
            Case(f"e{at}-{turn}", f"s{at}", "", f"{_word(at)} {_word(turn)}", {"kind": str(kind)})
            for at, kind in enumerate(kinds)
            for turn in range(long)
        ],
        "kind",
    )


def test_kinds_that_all_came_often_leave_nothing_unseen() -> None:
    assert seen(100, 0, 3).unseen() == 0.0


def test_it_is_good_turings_share_nearly() -> None:
    assert seen(200, 20, 12).unseen() == pytest.approx(20 / 200, rel=0.02)


def test_it_shrinks_the_more_is_seen() -> None:
    told = [seen(100, 20, 8).unseen(times) for times in (1, 2, 4, 100)]
    assert told == sorted(told, reverse=True)
    assert told[-1] < 0.001


def test_where_a_conversation_is_one_exchange_kinds_are_counted_by_exchange() -> None:
    assert kind_counts(ground([0, 0, 0, 1, 1, 2, 3])) == KindCounts(7, 4, once=2, twice=1, alone=2 / 7, each=1 / 7)


def test_a_kind_that_came_again_and_again_in_one_conversation_alone_was_seen_once() -> None:
    told = kind_counts(ground([0, 0, 0, 1, 1, 2, 3], long=5))
    assert (told.conversations, told.once, told.twice, told.alone) == (7, 2, 1, 2 / 7)


def test_of_a_single_conversation_nothing_is_told() -> None:
    for nothing in (ground([0], long=5), ground([])):
        assert unseen_of(nothing) is None
        assert unseen_ahead(nothing) == ()


def test_what_is_coming_begins_with_what_is_unseen_now() -> None:
    some = ground([0, 0, 1, 1, 2, 3, 4])
    now, twice, four_times = unseen_ahead(some)
    assert now == getattr(unseen_of(some), "value", None)
    assert now > twice > four_times > 0


@pytest.mark.parametrize("long", [1, 5])
@pytest.mark.parametrize("n", [50, 200, 1_000])
def test_it_is_what_comes_on_average(n: int, long: int) -> None:
    rng = np.random.default_rng(n)
    now, later = [], []
    for _ in range(60):
        first = rng.choice(len(SHARES), n, p=SHARES)
        more = rng.choice(len(SHARES), 3 * n, p=SHARES)
        told = kind_counts(ground(first.tolist(), long))
        now.append(told.unseen() - (1 - SHARES[np.unique(first)].sum()))
        later.append(told.unseen(4) - (1 - SHARES[np.unique(np.concatenate([first, more]))].sum()))
    assert abs(np.mean(now)) < 0.02
    assert abs(np.mean(later)) < 0.05, "it is a lower bound where kinds have a long tail"


def _word(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))
