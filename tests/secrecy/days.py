"""Seeded days, sampled from the first voters to the batch."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.district.election import Made, changed_sample, prepared
from tests.secrecy.halls import Hall, hall
from tests.secrecy.order import Orders, Sample, sample, together

ON_THE_ROLL = 160
VOTERS = 45
MEMORY = Path("/dev/shm")  # noqa: S108 -- a folder of one's own is made in it
EVERY = 9
"""So many voters from one sample to the next."""


def make(folder: Path) -> Made:
    """An election of large booths, with waits that no test reaches."""
    source = changed_sample(folder / "source", idle_warning_s=100, check_warning_s=100, countdown_s=40, box_sign_s=5)
    booths = source / "booths.csv"
    head, *rows = booths.read_text(encoding="utf-8").splitlines()
    rows = [",".join((*row.split(",")[:3], str(ON_THE_ROLL), "")) for row in rows]
    booths.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    return prepared(folder / "made", source)


@contextmanager
def in_memory(otherwise: Path) -> Iterator[Path]:
    """A folder without a disk behind it, whose syncs take no time; ``otherwise`` where there is none."""
    if not os.access(MEMORY, os.W_OK):
        yield otherwise
        return
    with TemporaryDirectory(prefix="bilik-secrecy-", dir=MEMORY) as folder:
        yield Path(folder)


def day(election: Made, folder: Path, seed: int, before: Callable[[Hall], None] = lambda _: None) -> list[Sample]:
    """All samples of one day; the last one is of the closed booth. ``before`` may plant something."""
    samples = []
    with hall(election, folder, seed) as booth:
        before(booth)
        key = booth.store_key
        for number in range(1, VOTERS + 1):
            booth.voter()
            if number % EVERY == 0:
                booth.rig.in_step()
                samples.append(sample(booth, key))
        booth.close()
        samples.append(sample(booth, key))
    return samples


def moments(days: list[list[Sample]]) -> dict[str, float]:
    """|z| of everything observed, at each moment of the day, all days together."""
    found: dict[str, float] = {}
    for at, samples in enumerate(zip(*days, strict=True), 1):
        orders: list[Orders] = [one.orders for one in samples]
        found |= {f"{what} (sample {at})": z for what, z in together(orders).items()}
    return found


def new_seed() -> int:
    """Other days each time; a failure names it."""
    return secrets.randbelow(10**6)
