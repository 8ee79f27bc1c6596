"""The virtual printer as it stands on the desk: what is done to it by name, and what one sees of it."""

from collections.abc import Callable, Mapping
from pathlib import Path

from booth.desk.papers import Papers
from booth.desk.verbs import Act, PrinterState
from config.errors import OperatorError
from printer.virtual import VirtualPrinter
from printer.virtual.device import ROLL_MM

WIDTH_DOTS = {80: 576, 58: 384}
"""Dots of the head by the paper's width in millimetres."""

_SWITCHES = {
    Act.UNPLUG: ("plugged", False),
    Act.PLUG: ("plugged", True),
    Act.OPEN_COVER: ("cover_open", True),
    Act.CLOSE_COVER: ("cover_open", False),
    Act.POWER_OFF: ("powered", False),
    Act.POWER_ON: ("powered", True),
    Act.SILENCE: ("silent", True),
    Act.ANSWER: ("silent", False),
    Act.STALL: ("stalled", True),
    Act.GO_ON: ("stalled", False),
    Act.OVERHEAT: ("hot", True),
    Act.COOL: ("hot", False),
    Act.JAM_CUTTER: ("jammed", True),
    Act.FREE_CUTTER: ("jammed", False),
}


class Machine:
    """A virtual printer behind ``line``; its paper goes to ``papers``. Methods may be called from any thread."""

    def __init__(
        self, line: Path, papers: Papers, *, width_mm: int = 80, speed_mm_s: float | None = None, plugged: bool = True
    ) -> None:
        self._looks = {"plugged": True, "powered": True} | dict.fromkeys(
            ("cover_open", "silent", "stalled", "hot", "jammed"), False
        )
        self._roll_mm, self._roll_from_mm = float(ROLL_MM), 0.0
        self._device = device = VirtualPrinter(
            line,
            lambda image: papers.come_out(image, whole=True),
            width_dots=WIDTH_DOTS[width_mm],
            on_fragment=lambda image: papers.come_out(image, whole=False),
            speed_mm_s=speed_mm_s,
        )
        self._acts: Mapping[Act, Callable[[], object]] = {
            Act.UNPLUG: device.unplug,
            Act.PLUG: device.plug,
            Act.OPEN_COVER: device.open_cover,
            Act.CLOSE_COVER: device.close_cover,
            Act.TEAR: device.tear,
            Act.POWER_OFF: device.power_off,
            Act.POWER_ON: device.power_on,
            Act.SILENCE: device.silence,
            Act.ANSWER: lambda: device.silence(False),
            Act.STALL: device.stall,
            Act.GO_ON: lambda: device.stall(False),
            Act.OVERHEAT: device.overheat,
            Act.COOL: lambda: device.overheat(False),
            Act.JAM_CUTTER: device.jam_cutter,
            Act.FREE_CUTTER: lambda: device.jam_cutter(False),
        }
        if not plugged:
            self.do(Act.UNPLUG)

    def do(self, act: Act, *, length_mm: float | None = None, after_mm: float | None = None) -> None:
        """Now, or once ``after_mm`` more are printed; raises OperatorError for a length that belongs to no roll."""
        if length_mm is not None and act is not Act.LOAD_ROLL:
            raise OperatorError(
                f"{act} takes no length. Leave length_mm out.", id=f"{act} tidak memakai panjang. Hapus length_mm."
            )
        if after_mm is None:
            self._do(act, length_mm)
        else:
            self._device.after_mm(after_mm, lambda: self._do(act, length_mm))

    def _do(self, act: Act, length_mm: float | None) -> None:
        if act is Act.LOAD_ROLL:
            self._device.load_roll(ROLL_MM if length_mm is None else length_mm)
            self._roll_mm = float(length_mm or ROLL_MM)
            self._roll_from_mm = self._device.printed_mm
            return
        self._acts[act]()
        if act in _SWITCHES:
            name, value = _SWITCHES[act]
            self._looks[name] = value

    @property
    def state(self) -> PrinterState:
        """What one sees of it."""
        printed_mm = self._device.printed_mm
        left_mm = max(self._roll_mm - (printed_mm - self._roll_from_mm), 0.0)
        return PrinterState(roll_mm=round(left_mm, 1), printed_mm=round(printed_mm, 1), **self._looks)

    def close(self) -> None:
        """Takes the printer away."""
        self._device.close()
