"""What an act leaves behind when the polls are closed: what is wrong in truth, and which count or equation shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from booth.store.slots import SlotState
from sync.equations import Name, equations
from tests.model.acts import Act
from tests.model.counts import cast_of, counts_of, in_box, in_envelope
from tests.model.explore import explore
from tests.model.rules import PROGRAM
from tests.model.world import AWAY, BOX, SENT, STRANGER, VOTED, World

ATTENDANCE = "attendance"
LIST = frozenset({ATTENDANCE, "the takeover's tape"})
"""What rests on the desk's list: nothing is left of it when the list is made to fit."""
UNSEEN = "nothing"


def wrong(world: World) -> frozenset[str]:
    """What is not as it should be, as somebody who saw everything would say."""
    store = world.serving.store
    cast = [n for n, state in enumerate(store.slots) if state is SlotState.CAST]
    box = [n for n, ballot in enumerate(world.ballots) if ballot.paper is BOX]
    found = {
        "a vote of nobody on the list": any(world.ballots[n].voter == STRANGER for n in cast),
        "two votes of one voter": any(len(cast_of(world, store, v)) > 1 for v in range(len(world.voters))),
        "a voter without a vote": any(
            at is SENT or (at is VOTED and not cast_of(world, store, v)) for v, at in enumerate(world.voters)
        ),
        "a choice is opened": store.slots.count(SlotState.TEST) > world.tests,
        "a vote without its slip": bool(set(cast) - set(box)),
        "a slip without its vote": bool(set(box) - set(cast)),
        "a slip at large": any(ballot.paper is AWAY for ballot in world.ballots),
        "a forged slip": world.forged > 0,
        "a false number": world.typed > 0,
        "a count of the envelope that is off": in_envelope(world) != counts_of(world, store).envelope,
    }
    return frozenset(name for name, holds in found.items() if holds)


def shown(world: World) -> frozenset[str]:
    """Which comparisons, all of which people can make after closing, do not come out even."""
    store = world.serving.store
    counts = counts_of(world, store)
    names = {Name.ATTENDANCE: ATTENDANCE, Name.SESSIONS: "sessions", Name.CREDENTIALS: "credentials", Name.ROLL: "roll"}
    found = {names[it.name] for it in equations(counts, booths_in_tps=1) if not it.holds}
    cast = {n for n, state in enumerate(store.slots) if state is SlotState.CAST}
    box = {n for n, ballot in enumerate(world.ballots) if ballot.paper is BOX}
    also = {
        "slips in the box": in_box(world) != counts.cast,
        "papers in the envelope": in_envelope(world) != counts.envelope,
        "tests": counts.tests != world.tests,
        "marks": world.forged > 0,
        "a hand count, if the choices differ": in_box(world) == counts.cast and box != cast and not world.forged,
        "two batches": world.batches > 1,
        "the takeover's tape": world.lagged and ATTENDANCE in found,
    }
    return frozenset(found | {name for name, differs in also.items() if differs})


@dataclass(frozen=True)
class Row:
    """One act: everything that it did wrong in some day, and what showed it."""

    act: str
    wrong: tuple[str, ...]
    always: tuple[str, ...]
    at_times: tuple[str, ...]
    unseen: bool
    """There is a day on which nothing shows it."""
    days: int
    """Different ends of the day in which something was wrong."""

    @property
    def by(self) -> str:
        if self.unseen:
            return "**nothing**" if not self.at_times else f"at times {', '.join(self.at_times)}; at times **nothing**"
        if not self.always:
            return f"one or more of: {', '.join(self.at_times)}"
        return ", ".join(self.always) + (f"; at times {', '.join(self.at_times)}" if self.at_times else "")


@cache
def row(act: Act) -> tuple[Row, Row]:
    """What the act comes to, with the desk's list as it was, and with one that is made to fit."""
    found = explore(PROGRAM, act.bounds, act.moves, check=lambda _: [], keep_closings=True, dead_ends=False)
    if found.violation:
        raise AssertionError(f"{act.name}\n{found.story}")
    days = [world for world in found.closings if world.act == act.name and wrong(world)]
    return _row(act, days, frozenset()), _row(act, days, LIST)


def _row(act: Act, days: list[World], without: frozenset[str]) -> Row:
    sets = [shown(world) - without for world in days]
    always = frozenset.intersection(*sets) if sets else frozenset()
    return Row(
        act.name,
        _sorted(set().union(*(wrong(world) for world in days))),
        _sorted(always),
        _sorted(set().union(*sets) - always),
        unseen=any(not each for each in sets),
        days=len(days),
    )


def _sorted(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names))
