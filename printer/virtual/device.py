"""The virtual printer on a pseudo-terminal, with the faults that real ones have.

A thread reads the line and moves the paper; every fault is a method that may be called from any thread.
"""

import math
import os
import pty
import select
import termios
import threading
import time
import tty
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Self

from PIL import Image

from printer.virtual.commands import Action, Cut, Interpreter, Print, Reply, ReplyPaper, Watch
from printer.virtual.paper import DOTS_PER_MM, Paper
from printer.virtual.wire import heard

BUFFER_BYTES = 4096
"""Receive buffer; a full one stops reading, as a printer's does."""
STARVED_BYTES = 1 << 18
"""A command that is longer than the buffer may fill it beyond its size."""
READ_BYTES = 512
ROLL_MM = 60_000
TICK_S = 0.02
ROWS_AT_ONCE = 64
CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
NOT_LATE = (0, 0.0)
CLEARED = b"\x37\x25\x00"
SPEEDS = {getattr(termios, f"B{baud}"): baud for baud in (1200, 2400, 4800, 9600, 19_200, 38_400, 57_600, 115_200)}

Deliver = Callable[[Image.Image], None]


class VirtualPrinter:
    """An ESC/POS printer whose serial line is a pty, linked at ``path``; ``width_dots`` 576 or 384.

    ``on_piece`` gets each cut piece as an image of mode "1" at 8 dots a millimetre, ``on_fragment`` what was torn
    off uncut; strips with nothing on them are not delivered. Both are called in the printer's thread or in the
    caller's. ``speed_mm_s`` is None for as fast as it can (a real one: 150 to 250).
    """

    def __init__(
        self,
        path: Path,
        on_piece: Deliver,
        *,
        width_dots: int = 576,
        on_fragment: Deliver | None = None,
        speed_mm_s: float | None = None,
        roll_mm: float = ROLL_MM,
    ) -> None:
        self.path = path
        self.speed_mm_s = speed_mm_s
        self.answer_s = 0.0
        """What an answer to DLE EOT takes."""
        self._on_piece = on_piece
        self._on_fragment = on_fragment
        self._lock = threading.RLock()
        self._paper = Paper(width_dots, roll_mm)
        self._interpreter = self._reads(width_dots)
        self._rows: deque[bytes] = deque()
        self._recent = b""
        self._master: int | None = None
        self._slave: int | None = None
        self._cover = self._silent = self._stalled = self._hot = self._jammed = self._powered_off = False
        self._lost_bytes = 0
        self._late = NOT_LATE
        self._babble = b""
        self._baud: int | None = None
        self._watch = 0
        self._told = b""
        self._planned: list[tuple[int, Callable[[], None]]] = []
        self._paced_until = time.monotonic()
        self._stop = threading.Event()
        self.plug()
        self._thread = threading.Thread(target=self._run, name="virtual printer", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stops the thread and takes the line away."""
        self._stop.set()
        self._thread.join(timeout=5)
        self.unplug()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _reads(self, width_dots: int) -> Interpreter:
        """What it knows of ESC/POS."""
        return Interpreter(width_dots)

    # What people do to it

    def plug(self) -> None:
        """The cable is put in: a new line behind the same path."""
        with self._lock:
            if self._master is not None:
                return
            self._master, self._slave = pty.openpty()
            tty.setraw(self._slave)
            os.set_blocking(self._master, False)
            fresh = self.path.with_name(self.path.name + ".new")
            fresh.unlink(missing_ok=True)
            fresh.symlink_to(os.ttyname(self._slave))
            fresh.replace(self.path)

    def unplug(self) -> None:
        """The cable is out: the line hangs up and what was on it is lost. The printer goes on with what it has."""
        with self._lock:
            for end in (self._master, self._slave):
                if end is not None:
                    os.close(end)
            self._master = self._slave = None
            self.path.unlink(missing_ok=True)

    def load_roll(self, length_mm: float = ROLL_MM, width_mm: int | None = None) -> None:
        """A new roll; what still hung in the printer comes out as a fragment. A narrow one (``width_mm``) lies at the
        left, and what is printed beside it is lost without a word."""
        with self._lock:
            fragment = self._paper.pull_out()
            self._paper.load(length_mm, width_mm)
        self._hand_over(fragment)

    def open_cover(self) -> None:
        """Printing stops where it is."""
        with self._lock:
            self._cover = True

    def close_cover(self) -> None:
        """Printing goes on with what is in the buffer."""
        with self._lock:
            self._cover = False

    def silence(self, on: bool = True) -> None:
        """Answers nothing any more, and prints on."""
        with self._lock:
            self._silent = on

    def answer_late(self, n: int, late_s: float) -> None:
        """Its next answer to DLE EOT ``n`` takes so long: it is busy, and does nothing else meanwhile."""
        with self._lock:
            self._late = n, late_s

    def babble(self, data: bytes = b"") -> None:
        """On the line somebody says ``data`` over and over, whatever the printer does; without data no more."""
        with self._lock:
            self._babble = data

    def set_speed(self, baud: int | None) -> None:
        """Its switches stand at this speed: at another one each side hears what the wire makes of it. None follows the
        host, as USB does."""
        with self._lock:
            self._baud = baud

    def lose_bytes(self, count: int) -> None:
        """A knocked cable: the next bytes from the host are lost, and neither side is told."""
        with self._lock:
            self._lost_bytes = count

    def stall(self, on: bool = True) -> None:
        """Takes no byte, answers nothing and stands still, as a hung printer."""
        with self._lock:
            self._stalled = on

    def overheat(self, on: bool = True) -> None:
        """The head is too hot: it waits, then goes on by itself."""
        with self._lock:
            self._hot = on

    def jam_cutter(self, on: bool = True) -> None:
        """The cutter is stuck."""
        with self._lock:
            self._jammed = on

    def power_off(self) -> None:
        """Dark: buffers lost, the line (a serial adapter's) still there."""
        with self._lock:
            self._powered_off = True
            self._forget()
            self._watch = 0

    def power_on(self) -> None:
        """On again, with empty buffers."""
        with self._lock:
            self._powered_off = False

    def tear(self) -> Image.Image | None:
        """Someone pulls out what hangs there; None when nothing is printed on it.

        With paper and a closed cover it tears at the cutter, else everything comes out.
        """
        with self._lock:
            fragment = self._paper.pull_out() if self._paper.out or self._cover else self._paper.cut()
        self._hand_over(fragment)
        return fragment

    def _hand_over(self, fragment: Image.Image | None) -> None:
        """Without the lock, like every call out of here: who gets it may have locks of its own."""
        if fragment is not None and self._on_fragment:
            self._on_fragment(fragment)

    def after_mm(self, length_mm: float, fault: Callable[[], None]) -> None:
        """Calls ``fault`` (``self.unplug``, ``self.open_cover``, …) once so much more paper is painted."""
        with self._lock:
            self._planned.append((self._paper.painted_rows + round(length_mm * DOTS_PER_MM), fault))

    @property
    def printed_mm(self) -> float:
        """Paper that has gone past the head since the start."""
        with self._lock:
            return self._paper.painted_rows / DOTS_PER_MM

    # The thread

    def _run(self) -> None:
        while not self._stop.is_set():
            painted_rows = self._paper.painted_rows
            busy = self._receive()
            with self._lock:
                self._put(self._babble)
            piece = self._move()
            if piece is not None:
                # Handed over before anything later is confirmed.
                self._on_piece(piece)
            due = self._due()
            for fault in due:
                fault()
            if not (busy or piece or due) and painted_rows == self._paper.painted_rows:
                self._wait()

    def _wait(self) -> None:
        """Until the line has bytes that are wanted, or a tick."""
        with self._lock:
            ends = [self._master] if self._master is not None and self._room() else []
        try:
            select.select(ends, [], [], TICK_S)
        except (OSError, ValueError):
            return  # unplugged in this moment

    def _room(self) -> int:
        if self._stalled:
            return 0
        return max(BUFFER_BYTES - self._interpreter.waiting_bytes(), 0)

    def _receive(self) -> bool:
        with self._lock:
            room = self._room() or (STARVED_BYTES if self._starved() else 0)
            if self._master is None or not room:
                return False
            try:
                data = os.read(self._master, min(room, READ_BYTES))
            except (BlockingIOError, OSError):
                return False
            lost, self._lost_bytes = min(self._lost_bytes, len(data)), max(self._lost_bytes - len(data), 0)
            data = self._over_the_wire(data[lost:], to_host=False)
            if not self._powered_off:
                self._interpreter.feed(self._real_time(data))
            return True

    def _starved(self) -> bool:
        return not self._stalled and not self._rows and not self._offline

    def _real_time(self, data: bytes) -> bytes:
        """Obeys DLE EOT and DLE DC4 8 as they come in; what is left for the buffer is given back."""
        kept = bytearray()
        for byte in data:
            self._recent = (self._recent + bytes([byte]))[-len(CLEAR) :]
            kept.append(byte)
            if self._recent[-3:-1] == b"\x10\x04" and 1 <= byte <= 4:
                self._answer(byte)
            elif self._recent == CLEAR:
                self._forget()
                kept.clear()
                self._send(CLEARED)
        return bytes(kept)

    def _forget(self) -> None:
        self._interpreter.reset()
        self._rows.clear()
        self._recent = b""

    @property
    def _offline(self) -> bool:
        return self._cover or self._paper.out or self._hot or self._jammed

    def _move(self) -> Image.Image | None:
        """Paints what may be painted now, until a piece falls or a planned fault is due."""
        with self._lock:
            self._tell_changes()
            rows_left = self._pace()
            while rows_left > 0 and not (self._offline or self._stalled or self._powered_off):
                if self._rows:
                    self._paper.print_row(self._rows.popleft())
                    if self._paper.painted_rows >= self._next_fault_rows():
                        return None
                    rows_left -= 1
                    continue
                action = self._interpreter.take()
                if action is None:
                    break
                if piece := self._do(action):
                    return piece
            self._tell_changes()
        return None

    def _pace(self) -> int:
        """Rows that may be painted in this turn."""
        if self.speed_mm_s is None:
            return ROWS_AT_ONCE
        now = time.monotonic()
        rows = int((now - self._paced_until) * self.speed_mm_s * DOTS_PER_MM)
        if rows > ROWS_AT_ONCE or not self._rows:
            self._paced_until = now
            return min(max(rows, 1), ROWS_AT_ONCE)
        self._paced_until += rows / (self.speed_mm_s * DOTS_PER_MM)
        return rows

    def _next_fault_rows(self) -> float:
        return min((at for at, _ in self._planned), default=math.inf)

    def _due(self) -> list[Callable[[], None]]:
        """Planned faults whose moment has come."""
        with self._lock:
            due = [fault for at, fault in self._planned if at <= self._paper.painted_rows]
            self._planned = [(at, fault) for at, fault in self._planned if at > self._paper.painted_rows]
        return due

    def _do(self, action: Action) -> Image.Image | None:
        match action:
            case Print():
                self._rows.extend(action.rows)
            case Cut():
                return self._paper.cut()
            case Reply():
                self._send(action.data)
            case ReplyPaper():
                self._send(bytes([0x03 * self._paper.near_end | 0x0C * self._paper.out]))
            case Watch():
                self._watch, self._told = action.mask, b""
        return None

    # What it says

    def _over_the_wire(self, data: bytes, *, to_host: bool) -> bytes:
        if self._baud is None or self._master is None:
            return data
        host_baud = SPEEDS.get(termios.tcgetattr(self._master)[4], self._baud)
        return heard(data, self._baud, host_baud) if to_host else heard(data, host_baud, self._baud)

    def _send(self, data: bytes) -> None:
        if not (self._silent or self._stalled or self._powered_off):
            self._put(data)

    def _put(self, data: bytes) -> None:
        if not data or self._master is None:
            return
        try:
            os.write(self._master, self._over_the_wire(data, to_host=True))
        except OSError:
            return  # nobody reads: a serial line loses the bytes

    def _answer(self, n: int) -> None:
        """To DLE EOT n, and when that is to be late, then everything after it is."""
        late_s = 0.0
        if n == self._late[0]:
            late_s, self._late = self._late[1], NOT_LATE
        time.sleep(self.answer_s + late_s)
        self._send(bytes([self._real_time_status(n)]))

    def _real_time_status(self, n: int) -> int:
        """DLE EOT n: printer, why offline, which error, paper."""
        error = self._hot or self._jammed
        return (
            0x12
            | (
                0,
                0x08 * self._offline,
                0x04 * self._cover | 0x20 * self._paper.out | 0x40 * error,
                0x08 * self._jammed | 0x40 * self._hot,
                0x0C * self._paper.near_end | 0x60 * self._paper.out,
            )[n]
        )

    def _status_back(self) -> bytes:
        return bytes(
            (
                0x10 | 0x08 * self._offline | 0x20 * self._cover,
                0x08 * self._jammed | 0x40 * self._hot,
                0x03 * self._paper.near_end | 0x0C * self._paper.out,
                0,
            )
        )

    def _tell_changes(self) -> None:
        if self._watch and (now := self._status_back()) != self._told:
            self._told = now
            self._send(now)
