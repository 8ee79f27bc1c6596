"""Everything on one desk: reader, stick, printer and paper, behind the verbs of ``booth.desk.verbs``."""

import threading
from pathlib import Path
from typing import Self

from booth.desk.desk import Desk, DeskCard
from booth.desk.machine import Machine
from booth.desk.papers import Papers
from booth.desk.verbs import (
    AskState,
    DeskState,
    InsertCard,
    InsertStick,
    Printer,
    RemoveCard,
    RemoveStick,
    Request,
    SetClock,
    TakePaper,
)


class Simulation:
    """A desk with its printer switched on. Verbs may come from any thread: each one is a single step."""

    def __init__(
        self,
        folder: Path,
        cards: tuple[DeskCard, ...] = (),
        stick: Path | None = None,
        *,
        width_mm: int = 80,
        speed_mm_s: float | None = None,
    ) -> None:
        self._lock = threading.Lock()
        self.desk = Desk(folder, cards, stick)
        self.papers = Papers(folder / "paper")
        self._machine = Machine(folder / "printer", self.papers, width_mm=width_mm, speed_mm_s=speed_mm_s)

    def close(self) -> None:
        """Takes the printer away; card, stick and paper stay where they are."""
        self._machine.close()

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
            case InsertStick():
                self.desk.insert_stick()
            case RemoveStick():
                self.desk.remove_stick()
            case Printer():
                self._machine.do(request.act, length_mm=request.length_mm, after_mm=request.after_mm)
            case TakePaper():
                self.papers.take(request.to, request.piece)
            case SetClock(offset_s=offset_s):
                self.desk.set_clock(offset_s)
            case AskState():
                pass

    @property
    def state(self) -> DeskState:
        """The desk as it lies there."""
        return DeskState(
            card=self.desk.card,
            cards=tuple(card.name for card in self.desk.cards),
            stick=self.desk.stick,
            printer=self._machine.state,
            hanging=self.papers.hanging,
            taken=self.papers.counts(),
        )
