"""The visits of a long day and its troubles, drawn by a seeded generator."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Deed(StrEnum):
    """What happens while one person is there."""

    VOTES = "votes"
    REFUSES = "refuses a slip and votes again"
    REFUSES_TWICE = "refuses two slips, is unlocked anew and votes"
    LEAVES_BEFORE = "leaves before Ya"
    LEAVES_SLIP = "leaves, and the slip hangs at the printer"
    LEAVES_AFTER_BOX = "leaves after the box without a touch"
    TEST = "is an officers' test"
    ROLL_ENDS = "votes while the roll ends in a slip"
    CABLE_BEFORE = "votes; the printer's cable is out before the slip"
    CABLE_DURING = "votes; the cable is knocked out in the middle of the slip"
    COVER_OPENS = "votes; the cover is opened in the middle of the slip"
    PRINTER_SILENT = "votes; the printer falls silent in the middle of the slip"
    WRONG_CARD = "votes, after cards of another place and another role were shown"
    HAMMERS = "votes with many fingers"
    POWER_CUT = "votes; the power goes at some moment"


class Moment(StrEnum):
    """From when on the power is about to go."""

    IDLE = "before the card"
    CARD = "as the card goes in"
    CHOOSING = "on the first screen"
    YES = "at Ya"
    READING = "while the slip is read"
    RIGHT = "at Sesuai"
    BOX = "after Sesuai"
    UNTOUCHED = "after the slip went into the box without a touch"


class Between(StrEnum):
    """What happens between two visits."""

    STICK_OUT = "the stick is pulled"
    STICK_IN = "the stick is put back"
    CLOCK_BACK = "the clock steps back by an hour"
    CLOCK_PAST = "the clock is years behind"
    CLOCK_FUTURE = "the clock is years ahead"
    CLOCK_RIGHT = "the clock is set right"
    PAUSE = "a pause"
    PAUSE_WRONG_PIN = "a pause that ends after a wrong PIN"


TROUBLES: tuple[Deed, ...] = tuple(deed for deed in Deed if deed is not Deed.VOTES)
SPANS = (
    (Between.STICK_OUT, Between.STICK_IN),
    (Between.CLOCK_BACK, Between.CLOCK_RIGHT),
    (Between.STICK_OUT, Between.STICK_IN),
    (Between.CLOCK_PAST, Between.CLOCK_RIGHT),
    (Between.STICK_OUT, Between.STICK_IN),
    (Between.CLOCK_FUTURE, Between.CLOCK_RIGHT),
)
"""Begin and end, dealt out one after another."""
SPAN_VISITS = (2, 7)
"""So many visits lie within a span."""
PAUSES = (Between.PAUSE, Between.PAUSE_WRONG_PIN)
SPANS_A_TROUBLE = PAUSES_A_TROUBLE = 0.1
LONGEST_WAIT_S = {Moment.IDLE: 0.2, Moment.BOX: 1.4}
"""Until the power goes, from the moment on; ``SHORT_WAIT_S`` for the others."""
SHORT_WAIT_S = 0.5
FINGERS = 12
THINNEST_MM, LONGEST_MM = 5.0, 90.0
"""After how much paper a fault happens in the middle of a slip."""


@dataclass(frozen=True)
class Visit:
    """One person; ``wish`` is the place on the ballot, 0 for blank."""

    deed: Deed
    wish: int
    before: tuple[Between, ...] = ()
    after_mm: float = 0.0
    """Of paper, until the printer's trouble."""
    moment: Moment = Moment.IDLE
    wait_s: float = 0.0
    """From ``moment`` until the power goes."""
    spots: tuple[tuple[float, float], ...] = field(default=(), repr=False)
    """Where the many fingers touch, in the unit square."""

    @property
    def plain(self) -> bool:
        """Nothing but voting: such visits are timed."""
        return self.deed is Deed.VOTES and not self.before


def draw(voters: int, choices: int, seed: int, troubled: float, deeds: Sequence[Deed] = TROUBLES) -> tuple[Visit, ...]:
    """So many visits, of which the share ``troubled`` goes wrong somehow; each of ``deeds`` equally often.

    The power goes in the first half only: what a process gathers over a long life shows in the second.
    """
    chance = random.Random(seed)
    moments = _cycle(list(Moment), chance)
    count = round(voters * troubled)
    dealt: list[Deed] = [deeds[number % len(deeds)] for number in range(count)]
    cuts = dealt.count(Deed.POWER_CUT) * [Deed.POWER_CUT]
    others: list[Deed] = [deed for deed in dealt if deed is not Deed.POWER_CUT]
    half = voters // 2
    first: list[Deed] = list(cuts)
    second: list[Deed] = []
    chance.shuffle(others)
    for trouble in others:
        (first if len(first) < count / 2 else second).append(trouble)
    order: list[Deed] = []
    for troubles, length in ((first, half), (second, voters - half)):
        part = [*troubles, *[Deed.VOTES] * (length - len(troubles))]
        chance.shuffle(part)
        order += part
    # No two candidates equally liked: an exchange of two of them must show in the sums.
    weights = [1, *range(choices + 1, 2, -1)][:choices]
    visits = []
    for deed in order:
        moment = next(moments) if deed is Deed.POWER_CUT else Moment.IDLE
        visits.append(
            Visit(
                deed,
                chance.choices(range(choices), weights)[0],
                after_mm=chance.uniform(THINNEST_MM, LONGEST_MM),
                moment=moment,
                wait_s=chance.uniform(0, LONGEST_WAIT_S.get(moment, SHORT_WAIT_S)),
                spots=tuple((chance.random(), chance.random()) for _ in range(FINGERS)) if deed is Deed.HAMMERS else (),
            )
        )
    return _with_happenings(visits, count, chance)


def _cycle(moments: list[Moment], chance: random.Random) -> Iterator[Moment]:
    while True:
        yield from chance.sample(moments, len(moments))


def _with_happenings(visits: list[Visit], count: int, chance: random.Random) -> tuple[Visit, ...]:
    """Spans follow one another without touching, so each begins with everything in order; pauses lie anywhere."""
    befores: list[list[Between]] = [[] for _ in visits]
    spans = max(1, round(count * SPANS_A_TROUBLE))
    room = len(visits) // spans
    for number in range(spans):
        begin, end = SPANS[number % len(SPANS)]
        length = min(chance.randint(*SPAN_VISITS), room - 2)
        if length < 1:
            break
        start = number * room + chance.randint(0, room - 2 - length)
        befores[start].append(begin)
        befores[start + length].append(end)
    for number in range(max(1, round(count * PAUSES_A_TROUBLE))):
        befores[chance.randrange(1, len(visits))].append(PAUSES[number % len(PAUSES)])
    return tuple(replace(visit, before=tuple(before)) for visit, before in zip(visits, befores, strict=True))
