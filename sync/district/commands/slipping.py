"""Options of commands that set a PIN: where it comes from, and where its slip goes."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from config.cards.pins import new_pin
from config.errors import OperatorError
from config.secret import Pin
from printer.profiles import PROFILES
from sync.district import console
from sync.district.commands import options
from sync.district.misuse import Misuse
from sync.district.pins import check_chosen
from sync.district.slips import PaintedSlips, PrintedSlips, Slips

F = TypeVar("F", bound=Callable[..., Any])


@dataclass(frozen=True)
class PinSource:
    """A PIN is random and printed, or chosen by its holder and then printed nowhere."""

    file: Path | None
    typed: bool
    slips: Slips | None

    def check(self) -> None:
        """Raises a BilikError when a PIN could not be made, or its slip not come out."""
        if self.file is None and not self.typed and self.slips is None:
            raise OperatorError(
                "Say where the slip with the PIN comes out: --printer DEVICE or --slips FOLDER; or let the holder type "
                "a PIN: --typed-pin.",
                id="Sebutkan ke mana kertas PIN keluar: --printer ALAT atau --slips FOLDER; atau biarkan pemegang "
                "mengetik PIN: --typed-pin.",
            )
        if self.slips is not None:
            self.slips.check()

    def pin_for(self, holder: str) -> Pin:
        """A new PIN for a holder; whoever types a weak one is asked again. Raises OperatorError for one in a file."""
        if not (self.typed or self.file):
            return new_pin()
        while True:
            pin = console.ask_pin(self.file, holder, new=True)
            try:
                check_chosen(pin)
            except OperatorError as weak:
                if self.file is not None:
                    raise
                console.complain(weak)
            else:
                return pin


def pin_options(command: F) -> F:
    """``--printer`` and ``--profile``, ``--slips``, ``--typed-pin`` and ``--pin-file`` as one ``pins`` argument."""

    @wraps(command)
    def gathered(
        *args: object,
        printer: Path | None,
        profile: str,
        baud: int,
        slips: Path | None,
        typed_pin: bool,
        pin_file: Path | None,
        **others: object,
    ) -> object:
        own = typed_pin or pin_file is not None
        if typed_pin + (pin_file is not None) + (printer is not None) + (slips is not None) > 1:
            raise Misuse(
                "Give only one of --printer, --slips, --typed-pin, --pin-file.",
                id="Pilih satu saja: --printer, --slips, --typed-pin, atau --pin-file.",
            )
        out: Slips | None = None
        if printer is not None:
            out = PrintedSlips(printer, PROFILES[profile], baud)
        elif slips is not None:
            out = PaintedSlips(slips)
        return command(*args, pins=PinSource(pin_file, typed_pin, None if own else out), **others)

    for option in reversed(
        (
            click.option("--printer", type=click.Path(path_type=Path), help="Printer untuk kertas PIN. / Its line."),
            click.option(
                "--profile",
                type=click.Choice(sorted(PROFILES)),
                default=next(iter(PROFILES)),
                show_default=True,
                help="Jenis printer. / The printer's kind.",
            ),
            click.option("--baud", type=int, default=115_200, help="Laju printer. / Speed of the printer's line."),
            click.option(
                "--slips", type=click.Path(path_type=Path), help="Gambar kertas PIN ke folder. / Slips as pictures."
            ),
            click.option("--typed-pin", is_flag=True, help="PIN diketik pemegang. / The holder types the PIN."),
            options.pin_file,
        )
    ):
        gathered = option(gathered)
    return gathered  # type: ignore[return-value]
