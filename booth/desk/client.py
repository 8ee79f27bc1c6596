"""Asks a desk through its control socket."""

from pathlib import Path
from typing import Self

import msgspec

from booth.desk.verbs import (
    SOCKET,
    Act,
    AskState,
    DeskState,
    InsertCard,
    InsertStick,
    Place,
    Power,
    Printer,
    Reader,
    ReaderAct,
    RemoveCard,
    RemoveStick,
    Reply,
    Request,
    SetClock,
    SetPower,
    SetTemperature,
    SpoilCard,
    TakePaper,
)
from config.cards.virtual.faults import Fault
from config.errors import DeviceError, OperatorError
from config.record import encode
from config.sockets import connect

TIMEOUT_S = 10.0


class DeskClient:
    """One connection to the desk in ``folder``; every method raises OperatorError with the desk's own sentence.

    DeviceError when there is no desk or it went away.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            self._socket = connect(folder / SOCKET, TIMEOUT_S)
        except OSError as fault:
            raise _no_desk(folder) from fault
        self._lines = self._socket.makefile("rb")

    def close(self) -> None:
        """Ends the connection; the desk stays."""
        self._lines.close()
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def ask(self, request: Request) -> DeskState:
        """The desk after what was asked."""
        try:
            self._socket.sendall(encode(request) + b"\n")
            line = self._lines.readline()
        except OSError as fault:
            raise _no_desk(self.folder) from fault
        if not line:
            raise _no_desk(self.folder)
        reply = msgspec.json.decode(line, type=Reply)
        if reply.ok is None:
            raise OperatorError(reply.error or "", id=reply.id or "")
        return reply.ok

    def state(self) -> DeskState:
        """The desk as it lies there."""
        return self.ask(AskState())

    def insert_card(self, card: str) -> DeskState:
        """Puts a card in, by name."""
        return self.ask(InsertCard(card=card))

    def remove_card(self) -> DeskState:
        """Takes the card out."""
        return self.ask(RemoveCard())

    def reader(self, act: ReaderAct) -> DeskState:
        """Does something to the virtual reader."""
        return self.ask(Reader(act=act))

    def spoil_card(self, fault: Fault | None) -> DeskState:
        """Makes the virtual reader's card misbehave; None makes it good again."""
        return self.ask(SpoilCard(fault=fault))

    def insert_stick(self) -> DeskState:
        """Puts the stick in."""
        return self.ask(InsertStick())

    def remove_stick(self) -> DeskState:
        """Pulls the stick."""
        return self.ask(RemoveStick())

    def printer(self, act: Act, *, length_mm: float | None = None, after_mm: float | None = None) -> DeskState:
        """Does something to the printer."""
        return self.ask(Printer(act=act, length_mm=length_mm, after_mm=after_mm))

    def take_paper(self, to: Place, piece: str | None = None) -> DeskState:
        """Takes a piece, the oldest one without ``piece``."""
        return self.ask(TakePaper(to=to, piece=piece))

    def set_clock(self, offset_s: float) -> DeskState:
        """Puts the booth's clock off."""
        return self.ask(SetClock(offset_s=offset_s))

    def set_power(self, power: Power, percent: int | None = None) -> DeskState:
        """What the booth lives from, and its battery's charge."""
        return self.ask(SetPower(power=power, percent=percent))

    def set_temperature(self, celsius: float) -> DeskState:
        """How warm the booth's processor is."""
        return self.ask(SetTemperature(celsius=celsius))


def _no_desk(folder: Path) -> DeviceError:
    return DeviceError(
        f"No desk answers in {folder}. Start it: bilik-sim --headless {folder}",
        id=f"Tidak ada meja simulasi di {folder}. Jalankan: bilik-sim --headless {folder}",
    )
