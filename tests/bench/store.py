"""How long the store's steps take here, beside what the disk itself needs for the same syncs."""

import os
import secrets
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from time import perf_counter

from booth.store.slots import PAGE_BYTES, slot_bytes
from booth.store.store import Identity, Shape, Store
from config.secret import Key

SLOTS, ROUNDS = 400, 200
SYNCS_OF_A_CAST = 6
"""Journal, its folder, its head, the store, the journal's end twice (strace on Linux, SQLite 3.53)."""
IDENTITY = Identity("bench", "bench", "0" * 64, 0, 0, "none", b"{}")


def run() -> Iterator[str]:
    """One line for each step: median in ms and the factor over its floor."""
    key = Key(secrets.token_bytes(32))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store.db"
        floor = median(_timed(_syncs(Path(folder) / "floor")) for _ in range(ROUNDS))
        yield f"store  floor: {SYNCS_OF_A_CAST} page writes, each synced    {floor:8.2f} ms"
        begin = perf_counter()
        store = Store.create(path, key, Shape(IDENTITY, SLOTS, slot_bytes(6)))
        yield f"store  create {SLOTS} slots and open        {(perf_counter() - begin) * 1000:8.2f} ms"
        steps: dict[str, list[float]] = {"unlock": [], "seal": [], "cast": [], "finish": []}
        for _ in range(ROUNDS):
            slot, ballot = store.free_slot(), secrets.token_hex(2850).encode()
            steps["unlock"].append(_timed(store.unlock))
            steps["seal"].append(_timed(lambda slot=slot, ballot=ballot: store.seal(slot, ballot)))
            steps["cast"].append(_timed(store.cast))
            steps["finish"].append(_timed(store.finish))
        for name, times in steps.items():
            took = median(times)
            yield f"store  {name:<34} {took:8.2f} ms   {took / floor:5.1f} x floor"
        store.close()
        begin = perf_counter()
        Store.open(path, key).close()
        yield f"store  open and verify {SLOTS} slots        {(perf_counter() - begin) * 1000:8.2f} ms"


def _timed(act: Callable[[], object]) -> float:
    begin = perf_counter()
    act()
    return (perf_counter() - begin) * 1000


def _syncs(path: Path) -> Callable[[], None]:
    """What the disk needs at the least: the same number of syncs, each after one page."""
    page = bytes(PAGE_BYTES)
    path.write_bytes(page)

    def act() -> None:
        descriptor = os.open(path, os.O_WRONLY)
        for _ in range(SYNCS_OF_A_CAST):
            os.pwrite(descriptor, page, 0)
            os.fsync(descriptor)
        os.close(descriptor)

    return act
