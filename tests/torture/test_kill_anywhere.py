"""A sample of ``make torture``: some points of every segment, drawn with a seed that a failure names."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.torture.crew import Crew
from tests.torture.deeds import DEEDS
from tests.torture.points import Reached, Result, lost_points_of, points_of, some

POINTS, LOST = 40, 20
"""Where the same device comes back, and where another one goes on from the stick."""
SEED = int(os.environ.get("BILIK_TORTURE_SEED", "0")) or random.SystemRandom().randrange(1, 10**6)


@pytest.fixture(scope="module")
def results(library: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Result]]:
    with Crew(tmp_path_factory.mktemp("torture"), processes=3) as crew:
        traced = crew.trace()
        chance = random.Random(SEED)
        points = [point for name in DEEDS for point in points_of(name, traced[name], chance)]
        lost = [point for name in DEEDS for point in lost_points_of(name, traced[name], chance)]
        chosen = [*some(points, POINTS, chance), *some(lost, LOST, chance)]
        yield list(crew.run([*some(chosen, 3, chance, whole=True), *chosen[3:]]))


def test_whatever_it_was_doing_everything_holds_afterwards(results: list[Result]) -> None:
    violated = {f"{it.point}:{it.point.wish}": (it.end, it.violations) for it in results if it.violations}
    assert not violated, f"BILIK_TORTURE_SEED={SEED}; one again: python -m tests.torture --kivy 0 --point …"


def test_it_was_killed_in_every_segment(results: list[Result]) -> None:
    assert {it.point.deed for it in results} == set(DEEDS)
    killed = [it for it in results if it.reached is Reached.KILLED]
    assert len(killed) > len(results) * 2 // 3
    # The voter was told all that can be told.
    assert {"votes", "Notice:voided, votes"} & {it.end for it in killed}
