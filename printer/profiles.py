"""Printers as data: what a model prints with, confirms with and answers to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from printer.layout import Size


class Confirm(Enum):
    """How a printer says that the paper is out. One that can do neither has no profile: it is not used."""

    PROCESS_ID = "process id"
    """GS ( H, function 48: the printer sends an id back once everything before it is printed."""
    DRAINED = "buffer drained"
    """GS r 1 is answered in its turn, when everything before it was taken from the buffer."""


class QrBy(Enum):
    """Who draws a QR code."""

    PRINTER = "printer"
    """GS ( k: few bytes, and the printer must know the command."""
    US = "raster"
    """A raster image: about 9 kB, and every printer knows it."""


@dataclass(frozen=True)
class Profile:
    """One kind of printer at 203 dpi (8 dots a millimetre), font A of 12 x 24 dots."""

    name: str
    width_dots: int
    confirm: Confirm
    qr_by: QrBy
    scales: Mapping[Size, tuple[int, int]]
    """Width and height multipliers of font A, 1 to 8 (GS !)."""
    code_pages: Mapping[int, str] = field(default_factory=lambda: {0: "cp437", 2: "cp850", 16: "cp1252"})
    """Number for ESC t, and the Python codec that holds the same characters."""
    status_back: bool = True
    """Sends its status by itself when it changes (GS a)."""
    buffer_bytes: int = 2048
    """Never more unconfirmed bytes than this are sent: half of the smallest common buffer (4096), so that no wire
    for flow control is needed and queries find room."""
    answer_s: float = 0.3
    """Longest wait for the answer to one status query."""
    silence_s: float = 2.0
    """A printer that says nothing for so long while it prints is taken for gone."""

    def columns(self, size: Size) -> int:
        """Characters on one line."""
        return self.width_dots // (12 * self.scales[size][0])


_WIDE: Mapping[Size, tuple[int, int]] = {
    Size.FINE: (1, 1),
    Size.BODY: (1, 2),
    Size.LARGE: (2, 2),
    Size.NAME: (3, 4),
    Size.NUMBER: (8, 8),
}
_NARROW: Mapping[Size, tuple[int, int]] = {**_WIDE, Size.NAME: (2, 4)}

TM_80 = Profile("epson-tm-80", 576, Confirm.PROCESS_ID, QrBy.PRINTER, _WIDE)
"""Epson TM-T20, TM-T88 and m30 families with 80 mm paper: 48 columns."""
TM_58 = Profile("epson-tm-58", 384, Confirm.PROCESS_ID, QrBy.PRINTER, _NARROW)
"""The same families with 58 mm paper and the spacer: 32 columns."""
COMMON_80 = Profile(
    "common-80", 576, Confirm.DRAINED, QrBy.US, _WIDE, status_back=False, code_pages={0: "cp437", 2: "cp850"}
)
"""What most 80 mm printers share: no process id, no QR of their own."""
COMMON_58 = Profile(
    "common-58", 384, Confirm.DRAINED, QrBy.US, _NARROW, status_back=False, code_pages={0: "cp437", 2: "cp850"}
)
"""What most 58 mm printers with a cutter share."""

PROFILES: Mapping[str, Profile] = {one.name: one for one in (TM_80, TM_58, COMMON_80, COMMON_58)}
