"""The district desk: packages a second, at the size of Sleman 2020 (49 villages, 1,102 TPS, about 415 voters each).

``python -m tests.bench.district`` prints the lines; a smaller size is ``python -m tests.bench.district 4 40 415``.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage
from time import perf_counter

from tests.district.election import PASSPHRASE
from tests.district.large import SLEMAN_2020, make_source, ready_workspace


def run(size: tuple[int, int, int] = SLEMAN_2020) -> Iterator[str]:
    """One line for the first making, one for the same command again: seconds, processor seconds, packages a second."""
    villages, stations, voters = size
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        ready_workspace(folder / "workspace", make_source(folder / "source", *size))
        for what in ("made", "kept"):
            used = getrusage(RUSAGE_CHILDREN)
            begin = perf_counter()
            subprocess.run(
                [sys.executable, "-m", "sync.district", "package", folder / "workspace", "--all", folder / "out"],
                env=os.environ | {"BILIK_PASSPHRASE": PASSPHRASE},
                stdout=subprocess.DEVNULL,
                check=True,
            )
            took = perf_counter() - begin
            now = getrusage(RUSAGE_CHILDREN)
            cores = now.ru_utime + now.ru_stime - used.ru_utime - used.ru_stime
            yield (
                f"district  packages {what}: {stations} booths, {villages} villages, {voters} voters each {took:7.1f} s"
                f"   {stations / took:6.1f} a second   {cores:6.1f} s of processor, {os.cpu_count()} cores"
            )


def main() -> None:
    given = [int(word) for word in sys.argv[1:4]]
    for line in run((given[0], given[1], given[2]) if len(given) == 3 else SLEMAN_2020):
        print(line, flush=True)


if __name__ == "__main__":
    main()
