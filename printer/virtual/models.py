"""The virtual printer as other models: what each knows, answers and confirms, as data; what it does not know it prints
as letters, as real ones do.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from printer.virtual.commands import Action, Interpreter, Reply, ReplyPaper
from printer.virtual.device import CLEAR, CLEARED, ROLL_MM, VirtualPrinter
from printer.virtual.paper import Paper

SOON_S = 0.015


class Answer(Enum):
    """When a request to confirm is answered."""

    IN_TURN = "in turn"
    AT_ONCE = "at once"
    """While the paper before it has not moved yet: a confirmation that confirms nothing."""
    SOON = "soon"
    """By its main loop, some milliseconds after a DLE EOT of the same moment, and still before the paper moves."""
    BLINDLY = "blindly"
    """With an id of its own, whatever it was asked to send back."""
    NEVER = "never"
    """The command is not known."""


@dataclass(frozen=True)
class Model:
    """One model; the defaults are an Epson's."""

    name: str
    width_dots: int = 576
    real_time: frozenset[int] = frozenset({1, 2, 3, 4})
    """The DLE EOT that it answers."""
    clears: bool = True
    """DLE DC4 function 8."""
    status_back: bool = True
    """GS a."""
    process_id: Answer = Answer.IN_TURN
    """GS ( H function 48; AT_ONCE and SOON are not made."""
    status: Answer = Answer.IN_TURN
    """GS r."""
    maker: str | None = "EPSON"
    """GS I 66 and 67; None knows no GS I."""
    model: str = "TM-T20II"
    qr: bool = True
    """GS ( k."""
    baud: int | None = None
    """What its switches stand at. None follows the host, as a USB printer does."""


_COMMON: Mapping[str, Any] = {
    "status_back": False, "process_id": Answer.NEVER, "maker": None, "model": "", "qr": False,
}  # fmt: skip
MODELS: Mapping[str, Model] = {
    model.name: model
    for model in (
        Model("epson-80"),
        Model("epson-88", 512, model="TM-T88V"),
        Model("epson-58", 384),
        Model("blind-80", process_id=Answer.BLINDLY, maker=None, model=""),
        Model("epson-19200", baud=19_200),
        Model("common-80", **_COMMON),
        Model("common-58", 384, **_COMMON),
        Model("common-9600", baud=9_600, **_COMMON),
        Model("common-named", **{**_COMMON, "maker": "POSMAKER", "model": "POS-80"}),
        Model("hasty-80", **{**_COMMON, "status": Answer.AT_ONCE}),
        Model("soon-80", **{**_COMMON, "status": Answer.SOON}),
        Model("keeps-all-80", clears=False, **_COMMON),
        Model("plain-80", clears=False, **{**_COMMON, "status": Answer.NEVER}),
        Model("plain-58", 384, clears=False, **{**_COMMON, "status": Answer.NEVER}),
        Model("half-80", real_time=frozenset({1, 4}), **_COMMON),
        Model(
            "deaf-80",
            real_time=frozenset(),
            clears=False,
            **{**_COMMON, "status": Answer.NEVER},
        ),
    )
}


class ModelInterpreter(Interpreter):
    """Knows what its model knows. Of an unknown command the first byte is dropped and the rest is text."""

    def __init__(self, model: Model) -> None:
        self._model = model
        super().__init__(model.width_dots)

    def _group(self, data: bytes) -> list[Action]:
        if self._is_unknown(data):
            del self._buffer[0]
            return []
        return super()._group(data)

    def _extended(self, data: bytes) -> list[Action]:
        actions = super()._extended(data)
        if self._model.process_id is Answer.BLINDLY:
            own = Reply(b"\x37\x22!!!!\x00")
            return [own if isinstance(action, Reply) else action for action in actions]
        return actions

    def _is_unknown(self, data: bytes) -> bool:
        model = self._model
        match data[1:2], data[2:3]:
            case b"a", _:
                return not model.status_back
            case b"r", _:
                return model.status is Answer.NEVER
            case b"I", _:
                return model.maker is None
            case b"(", b"H":
                return model.process_id is Answer.NEVER
            case b"(", b"k":
                return not model.qr
        return False

    def _do_group(self, command: bytes, n: int) -> list[Action]:
        if command == b"I" and n in (66, 67):
            said = self._model.maker if n == 66 else self._model.model
            return [Reply(b"\x5f" + (said or "").encode("ascii") + b"\x00")]
        actions = super()._do_group(command, n)
        if command == b"r" and self._model.status in (Answer.AT_ONCE, Answer.SOON):
            return [action for action in actions if not isinstance(action, Reply | ReplyPaper)]
        return actions


class ModelPrinter(VirtualPrinter):
    """A virtual printer that is one of ``MODELS``; the arguments are VirtualPrinter's."""

    def __init__(self, model: Model, path: Path, *args: Any, **more: Any) -> None:
        self.model = model
        super().__init__(path, *args, width_dots=model.width_dots, **more)
        self.set_speed(model.baud)

    def _reads(self, width_dots: int) -> Interpreter:
        return ModelInterpreter(self.model)

    def swap(self, model: Model) -> None:
        """Another printer at the same cable, where the host's end stays in: nothing on the line tells of it."""
        with self._lock:
            self._forget()
            self.model = model
            self._paper, painted_rows = Paper(model.width_dots, ROLL_MM), self._paper.painted_rows
            self._paper.painted_rows = painted_rows
            self._interpreter = self._reads(model.width_dots)
            self._watch = 0

    def _real_time(self, data: bytes) -> bytes:
        """Bytes as they come in, one after the other, by what the model knows."""
        kept = bytearray()
        for byte in data:
            self._recent = (self._recent + bytes([byte]))[-len(CLEAR) :]
            kept.append(byte)
            if self._recent[-3:-1] == b"\x10\x04" and byte in self.model.real_time:
                self._answer(byte)
            elif self._recent == CLEAR and self.model.clears:
                self._forget()
                kept.clear()
                self._send(CLEARED)
            elif self._recent[-3:] == b"\x1dr\x01" and self.model.status is Answer.AT_ONCE:
                self._send(b"\x00")
            elif self._recent[-3:] == b"\x1dr\x01" and self.model.status is Answer.SOON:
                threading.Timer(SOON_S, self._answer_soon).start()
        return bytes(kept)

    def _answer_soon(self) -> None:
        with self._lock:
            self._send(b"\x00")


__all__ = ["MODELS", "Answer", "Model", "ModelPrinter"]
