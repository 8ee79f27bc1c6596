"""Mutants: archives that differ from an honest one in one thing, with the chain of hashes made anew around it.

A mutant is known by its number alone: `mutant(number)` gives the same bytes each time.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from tests.ballot.reference import (
    forge_ballots,
    forge_elections,
    honest,
    mutate_bytes,
    mutate_records,
    mutate_values,
)
from tests.ballot.reference.kinds import Expect, Kinds
from tests.ballot.reference.maker import Made, Maker

ROOMS = (mutate_values, mutate_records, mutate_bytes, forge_ballots, forge_elections, honest)
KINDS: Kinds = {name: each for room in ROOMS for name, each in room.KINDS.items()}


@dataclass(frozen=True)
class Mutant:
    number: int
    kind: str
    expect: Expect
    data: bytes = field(repr=False)


@lru_cache(maxsize=1)
def bases() -> tuple[tuple[Made, bytes], ...]:
    """The honest elections that are mutated: with blank, without, and with more names."""
    maker = Maker(2)
    made = [
        maker.whole_election(["Siti Aminah", "Budi Santoso"], [1, 2, 1], blank=True),
        maker.whole_election(["Siti Aminah", "Budi Santoso"], [1, 0, 1], blank=False),
        maker.whole_election(["Nyoman", "Ketut", "I Gusti Ngurah"], [2, 0, 2], blank=False),
    ]
    return tuple((each, each.archive()) for each in made)


def mutant(number: int) -> Mutant:
    """Each number takes the next kind; each round of all kinds takes the next election."""
    names = list(KINDS)
    name = names[number % len(names)]
    made, original = bases()[number // len(names) % len(bases())]
    expect, change = KINDS[name]
    maker = Maker(number)
    for _ in range(20):
        data = change(made.copy(), maker)
        if data != original or expect is Expect.ACCEPTED:
            return Mutant(number, name, expect, data)
    raise AssertionError(f"{name} changes nothing")


def mutants(first: int, count: int) -> Iterator[Mutant]:
    return (mutant(number) for number in range(first, first + count))
