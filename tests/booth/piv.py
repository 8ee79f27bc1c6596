"""An official election in miniature on PIV cards, and a booth that finds them in a real pcscd's virtual reader."""

import secrets
from pathlib import Path

from booth.watch import CARD_PURSE_S
from config.cards.pcsc import PcscReader
from config.cards.pins import new_pin
from config.cards.piv.apdu import Apdu
from config.cards.piv.card import PivCard
from config.cards.port import CardDamaged, CardGone
from config.cards.virtual.applet import Applet
from config.cards.virtual.reader import VirtualReader
from config.rootkey import Passphrase
from sync.district.cards import claims_of, enter
from sync.district.holders import rehearsal_holders
from sync.district.softcards import write_sheet
from sync.district.workspace import Workspace
from tests.booth.rig import Rig
from tests.cards.made import issue_piv
from tests.district.election import PASSPHRASE, Made, done, keyed


def piv_election(folder: Path, source: Path) -> Made:
    """Made by the commands and the library; the cards are virtual ones, issued in a moment."""
    made = Made(folder)
    done("new", source, made.workspace)
    workspace = Workspace(made.workspace)
    root = workspace.unlock(Passphrase(PASSPHRASE))
    made.cards.mkdir()
    entries = [
        (holder, file.replace(".card", ".piv"), new_pin()) for holder, file in rehearsal_holders(workspace.election)
    ]
    write_sheet(made.cards / "pins.csv", entries)
    for holder, file, pin in entries:
        card = issue_piv(made.cards / file, root, claims_of(workspace, secrets.token_hex(16), holder), pin)
        enter(workspace, root, card)
    return keyed(made)


class LooseLine:
    """A line to an applet in this process that loses its card when the place is empty, or after so many commands."""

    def __init__(self, file: Path, reader: "DirectReader") -> None:
        self._applet = Applet(file)
        self._reader = reader

    def transmit(self, apdu: Apdu) -> bytes:
        reader = self._reader
        if reader.pull_after == 0:
            reader.place.unlink(missing_ok=True)
            reader.pull_after = None
        if not reader.place.exists():
            raise CardGone
        if reader.pull_after is not None:
            reader.pull_after -= 1
        return self._applet.process(apdu.reveal())


class DirectReader:
    """PIV cards without a pcscd, where the wire does not matter: a place where a link to a card's file may lie."""

    soft = False

    def __init__(self, place: Path) -> None:
        self.place = place
        self.contactless = False
        self.pull_after: int | None = None
        """After so many more commands the card is gone."""
        self._lying: tuple[Path, int, PivCard | CardDamaged] | None = None

    def card(self) -> PivCard | None:
        try:
            file, put_in = self.place.resolve(strict=True), self.place.lstat().st_mtime_ns
        except OSError:
            self._lying = None
            return None
        if self._lying is None or self._lying[:2] != (file, put_in):
            try:
                card: PivCard | CardDamaged = PivCard(LooseLine(file, self), contactless=self.contactless)
            except CardGone:
                return None
            except CardDamaged as fault:
                card = fault
            self._lying = (file, put_in, card)
        if isinstance(self._lying[2], CardDamaged):
            raise self._lying[2]
        return self._lying[2]

    def lies(self) -> bool:
        if not self.place.exists():
            self._lying = None
        return self.place.exists()


class PivRig(Rig):
    """A rig whose cards go through pcscd."""

    def __init__(self, election: Made, desk: Path, virtual: VirtualReader) -> None:
        self.virtual = virtual
        super().__init__(election, desk, reader=PcscReader(purse_s=CARD_PURSE_S))

    def put_in(self, card: str) -> None:
        self.virtual.insert(self.cards / card)

    def pull_card(self) -> None:
        if self.virtual.state.cards[0] is not None:
            self.virtual.remove()

    def close(self) -> None:
        super().close()
        self.reader.close()
