"""What a printer says of itself, from bytes: DLE EOT answers, automatic status, process ids.

Source: Epson ESC/POS command reference, DLE EOT, GS a, GS r, GS ( H and DLE DC4. All answers come mixed on one
line; the fixed bits tell them apart.
"""

from dataclasses import dataclass
from typing import TypeAlias

from printer.faults import Fault

__all__ = [
    "Answers", "Cleared", "Drained", "Event", "Fault", "Noise", "Paused", "ProcessId", "RealTime", "Status",
    "StatusBack", "from_real_time", "from_status_back",
]  # fmt: skip


@dataclass(frozen=True)
class Status:
    """What the printer says now: the fault that matters most, or none; and whether the roll nears its end."""

    fault: Fault | None = None
    near_end: bool = False
    confirms: bool | None = None
    """Whether it confirms as its profile says; None while that was not asked."""

    @property
    def ready(self) -> bool:
        """Whether a job may be sent."""
        return self.fault is None


@dataclass(frozen=True)
class RealTime:
    """The one byte that answers DLE EOT n; it does not say which n."""

    byte: int


@dataclass(frozen=True)
class StatusBack:
    """Four bytes that the printer sends by itself when something changes (GS a)."""

    data: bytes


@dataclass(frozen=True)
class ProcessId:
    """The four characters of a process id: all that was sent before it is printed (GS ( H, function 48)."""

    id: bytes


@dataclass(frozen=True)
class Drained:
    """The byte that answers GS r 1 in its turn."""

    byte: int


@dataclass(frozen=True)
class Cleared:
    """The printer has emptied its buffers (DLE DC4, function 8)."""


@dataclass(frozen=True)
class Paused:
    """XON or XOFF: flow control that our settings do not use and our parser steps over."""


@dataclass(frozen=True)
class Noise:
    """A byte that no printer sends: another device, or another speed."""


Event: TypeAlias = RealTime | StatusBack | ProcessId | Drained | Cleared | Paused | Noise

HEADER = 0x37
PROCESS_ID, BUFFER_CLEARED = 0x22, 0x25
BLOCK_LIMIT_BYTES = 32
"""Longest block after a header that is still believed (ours are 7 bytes)."""


class Answers:
    """Cuts the printer's stream into events; bytes may come in any portions."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> list[Event]:
        """The events that ``data`` completes."""
        self._rest += data
        events: list[Event] = []
        while self._rest:
            event, used = _first(self._rest)
            if not used:
                break
            self._rest = self._rest[used:]
            events.append(event)
        return events

    def reset(self) -> None:
        """Forgets an answer that came in part."""
        self._rest = b""


def _first(data: bytes) -> tuple[Event, int]:
    """The first event and the bytes it takes; 0 when more bytes are needed."""
    byte = data[0]
    if byte == HEADER:
        return _block(data)
    if byte in (0x11, 0x13):
        return Paused(), 1
    if byte & 0b1001_0011 == 0b0001_0010:
        return RealTime(byte), 1
    if byte & 0b1001_0011 == 0b0001_0000:
        return _status_back(data)
    if byte & 0b1001_0000 == 0:
        return Drained(byte), 1
    return Noise(), 1


def _status_back(data: bytes) -> tuple[Event, int]:
    """Four bytes: the first with bit 4 set, the others with bits 4 and 7 clear."""
    if any(byte & 0b1001_0000 for byte in data[1:4]):
        return Noise(), 1
    return StatusBack(data[:4]), 4 if len(data) >= 4 else 0


def _block(data: bytes) -> tuple[Event, int]:
    """Header, kind, content, NUL."""
    end = data.find(0, 2)
    if end < 0:
        return Noise(), 1 if len(data) > BLOCK_LIMIT_BYTES else 0
    if data[1] == PROCESS_ID and end == 6:
        return ProcessId(data[2:6]), 7
    if data[1] == BUFFER_CLEARED and end == 2:
        return Cleared(), 3
    return Noise(), 1


def from_real_time(printer: int, offline: int, error: int, paper: int) -> Status:
    """The status from the answers to DLE EOT 1, 2, 3 and 4."""
    no_paper = paper & 0x60 or offline & 0x20
    return Status(
        _worst(
            (Fault.COVER_OPEN, offline & 0x04),
            (Fault.NO_PAPER, no_paper),
            (Fault.CUTTER, error & 0x08),
            (Fault.BROKEN, error & 0x20),
            (Fault.OVERHEATED, error & 0x40),
            (Fault.OFFLINE, printer & 0x08 or offline & 0x40),
        ),
        near_end=bool(paper & 0x0C),
    )


def from_status_back(data: bytes) -> Status:
    """The status from the four bytes of an automatic status."""
    printer, error, paper, _ = data
    return Status(
        _worst(
            (Fault.COVER_OPEN, printer & 0x20),
            (Fault.NO_PAPER, paper & 0x0C),
            (Fault.CUTTER, error & 0x08),
            (Fault.BROKEN, error & 0x20),
            (Fault.OVERHEATED, error & 0x40),
            (Fault.OFFLINE, printer & 0x08),
        ),
        near_end=bool(paper & 0x03),
    )


def _worst(*causes: tuple[Fault, int]) -> Fault | None:
    """The first cause that is set: the one that the officer must see to first."""
    return next((fault for fault, bits in causes if bits), None)
