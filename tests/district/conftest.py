"""Elections that tests of the district start from."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.cards.virtual.reader import VirtualReader
from config.minisign import SecretKey
from config.rootkey import Passphrase
from sync.district.databaseurl import parse, record
from sync.district.workspace import Workspace
from tests.district.election import (
    PASSPHRASE,
    SAMPLE,
    Made,
    changed_sample,
    done,
    official_election,
    prepared,
    with_audio,
)
from tests.district.piv import PivDesk
from tests.district.postgres import Server, server


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
    """A copy that the test may change; without the ledger that some test opened by a look at the results."""
    made = election.copy(tmp_path / "mine")
    (made.workspace / "ledger.sqlite").unlink(missing_ok=True)
    return made


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The server of this process."""
    with server() as running:
        yield running


@pytest.fixture(params=["sqlite", "postgresql"])
def mine_on_both(mine: Made, request: pytest.FixtureRequest) -> Made:
    """A copy whose ledger is in itself, and once more one whose ledger is in a database of PostgreSQL."""
    if request.param == "postgresql":
        running: Server = request.getfixturevalue("postgres")
        record(Workspace(mine.workspace), parse(running.database()))
    return mine


@pytest.fixture(scope="session")
def official(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """An official election, with soft cards that only the library makes."""
    return official_election(tmp_path_factory.mktemp("official") / "made")


@pytest.fixture(scope="session")
def official_plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of an official election without any card; not to be changed."""
    folder = tmp_path_factory.mktemp("plan")
    done("new", changed_sample(folder / "source", mode="official"), folder / "workspace")
    return folder / "workspace"


@pytest.fixture(scope="session")
def official_root(official_plan: Path) -> SecretKey:
    """That workspace's root key."""
    return Workspace(official_plan).unlock(Passphrase(PASSPHRASE))


@pytest.fixture
def desk(official_plan: Path, official_root: SecretKey, tmp_path: Path, virtual_reader: VirtualReader) -> PivDesk:
    """A desk with an empty reader and a workspace of its own."""
    shutil.copytree(official_plan, tmp_path / "workspace")
    return PivDesk(tmp_path, virtual_reader, official_root)


@pytest.fixture(scope="session")
def voiced(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's folder with all its clips; not to be changed."""
    return with_audio(changed_sample(tmp_path_factory.mktemp("voiced") / "source"))


@pytest.fixture
def source(voiced: Path, tmp_path: Path) -> Path:
    """A copy that the test may change."""
    return Path(shutil.copytree(voiced, tmp_path / "source"))
