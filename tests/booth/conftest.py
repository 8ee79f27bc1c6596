"""A rehearsal's packages and cards, made once by the commands; a booth at its desk for each test."""

import pytest

from tests.booth.piv import DirectReader, PivRig, piv_election
from tests.booth.rig import Rig
from tests.district.election import changed_sample, official_election, prepared

QUICK = {
    "idle_warning_s": 2,
    "check_warning_s": 2,
    "countdown_s": 1,
    "box_sign_s": 1,
    "tape_copies": 2,
    "print_timeout_s": 5,
}


@pytest.fixture(scope="session")
def election(tmp_path_factory):
    folder = tmp_path_factory.mktemp("election")
    return prepared(folder / "made", changed_sample(folder / "source", **QUICK))


@pytest.fixture(scope="session")
def official(tmp_path_factory):
    return official_election(tmp_path_factory.mktemp("official") / "made")


@pytest.fixture(scope="session")
def piv_official(tmp_path_factory):
    folder = tmp_path_factory.mktemp("piv")
    return piv_election(folder / "made", changed_sample(folder / "source", mode="official", **QUICK))


@pytest.fixture
def piv(piv_official, tmp_path, virtual_reader):
    rig = PivRig(piv_official, tmp_path / "desk", virtual_reader)
    yield rig
    rig.close()


@pytest.fixture
def direct(piv_official, tmp_path):
    """PIV cards, but no pcscd: where many insertions matter more than the wire."""
    desk = tmp_path / "desk"
    rig = Rig(piv_official, desk, reader=DirectReader(desk / "card"))
    yield rig
    rig.close()


@pytest.fixture
def rig(election, tmp_path):
    rig = Rig(election, tmp_path / "desk")
    yield rig
    rig.close()


@pytest.fixture
def second(rig, election, tmp_path):
    """Gives a blank device with the first one's stick, which is pulled there."""
    made = []

    def take() -> Rig:
        if rig.thread.is_alive():
            rig.stop()
        made.append(Rig(election, tmp_path / f"desk-{len(made) + 2}", stick=rig.stick))
        return made[-1]

    yield take
    for each in made:
        each.close()
