"""Versions in their figures."""

from __future__ import annotations

import random

from wizard.store.comparing import Median, median_of


def test_half_of_them_with_bounds_that_hold_nine_times_in_ten() -> None:
    assert median_of([1.0] * 9) is None, "of so few it says nothing"
    assert median_of([float(each) for each in range(1, 101)]) == Median(50.5, 42.0, 59.0, 100)
    rng = random.Random(7)
    held = 0
    for _ in range(1_000):
        found = median_of([rng.lognormvariate(2.0, 1.0) for _ in range(40)])
        assert found is not None
        held += found.low <= 2.718281828**2 <= found.high
    assert 870 <= held <= 950
