"""A watch at the booth: the time from *Ya* to the slip, by choice."""

import time
from random import Random

from booth.events import Button, Chosen
from booth.views import Confirming, IntoBox, ReadSlip
from config.secret import Choice
from tests.secrecy.chance import limit, rank_sum_z
from tests.secrecy.days import new_seed
from tests.secrecy.halls import Hall

CHOICES = range(4)
CASTS = 20
"""Of each choice. With less than 16 not even times that never overlap would be beyond chance."""


def shuffled(each: int, seed: int) -> list[int]:
    """Choices in an order of chance: what slows down or grows during the day is no choice's."""
    return Random(seed).sample([*CHOICES] * each, each * len(CHOICES))


def timed(booth: Hall, each: int) -> dict[int, list[float]]:
    """Seconds from *Ya* to the slip, by choice."""
    found: dict[int, list[float]] = {choice: [] for choice in CHOICES}
    rig = booth.rig
    for choice in shuffled(each, new_seed()):
        booth.unlock()
        rig.touch(Chosen(Choice(choice)))
        rig.see(Confirming)
        rig.in_step()
        began = time.perf_counter()
        rig.tap(Button.YES)
        rig.see(ReadSlip)
        found[choice].append(time.perf_counter() - began)
        rig.tap(Button.RIGHT)
        rig.see(IntoBox)
    return found


def zs(found: dict[int, list[float]]) -> dict[int, float]:
    """How far each choice's times are from those of all others."""
    return {
        choice: rank_sum_z(times, [other for one, others in found.items() if one != choice for other in others])
        for choice, times in found.items()
    }


def told_apart(found: dict[int, list[float]]) -> dict[int, float]:
    """Choices whose times are no chance any more."""
    return {choice: z for choice, z in zs(found).items() if abs(z) > limit(len(found))}
