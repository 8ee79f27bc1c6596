"""What the day's figures say: did anything grow, did the voter's path become slower. Pure."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from statistics import median

from tests.soak.gauge import Sample

SETTLED_AFTER = 50
"""Voters of a process until every screen, font and picture was loaded once."""
SHORTEST_LIFE = 25
"""Voters beyond that, for a life that says something about growth."""
MEMORY_PERCENT = 10.0
SLOWER_PERCENT = 10.0
CHANCE = 0.01
"""A difference that chance alone brings more often than that is none."""


@dataclass(frozen=True)
class Timed:
    """The path of one voter to whom nothing else happened, in seconds."""

    unlock: float
    """Card in, until the first screen."""
    slip: float
    """*Ya*, until the slip is out."""
    stored: float
    """*Sesuai*, until the screen says that the slip goes into the box."""
    idle: float
    """*Sesuai*, until the booth waits for the next card; the sign for the box stands a second of it."""
    drawing_cpu: float
    """Processor time of the thread that draws, for this visit."""
    others_cpu: float
    """Of runner, worker, mirror and the robot's ears."""
    floor: float
    """A fixed piece of work of this machine at that time, done outside of the booth."""


PATH = ("unlock", "slip", "stored", "idle")
WORK = ("drawing_cpu", "others_cpu")
NAMES = {
    "unlock": "card in -> choosing",
    "slip": "Ya -> slip out",
    "stored": "Sesuai -> into the box",
    "idle": "Sesuai -> idle",
    "drawing_cpu": "CPU of drawing, a visit",
    "others_cpu": "CPU of the others, a visit",
    "floor": "floor: fixed work outside",
}


@dataclass(frozen=True)
class Bound:
    """Something that must not be more than its limit."""

    says: str
    value: float
    limit: float

    @property
    def holds(self) -> bool:
        """Whether it is so."""
        return self.value <= self.limit


@dataclass(frozen=True)
class Drift:
    """One figure in the first and in the last quarter of the timed visits."""

    name: str
    first: float
    last: float
    worst: float
    p: float
    """How often chance alone makes the last quarter so much slower."""

    @property
    def percent(self) -> float:
        """Growth of the median."""
        return (self.last / self.first - 1) * 100


def drifts(timed: Sequence[Timed]) -> dict[str, Drift]:
    """By the name of the figure; wants at least four timed visits."""
    quarter = len(timed) // 4
    found = {}
    for field in fields(Timed):
        values = [getattr(one, field.name) for one in timed]
        first, last = values[:quarter], values[-quarter:]
        found[field.name] = Drift(field.name, median(first), median(last), max(values), slower_by_chance(first, last))
    return found


def slower_by_chance(first: Sequence[float], last: Sequence[float]) -> float:
    """One-sided p of the rank test of Mann and Whitney, normal approximation: small when ``last`` is greater."""
    ranks = _ranks([*first, *last])
    n, m = len(first), len(last)
    u = sum(ranks[n:]) - m * (m + 1) / 2
    deviation = math.sqrt(n * m * (n + m + 1) / 12)
    return 0.5 * math.erfc((u - n * m / 2) / deviation / math.sqrt(2))


def _ranks(values: Sequence[float]) -> list[float]:
    """From 1; equal values share the middle of their ranks."""
    order = sorted(range(len(values)), key=values.__getitem__)
    ranks = [0.0] * len(values)
    before = 0
    for _, group in groupby(order, key=values.__getitem__):
        same = list(group)
        for place in same:
            ranks[place] = before + (len(same) + 1) / 2
        before += len(same)
    return ranks


def path_bounds(found: dict[str, Drift]) -> Iterator[Bound]:
    """A path is slower when chance does not explain it and it grew beyond what the machine itself became slower.

    Work as well as time: on a machine that others leave to us meanwhile, waits become shorter whatever we do.
    """
    machine_percent = max(found["floor"].percent, 0.0)
    for name in (*PATH, *WORK):
        drift = found[name]
        grown = drift.percent if drift.p < CHANCE else 0.0
        yield Bound(f"{NAMES[name]}: percent more in the last quarter", grown, SLOWER_PERCENT + machine_percent)


def settled(samples: Sequence[Sample], after: int = SETTLED_AFTER, least: int = SHORTEST_LIFE) -> list[list[Sample]]:
    """Of each process that lived long enough, its samples since it had served ``after`` visits."""
    lives = []
    for _, group in groupby(samples, key=lambda one: one.life):
        late = [one for one in group if one.served >= after]
        if late and late[-1].served - late[0].served >= least:
            lives.append(late)
    return lives


def growth_bounds(lives: Sequence[Sequence[Sample]], *, memory: bool = True) -> Iterator[Bound]:
    """From the first settled sample of a life to its last."""
    for life in lives:
        first, last = life[0], life[-1]
        name = f"life {first.life}, visits {first.served} to {last.served}"
        if memory:
            yield Bound(
                f"{name}: percent of its own memory grown", _percent(first.anon_kib, last.anon_kib), MEMORY_PERCENT
            )
            yield Bound(f"{name}: percent of PSS grown", _percent(first.pss_kib, last.pss_kib), MEMORY_PERCENT)
        yield Bound(f"{name}: descriptors more", last.descriptors - first.descriptors, 0)
        yield Bound(f"{name}: threads more", last.threads - first.threads, 0)


def _percent(first: int, last: int) -> float:
    return (last / first - 1) * 100
