"""The plan of the day as it is drawn: a strip of steps, the same with what belongs to each, and the packing list."""

from typing import Any

from booth.plan import Step
from booth.screens import theme as look
from booth.screens.box import Box
from booth.screens.icons import Icon, draw
from booth.screens.painting import Align
from booth.screens.screen import Screen
from booth.screens.sheet import Say
from booth.screens.theme import Capital, Colour

PACKING = {
    "tapes": Icon.SIGN,
    "stick": Icon.STICK_OUT,
    "seal": Icon.SEAL,
    "cards": Icon.PUT_AWAY,
    "off": Icon.SWITCH_OFF,
}
"""What is done last, in this order; words ``pack.<item>``."""
STEPS = tuple(Step)
NARROW_MM = 120


def strip(screen: Screen[Any], box: Box, now: Step) -> None:
    """The five steps side by side: what is done has a check, the present one is dark and bold, the others a number.

    Where they have no room only the present one has its name.
    """
    mm = screen.theme.dots
    gap, narrow = mm(1.2), box.width < mm(NARROW_MM)
    wide = (box.width - (len(STEPS) - 1) * gap) / len(STEPS)
    small = mm(9) if narrow else wide
    for step in STEPS:
        here, ink = step is now, look.WHITE if step is now else look.INK
        place, box = box.cut_left(len(STEPS) * wide - (len(STEPS) - 1) * small if here else small, gap)
        screen.paper(place, look.DEEP if here else look.TINT, None, 1.4)
        badge, inside = place.inset(mm(1.2), 0).cut_left(mm(5.4), mm(1.2))
        _badge(screen, badge, step, now, ink)
        if narrow and not here:
            continue
        name = screen.words(f"plan.{step.value}.name")
        screen.text(inside, Say(name, Capital.SMALL, Capital.SMALL, bold=here, colour=ink))


def whole(screen: Screen[Any], box: Box, now: Step) -> None:
    """One below the other, each with what belongs to it; the present one is framed as well."""
    mm = screen.theme.dots
    for step, place in zip(STEPS, box.rows(len(STEPS), mm(1)), strict=True):
        here = step is now
        screen.paper(place, look.WHITE if here else look.TINT, look.INK if here else None, 1.4)
        inside = place.inset(mm(1.6), mm(0.4))
        badge, inside = inside.cut_left(mm(8), mm(2))
        round_ = badge.centred(mm(7), mm(7))
        if here:
            screen.paper(round_, look.DEEP, None, 3.5)
        _badge(screen, round_.inset(mm(0.8)), step, now, look.WHITE if here else look.INK)
        wide = inside.width * (0.25 if screen.theme.landscape else 0.3)
        name, inside = inside.cut_left(wide, mm(1.6))
        screen.text(name, *_named(screen, step, here))
        screen.text(inside, *_small(screen, f"plan.{step.value}.text", bold=False))


def packing(screen: Screen[Any], box: Box) -> None:
    """What is left to do, in pictures."""
    mm = screen.theme.dots
    for (item, icon), place in zip(PACKING.items(), box.rows(len(PACKING), mm(1)), strict=True):
        screen.paper(place, look.WHITE, look.LINE, 1.4)
        inside = place.inset(mm(1.6), mm(0.6))
        size = min(inside.height, mm(13))
        picture, inside = inside.cut_left(size, mm(2.4))
        screen.picture(draw(icon, size), picture)
        screen.text(inside, *_small(screen, f"pack.{item}", bold=True))


def _badge(screen: Screen[Any], box: Box, step: Step, now: Step, ink: Colour) -> None:
    if STEPS.index(step) < STEPS.index(now):
        screen.picture(draw(Icon.CHECK, min(box.width, screen.theme.dots(4.6)), look.LEAF), box)
    else:
        number = str(STEPS.index(step) + 1)
        screen.text(box, Say(number, Capital.SMALL, Capital.SMALL, bold=True, colour=ink), align=Align.CENTRE)


def _named(screen: Screen[Any], step: Step, here: bool) -> tuple[Say, ...]:
    capital = Capital.NORMAL if here else Capital.SMALL
    return screen.both(f"plan.{step.value}.name", capital, Capital.SMALL, bold=True, colour=look.INK)


def _small(screen: Screen[Any], key: str, *, bold: bool) -> tuple[Say, ...]:
    # Full ink: what is quiet has too little contrast on a tinted panel.
    return screen.both(key, Capital.SMALL, Capital.SMALL, bold=bold, colour=look.INK)
