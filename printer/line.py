"""The serial line itself: opened anew after the cable was out, and never waited for without end."""

import contextlib
import errno
import os
import select
import termios
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import serial

from printer.faults import Fault, PrintFault
from printer.status import Answers, Event

CHUNK_BYTES = 256
"""Little is given to the kernel at once: what it took cannot be called back for sure."""
CLOSE_S = 1.0


class Line:
    """A serial line (UART, USB serial, or a pty behind a symlink). All methods but close raise PrintFault(CABLE)."""

    def __init__(self, path: Path, baud: int) -> None:
        self._path = path
        self._baud = baud
        self._port: serial.Serial | None = None
        self._answers = Answers()

    def open(self) -> bool:
        """Opens the line unless it is open and alive; whether it did. Only this opens: a job never goes on over
        another line."""
        if self._port is not None and not _hung_up(self._port, self._path):
            return False
        self.close()
        try:
            self._port = _open(self._path, self._baud)
        except (OSError, termios.error) as refused:
            taken = isinstance(refused, OSError) and refused.errno == errno.EAGAIN
            raise PrintFault(Fault.IN_USE if taken else Fault.CABLE) from refused
        return True

    def events(self, wait_s: float) -> list[Event]:
        """What the printer said; waits for it at most ``wait_s``."""
        return self._answers.feed(self.heard(wait_s))

    def heard(self, wait_s: float) -> bytes:
        """The same as bytes that nobody has read yet, for answers that are no events (GS I)."""
        with self._cable() as port:
            if not select.select([port.fileno()], [], [], wait_s)[0]:
                return b""
            return port.read(port.in_waiting or 1)

    def put(self, data: bytes, wait_s: float) -> int:
        """Gives the line some of ``data``; how many bytes it took, 0 when it takes none for ``wait_s``."""
        with self._cable() as port:
            if not select.select([], [port.fileno()], [], wait_s)[1]:
                return 0
            # The line has room: with a zero write timeout pyserial writes once and tells how much went.
            return port.write(data[:CHUNK_BYTES]) or 0

    def put_all(self, data: bytes, wait_s: float) -> bool:
        """Gives the line all of ``data``; False when that takes longer than ``wait_s``."""
        end = time.monotonic() + wait_s
        while data:
            left_s = end - time.monotonic()
            if left_s <= 0:
                return False
            data = data[self.put(data, left_s) :]
        return True

    def forget(self) -> None:
        """Drops what is under way in both directions."""
        with self._cable() as port:
            port.reset_output_buffer()
            port.reset_input_buffer()
            self._answers.reset()

    def drop_heard(self) -> None:
        """Drops what the printer said and nobody read."""
        with self._cable() as port:
            port.reset_input_buffer()
            self._answers.reset()

    def close(self) -> None:
        """Drops what was not sent and closes; a driver that hangs in it is left behind."""
        port, self._port = self._port, None
        self._answers.reset()
        if port is None:
            return
        with contextlib.suppress(OSError, termios.error):
            port.reset_output_buffer()  # else the kernel may wait 30 s for a printer that takes nothing
        closing = threading.Thread(target=_close, args=(port,), name="closing the printer", daemon=True)
        closing.start()
        closing.join(CLOSE_S)

    @contextlib.contextmanager
    def _cable(self) -> Iterator[serial.Serial]:
        """The open port; whatever the system says against it means that the cable or adapter is gone."""
        try:
            if self._port is None or _hung_up(self._port, self._path):
                raise ConnectionError
            yield self._port
        except (OSError, termios.error) as gone:
            self.close()
            raise PrintFault(Fault.CABLE) from gone


def _open(path: Path, baud: int) -> serial.Serial:
    """The one place where the printer's line is opened: nobody else may have it, and no call on it blocks."""
    return serial.Serial(str(path), baud, timeout=0, write_timeout=0, exclusive=True)


def _hung_up(port: serial.Serial, path: Path) -> bool:
    """Whether another line stands behind the path by now, or ours has lost its other end."""
    try:
        termios.tcgetattr(port.fileno())
        return os.fstat(port.fileno()).st_rdev != path.stat().st_rdev
    except (OSError, termios.error):
        return True


def _close(port: serial.Serial) -> None:
    with contextlib.suppress(OSError):
        port.close()
