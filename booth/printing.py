"""A print as work for the thread that may wait: what the printer said comes back to the runner."""

from collections.abc import Callable

from booth.worker import Work
from printer.escpos import Job
from printer.faults import Fault, PrintFault
from printer.port import PrinterPort


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
