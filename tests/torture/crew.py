"""Points on all cores: each process has its own folder, its own forked booths, and the same election and states."""

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from pathlib import Path
from typing import Self

from tests.torture import ground as grounds
from tests.torture import shim as shims
from tests.torture import states
from tests.torture.deeds import DEEDS
from tests.torture.points import Point, Result, Torture
from tests.torture.shim import Noted

PER_CORE = 4
"""Booths wait for people and people for booths: more processes than cores."""


class Crew:
    """Makes election and states in ``folder`` unless they are there, and runs points on them."""

    def __init__(self, folder: Path, processes: int | None = None) -> None:
        self._folder = folder
        self.processes = processes or PER_CORE * (os.cpu_count() or 1)
        self._pool: ProcessPoolExecutor

    def __enter__(self) -> Self:
        folder = self._folder
        folder.mkdir(parents=True, exist_ok=True)
        shims.build(folder)
        if not (folder / "states").exists():
            ground = grounds.make(folder / "ground")
            states.make(ground, folder / "making").rename(folder / "states")
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(self.processes, context, _settle, (folder,))
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    @property
    def violations(self) -> Path:
        """Where the scenes of violations stay."""
        return self._folder / "violations"

    def trace(self, names: Sequence[str] = tuple(DEEDS)) -> Mapping[str, tuple[Noted, ...]]:
        """Every call of each deed."""
        return dict(zip(names, self._pool.map(_trace, names), strict=True))

    def run(self, points: Iterable[Point]) -> Iterator[Result]:
        """Results as they come."""
        futures = [self._pool.submit(_run, point) for point in points]
        for future in as_completed(futures):
            yield future.result()


_torture: Torture


def _settle(folder: Path) -> None:
    """Once in each process of the pool."""
    global _torture  # noqa: PLW0603
    work = folder / "work" / str(os.getpid())
    work.mkdir(parents=True, exist_ok=True)
    ground = grounds.Ground(folder / "ground")
    _torture = Torture(ground, folder / "shim.so", folder / "states", work, folder / "violations")


def _trace(name: str) -> tuple[Noted, ...]:
    return _torture.trace(name)


def _run(point: Point) -> Result:
    return _torture.run(point)
