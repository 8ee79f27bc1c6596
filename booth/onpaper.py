"""A booth that finds no screen says so where it can: on paper, once for each time that it is switched on."""

from contextlib import suppress
from pathlib import Path

from booth.device import Device
from config.words import LANGUAGES, builtin
from printer.documents import no_screen
from printer.escpos import render
from printer.faults import PrintFault

MARK = "no-screen"
"""A byte for each start without a screen; once the note is out there are ``STARTS`` of them."""
STARTS = 3
"""A screen may need a moment longer than the booth; the service manager starts it again each second."""
TIMEOUT_S = 10.0


def tell_no_screen(device: Device, folder: Path | None) -> None:
    """Prints the note at the third start in vain. ``folder`` forgets with the power; without one nothing is said.

    A printer that cannot print it now is asked again at the next start.
    """
    if folder is None:
        return
    mark = folder / MARK
    with suppress(OSError, PrintFault):
        before = len(mark.read_bytes()) if mark.exists() else 0
        if before == STARTS:
            return
        if before == STARTS - 1:
            document = no_screen([builtin(language) for language in LANGUAGES])
            device.printer.print(render(document, device.profile), TIMEOUT_S)
        mark.write_bytes(b"." * (before + 1))
