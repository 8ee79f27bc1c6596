"""What the service manager hears of the booth: that its first picture stands, and a beat while all of it lives.

Source: sd_notify(3), "Notes": one datagram of ``NAME=value`` lines to the socket that ``NOTIFY_SOCKET`` names, an ``@``
standing for the zero byte of an abstract one. The watchdog's time is the unit's own (``WatchdogSec``); ``BEAT_S``
is far below it.
"""

import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import Enum, auto

BEAT_S = 2.0
"""How often the drawing thread says that it lives; the runner does with every tick."""


class Part(Enum):
    """What must live for the booth to live."""

    SCREEN = auto()
    RUNNER = auto()


def notifier(environment: Mapping[str, str]) -> Callable[[bytes], None]:
    """Tells the service manager; without one it does nothing. A manager that does not listen is no reason to stop."""
    name = environment.get("NOTIFY_SOCKET", "")
    address = "\0" + name[1:] if name.startswith("@") else name

    def tell(what: bytes) -> None:
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
            out.setblocking(False)
            out.connect(address)
            out.send(what)

    return tell if address else lambda _: None


class Pulse:
    """A beat each time that every part was heard since the last one; one part that stands still stops it.

    There is no thread of its own that could go on beating for a booth that is dead.
    """

    def __init__(self, tell: Callable[[bytes], None]) -> None:
        self._tell = tell
        self._lock = threading.Lock()
        self._heard: set[Part] = set()
        self._ready = False

    def beat(self, part: Part) -> None:
        """From that part's own thread."""
        with self._lock:
            self._heard.add(part)
            if self._heard != set(Part):
                return
            self._heard = set()
            first, self._ready = not self._ready, True
        self._tell(b"READY=1\nWATCHDOG=1" if first else b"WATCHDOG=1")

    def stopping(self) -> None:
        """The booth ends because it was asked to."""
        self._tell(b"STOPPING=1")
