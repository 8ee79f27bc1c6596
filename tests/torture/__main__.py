"""``make torture``: kills a booth at every call of every deed, and says what became of each.

python -m tests.torture [--segments A,B] [--every K] [--kivy N] [--whole K] [--seed N] [--point DEED:N:KILL]
"""

import argparse
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from tests.torture.crew import Crew
from tests.torture.deeds import DEEDS
from tests.torture.points import Point, Reached, Result, lost_points_of, points_of, some
from tests.torture.shim import CannotBuild

TELL_S = 10.0
EXIT_VIOLATED, EXIT_USAGE, EXIT_ENDED = 1, 2, 143


def main() -> int:
    """Exit code 0 when everything held, 1 for violations, 2 where the shim cannot be built."""
    options = _parser().parse_args()
    # As an interrupt: booths and processes are taken away in order.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(EXIT_ENDED))
    keep = Path(options.keep) if options.keep else None
    with tempfile.TemporaryDirectory(prefix="bilik-torture-") as scratch:
        folder = keep or Path(scratch)
        try:
            with Crew(folder, options.processes) as crew:
                results = _torture(crew, options)
                bad = [result for result in results if result.violations]
                if bad and keep is None:
                    shutil.copytree(crew.violations, "torture", symlinks=True, dirs_exist_ok=True)
                    _say("what lay there at each violation is in torture/")
        except CannotBuild as why:
            sys.stderr.write(f"{why}\n")
            return EXIT_USAGE
    return EXIT_VIOLATED if bad else 0


def _torture(crew: Crew, options: argparse.Namespace) -> list[Result]:
    began = time.monotonic()
    chance = random.Random(options.seed)
    if options.point:
        points = [replace(point, kivy=options.kivy > 0, whole=options.whole == 1) for point in options.point]
    else:
        names = options.segments or list(DEEDS)
        traced = crew.trace(names)
        every = [point for name in names for point in points_of(name, traced[name], chance)]
        _say(
            f"{sum(map(len, traced.values()))} calls in {len(names)} segments: {len(every)} points; seed {options.seed}"
        )
        lost = [point for name in names for point in lost_points_of(name, traced[name], chance)]
        _say(f"and {len(lost)} points where the device is lost and another one goes on")
        points = [*(every[:: options.every] if options.every else ()), *(lost[:: options.lost] if options.lost else ())]
        points = [replace(point, whole=n % options.whole == 0) for n, point in enumerate(points)]
        chance.shuffle(points)
        # Starting Kivy takes long: those first, while all processes have work.
        points = [*some(every, options.kivy, chance, kivy=True), *points]
    results = list(_told(crew.run(points), len(points)))
    _table(results)
    _say(f"{len(results)} points in {time.monotonic() - began:.0f} s, {crew.processes} at a time")
    return results


def _told(results: Iterable[Result], total: int) -> Iterable[Result]:
    """Progress, and each violation with the line that repeats it."""
    began = told_at = time.monotonic()
    violated = 0
    for n, result in enumerate(results, 1):
        yield result
        if result.violations:
            violated += 1
            _say(f"VIOLATED {result.point}{' (Kivy)' if result.point.kivy else ''}, screens: {result.end}")
            for sentence in result.violations:
                _say(f"    {sentence}")
            _say(f"    again: {_again(result.point)}")
        now = time.monotonic()
        if now - told_at > TELL_S or n == total:
            told_at = now
            rate = n / (now - began)
            _say(f"{n} of {total}, {rate:.2f}/s, {(total - n) / rate:.0f} s left, {violated} violated")


def _again(point: Point) -> str:
    more = f"{' --kivy 1' if point.kivy else ' --kivy 0'}{' --whole 1' if point.whole else ''}"
    return f"python -m tests.torture --point {point}:{point.wish}{more}"


def _table(results: list[Result]) -> None:
    _line("segment", ("points", "killed", "not reached", "Kivy", "violated"), "what people were told")
    for name in sorted({result.point.deed for result in results}, key=list(DEEDS).index):
        _row(name, [result for result in results if result.point.deed == name], told=True)
    _row("all", results, told=False)


def _row(name: str, results: list[Result], *, told: bool) -> None:
    killed = [result for result in results if result.reached is Reached.KILLED]
    ends = Counter(result.end for result in killed)
    kivy = sum(result.point.kivy for result in results)
    violated = sum(bool(result.violations) for result in results)
    numbers = (len(results), len(killed), len(results) - len(killed), kivy, violated)
    _line(name, numbers, "; ".join(f"{end} {count}" for end, count in ends.most_common()) if told else "")


def _line(name: str, numbers: Iterable[object], told: str) -> None:
    _say("".join((f"{name:24}", *(f"{number:>12}" for number in numbers), f"  {told}")))


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__.partition("\n")[0])
    parser.add_argument("--segments", type=_segments, metavar="A,B", help=f"of {', '.join(DEEDS)}")
    parser.add_argument("--every", type=int, default=1, metavar="K", help="only every K-th point; 0: none")
    parser.add_argument("--lost", type=int, default=1, metavar="K", help="every K-th of those where the device is lost")
    parser.add_argument("--kivy", type=int, default=50, metavar="N", help="so many points more with the real screens")
    parser.add_argument("--whole", type=int, default=20, metavar="K", help="every K-th point goes on to the district")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6), help="of wishes and order")
    parser.add_argument("--processes", type=int, help="at a time; four times the cores")
    parser.add_argument("--keep", metavar="DIR", help="work there, take up the election that is there, remove nothing")
    parser.add_argument(
        "--point", type=Point.parse, action="append", metavar="DEED:N:KILL[:WISH]", help="only this one"
    )
    return parser


def _segments(text: str) -> list[str]:
    names = text.split(",")
    if strangers := [name for name in names if name not in DEEDS]:
        raise argparse.ArgumentTypeError(f"no segment {', '.join(strangers)}")
    return names


if __name__ == "__main__":
    sys.exit(main())
