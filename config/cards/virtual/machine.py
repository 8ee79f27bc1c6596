"""The reader with its slots: does what is asked, one thing at a time."""

import threading
from pathlib import Path
from typing import assert_never

from config.cards.virtual.daemon import Pcscd
from config.cards.virtual.verbs import PLACES, AskState, Insert, Plug, ReaderState, Remove, Request, SetFault, Unplug
from config.cards.virtual.vicc import FIRST_PORT, Place
from config.errors import OperatorError


class Machine:
    """The whole reader inside its namespaces."""

    def __init__(self, pcscd: Pcscd) -> None:
        self._pcscd = pcscd
        self._places = [Place(FIRST_PORT + number) for number in range(PLACES)]
        self._lock = threading.Lock()

    def start(self) -> None:
        """Plugs the reader in."""
        self._pcscd.start()

    def do(self, request: Request) -> ReaderState:
        """The state after what was asked; raises BilikError for what cannot be done."""
        with self._lock:
            match request:
                case Insert():
                    self._insert(Path(request.card), request.slot)
                case Remove():
                    self._places[request.slot].remove()
                case Unplug():
                    self._want_plugged(True)
                    self._pcscd.stop()
                case Plug():
                    self._want_plugged(False)
                    self._pcscd.start()
                case SetFault():
                    self._places[request.slot].set_fault(request.fault)
                case AskState():
                    pass
                case _:
                    assert_never(request)
            return self._state()

    def _insert(self, card: Path, slot: int) -> None:
        if any(place.card == card for place in self._places):
            raise OperatorError(
                f"The card {card.stem} lies in the reader already. Take it out first.",
                id=f"Kartu {card.stem} sudah ada di pembaca. Cabut dulu.",
            )
        self._places[slot].insert(card)

    def _want_plugged(self, plugged: bool) -> None:
        if self._pcscd.running is plugged:
            return
        if plugged:
            raise OperatorError(
                "The reader is unplugged already. Plug it in first.", id="Pembaca kartu sudah dilepas. Pasang dulu."
            )
        raise OperatorError(
            "The reader is plugged in already. Unplug it first.", id="Pembaca kartu sudah terpasang. Lepas dulu."
        )

    def _state(self) -> ReaderState:
        return ReaderState(
            plugged=self._pcscd.running,
            cards=tuple(None if place.card is None else str(place.card) for place in self._places),
            faults=tuple(place.fault for place in self._places),
            noticed=not self._pcscd.running or all(place.noticed for place in self._places),
        )
