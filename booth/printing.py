"""Printing, and looking how printer and device are, as work for the thread that may wait."""

from collections.abc import Callable

from booth.vitals import Vitals
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


def status_work(
    printer: PrinterPort, look: Callable[[], Vitals], seen: Callable[[Status, Vitals], None], *, prove: bool
) -> Work:
    """``seen`` is called by the runner with how printer and device are; ``prove``: also whether the printer confirms.

    ``look`` reads sensors, on a bus that may hang: here nobody's touch waits for it.
    """

    def work() -> Callable[[], None]:
        status, vitals = printer.proved() if prove else printer.status(), look()
        return lambda: seen(status, vitals)

    return work
