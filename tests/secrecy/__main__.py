"""More days than ``make test`` takes: ``python -m tests.secrecy [--days N] [--watches N] [--seed N]``.

Order: how far from chance the furthest order is that was found anywhere on device, stick and beside them. Traffic: the
time from *Ya* to the slip by choice. Exit code 1 when something is no chance any more.
"""

import argparse
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.district.election import Made
from tests.secrecy.chance import limit
from tests.secrecy.days import VOTERS, day, in_memory, make, moments, new_seed
from tests.secrecy.halls import hall
from tests.secrecy.watch import CASTS, CHOICES, timed, zs

TOLD = 5
Found = dict[int, list[float]]


def main() -> int:
    """Says what was found."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--days", type=int, default=20, help=f"days of {VOTERS} voters")
    parser.add_argument("--watches", type=int, default=4, help=f"days of {len(CHOICES) * CASTS} casts with a watch")
    parser.add_argument("--seed", type=int, default=new_seed())
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bilik-secrecy-") as scratch, in_memory(Path(scratch)) as folder:
        election = make(folder / "election")
        found = order(election, folder, options.days, options.seed) if options.days else 0
        return found | (traffic(election, folder, options.watches) if options.watches else 0)


def order(election: Made, folder: Path, days: int, seed: int) -> int:
    """All days put together."""
    held = [day(election, folder / f"day-{n}", seed + n) for n in range(days)]
    found = moments(held)
    most = limit(len(found))
    ordered = sorted(found.items(), key=lambda item: -abs(item[1]))
    _say(f"order: {days} days from seed {seed}, {len(found)} orders, |z| below {most:.2f} is chance; the furthest:")
    for what, z in ordered[:TOLD]:
        _say(f"  {z:+.2f}  {what}")
    left = [one for samples in held for one in samples if one.journals or one.free_pages or one.doubled]
    _say(f"  {sum(map(len, held))} samples, {len(left)} with a journal, a free page or a ballot that stood twice")
    for one in left:
        _say(f"    journals {sorted(one.journals)}, {one.free_pages} free pages, {one.doubled} ballots twice")
    return int(abs(ordered[0][1]) > most or bool(left))


def traffic(election: Made, folder: Path, watches: int) -> int:
    """All watches put together."""
    found: Found = {choice: [] for choice in CHOICES}
    for n in range(watches):
        with hall(election, folder / f"watch-{n}", n) as booth:
            for choice, times in timed(booth, CASTS).items():
                found[choice] += times
    most = limit(len(CHOICES))
    apart = zs(found)
    _say(f"from Ya to the slip (a printer that takes no time): |z| below {most:.2f} is chance")
    for choice, times in found.items():
        _say(f"  choice {choice}: median {median(times) * 1000:.1f} ms of {len(times)}, z {apart[choice]:+.2f}")
    return int(any(abs(z) > most for z in apart.values()))


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
