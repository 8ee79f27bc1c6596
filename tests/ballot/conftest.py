"""One small election, made once."""

from pathlib import Path

import pytest

from tests.ballot.forge import World, make_world

VECTORS = Path(__file__).parents[1] / "vectors"


@pytest.fixture(scope="session")
def world() -> World:
    """Two answers and blank, four ballots, three spare credentials."""
    return make_world(2, blank=True, choices=(1, 2, 1, 0), spare=3)


@pytest.fixture(scope="session")
def no_blank() -> World:
    """Three answers without blank."""
    return make_world(3, blank=False, choices=(1, 3, 1))
