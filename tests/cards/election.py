"""An election whose cards are all PIV cards, made through the library in the time of a rehearsal."""

import secrets
from pathlib import Path

from config.cards.pins import new_pin
from config.cards.virtual.card import SUFFIX
from config.mode import Mode
from config.rootkey import Passphrase
from sync.district.cards import claims_of, enter
from sync.district.holders import rehearsal_holders
from sync.district.softcards import write_sheet
from sync.district.workspace import Workspace
from tests.cards.made import issue_piv
from tests.district.election import PASSPHRASE, Made, changed_sample, done, keyed


def piv_election(folder: Path, mode: Mode = Mode.REHEARSAL) -> Made:
    """The sample's election up to its packages, all of its cards PIV cards; their PINs stand in ``pins.csv``."""
    made = Made(folder)
    done("new", changed_sample(folder / "source", mode=mode.value), made.workspace)
    workspace = Workspace(made.workspace)
    root = workspace.unlock(Passphrase(PASSPHRASE))
    made.cards.mkdir()
    holders = rehearsal_holders(workspace.election)
    entries = [(holder, str(Path(file).with_suffix(SUFFIX)), new_pin()) for holder, file in holders]
    write_sheet(made.cards / "pins.csv", entries)
    for holder, file, pin in entries:
        claims = claims_of(workspace, secrets.token_hex(16), holder)
        enter(workspace, root, issue_piv(made.cards / file, root, claims, pin))
    return keyed(made)
