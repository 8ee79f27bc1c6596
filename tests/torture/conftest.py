"""The shim and the election of all torture tests, made once for each process."""

import os

import pytest

from tests.torture import ground as grounds
from tests.torture import shim as shims
from tests.torture import states


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    try:
        return shims.build(tmp_path_factory.mktemp("shim"))
    except shims.CannotBuild as why:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse(f"NOTHING WAS TORTURED: {why}")


@pytest.fixture(scope="session")
def ground(tmp_path_factory):
    return grounds.make(tmp_path_factory.mktemp("ground") / "made")


@pytest.fixture(scope="session")
def kept(ground, tmp_path_factory):
    return states.make(ground, tmp_path_factory.mktemp("states"))
