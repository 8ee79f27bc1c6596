"""Two copies of one store: which of them knows more, slot by slot. Pure; what contradicts is left to people.

A copy is an earlier state of the store, so one of two knows everything that the other does, unless a disk lost what it
had promised to keep and the booth went on without knowing.
"""

from dataclasses import dataclass
from enum import Enum

from booth.store.rows import Rows
from booth.store.slots import Slot, SlotState


class Relation(Enum):
    """How another copy stands to mine."""

    SAME = "same"
    BEHIND = "behind"
    """Mine knows everything that it knows, and more: it is caught up."""
    AHEAD = "ahead"
    """It knows everything that mine knows, and more: my disk lost something that had been confirmed."""
    APART = "apart"
    """Each knows something that contradicts the other: no software chooses."""


class Disputed(Exception):
    """One slot, two ends: the paper decides, never software."""


@dataclass(frozen=True)
class Compared:
    """What comparing found."""

    relation: Relation
    missing: Rows
    """What the copy lacks, to be written to it when it is behind."""
    disputed: tuple[int, ...] = ()
    """Slots with two ends."""


def merge(mine: Slot, other: Slot) -> Slot:
    """What both together know of one slot; raises Disputed.

    Free gives way to anything, pending to its end. Cast against void, one kind of void against another, and two
    ballots under one credential are disputed.
    """
    if mine == other or other.state is SlotState.FREE:
        return mine
    if mine.state is SlotState.FREE:
        return other
    if mine.ballot == other.ballot and SlotState.PENDING in (mine.state, other.state):
        return other if mine.state is SlotState.PENDING else mine
    raise Disputed


def compare(mine: Rows, other: Rows) -> Compared:
    """Two snapshots of stores of one shape; ``current`` and ``polls`` follow whichever knows more."""
    signs: set[Relation] = set()
    disputed = []
    lacking = []
    for here, there in zip(mine.slots, other.slots, strict=True):
        try:
            merged = merge(here, there)
        except Disputed:
            disputed.append(here.number)
            continue
        if merged != there:
            signs.add(Relation.BEHIND)
            lacking.append(here)
        if merged != here:
            signs.add(Relation.AHEAD)
    signs |= _of_log(mine, other) | _of_counters(mine, other)
    if disputed or len(signs) > 1 or Relation.APART in signs:
        return Compared(Relation.APART, Rows(), tuple(disputed))
    if Relation.AHEAD in signs:
        return Compared(Relation.AHEAD, Rows())
    missing = Rows(
        slots=tuple(lacking),
        current=mine.current if mine.current != other.current else None,
        counters=mine.counters if mine.counters != other.counters else None,
        polls=mine.polls if mine.polls != other.polls else None,
        log=mine.log[len(other.log) :],
        signature=mine.signature if mine.signature != other.signature else None,
    )
    return Compared(Relation.SAME if missing == Rows() else Relation.BEHIND, missing)


def _of_log(mine: Rows, other: Rows) -> set[Relation]:
    """A log is a chain: equal beginnings, or two stories."""
    shorter = min(len(mine.log), len(other.log))
    if mine.log[:shorter] != other.log[:shorter]:
        return {Relation.APART}
    return _of_sizes(len(mine.log), len(other.log))


def _of_counters(mine: Rows, other: Rows) -> set[Relation]:
    """Counters only go up."""
    assert mine.counters is not None  # noqa: S101 -- snapshots have every row
    assert other.counters is not None  # noqa: S101
    return {sign for here, there in zip(_values(mine), _values(other), strict=True) for sign in _of_sizes(here, there)}


def _values(rows: Rows) -> tuple[int, ...]:
    return tuple(getattr(rows.counters, name) for name in ("sessions", "abandoned", "paperless", "fragments"))


def _of_sizes(mine: int, other: int) -> set[Relation]:
    return set() if mine == other else {Relation.BEHIND if mine > other else Relation.AHEAD}
