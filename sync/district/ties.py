"""Equal votes at the top, and how they lie over the TPS: numbers for those who decide; pure.

Permendagri 112/2014, article 42 (2): where a village has more than one TPS, the candidate with more votes in the TPS
with most voters is elected. Regulations of districts word it in other ways, some by how many TPS a candidate led (the
wider spread). So both are shown, and nothing here decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """One TPS of a village."""

    name: str
    voters: int
    """On its roll."""
    votes: tuple[int, ...]
    """In the order of the ballot."""


@dataclass(frozen=True)
class Spread:
    """How one of the equal choices stands in the TPS, against the others that are equal and nobody else."""

    choice: int
    """Its place in the order of the ballot."""
    led: int
    """TPS in which it has more votes than every other of the equal ones."""
    shared: int
    """TPS in which it has the most, and another of them has as many."""


@dataclass(frozen=True)
class Tie:
    """Two or more choices that have the most votes, and equally many."""

    votes: int
    spreads: tuple[Spread, ...]
    """In the order of the ballot."""
    largest_first: tuple[Part, ...]
    """Every TPS, that with most voters first."""

    @property
    def choices(self) -> tuple[int, ...]:
        """The places of the equal ones."""
        return tuple(spread.choice for spread in self.spreads)


def find_tie(votes: Sequence[int], parts: Sequence[Part], *, blank: bool) -> Tie | None:
    """The equal ones at the top of ``votes``; blank votes elect nobody. None when one leads, or nobody voted."""
    first = 1 if blank else 0
    most = max(votes[first:], default=0)
    equal = [choice for choice in range(first, len(votes)) if votes[choice] == most]
    if most == 0 or len(equal) < 2:
        return None
    spreads = []
    for choice in equal:
        here = [(part.votes[choice], max(part.votes[other] for other in equal if other != choice)) for part in parts]
        led = sum(own > best for own, best in here)
        shared = sum(own == best > 0 for own, best in here)
        spreads.append(Spread(choice, led, shared))
    return Tie(most, tuple(spreads), tuple(sorted(parts, key=lambda part: (-part.voters, part.name))))
