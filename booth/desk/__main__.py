"""``bilik-sim``: the simulated desk beside a booth, in a window, without one, or with everything for a first try."""

import argparse
import shlex
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from booth.desk.control import Control
from booth.desk.desk import cards_in
from booth.desk.machine import WIDTH_DOTS
from booth.desk.showing import require_display, show
from booth.desk.simulation import Simulation
from booth.desk.trial import TRY_FOLDER, hold
from booth.desk.verbs import SOCKET, ReaderKind
from config.errors import BilikError
from config.stopping import Stop

EXIT_USAGE = 2


def main(argv: Sequence[str] | None = None) -> int:
    """Exit code 0 when the desk was closed, 2 for wrong use or where there is no display."""
    options = _parser().parse_args(argv)
    try:
        if options.trial is not None:
            return hold(options.trial, options.card)
        if options.desk is None:
            raise SystemExit(_parser().format_usage() + "name the desk's folder, or --try")
        if not options.headless:
            require_display()
        return _serve(options)
    except BilikError as fault:
        sys.stderr.write(f"{fault.id}\n{fault.en}\n")
        return EXIT_USAGE


def _serve(options: argparse.Namespace) -> int:
    desk: Path = options.desk
    cards = cards_in(options.cards, options.card) if options.cards else ()
    if options.headless:
        stopped = Stop()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
    speed_mm_s = options.speed_mm_s or None
    simulation = Simulation(
        desk, cards, options.stick, kind=options.card, width_mm=options.paper_mm, speed_mm_s=speed_mm_s
    )
    with simulation, Control(desk / SOCKET, simulation.do):
        beside = ["bilik-booth", "--data", "DATA", *simulation.booth_arguments]
        surroundings = [f"{name}={shlex.quote(value)}" for name, value in simulation.booth_environment.items()]
        sys.stdout.write(f"{desk / SOCKET}\n{' '.join((*surroundings, shlex.join(beside)))}\n")
        sys.stdout.flush()
        if options.headless:
            stopped.wait()
            return 0
        show(simulation)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="bilik-sim",
        description="The simulated desk of a rehearsal: cards, stick and printer beside a booth that was started "
        "with 'bilik-booth --desk DESK'.",
    )
    parser.add_argument("desk", type=Path, nargs="?", metavar="DESK", help="the desk's folder, made when it is new")
    parser.add_argument("--cards", type=Path, metavar="DIR", help="folder with the cards that lie at hand")
    parser.add_argument(
        "--card",
        type=ReaderKind,
        choices=list(ReaderKind),
        default=ReaderKind.SOFT,
        help="soft: card files (*.card); virtual: PIV cards (*.piv) in a virtual reader; pcsc: real ones, by hand",
    )
    parser.add_argument("--stick", type=Path, metavar="DIR", help="folder that stands for the booth's stick")
    parser.add_argument("--paper-mm", type=int, choices=sorted(WIDTH_DOTS), default=80, help="width of the paper")
    parser.add_argument(
        "--speed-mm-s", type=float, default=150.0, metavar="F", help="how fast the printer prints; 0: at once"
    )
    parser.add_argument("--headless", action="store_true", help="no window, only the control socket")
    parser.add_argument(
        "--try",
        dest="trial",
        type=Path,
        nargs="?",
        const=Path(TRY_FOLDER),
        metavar="DIR",
        help="prepare a small rehearsal in DIR (try) and open booth and desk beside each other",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
