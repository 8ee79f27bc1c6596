"""Printing, and asking the printer how it is, as work for the thread that may wait; the runner gets what it said."""

from collections.abc import Callable

from booth.worker import Work
from printer.escpos import Job
from printer.faults import Fault, PrintFault
from printer.port import PrinterPort
from printer.status import Status


def print_work(
    printer: PrinterPort, job: Job, timeout_s: float, done: Callable[[], None], failed: Callable[[Fault], None]
) -> Work:
    """``done`` or ``failed`` is called by the runner, once the printer has confirmed the paper or reported a fault."""

    def work() -> Callable[[], None]:
        try:
            printer.print(job, timeout_s)
        except PrintFault as fault:
            # Only what it was: the exception's traceback would keep the slip's bytes alive.
            what = fault.fault
            return lambda: failed(what)
        return done

    return work


def status_work(printer: PrinterPort, seen: Callable[[Status], None], *, prove: bool) -> Work:
    """``seen`` is called by the runner with how the printer is; ``prove``: also whether it confirms what it prints."""

    def work() -> Callable[[], None]:
        status = printer.proved() if prove else printer.status()
        return lambda: seen(status)

    return work
