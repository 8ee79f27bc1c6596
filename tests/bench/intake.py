"""The evening at the district: batches and ballots a second for import, beside the verification of the same archives.

`python -m tests.bench.intake` prints the lines. Verification is the floor: an import reads, verifies, stores durably
and enters, and has to be told apart from that by little.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

from sync.ballot.verify import verify_archive
from sync.batch import read
from sync.district.crew import cores, take_in
from sync.district.ledger import ledger_of
from sync.district.workspace import Workspace
from tests.district.election import BOOTHS, Made, prepared

BATCHES = 24
BALLOTS = 40
"""In each; the sample's booths have 48 credentials a lane."""


def run() -> Iterator[str]:
    """Import of as many batches by one process and by one a core, each on a ledger of its own, all synced to disk."""
    with tempfile.TemporaryDirectory() as folder:
        made = prepared(Path(folder) / "made")
        arrived = Path(folder) / "in"
        arrived.mkdir()
        choices = tuple(n % 4 for n in range(BALLOTS))
        # Further batches of a booth are in conflict: they are verified and kept like the first.
        batches = [made.day(BOOTHS[n % len(BOOTHS)], choices).batch() for n in range(BATCHES)]
        for n, data in enumerate(batches):
            (arrived / f"{n:02}.batch").write_bytes(data)
        started = perf_counter()
        for data in batches:
            assert verify_archive(read(data).archive).valid
        floor_s = perf_counter() - started
        yield _line("verification alone, one process", floor_s, floor_s)
        for workers in sorted({1, cores()}):
            first_s, whole_s = _import(made.copy(Path(folder) / f"desk{workers}"), arrived, workers)
            name = f"import, {workers} process{'es' if workers > 1 else ''}"
            yield f"{_line(name, whole_s, floor_s)}   first answer after {first_s:.2f} s"


def _import(made: Made, arrived: Path, workers: int) -> tuple[float, float]:
    workspace = Workspace(made.workspace)
    started = perf_counter()
    first_s = 0.0
    taken = take_in(workspace, ledger_of(workspace), sorted(arrived.iterdir()), workers=workers, stopped=lambda: False)
    for outcome in taken:
        assert outcome.booth in BOOTHS
        first_s = first_s or perf_counter() - started
    os.sync()
    return first_s, perf_counter() - started


def _line(name: str, time_s: float, floor_s: float) -> str:
    rate = f"{BATCHES / time_s:6.1f} batches/s {BATCHES * BALLOTS / time_s:7.0f} ballots/s"
    return f"{name:<40} {rate}   ratio {time_s / floor_s:.2f}"


def main() -> None:
    for line in run():
        print(line, flush=True)


if __name__ == "__main__":
    main()
