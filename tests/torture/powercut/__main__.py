"""Cuts the power at many instants of several days: ``python -m tests.torture.powercut [--cuts N] [--seed S]``.

Half of the days are one device's, of the others a second device takes over and the first one gives its evidence.
"""

import argparse
import multiprocessing
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path

from tests.torture import ground
from tests.torture.ground import Ground
from tests.torture.powercut import comeback, day, second_day
from tests.torture.powercut.cuts import Cut, judge_all, lay_out, pictures, plan
from tests.torture.powercut.mount import why_not
from tests.torture.powercut.recording import Recorded

CUTS, DAYS, PROCESSES = 1200, 4, 2
HOLD: Mapping[str, Callable[[Ground, Path, int], Recorded]] = {
    "one device": lambda made, work, seed: day.hold(made, work, day.FULL, seed),
    "takeover": lambda made, work, seed: second_day.hold(made, work, second_day.FULL, seed),
}
"""The kinds of days. Of each as many are recorded."""
EVERY = 6
"""After every so many cuts a real booth is started."""
SHOWN = 20
WIDTH = 64
"""Of a row's name."""
EXIT_ENDED = 143


@dataclass
class Found:
    """What became of some cuts."""

    days: int = 0
    operations: int = 0
    policies: Counter[str] = field(default_factory=Counter)
    stood: Counter[str] = field(default_factory=Counter)
    reached: Counter[str] = field(default_factory=Counter)
    wrong: list[tuple[str, Cut, str]] = field(default_factory=list)
    """Day, cut, sentence."""
    kept: list[Path] = field(default_factory=list)
    """Where the disks of those are."""

    @property
    def cuts(self) -> int:
        """How many were judged."""
        return self.stood.total()

    def add(self, other: "Found") -> None:
        """Both together."""
        self.days += other.days
        self.operations += other.operations
        self.policies += other.policies
        self.stood += other.stood
        self.reached += other.reached
        self.wrong += other.wrong
        self.kept += other.kept


def torture(made: Ground, work: Path, kind: str, seed: int, cuts: int, tell: Callable[[str], None]) -> Found:
    """One day: recorded, cut, judged; states with something wrong are kept in a folder of their own."""
    began_s, name = time.monotonic(), f"{kind}, day {seed}"
    recorded = HOLD[kind](made, work / "day", seed)
    planned = plan(recorded, cuts, seed)
    found = Found(days=1, operations=len(recorded.journal) - recorded.start)
    tell(f"{name}: held in {time.monotonic() - began_s:.0f} s, {found.operations} operations on its disks")
    for cut, verdict in judge_all(recorded, planned):
        found.policies[f"device: {cut.device}"] += 1
        found.policies[f"stick: {cut.stick}"] += 1
        found.stood[verdict.stood] += 1
        found.wrong += [(name, cut, sentence) for sentence in verdict.wrong]
    tell(f"{name}: {found.cuts} cuts judged after {time.monotonic() - began_s:.0f} s")
    for cut, back in comeback.come_back_all(recorded, planned[::EVERY], work / "back"):
        found.reached[back.reached] += 1
        found.wrong += [(name, cut, f"started again: {sentence}") for sentence in back.wrong]
    tell(f"{name}: {found.reached.total()} booths came back after {time.monotonic() - began_s:.0f} s")
    if found.wrong:
        found.kept.append(_keep(recorded, sorted({cut for _, cut, _ in found.wrong}, key=lambda cut: cut.done)))
    return found


def _keep(recorded: Recorded, cuts: list[Cut]) -> Path:
    # A day is never quite the same again (free slots are drawn by chance): what was found wrong stays to be looked at.
    folder = Path(tempfile.mkdtemp(prefix="bilik-powercut-wrong-"))
    for number, (cut, picture) in enumerate(pictures(recorded.journal, cuts[:SHOWN])):
        lay_out(picture, folder / f"{number}" / "disks")
        (folder / f"{number}" / "cut").write_text(f"{cut}\n", encoding="utf-8")
    return folder


def _day(made: Ground, kind: str, seed: int, cuts: int) -> Found:
    with tempfile.TemporaryDirectory(prefix="bilik-powercut-") as work:
        return torture(made, Path(work), kind, seed, cuts, lambda line: print(line, flush=True))


def main(argv: Sequence[str] | None = None) -> int:
    """0 when nothing confirmed was ever lost, 1 when something was, 2 where no power can be cut."""
    parser = argparse.ArgumentParser(prog="tests.torture.powercut", description=__doc__)
    parser.add_argument("--cuts", type=int, default=CUTS, help="how many in all")
    parser.add_argument("--seed", type=int, default=1, help="of the first days; each further one has the next")
    parser.add_argument("--days", type=int, default=DAYS, help="how many of each kind are recorded")
    options = parser.parse_args(argv)
    why = why_not()
    if why is not None:
        print(f"The power cannot be cut here: {why}", file=sys.stderr)
        return 2
    # As an interrupt, here and in the processes below: what is mounted is taken away.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(EXIT_ENDED))
    began_s = time.monotonic()
    found = {kind: Found() for kind in HOLD}
    with tempfile.TemporaryDirectory(prefix="bilik-powercut-ground-") as place:
        made = ground.make(Path(place))
        days = [(kind, options.seed + n) for n in range(options.days) for kind in HOLD]
        shares = [len(range(n, options.cuts, len(days))) for n in range(len(days))]
        with ProcessPoolExecutor(min(PROCESSES, len(days))) as pool:
            jobs = {
                pool.submit(_day, made, kind, seed, share): kind
                for (kind, seed), share in zip(days, shares, strict=True)
            }
            try:
                for job in as_completed(jobs):
                    found[jobs[job]].add(job.result())
            except BaseException:
                # Each takes away what it has mounted; none begins another day.
                for child in multiprocessing.active_children():
                    child.terminate()
                pool.shutdown(cancel_futures=True)
                raise
    _report(found, time.monotonic() - began_s)
    kept = [str(folder) for one in found.values() for folder in one.kept]
    if not any(one.wrong for one in found.values()):
        return 0
    print(f"\nthe disks at the first violations of each day: {', '.join(kept)}")
    print(f"again: python -m tests.torture.powercut --seed {options.seed} --days {options.days} --cuts {options.cuts}")
    return 1


def _report(found: Mapping[str, Found], took_s: float) -> None:
    print(f"\n{f'in {took_s:.0f} s':<{WIDTH}}" + "".join(f"{kind:>14}" for kind in found))
    _row("days", [one.days for one in found.values()])
    _row("operations on the disks", [one.operations for one in found.values()])
    _row("cuts", [one.cuts for one in found.values()])
    _row("booths started on what was left", [one.reached.total() for one in found.values()])
    _row("violations", [len(one.wrong) for one in found.values()])
    for title, counted in (
        ("what became of the unsynced", [one.policies for one in found.values()]),
        ("where the device stood", [one.stood for one in found.values()]),
        ("where a real booth came back to", [one.reached for one in found.values()]),
    ):
        print(f"{title}:")
        for what in sorted(set().union(*counted)):
            _row(f"  {what}", [one[what] for one in counted])
    for one in found.values():
        for name, cut, sentence in one.wrong[:SHOWN]:
            print(f"  {name}, {cut}: {sentence}")


def _row(what: str, numbers: Sequence[int]) -> None:
    print(f"{what:<{WIDTH}}" + "".join(f"{number:>14}" for number in numbers))


if __name__ == "__main__":
    sys.exit(main())
