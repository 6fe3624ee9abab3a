"""What lies ahead of a learning curve."""

from __future__ import annotations

import numpy as np
import pytest

from tests.judge.asked import asked
from wizard.judge.ground import Ground, ground_of
from wizard.judge.growth import growth_of, median_share
from wizard.judge.simple import PARTS, Curve

RIGHT = 0.6


@pytest.fixture(scope="module")
def few() -> Ground:
    return ground_of(asked(60), "intent")


def flat(ground: Ground, right: float = RIGHT) -> Curve:
    """However much it has learned from, it is right as often."""
    items = len(ground.items)
    shares = np.full((len(PARTS), items), right)
    none = np.zeros((1, items), np.int64)
    m = np.array(PARTS) * ground.n * 5 / 6
    return Curve(m, shares, np.ones_like(shares), none, none[None].astype(bool), none[0] * 1.0, none[0] * 1.0)


def grows(ground: Ground, ceiling: float = 1.0, p: float = 0.0, lift: float = 1.0) -> float:
    growth = growth_of(ground, flat(ground), ceiling, p, lift)
    return median_share(growth.at(4.0)).value - median_share(growth.at(1.0)).value


def test_a_curve_of_few_exchanges_is_drawn_to_what_is_usual_and_one_of_many_is_believed(few: Ground) -> None:
    assert grows(few) > 0.05
    assert 0 < grows(ground_of(asked(900), "intent")) < grows(few) - 0.02


@pytest.mark.parametrize(
    "doubtful", [{"p": 1.0}, {"lift": 0.0}], ids=["no signal", "the commonest answer does as well"]
)
def test_where_there_is_nothing_to_learn_no_growth_is_usual(few: Ground, doubtful: dict[str, float]) -> None:
    assert abs(grows(few, **doubtful)) < 0.02


def test_nothing_grows_past_what_people_can(few: Ground) -> None:
    assert grows(few, ceiling=RIGHT) < 0.02
