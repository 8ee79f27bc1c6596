"""Batches offered to the import, one at a time or as a folder that several processes take in."""

from pathlib import Path

from sync.district.intake import Outcome, take
from sync.district.ledger import ledger_of
from sync.district.workspace import Workspace
from tests.district.election import BOOTHS, Made


def admit(made: Made, data: bytes, tmp_path: Path) -> Outcome:
    """Offers one file to the import."""
    file = tmp_path / "offered.batch"
    file.write_bytes(data)
    workspace = Workspace(made.workspace)
    return take(workspace, ledger_of(workspace), file)


def offered(made: Made, folder: Path) -> Path:
    """A folder with the batch of every booth."""
    folder.mkdir()
    for booth in BOOTHS:
        (folder / f"{booth}.batch").write_bytes(made.day(booth).batch())
    return folder
