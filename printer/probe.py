"""Asks a connected printer what it can do. It prints nothing but a ruler.

The order of the questions is that of their harm: a printer that does not know a command may print its letters. First
come those without letters (DLE EOT, DLE DC4), then the short ones, and GS ( H last. After each, ESC @ drops what
stands in the line.
"""

import contextlib
import secrets
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from printer.faults import Fault, PrintFault
from printer.findings import RULER_LINE, Answered, Findings
from printer.line import Line
from printer.port import CLEAR_BUFFERS, INITIALIZE, STATUS_BACK_ON
from printer.status import Cleared, Drained, Event, Noise, ProcessId, RealTime, StatusBack, from_real_time

BAUDS = (115_200, 9_600, 19_200, 38_400)
"""Speeds that printers leave the factory with, the most common first."""
ANSWER_S = 0.6
FEED_ANSWER_S = 5.0
"""For some 120 mm of paper."""
RULER_S = 2.0
"""For a ruler's line, feed and cut; some printers cannot say when they are out."""
FEED = b"\x1bd\x20"
"""ESC d 32: blank lines."""
REST_SAMPLES = 3
"""Of the time without paper the shortest is taken: what this machine does meanwhile makes one longer."""
DRAINED = b"\x1dr\x01"
STATUS_BACK_OFF = b"\x1da\x00"
MAKER, MODEL = 66, 67
NAME_LIMIT = 40
CUT = b"\x1dVB\x00"


class Probe:
    """One printer on one line; ``close`` gives the line back. All methods raise PrintFault(CABLE) when it goes."""

    def __init__(self, path: Path, baud: int) -> None:
        """Finds the speed: ``baud`` first, then the common ones.

        Raises PrintFault: CABLE, IN_USE, NO_ANSWER, or NONSENSE when something answers that is no printer.
        """
        self._line, self.baud = _at_its_speed(path, baud)

    def close(self) -> None:
        """Lets go of the line."""
        self._line.close()

    def ask(self) -> Findings:
        """Everything but the width. The printer must have paper; else ``status`` says so and no more is asked."""
        answers = {n: self._real_time(n) for n in (1, 2, 3, 4)}
        real_time = frozenset(n for n, byte in answers.items() if byte is not None)
        known = [byte for byte in answers.values() if byte is not None]
        found = Findings(self.baud, real_time, from_real_time(*known) if len(known) == len(answers) else None)
        if found.status is None or found.status.fault is not None:
            return found
        clears = self._seconds_until(CLEAR_BUFFERS, lambda event: event == Cleared()) is not None
        status_back = self._seconds_until(STATUS_BACK_ON, lambda event: isinstance(event, StatusBack)) is not None
        self._quiet(STATUS_BACK_OFF)
        maker, model = self._name(MAKER), self._name(MODEL)
        drained, process_id = self._confirmations()
        return replace(
            found, clears=clears, status_back=status_back, maker=maker, model=model, drained=drained,
            process_id=process_id,
        )  # fmt: skip

    def print_ruler(self) -> None:
        """One piece of paper with the ruler, see ``RULER_LINE``; returns once it should be out."""
        self._quiet(b"")
        self._line.put_all(RULER_LINE + b"\n\n" + CUT, FEED_ANSWER_S)
        time.sleep(RULER_S)

    def _real_time(self, n: int) -> int | None:
        return _answer(self._line, n)

    def _confirmations(self) -> tuple[Answered, Answered]:
        """GS r 1 and GS ( H: first with nothing before them, then behind paper that takes its time."""
        name = bytes(0x21 + secrets.randbelow(94) for _ in range(4))
        requests: dict[bytes, Callable[[Event], bool]] = {
            DRAINED: lambda event: isinstance(event, Drained),
            b"\x1d(H\x06\x0000" + name: lambda event: event == ProcessId(name),
        }
        when = []
        for request, is_answer in requests.items():
            at_rest_s = self._seconds_at_rest(request, is_answer)
            behind_s = None if at_rest_s is None else self._seconds_until(FEED + request, is_answer, FEED_ANSWER_S)
            when.append(Answered.after(at_rest_s, behind_s))
        return when[0], when[1]

    def _seconds_at_rest(self, request: bytes, is_answer: Callable[[Event], bool]) -> float | None:
        """Without paper before it; a printer that does not know the request gets it once."""
        shortest_s = self._seconds_until(request, is_answer)
        if shortest_s is None:
            return None
        more = (self._seconds_until(request, is_answer) for _ in range(REST_SAMPLES - 1))
        return min(shortest_s, *(one for one in more if one is not None))

    def _name(self, which: int) -> str:
        """GS I 66 or 67: underscore, text, NUL. Only what can be shown safely is taken."""
        self._quiet(b"")
        self._line.put_all(b"\x1dI" + bytes([which]), ANSWER_S)
        heard = b""
        end_s = time.monotonic() + ANSWER_S
        while b"\0" not in heard and len(heard) < 2 * NAME_LIMIT and (left_s := end_s - time.monotonic()) > 0:
            heard += self._line.heard(left_s)
        self._quiet(b"")
        text, whole, _ = heard.partition(b"\0")
        if not whole or text[:1] != b"_":
            return ""
        return "".join(char for char in text[1:].decode("ascii", "ignore") if char.isprintable())[:NAME_LIMIT]

    def _seconds_until(
        self, question: bytes, is_answer: Callable[[Event], bool], wait_s: float = ANSWER_S
    ) -> float | None:
        """How long the answer took; None when it did not come."""
        self._quiet(b"")
        began_s = time.monotonic()
        if self._line.put_all(question, wait_s):
            while (left_s := began_s + wait_s - time.monotonic()) > 0:
                if any(map(is_answer, self._line.events(left_s))):
                    return time.monotonic() - began_s
        return None

    def _quiet(self, last: bytes) -> None:
        """Drops letters of a question that the printer did not know, and answers that came too late."""
        self._line.put_all(last + INITIALIZE, ANSWER_S)
        self._line.events(0.02)
        self._line.drop_heard()


@contextlib.contextmanager
def probing(path: Path, baud: int) -> Iterator[Probe]:
    """A probe whose line is given back at the end."""
    probe = Probe(path, baud)
    try:
        yield probe
    finally:
        probe.close()


def _at_its_speed(path: Path, baud: int) -> tuple[Line, int]:
    nonsense = False
    for speed in dict.fromkeys((baud, *BAUDS)):
        line = Line(path, speed)
        line.open()
        line.forget()
        # The first question may end what was received at another speed.
        for n in (1, 4, 1):
            try:
                if _answer(line, n) is not None:
                    return line, speed
            except PrintFault as fault:
                if fault.fault is not Fault.NONSENSE:
                    raise
                nonsense = True
        line.close()
    raise PrintFault(Fault.NONSENSE if nonsense else Fault.NO_ANSWER)


def _answer(line: Line, n: int) -> int | None:
    """The answer to DLE EOT ``n``; raises PrintFault(NONSENSE) when only noise is heard."""
    line.drop_heard()
    noise = False
    end_s = time.monotonic() + ANSWER_S
    if line.put_all(b"\x10\x04" + bytes([n]), ANSWER_S):
        while (left_s := end_s - time.monotonic()) > 0:
            events = line.events(left_s)
            for event in events:
                if isinstance(event, RealTime):
                    return event.byte
            noise = noise or any(isinstance(event, Noise) for event in events)
    if noise:
        raise PrintFault(Fault.NONSENSE)
    return None
