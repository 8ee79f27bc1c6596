"""``make soak``: a day of 800 voters through the real screens, with troubles, and whether anything grew."""

import argparse
import os
import secrets
import signal
import sys
from pathlib import Path

from rich.table import Table

from tests.demo.folder import NotOurs, make_anew
from tests.demo.teller import Teller
from tests.soak.day import LongDay, Outcome
from tests.soak.figures import NAMES, Bound, drifts, growth_bounds, path_bounds, settled
from tests.soak.plan import draw
from tests.soak.proof import log_kinds

VOTERS, TROUBLED, EVERY = 800, 0.15, 25
LEAST_VOTERS = 100


def main() -> int:
    """Exit 0 when everything holds; 1 when a bound or a claim is broken or the day went wrong; 2 for wrong use."""
    options = _parser().parse_args()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)
    os.nice(options.nice)
    teller = Teller()
    try:
        make_anew(options.out)
    except NotOurs as refusal:
        print(refusal, file=sys.stderr)
        return 2
    seed: int = secrets.randbelow(10**6) if options.seed is None else options.seed
    teller.heading(f"{options.voters} visits, {options.rate_of_faults:.0%} of them with trouble (seed {seed})")
    day = LongDay(options.out.resolve() / "day", teller.say, EVERY)
    try:
        day.plan(options.voters)
        outcome = day.hold(draw(options.voters, day.choices, seed, options.rate_of_faults))
    except KeyboardInterrupt:
        teller.say("stopped; every process of the day has ended", "bold red")
        return 130
    except Exception as fault:
        teller.say(f"THE DAY FAILED: {fault or type(fault).__name__}", "bold red")
        teller.say(f"logs and the last screens: {day.home / 'logs'}")
        if not isinstance(fault, AssertionError):
            raise
        return 1
    return 0 if report(teller, outcome) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("soak"), help="folder for everything that is made (soak)")
    parser.add_argument("--voters", type=_many, default=VOTERS, help=f"visits, at least {LEAST_VOTERS} ({VOTERS})")
    parser.add_argument("--seed", type=int, help="of wishes and troubles (a new one each time)")
    parser.add_argument(
        "--rate-of-faults", type=_share, default=TROUBLED, metavar="SHARE", help=f"of visits ({TROUBLED})"
    )
    parser.add_argument("--nice", type=int, default=0, help="be nice to others on this machine")
    return parser


def _many(text: str) -> int:
    if int(text) < LEAST_VOTERS:
        raise argparse.ArgumentTypeError(f"less than {LEAST_VOTERS} visits say nothing about growth")
    return int(text)


def _share(text: str) -> float:
    if not 0 <= float(text) <= 0.3:
        raise argparse.ArgumentTypeError("a share from 0 to 0.3: void ballots need credentials too")
    return float(text)


def report(teller: Teller, outcome: Outcome) -> bool:
    """All figures; whether every bound and every claim holds."""
    console, found = teller.console, drifts(outcome.timed)
    console.print()
    console.print(f"noted by the people: {outcome.ledger}")
    console.print(f"log: {', '.join(f'{kind} {count}' for kind, count in sorted(log_kinds(outcome.booth).items()))}")
    console.print(f"voting took {outcome.voting_s:.0f} s, closing {outcome.closing_s:.1f} s")
    for restart in outcome.restarts:
        console.print(
            f"after a power cut: {restart.shown:.2f} s to the card's screen, {restart.opened:.2f} s from card"
        )
    lives = Table(
        "life",
        "visit",
        "served",
        "RSS MiB",
        "PSS MiB",
        "own MiB",
        "descriptors",
        "threads",
        title="The booth's process",
    )
    for one in outcome.samples:
        memory = [f"{kib / 1024:.1f}" for kib in (one.rss_kib, one.pss_kib, one.anon_kib)]
        counts = [str(number) for number in (one.life, one.visit, one.served)]
        lives.add_row(*counts, *memory, str(one.descriptors), str(one.threads))
    console.print(lives)
    path = Table("", "first quarter", "last quarter", "growth", "by chance", "worst", title="A voter's path")
    for name, drift in found.items():
        path.add_row(
            NAMES[name], f"{drift.first * 1000:.0f} ms", f"{drift.last * 1000:.0f} ms", f"{drift.percent:+.1f} %",
            f"p = {drift.p:.3f}", f"{drift.worst * 1000:.0f} ms",
        )  # fmt: skip
    console.print(path)
    bounds = [*growth_bounds(settled(outcome.samples)), *path_bounds(found)]
    if not settled(outcome.samples):
        bounds.append(Bound("lives long enough to see growth: 1 minus their number", 1, 0))
    for bound in bounds:
        console.print(f"{'holds ' if bound.holds else 'BROKEN'}  {bound.says}: {bound.value:.1f} <= {bound.limit:.1f}")
    for claim in outcome.claims:
        sides = f": {claim.left} = {claim.right}" if isinstance(claim.left, int | str | tuple) else ""
        console.print(f"{'holds ' if claim.holds else 'BROKEN'}  {claim.says}{sides}")
    return all(bound.holds for bound in bounds) and all(claim.holds for claim in outcome.claims)


if __name__ == "__main__":
    sys.exit(main())
