"""A rehearsal's packages and cards, made once by the commands; a booth at its desk for each test."""

import pytest

from tests.booth.rig import Rig
from tests.district.election import changed_sample, official_election, prepared


@pytest.fixture(scope="session")
def election(tmp_path_factory):
    folder = tmp_path_factory.mktemp("election")
    source = changed_sample(
        folder / "source",
        idle_warning_s=2,
        check_warning_s=2,
        countdown_s=1,
        box_sign_s=1,
        tape_copies=2,
        print_timeout_s=5,
    )
    return prepared(folder / "made", source)


@pytest.fixture(scope="session")
def official(tmp_path_factory):
    return official_election(tmp_path_factory.mktemp("official") / "made")


@pytest.fixture
def rig(election, tmp_path):
    rig = Rig(election, tmp_path / "desk")
    yield rig
    rig.close()
