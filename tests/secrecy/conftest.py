"""The elections of all tests of secrecy, made once for each process."""

import pytest

from tests.secrecy import days
from tests.torture import ground as grounds


@pytest.fixture(scope="session")
def ground(tmp_path_factory):
    """With canaries for names, to be voted in by people and robots."""
    return grounds.make(tmp_path_factory.mktemp("ground") / "made")


@pytest.fixture(scope="session")
def election(tmp_path_factory):
    """For days of many voters."""
    return days.make(tmp_path_factory.mktemp("days"))
