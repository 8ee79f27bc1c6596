"""The printer at the end of a serial line: how it is, and printing until it says itself that the paper is out."""

import contextlib
import secrets
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from printer.escpos import Job
from printer.faults import Fault, PrintFault
from printer.line import Line
from printer.profiles import Confirm, Profile
from printer.progress import NOISE_LIMIT, TICKETS, Progress
from printer.status import Cleared, Noise, RealTime, Status, from_real_time

__all__ = ["PrintFault", "PrinterPort", "SerialPrinter"]

LISTEN_S = 0.05
HEAR_OUT_S = 0.5
"""At least so long after the last of the answers that have no names."""
CLEAR_S = 1.0
LONGEST_SEGMENT_BYTES = 2048

CLEAR_BUFFERS = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
"""DLE DC4, function 8: receive and print buffer emptied, also with the paper out."""
STATUS_BACK_ON = b"\x1da\x0e"
"""GS a: report online/offline, errors and paper by yourself; holds until the next ESC @, with which jobs begin."""
PROVE_S = 1.5
"""A printer that has nothing to print confirms at once."""
INITIALIZE = b"\x1b@"
"""ESC @: also drops what stands in the line buffer, as letters of a command that the printer does not know."""
CUT_OFF = b"\x1b@\x1dVB\x00"
"""What an interrupted job left in the paper path becomes a piece by itself."""


class PrinterPort(Protocol):
    """A printer: the real one, or a test's."""

    def status(self) -> Status:
        """How the printer is now; never raises, and takes about a second at the very most."""

    def proved(self) -> Status:
        """``status``, and whether the printer confirms as its profile says: asked by deed and without paper, once
        after each fault. Never raises; takes about five seconds at the very most."""

    def print(self, job: Job, timeout_s: float) -> None:
        """Returns once the printer said that all paper of ``job`` is out; else raises PrintFault.

        ``timeout_s`` is the longest time without any progress, not the time of the whole job.
        """

    def close(self) -> None:
        """Lets go of the line; never hangs."""


