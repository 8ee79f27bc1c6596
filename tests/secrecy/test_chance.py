"""The limits mean what they say: permutations reach them no more often than the normal distribution does."""

from collections.abc import Callable
from math import erfc, sqrt
from random import Random

import pytest

from tests.secrecy.chance import combined, correlation_z, limit, rank_sum_z

DRAWN = 10_000


def correlations(random: Random) -> float:
    """Three days of some voters each."""
    return combined([correlation_z(random.sample(range(25), 25)) for _ in range(3)])


def tied(random: Random) -> float:
    """One day of which little can be told apart."""
    return correlation_z([random.choice((1, 1, 1, 2)) for _ in range(40)])


def sums(random: Random) -> float:
    """One choice of ten among forty casts."""
    values = [random.random() for _ in range(40)]
    return rank_sum_z(values[:10], values[10:])


@pytest.mark.parametrize("statistic", [correlations, tied, sums])
def test_tails_are_no_heavier_than_the_normal_one(statistic: Callable[[Random], float]) -> None:
    random = Random(7)
    drawn = [abs(statistic(random)) for _ in range(DRAWN)]
    assert 0.95 < sum(z * z for z in drawn) / DRAWN < 1.05
    for z in (2.5, 3.0, 3.5):
        by_chance = DRAWN * erfc(z / sqrt(2))
        assert sum(one > z for one in drawn) < by_chance + 4 * sqrt(by_chance)


def test_what_is_connected_is_far_beyond() -> None:
    assert correlation_z(range(45)) > limit(100)
    assert correlation_z([-place for place in range(45)]) < -limit(100)
    assert rank_sum_z(range(100, 130), range(100)) > limit(100)
    assert correlation_z([3.0] * 45) == 0
    assert 4.5 < limit(1) < limit(100) < limit(1000) < 7
