"""``bilik-booth check``: what a connected printer can do, which profile fits it, and a sample of everything.

It opens the printer's line and nothing else: no package, store, card or stick.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from config.errors import BilikError
from config.words import LANGUAGES, builtin
from printer.escpos import render
from printer.faults import Fault, PrintFault
from printer.findings import RULER, Findings, Reason, Verdict, judge
from printer.port import SerialPrinter
from printer.probe import probing
from printer.profiles import Profile
from printer.sample import sample

EXIT_OFFICIAL, EXIT_REFUSED, EXIT_USAGE, EXIT_UNREACHABLE = 0, 1, 2, 3
"""Fits official elections; does not, with the reason; wrong use, or the line is another program's; no printer that
could be asked, or one with a fault."""
PRINTER_PLACE = Path("/dev/serial0")
SAMPLE_TIMEOUT_S = 10.0
"""Without any progress of the paper."""
SETTLE_S = 5.0
"""For the paper of a printer that does not say when it is out, after the time that the line takes."""
TRIES = 3
"""Of typing the ruler's letter."""

_CATALOGUES = tuple(builtin(language) for language in LANGUAGES)


def main(argv: Sequence[str]) -> int:
    """Exit code 0: official elections can use the printer; 1: they refuse it; 2: wrong use, or the line is in use;
    3: nothing could be found out, or the sample did not come out."""
    options = _parser().parse_args(argv)
    try:
        return _check(options)
    except PrintFault as fault:
        if fault.fault is Fault.IN_USE:
            _say("running")
            return EXIT_USAGE
        return _unreachable(fault)
    except BilikError as fault:
        return _unreachable(fault)


def _check(options: argparse.Namespace) -> int:
    _say("asking", path=options.printer)
    with probing(options.printer, options.baud) as probe:
        found = probe.ask()
        if found.status is not None:
            if found.status.fault is not None:
                raise PrintFault(found.status.fault)
            columns = RULER.get(options.ruler)
            if columns is None:
                probe.print_ruler()
                columns = _looked_at()
            if columns is None:
                return EXIT_USAGE
            found = replace(found, columns=columns)
    _tell(found)
    verdict = judge(found)
    _tell_verdict(verdict, found, options.printer)
    if verdict.profile is not None:
        _print_sample(options.printer, found.baud, verdict.profile)
    return EXIT_OFFICIAL if verdict.official else EXIT_REFUSED


def _looked_at() -> int | None:
    """What a person reads on the ruler, as columns; None when nobody says."""
    for _ in range(TRIES):
        _say("look")
        sys.stdout.flush()
        said = sys.stdin.readline()
        if (letter := said.strip().upper()) in RULER:
            return RULER[letter]
        if not said:
            break
    _say("look-again")
    return None


def _print_sample(path: Path, baud: int, profile: Profile) -> None:
    """Raises BilikError when it does not come out."""
    _say("printing")
    job = render(sample(profile, _CATALOGUES[0]), profile)
    printer = SerialPrinter(path, profile, baud)
    began_s = time.monotonic()
    try:
        printer.print(job, SAMPLE_TIMEOUT_S)
        if profile.official:
            _say("printed", seconds=f"{time.monotonic() - began_s:.1f}")
        else:
            _say("sent")
            # Nobody says when the last byte is taken, and closing drops what is under way.
            time.sleep(sum(map(len, job.segments())) * 10 / baud + SETTLE_S)
    except PrintFault:
        _say("failed")
        raise
    finally:
        printer.close()
    _say("eyes")


def _tell(found: Findings) -> None:
    real_time = " ".join(str(n) for n in sorted(found.real_time)) or "-"
    _row("speed", str(found.baud))
    _row("real-time", real_time)
    if found.status is None:
        return
    _row("clears", "yes" if found.clears else "never", translated=True)
    _row("status-back", "yes" if found.status_back else "never", translated=True)
    _row("maker", f"{found.maker} {found.model}".strip() or "-")
    _row("drained", found.drained.value, translated=True)
    _row("process-id", found.process_id.value, translated=True)
    _row("columns", str(found.columns))
    _row("near-end", "yes" if found.status.near_end else "no", translated=True)


def _tell_verdict(verdict: Verdict, found: Findings, path: Path) -> None:
    profile = verdict.profile
    if profile is not None:
        _say("proposed", profile=profile.name, about=profile.about)
        _write(f"    --printer {path} --baud {found.baud} --profile {profile.name}")
    if verdict.official:
        _say("official")
        return
    _say("refused")
    missing = ", ".join(str(n) for n in sorted({1, 2, 3, 4} - found.real_time))
    for reason in verdict.reasons:
        values = {"missing": missing} if reason is Reason.HALF else {}
        _say(f"refused.{reason.value}", indent="  - ", **values)
    if profile is not None:
        _say("rehearsal")


def _unreachable(fault: BilikError) -> int:
    _write(fault.id)
    _write(fault.en)
    return EXIT_UNREACHABLE


def _say(key: str, *, indent: str = "", **values: object) -> None:
    """A sentence in each language, one below the other."""
    for words in _CATALOGUES:
        _write(indent + words(f"printer-check.{key}", **values))


def _row(key: str, value: str, *, translated: bool = False) -> None:
    """A fact on one line, in both languages."""
    _write(f"  {_both(key)}: {_both(value) if translated else value}")


def _both(key: str) -> str:
    first, second = (words(f"printer-check.{key}") for words in _CATALOGUES)
    return first if first == second else f"{first} / {second}"


def _write(line: str) -> None:
    sys.stdout.write(line + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bilik-booth check",
        description="Memeriksa printer yang tersambung. / Finds out what a connected printer can do, proposes its "
        "profile and prints a sample. Exit codes: 0 fit for official elections, 1 refused there, 2 wrong use or the "
        "booth is running, 3 no answer or a fault.",
    )
    parser.add_argument(
        "--printer", type=Path, nargs="?", const=PRINTER_PLACE, required=True, metavar="PATH",
        help=f"the printer's serial line ({PRINTER_PLACE})",
    )  # fmt: skip
    parser.add_argument("--baud", type=int, default=115_200, help="the speed to try first")
    parser.add_argument(
        "--ruler", choices=sorted(RULER), help="what the ruler's first line ends with, instead of being asked for it"
    )
    return parser
