"""What hasn't been seen, held against what then comes."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from wizard.judge.unseen import unseen_after


def test_kinds_that_all_came_often_leave_nothing_unseen() -> None:
    assert unseen_after(0, 100, 0, 3) == 0.0


def test_it_is_good_turings_share_nearly() -> None:
    assert unseen_after(0, 200, 20, 12) == pytest.approx(20 / 200, rel=0.02)


def test_it_shrinks_the_more_is_seen() -> None:
    told = [unseen_after(more, 100, 20, 8) for more in (0, 100, 300, 10_000)]
    assert told == sorted(told, reverse=True)
    assert told[-1] < 0.001


@pytest.mark.parametrize("n", [50, 200, 1_000])
def test_it_is_what_comes_on_average(n: int) -> None:
    chance = np.random.default_rng(n)
    shares = 1.0 / np.arange(1, 121)
    shares /= shares.sum()
    now, later = [], []
    for _ in range(60):
        first = chance.choice(len(shares), n, p=shares)
        more = chance.choice(len(shares), 3 * n, p=shares)
        seen = Counter(Counter(first.tolist()).values())
        unseen_now = 1 - shares[np.unique(first)].sum()
        unseen_later = 1 - shares[np.unique(np.concatenate([first, more]))].sum()
        now.append(unseen_after(0, n, seen[1], seen[2]) - unseen_now)
        later.append(unseen_after(3 * n, n, seen[1], seen[2]) - unseen_later)
    assert abs(np.mean(now)) < 0.02
    assert abs(np.mean(later)) < 0.05, "it is a lower bound where kinds have a long tail"
