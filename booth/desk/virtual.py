"""The desk's virtual reader: simulated PIV cards behind a real pcscd, with the faults that such things have."""

from pathlib import Path

from booth.desk.verbs import ReaderAct, ReaderKind, ReaderState
from config.cards.virtual.faults import Fault
from config.cards.virtual.reader import VirtualReader

READER_FOLDER = "reader"
"""In the desk's folder: where the virtual reader lives."""
VARIABLE = "PCSCLITE_CSOCK_NAME"
"""Where a program that speaks PC/SC looks for its pcscd; libpcsclite reads it once in a process."""


class VirtualPlace:
    """A virtual reader that starts with the desk and ends with it; the desk's cards go into its first slot."""

    def __init__(self, folder: Path) -> None:
        """Raises DeviceError where no pcscd can run."""
        self._reader = VirtualReader(folder)
        self._reader.start()

    @property
    def state(self) -> ReaderState:
        now = self._reader.state
        return ReaderState(kind=ReaderKind.VIRTUAL, plugged=now.plugged, fault=now.faults[0])

    @property
    def environment(self) -> dict[str, str]:
        return {VARIABLE: str(self._reader.socket)}

    @property
    def holds_card(self) -> bool:
        return self._reader.state.cards[0] is not None

    def insert(self, file: Path) -> None:
        self._reader.insert(file)

    def remove(self) -> None:
        self._reader.remove()

    def cable(self, act: ReaderAct) -> None:
        match act:
            case ReaderAct.UNPLUG:
                self._reader.unplug()
            case ReaderAct.PLUG:
                self._reader.plug()

    def spoil(self, fault: Fault | None) -> None:
        self._reader.fault(fault)

    def close(self) -> None:
        self._reader.close()
