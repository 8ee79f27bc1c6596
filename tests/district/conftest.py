"""Elections that tests of the district start from."""

from pathlib import Path

import pytest

from tests.district.election import SAMPLE, Made, official_election, prepared


@pytest.fixture(scope="session")
def election(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """The sample election with its packages; not to be changed."""
    return prepared(tmp_path_factory.mktemp("election"), SAMPLE)


@pytest.fixture(scope="session")
def other_election(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Another election of the same places, with a root key of its own."""
    return prepared(tmp_path_factory.mktemp("other"), SAMPLE)


@pytest.fixture
def mine(election: Made, tmp_path: Path) -> Made:
    """A copy that the test may change."""
    return election.copy(tmp_path / "mine")


@pytest.fixture(scope="session")
def official(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """An official election, with soft cards that only the library makes."""
    return official_election(tmp_path_factory.mktemp("official") / "made")
