"""Who comes to which booth and what they do there; drawn by a seeded generator, for these voters are simulated."""

import random
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum


class Deed(StrEnum):
    """What happens in a session."""

    VOTES = "votes"
    REFUSES = "refuses the first slip and votes again"
    ROLL_ENDS = "votes while the roll runs out"
    LEAVES_BEFORE = "leaves before Ya"
    LEAVES_SLIP = "leaves, and the slip hangs at the printer"
    LEAVES_AFTER_BOX = "leaves after the box without a touch"
    TEST = "is an officers' test"
    TOO_EARLY = "votes, after the officer's card was pulled too early once"
    POWER_CUT = "the power goes before Ya; the voter is unlocked anew and votes"


@dataclass(frozen=True)
class Visit:
    """One person at one booth; ``wish`` is the place on the ballot, 0 for blank."""

    deed: Deed
    wish: int


@dataclass(frozen=True)
class Expected:
    """What a booth must have counted, from what its people did."""

    sessions: int
    cast: int
    abandoned: int
    refused: int
    interrupted: int
    tests: int
    fragments: int
    votes: tuple[int, ...]
    """By place on the ballot, blank first."""
    left: int
    """Voters on the desk's list who left without voting."""

    @property
    def attended(self) -> int:
        """Voters on the desk's list of this booth."""
        return self.cast + self.left

    @property
    def envelope(self) -> int:
        """Papers in the envelope."""
        return self.refused + self.interrupted + self.tests + self.fragments


CASTS = {Deed.VOTES, Deed.REFUSES, Deed.ROLL_ENDS, Deed.LEAVES_AFTER_BOX, Deed.TOO_EARLY, Deed.POWER_CUT}
LEAVES = {Deed.LEAVES_BEFORE, Deed.LEAVES_SLIP}
INCIDENTS = (
    Deed.REFUSES,
    Deed.LEAVES_BEFORE,
    Deed.LEAVES_SLIP,
    Deed.ROLL_ENDS,
    Deed.TEST,
    Deed.LEAVES_AFTER_BOX,
    Deed.POWER_CUT,
)
"""Of the rehearsal, dealt out to its booths one by one."""
OFFICIAL_INCIDENTS = (Deed.REFUSES, Deed.TEST, Deed.TOO_EARLY)


def draw(
    booths: list[str], voters: int, choices: int, seed: int, dealt: tuple[Deed, ...] = INCIDENTS
) -> dict[str, list[Visit]]:
    """For each booth the incidents that fall to it and so many more people that ``voters`` cast a ballot, in random
    order; a booth whose incidents have more of them keeps these.
    """
    chance = random.Random(seed)
    # No two candidates equally liked: an exchange of two of them must show in the sums.
    weights = [1, *range(choices + 1, 2, -1)][:choices]
    visits: dict[str, list[Visit]] = {}
    for place, booth in enumerate(booths):
        incidents = list(dealt[place :: len(booths)])
        ordinary = max(voters - sum(deed in CASTS for deed in incidents), 0)
        deeds = [*incidents, *[Deed.VOTES] * ordinary]
        chance.shuffle(deeds)
        visits[booth] = [Visit(deed, chance.choices(range(choices), weights)[0]) for deed in deeds]
    return visits


def expect(visits: list[Visit], choices: int) -> Expected:
    """The counts that follow from the visits."""
    deeds = Counter(visit.deed for visit in visits)
    wishes = Counter(visit.wish for visit in visits if visit.deed in CASTS)
    cast = sum(deeds[deed] for deed in CASTS)
    left = sum(deeds[deed] for deed in LEAVES)
    return Expected(
        sessions=len(visits) + deeds[Deed.POWER_CUT],
        cast=cast,
        abandoned=left + deeds[Deed.POWER_CUT],
        refused=deeds[Deed.REFUSES],
        interrupted=deeds[Deed.LEAVES_SLIP],
        tests=deeds[Deed.TEST],
        fragments=deeds[Deed.ROLL_ENDS],
        votes=tuple(wishes[choice] for choice in range(choices)),
        left=left,
    )
