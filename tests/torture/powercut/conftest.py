"""Where no file system can be mounted these tests are skipped aloud; in CI they fail."""

import os

import pytest

from tests.torture import ground
from tests.torture.ground import Ground
from tests.torture.powercut.mount import why_not


@pytest.fixture(scope="session")
def can_mount() -> None:
    """Skips, or fails where CI is set."""
    why = why_not()
    if why is not None:
        refuse = pytest.fail if os.environ.get("CI") else pytest.skip
        refuse(f"THE POWER WAS NOT CUT: {why}")


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    """The election whose days are recorded."""
    return ground.make(tmp_path_factory.mktemp("ground"))
