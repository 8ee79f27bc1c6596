"""Elections that tests of the district start from."""

from pathlib import Path

import pytest

from config.cards.registry import register
from config.cards.soft import new_soft_card
from config.rootkey import Passphrase
from sync.district.cards import new_pin, rehearsal_holders, renew_request, write_sheet
from sync.district.workspace import Workspace
from tests.district.election import PASSPHRASE, SAMPLE, Made, done, keyed, prepared


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
    """An official election made through the library: its commands refuse soft cards, its formats do not know them."""
    folder = tmp_path_factory.mktemp("official")
    source = folder / "source"
    (source / "photos").mkdir(parents=True)
    for file in SAMPLE.rglob("*"):
        if file.suffix in (".csv", ".png", ".toml"):
            (source / file.relative_to(SAMPLE)).write_bytes(file.read_bytes())
    plan = (source / "election.toml").read_text(encoding="utf-8")
    (source / "election.toml").write_text(plan.replace('"rehearsal"', '"official"'), encoding="utf-8")
    made = Made(folder)
    done("new", source, made.workspace)
    workspace = Workspace(made.workspace)
    made.cards.mkdir()
    entries = [(holder, file, new_pin()) for holder, file in rehearsal_holders(workspace)]
    write_sheet(made.cards / "pins.csv", entries)
    for holder, file, pin in entries:
        card = new_soft_card(made.cards / file, holder.name, pin)
        known = register(card, role=holder.role, holder=holder.name, village_code=holder.village, tps=holder.tps)
        workspace.keep_cards((*workspace.cards, known))
    renew_request(workspace, workspace.unlock(Passphrase(PASSPHRASE)))
    return keyed(made)