class SerialPrinter:
    """A printer on a serial line; it opens the line when it needs it, and again after the cable was out.

    One thread prints; ``status`` may be called from others and tells meanwhile what was last known.
    """

    def __init__(self, path: Path, profile: Profile, baud: int = 115_200) -> None:
        self._profile = profile
        self._line = Line(path, baud)
        self._lock = threading.Lock()
        self._last = Status(Fault.NO_ANSWER)
        self._ticket = secrets.randbelow(TICKETS)
        self._unsure = True
        """Whether the printer may hold the rest of a job: at the start, and after every fault."""
        self._proved: bool | None = None
        self._late_until_s = 0.0
        """Until then the answer to a question that was given up may still come."""

    def status(self) -> Status:
        """Asks DLE EOT 1 to 4; a line that cannot be opened is the fault CABLE."""
        if not self._lock.acquire(blocking=False):
            return self._last
        try:
            self._open()
            self._last = self._ask_all()
        except PrintFault as fault:
            self._noted(fault)
        finally:
            self._lock.release()
        if self._last.fault is not None:
            # Perhaps it is another printer that answers next.
            self._proved = None
        if self._last.fault is Fault.NO_ANSWER:
            # Its answer may come later than we wait for it; emptying the printer puts that right, too.
            self._unsure = True
        return self._last

    def proved(self) -> Status:
        """See PrinterPort."""
        status = self.status()
        if status.fault is not None or not self._lock.acquire(blocking=False):
            return status
        try:
            if self._proved is None:
                self._proved = self._prove()
            return replace(status, confirms=self._proved)
        except PrintFault as fault:
            self._noted(fault)
            return self._last
        finally:
            self._lock.release()

    def print(self, job: Job, timeout_s: float) -> None:
        """See PrinterPort. After a fault, what is left of the old job is thrown away and cut off first."""
        with self._lock:
            try:
                self._open()
                self._print(job, timeout_s)
            except PrintFault as fault:
                self._noted(fault)
                self._give_up(fault.fault)
                raise

    def close(self) -> None:
        """See PrinterPort."""
        self._line.close()

    def _open(self) -> None:
        if self._line.open():
            # Who knows what is at the other end by now, and what it still holds.
            self._proved, self._unsure = None, True

    def _noted(self, fault: PrintFault) -> None:
        self._last, self._proved = replace(self._last, fault=fault.fault), None

    def _prove(self) -> bool:
        """Drops what is in the printer, then asks for a confirmation of nothing; both must be answered."""
        if not self._profile.official:
            return False
        try:
            self._clear(CLEAR_S)
            self._send((INITIALIZE,), PROVE_S)
        except PrintFault as fault:
            if fault.fault not in (Fault.NOT_CLEARED, Fault.TIMEOUT, Fault.NONSENSE):
                raise
            self._line.put_all(INITIALIZE, self._profile.answer_s)
            return False
        return True

    def _print(self, job: Job, timeout_s: float) -> None:
        self._require_ready()
        if self._unsure:
            if self._profile.official:
                self._clear(CLEAR_S)
            self._send((CUT_OFF,), timeout_s)
        self._unsure = True
        progress = self._send(job.segments(), timeout_s)
        if self._profile.confirm is Confirm.DRAINED:
            # Taken from the buffer is not yet out of the printer: its status has the last word.
            self._require_ready(progress)
            progress.check_heard()
        elif not self._profile.official:
            self._require_an_answer(timeout_s)
        self._unsure = False

    def _require_an_answer(self, timeout_s: float) -> None:
        """A printer that confirms nothing: once it answers at all, it has taken everything that stood before."""
        end_s = time.monotonic() + timeout_s
        while True:
            try:
                self._ask(1, None)
                time.sleep(self._profile.answer_s)
                self._line.drop_heard()  # answers to the questions that waited
                self._require_ready()
            except PrintFault as fault:
                if fault.fault is not Fault.NO_ANSWER or time.monotonic() > end_s:
                    raise
            else:
                return

    def _require_ready(self, progress: Progress | None = None) -> None:
        self._last = self._ask_all(progress)
        if self._last.fault:
            raise PrintFault(self._last.fault)

    def _send(self, segments: tuple[bytes, ...], timeout_s: float) -> Progress:
        """Sends and waits until everything is confirmed."""
        self._ticket = (self._ticket + 1) % TICKETS
        progress = Progress(self._profile, self._ticket, timeout_s, time.monotonic())
        for left, segment in zip(reversed(range(len(segments))), segments, strict=True):
            while not progress.has_room(len(segment)):
                self._listen(progress)
            self._write(segment, progress)
            if left == len(segments) - 1 and self._profile.status_back:
                self._write(STATUS_BACK_ON, progress)
            if progress.wants_request(is_last=left == 1):
                self._write(progress.request(), progress)
            self._look_after(progress)
        self._write(progress.request(), progress)
        while not progress.done:
            self._listen(progress)
        nameless = self._profile.confirm is Confirm.DRAINED
        if nameless:
            self._hear_out(progress)
        end_s = time.monotonic() + self._profile.answer_s
        while not progress.answered and time.monotonic() < end_s:
            progress.hear(self._line.events(LISTEN_S), time.monotonic())
        if nameless and not progress.answered:
            raise PrintFault(Fault.NO_ANSWER)
        return progress

    def _write(self, data: bytes, progress: Progress) -> None:
        """Whole commands, as fast as the line takes them, with an ear for what the printer says meanwhile."""
        while data:
            taken = self._line.put(data, LISTEN_S)
            data = data[taken:]
            progress.sent(taken, time.monotonic())
            progress.hear(self._line.events(0), time.monotonic())
            progress.check(time.monotonic(), writing=True)

    def _listen(self, progress: Progress) -> None:
        progress.hear(self._line.events(LISTEN_S), time.monotonic())
        progress.check(time.monotonic(), writing=False)
        self._look_after(progress)

    def _hear_out(self, progress: Progress) -> None:
        """After the last answer none may come that was not asked for: these answers have no names, so with one stray
        byte before, the last piece would still be in the printer. It is listened for as long as a piece may take."""
        end_s = time.monotonic() + max(HEAR_OUT_S, progress.longest_wait_s)
        while (left_s := end_s - time.monotonic()) > 0:
            progress.hear(self._line.events(left_s), time.monotonic())
            progress.check_heard()

    def _look_after(self, progress: Progress) -> None:
        """Between two commands: asks how the printer is when that was not asked for a while, and why it is offline."""
        if progress.near_end is not None:
            self._last = replace(self._last, near_end=progress.near_end)
        if progress.offline:
            progress.offline = False
            self._require_ready(progress)
        if progress.poll_is_due(time.monotonic()):
            self._line.put_all(b"\x10\x04\x01", self._profile.answer_s)
            progress.polled(time.monotonic())

    def _give_up(self, fault: Fault) -> None:
        """The rest of a job must not come out by itself when paper is back; the next print tries once more."""
        if self._unsure and fault is not Fault.CABLE:
            with contextlib.suppress(PrintFault):
                self._clear(self._profile.answer_s)

    def _clear(self, wait_s: float) -> None:
        """Empties line and printer; raises PrintFault(NOT_CLEARED) when the printer does not confirm that."""
        self._line.forget()
        # If a job broke off inside a command, the printer may take ours for the rest of it. So many zeros are
        # more than that rest, and mean nothing outside of a command.
        for filling in (b"", bytes(LONGEST_SEGMENT_BYTES)):
            if not self._line.put_all(filling + CLEAR_BUFFERS, wait_s):
                break
            end_s = time.monotonic() + wait_s
            while (left_s := end_s - time.monotonic()) > 0:
                if Cleared() in self._line.events(left_s):
                    return
        raise PrintFault(Fault.NOT_CLEARED)

    def _ask_all(self, progress: Progress | None = None) -> Status:
        """Our own status query; python-escpos's says that paper is adequate when nothing answers."""
        if progress is None:
            self._drop_late()
        return from_real_time(*(self._ask(n, progress) for n in (1, 2, 3, 4)))

    def _drop_late(self) -> None:
        """An answer does not say to which question. One that comes late would be taken for that of the next, and all
        later ones would be moved by one: after a question without answer the line must be quiet for a moment."""
        while (left_s := self._late_until_s - time.monotonic()) > 0:
            self._line.events(left_s)
        self._line.drop_heard()

    def _ask(self, n: int, progress: Progress | None) -> int:
        """The answer to DLE EOT ``n``; what else is said meanwhile goes to the job that is under way."""
        wait_s = self._profile.answer_s
        noise = 0
        if self._line.put_all(b"\x10\x04" + bytes([n]), wait_s):
            end_s = time.monotonic() + wait_s
            while (left_s := end_s - time.monotonic()) > 0:
                events = self._line.events(left_s)
                noise += sum(isinstance(event, Noise) for event in events)
                if noise > NOISE_LIMIT:
                    # Among so much nonsense a byte that looks like an answer is none.
                    raise PrintFault(Fault.NONSENSE)
                if progress:
                    progress.hear([event for event in events if not isinstance(event, RealTime)], time.monotonic())
                if answers := [event.byte for event in events if isinstance(event, RealTime)]:
                    return answers[-1]
        self._late_until_s = time.monotonic() + wait_s
        raise PrintFault(Fault.NONSENSE if noise else Fault.NO_ANSWER)
