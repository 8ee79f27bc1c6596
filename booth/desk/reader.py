"""The desk's card reader, a kind for each kind of cards: what happens when one is put in."""

from pathlib import Path
from typing import Protocol

from booth.desk.verbs import ReaderAct, ReaderKind, ReaderState
from config.cards.virtual.faults import Fault
from config.errors import OperatorError


class DeskReader(Protocol):
    """One reader; only the desk asks it, one thing at a time."""

    @property
    def state(self) -> ReaderState:
        """How it stands there."""

    @property
    def environment(self) -> dict[str, str]:
        """What a program that speaks PC/SC needs in its environment to find it."""

    @property
    def holds_card(self) -> bool:
        """Whether a card that was put in lies there still."""

    def insert(self, file: Path) -> None:
        """Puts a card in."""

    def remove(self) -> None:
        """Takes it out."""

    def cable(self, act: ReaderAct) -> None:
        """Pulls its cable or puts it back; raises OperatorError where the desk has no cable."""

    def spoil(self, fault: Fault | None) -> None:
        """Makes its card misbehave; raises OperatorError for cards that cannot be told to."""

    def close(self) -> None:
        """Takes the reader away."""


class SoftPlace:
    """No reader at all: soft cards lie in the desk's folder, where the booth looks for them."""

    @property
    def state(self) -> ReaderState:
        return ReaderState(kind=ReaderKind.SOFT, plugged=True)

    @property
    def environment(self) -> dict[str, str]:
        return {}

    @property
    def holds_card(self) -> bool:
        return True

    def insert(self, file: Path) -> None:
        """The desk's link says it all."""

    def remove(self) -> None:
        """As above."""

    def cable(self, act: ReaderAct) -> None:
        raise _no_reader()

    def spoil(self, fault: Fault | None) -> None:
        raise _no_reader()

    def close(self) -> None:
        """Nothing to take away."""


class RealReader:
    """This machine's own reader: hands put real cards in, and the desk knows nothing of it."""

    @property
    def state(self) -> ReaderState:
        return ReaderState(kind=ReaderKind.PCSC, plugged=True)

    @property
    def environment(self) -> dict[str, str]:
        return {}

    @property
    def holds_card(self) -> bool:
        return False

    def insert(self, file: Path) -> None:
        raise by_hand()

    def remove(self) -> None:
        raise by_hand()

    def cable(self, act: ReaderAct) -> None:
        raise by_hand()

    def spoil(self, fault: Fault | None) -> None:
        raise by_hand()

    def close(self) -> None:
        """It stays where it is."""


def by_hand() -> OperatorError:
    """What is said to somebody who asks the desk to touch a real card."""
    return OperatorError(
        "This desk's cards and reader are real ones. Use your hand.",
        id="Kartu dan pembaca di meja ini sungguhan. Pakai tangan Anda.",
    )


def _no_reader() -> OperatorError:
    return OperatorError(
        "This desk has soft cards and no reader. Start it with --card virtual.",
        id="Meja ini memakai kartu lunak, tanpa pembaca. Jalankan dengan --card virtual.",
    )
