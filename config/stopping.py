"""A wish to end that comes as a signal, at any point of whatever is under way."""

import os
import select
from contextlib import suppress


class Stop:
    """Set in a signal's handler, waited for in what it interrupts.

    ``threading.Event`` is none: setting it takes the lock that the interrupted wait may be holding, in the same thread,
    and then neither ever goes on.
    """

    def __init__(self) -> None:
        self._asked = False
        self._heard, self._said = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)

    def set(self) -> None:
        """Takes no lock and never waits."""
        self._asked = True
        with suppress(OSError):  # full, so there is something to hear; or closed
            os.write(self._said, b".")

    def is_set(self) -> bool:
        """Whether somebody asked."""
        return self._asked

    def wait(self, timeout_s: float | None = None) -> bool:
        """Until somebody asks, or so long; whether somebody did."""
        if not self._asked:
            heard = select.poll()
            heard.register(self._heard, select.POLLIN)
            heard.poll(None if timeout_s is None else timeout_s * 1000)
        return self._asked

    def close(self) -> None:
        """Nobody waits any more."""
        os.close(self._heard)
        os.close(self._said)
