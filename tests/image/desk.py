"""The desk beside the guest: cards, the printer with its paper, and the stick; it is asked as ``DeskClient`` is."""

from pathlib import Path

from booth.desk.desk import Desk, DeskCard
from booth.desk.machine import Machine
from booth.desk.papers import Papers
from booth.desk.verbs import Act, DeskState, Place
from tests.image import stick
from tests.image.ccid import CcidPlace
from tests.image.emulator import Emulator

SPEED_MM_S = 250


class GuestDesk:
    """Everything that stands on the table and outlives the guest's power."""

    def __init__(self, folder: Path, cards: tuple[DeskCard, ...], package: Path, image: Path) -> None:
        """``package``: the folder that the district gave, which goes onto a fresh stick, the file ``image``."""
        self.folder = folder
        self.reader = CcidPlace()
        self._desk = Desk(folder, cards, None, self.reader)
        self._papers = Papers(folder / "paper")
        self._printer = Machine(folder / "printer", self._papers, speed_mm_s=SPEED_MM_S)
        self._image = image
        stick.make(image, package)
        self._guest: Emulator | None = None
        self._plugged = False

    @property
    def line(self) -> Path:
        """The printer's serial line."""
        return self.folder / "printer"

    def close(self) -> None:
        """Takes printer and reader away."""
        self.reader.close()
        self._printer.close()

    def stands_beside(self, guest: Emulator) -> None:
        """A guest has power: its reader, and the stick if it was left in."""
        self._guest = guest
        self.reader.connect(guest.reader)
        if self._plugged:
            guest.qmp.plug("stick", self._image, guest.BUS)

    def loses_guest(self) -> None:
        """Its power went."""
        self._guest = None
        self.reader.disconnect()

    # What people do; see booth.desk.client.DeskClient

    def state(self) -> DeskState:
        """The desk as it lies there."""
        return DeskState(
            card=self._desk.card,
            reader=self.reader.state,
            cards=tuple(card.name for card in self._desk.cards),
            stick=self._plugged,
            printer=self._printer.state,
            hanging=self._papers.hanging,
            taken=self._papers.counts(),
        )

    def insert_card(self, card: str) -> DeskState:
        """Puts a card in, by name."""
        self._desk.insert_card(card)
        return self.state()

    def remove_card(self) -> DeskState:
        """Takes the card out."""
        self._desk.remove_card()
        return self.state()

    def insert_stick(self) -> DeskState:
        """Puts the stick in."""
        assert self._guest is not None, "the guest has no power"
        self._guest.qmp.plug("stick", self._image, self._guest.BUS)
        self._plugged = True
        return self.state()

    def remove_stick(self) -> DeskState:
        """Pulls the stick."""
        assert self._guest is not None, "the guest has no power"
        self._guest.qmp.pull("stick")
        self._plugged = False
        return self.state()

    def printer(self, act: Act, *, length_mm: float | None = None, after_mm: float | None = None) -> DeskState:
        """Does something to the printer."""
        self._printer.do(act, length_mm=length_mm, after_mm=after_mm)
        return self.state()

    def take_paper(self, to: Place, piece: str | None = None) -> DeskState:
        """Takes a piece, the oldest one without ``piece``."""
        self._papers.take(to, piece)
        return self.state()
