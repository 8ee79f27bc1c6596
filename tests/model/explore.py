"""Breadth first through every world that can be reached; what goes wrong first comes with its shortest story."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from tests.model.counts import closes, quiet, violations
from tests.model.device import BY_POWER, Move, go_on, old_device_moves, paper_moves, power_moves
from tests.model.people import honest_moves
from tests.model.rules import Rules
from tests.model.world import Bounds, Violated, World, beginning

Moves = Callable[[World, Rules, Bounds], Iterable[Move]]


@dataclass
class Explored:
    """What was found."""

    states: int = 0
    transitions: int = 0
    seconds: float = 0.0
    violation: str | None = None
    trace: tuple[str, ...] = ()
    labels: set[str] = field(default_factory=set)
    stuck: int = 0
    """Worlds from which the polls can never be closed."""
    closings: list[World] = field(default_factory=list)
    quiet: int = 0

    @property
    def pairs(self) -> set[str]:
        """What was taken of the session's table, as ``EVENT in STATE``; what follows by itself has no label."""
        return {label.rpartition(": ")[2] for label in self.labels}

    @property
    def story(self) -> str:
        """The shortest way to the violation, a line for each step."""
        return "\n".join([*self.trace, f"=> {self.violation}"])


def moves(world: World, rules: Rules, bounds: Bounds) -> Iterator[Move]:
    """Everything that may happen next."""
    d = len(world.devices) - 1
    device = world.devices[d]
    yield from go_on(world, rules, d, bounds)
    yield from paper_moves(world, d)
    yield from power_moves(world, rules, bounds)
    yield from old_device_moves(world, rules)
    if not device.busy and not (device.uncopied and rules.copy_first):
        yield from honest_moves(world, rules, d, bounds)


def explore(
    rules: Rules,
    bounds: Bounds,
    more: Moves | None = None,
    *,
    check: Callable[[World], list[str]] = violations,
    keep_closings: bool = False,
    dead_ends: bool = True,
) -> Explored:
    """Everything within ``bounds``; stops at the first violation. ``more``: what others than the honest may do."""
    began = time.perf_counter()
    found = Explored()
    first = beginning(bounds)
    number: dict[World, int] = {first: 0}
    came: list[tuple[int, str]] = [(-1, "the polls are open")]
    before: list[list[int]] = [[]]
    ends: list[int] = []
    queue = deque([first])
    while queue and found.violation is None:
        world = queue.popleft()
        here = number[world]
        if quiet(world):
            found.quiet += 1
            wrong = check(world)
            if wrong:
                found.violation, found.trace = "; ".join(wrong), _trace(came, here)
                break
            if closes(world):
                ends.append(here)
                if keep_closings:
                    found.closings.append(world)
        try:
            for label, after in _all(world, rules, bounds, more):
                found.transitions += 1
                found.labels.add(label)
                there = number.get(after)
                if there is None:
                    there = number[after] = len(came)
                    came.append((here, label))
                    before.append([])
                    queue.append(after)
                if label not in BY_POWER:
                    before[there].append(here)
        except Violated as wrong:
            found.violation, found.trace = str(wrong), _trace(came, here)
    found.states = len(came)
    if found.violation is None and dead_ends:
        dead = _cannot_reach(before, ends)
        found.stuck = len(dead)
        if dead:
            found.violation, found.trace = "from here the polls can never be closed", _trace(came, min(dead))
    found.seconds = time.perf_counter() - began
    return found


def _all(world: World, rules: Rules, bounds: Bounds, more: Moves | None) -> Iterator[Move]:
    yield from moves(world, rules, bounds)
    if more is not None:
        yield from more(world, rules, bounds)


def _cannot_reach(before: list[list[int]], ends: list[int]) -> set[int]:
    can = set(ends)
    queue = deque(ends)
    while queue:
        for earlier in before[queue.popleft()]:
            if earlier not in can:
                can.add(earlier)
                queue.append(earlier)
    return set(range(len(before))) - can


def _trace(came: list[tuple[int, str]], at: int) -> tuple[str, ...]:
    steps = []
    while at >= 0:
        at, label = came[at]
        steps.append(label)
    return tuple(reversed(steps))
