"""A booth that a test may look into: ``python -m tests.secrecy.peeped SOCKET -- ARGUMENTS``.

What the test must look for is known to nobody outside of the booth: the randomness of a ballot. So every scalar that is
drawn is written, as the very object that the booth uses, to BILIK_PEEP. BILIK_PEEPED names the booth's own launcher
(headless, or with Kivy), BILIK_PLANTED a mistake that is planted. All else is the product's.
"""

import os
import runpy
import sys
from pathlib import Path
from typing import NoReturn

import booth.casting
import config.memory
from booth.opening import OpenBooth
from config.secret import Choice
from printer.escpos import Job
from printer.port import SerialPrinter
from sync.ballot import group
from sync.ballot.election import Setup
from sync.ballot.group import Scalar
from sync.ballot.verify import verify_ballot
from tests.torture.scene import KIVY


def _tell(descriptor: int) -> None:
    draw = group.random_scalar

    def drawn() -> Scalar:
        scalar = draw()
        os.write(descriptor, scalar)
        return scalar

    group.random_scalar = drawn


QUOTED = "quoted-by-a-library"
"""Stands in no line that a traceback shows."""

# Mistakes with as much in their message as a careless library could put there.


def _seal(_: Setup, credential: object, choice: Choice) -> NoReturn:
    raise ValueError(f"cannot seal {choice.reveal()} {QUOTED}")


def _verify(setup: Setup, ballot: bytes) -> NoReturn:
    try:
        verify_ballot(setup, ballot + b"x")
    finally:
        raise KeyError(QUOTED, ballot)


def _print(_: SerialPrinter, job: Job, timeout_s: float) -> NoReturn:
    raise RuntimeError(QUOTED, job.reveal(), timeout_s)


def _plant_in_printing() -> None:
    prints = SerialPrinter.print

    def zero_report(self: SerialPrinter, job: Job, timeout_s: float) -> None:
        prints(self, job, timeout_s)
        SerialPrinter.print = _print  # type: ignore[method-assign]

    SerialPrinter.print = zero_report  # type: ignore[method-assign]


def _choose_and_note(self: booth.casting.Casting, choice: Choice) -> None:
    self._choice = choice
    note = Path(sys.argv[sys.argv.index("--data") + 1]) / "note"
    note.write_bytes(bytes(choice.reveal() + 1))


def _plant(what: str) -> None:
    match what:
        case "seal":
            booth.casting.seal = _seal
        case "verify":
            booth.casting.verify_ballot = _verify
        case "print":
            _plant_in_printing()
        case "notes":
            booth.casting.Casting.choose = _choose_and_note  # type: ignore[method-assign]
        case "keeps":
            kept: list[object] = []
            wipe = booth.casting.Casting.wipe

            def wipe_not(self: booth.casting.Casting) -> None:
                kept.append(self._job)
                wipe(self)

            booth.casting.Casting.wipe = wipe_not  # type: ignore[method-assign]
        case "keys":
            kept_booths: list[OpenBooth] = []
            close = OpenBooth.close

            def close_not(self: OpenBooth) -> None:
                kept_booths.append(self)
                close(self)

            OpenBooth.close = close_not  # type: ignore[method-assign]
        case _:
            assert what == "", what


def main() -> None:
    """Becomes the booth."""
    config.memory.wipe_what_is_freed()
    # So that who started it may look into it, root or not.
    config.memory.keep_out_of_cores = lambda: None
    _tell(os.open(os.environ["BILIK_PEEP"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    _plant(os.environ.get("BILIK_PLANTED", ""))
    launcher = os.environ["BILIK_PEEPED"]
    if launcher == KIVY:
        sys.argv += ["--video", "offscreen"]
    runpy.run_module(launcher, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
