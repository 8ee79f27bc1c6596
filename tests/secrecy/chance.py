"""What chance does to ranks: correlations and rank sums in units of their spread, and when it is chance no more.

Both statistics are exact in mean and variance whatever is measured, because under "no connection" every order of the
other is as likely. Their tails are lighter than the normal distribution's (``test_chance.py`` draws permutations).
"""

from collections.abc import Sequence
from math import erfc, sqrt

FALSE_ALARM = 1e-6
"""How rarely a whole run may cry where there is nothing, whatever it compares."""


def limit(comparisons: int) -> float:
    """|z| beyond this says that there is a connection: all comparisons of a run together cry wolf once in a million."""
    z = 4.0
    while comparisons * erfc(z / sqrt(2)) > FALSE_ALARM:
        z += 0.05
    return z


def ranks(values: Sequence[float]) -> list[float]:
    """From 1; equal values share the middle of their ranks."""
    order = sorted(range(len(values)), key=values.__getitem__)
    found = [0.0] * len(values)
    at = 0
    while at < len(order):
        end = at
        while end < len(order) and values[order[end]] == values[order[at]]:
            end += 1
        for place in order[at:end]:
            found[place] = (at + 1 + end) / 2
        at = end
    return found


def correlation_z(values: Sequence[float]) -> float:
    """Spearman's correlation between the order of ``values`` and their size, in units of its spread by chance.

    0 where all are equal: then they say nothing.
    """
    n = len(values)
    own = ranks(values)
    middle = (n + 1) / 2
    spread = sum((rank - middle) ** 2 for rank in own)
    if spread == 0:
        return 0.0
    whole = sum((place - middle) ** 2 for place in range(1, n + 1))
    together = sum((place - middle) * (rank - middle) for place, rank in enumerate(own, 1))
    return together / sqrt(whole * spread) * sqrt(n - 1)


def combined(zs: Sequence[float]) -> float:
    """Independent days put together."""
    return sum(zs) / sqrt(len(zs))


def rank_sum_z(these: Sequence[float], others: Sequence[float]) -> float:
    """Mann and Whitney's: whether these are larger or smaller than the others, in units of the spread by chance."""
    n, m = len(these), len(others)
    own = ranks([*these, *others])
    middle = (n + m + 1) / 2
    spread = sum((rank - middle) ** 2 for rank in own) / (n + m - 1)
    if spread == 0:
        return 0.0
    return (sum(own[:n]) - n * middle) / sqrt(spread * n * m / (n + m))
