"""Everything on one desk: reader, stick, printer and paper, behind the verbs of ``booth.desk.verbs``."""

import threading
from pathlib import Path
from typing import Self

from booth.desk.desk import Desk, DeskCard
from booth.desk.machine import Machine
from booth.desk.papers import Papers
from booth.desk.reader import DeskReader, RealReader, SoftPlace
from booth.desk.sensors import DeskSensors
from booth.desk.verbs import (
    AskState,
    DeskState,
    InsertCard,
    InsertStick,
    Printer,
    Reader,
    ReaderKind,
    RemoveCard,
    RemoveStick,
    Request,
    SetClock,
    SetPower,
    SetTemperature,
    SpoilCard,
    TakePaper,
)
from booth.desk.virtual import READER_FOLDER, VirtualPlace


class Simulation:
    """A desk with its printer switched on. Verbs may come from any thread: each one is a single step."""

    def __init__(
        self,
        folder: Path,
        cards: tuple[DeskCard, ...] = (),
        stick: Path | None = None,
        *,
        kind: ReaderKind = ReaderKind.SOFT,
        width_mm: int = 80,
        speed_mm_s: float | None = None,
    ) -> None:
        """``kind`` is that of the cards; raises DeviceError where a virtual reader cannot run."""
        self._lock = threading.Lock()
        self.papers = Papers(folder / "paper")
        self._sensors = DeskSensors(folder / "sys")
        self._reader = _reader(kind, folder)
        self.desk = Desk(folder, cards, stick, self._reader)
        self._machine = Machine(folder / "printer", self.papers, width_mm=width_mm, speed_mm_s=speed_mm_s)

    @property
    def booth_arguments(self) -> tuple[str, ...]:
        """What a booth beside this desk is started with."""
        soft = self._reader.state.kind is ReaderKind.SOFT
        return ("--desk", str(self.desk.folder), *(() if soft else ("--card", "pcsc")))

    @property
    def booth_environment(self) -> dict[str, str]:
        """And what must stand in its environment: where the virtual reader's pcscd listens."""
        return self._reader.environment

    def close(self) -> None:
        """Takes printer and reader away; card, stick and paper stay where they are."""
        self._machine.close()
        self._reader.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def do(self, request: Request) -> DeskState:
        """The desk after what was asked; raises OperatorError, and then nothing has changed."""
        with self._lock:
            self._do(request)
        return self.state

    def _do(self, request: Request) -> None:
        match request:
            case InsertCard(card=card):
                self.desk.insert_card(card)
            case RemoveCard():
                self.desk.remove_card()
            case Reader(act=act):
                self._reader.cable(act)
            case SpoilCard(fault=fault):
                self._reader.spoil(fault)
            case InsertStick():
                self.desk.insert_stick()
            case RemoveStick():
                self.desk.remove_stick()
            case Printer():
                self._machine.do(request.act, length_mm=request.length_mm, after_mm=request.after_mm)
            case TakePaper():
                self.papers.take(request.to, request.piece)
            case SetClock() | SetPower() | SetTemperature():
                self._set(request)
            case AskState():
                pass

    def _set(self, request: SetClock | SetPower | SetTemperature) -> None:
        """What nobody does at a desk, and what happens to it."""
        match request:
            case SetClock(offset_s=offset_s):
                self.desk.set_clock(offset_s)
            case SetPower(power=power, percent=percent):
                self._sensors.power(power, percent)
            case SetTemperature(celsius=celsius):
                self._sensors.temperature(celsius)

    @property
    def state(self) -> DeskState:
        """The desk as it lies there."""
        return DeskState(
            card=self.desk.card,
            reader=self._reader.state,
            cards=tuple(card.name for card in self.desk.cards),
            stick=self.desk.stick,
            printer=self._machine.state,
            hanging=self.papers.hanging,
            taken=self.papers.counts(),
        )


def _reader(kind: ReaderKind, folder: Path) -> DeskReader:
    match kind:
        case ReaderKind.SOFT:
            return SoftPlace()
        case ReaderKind.VIRTUAL:
            return VirtualPlace(folder / READER_FOLDER)
        case ReaderKind.PCSC:
            return RealReader()
