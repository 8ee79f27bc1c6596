"""The one place for colours, sizes and distances. Sizes are millimetres on the glass, whatever the panel."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from booth.comfort import Scheme, TextSize
from booth.screens.box import Box

Colour = tuple[int, int, int]
"""Red, green, blue, 0 to 255."""

PAPER: Colour = (250, 248, 243)
"""The background: a warm white that does not glare."""
WHITE: Colour = (255, 255, 255)
INK: Colour = (18, 26, 33)
QUIET: Colour = (52, 59, 66)
"""Second languages and small print: still better than 10:1 on PAPER."""
LINE: Colour = (120, 128, 134)
TINT: Colour = (232, 236, 236)
"""Panels that hold what is not to be touched."""
DEEP: Colour = (9, 56, 74)
"""The button that goes on."""
LEAF: Colour = (13, 71, 42)
"""Yes, right, well."""
BRICK: Colour = (112, 20, 20)
"""No, wrong, broken."""
SUN: Colour = (255, 214, 92)
"""What an officer must see."""

REST: Colour = (205, 210, 212)
"""What a bar or a dot is not, yet or any more."""

_BLACK: Colour = (0, 0, 0)
_PALE: Colour = (255, 255, 165)
"""A yellow that stands out from white and is still better than 20:1 on black."""
_SAND: Colour = (226, 216, 196)
_EARTH: Colour = (84, 74, 62)

DARK = (INK, QUIET, LINE, DEEP, LEAF, BRICK)
"""What is drawn upon the others."""
LIGHT = (PAPER, WHITE, TINT, SUN, REST)
"""What is drawn upon; each scheme keeps the two families apart."""
_SCHEMES: Mapping[Scheme, Mapping[Colour, Colour]] = {
    Scheme.CALM: {},
    Scheme.BLACK_ON_WHITE: dict.fromkeys(DARK, _BLACK) | dict.fromkeys(LIGHT, WHITE) | {REST: (214, 214, 214)},
    Scheme.WHITE_ON_BLACK: dict.fromkeys(DARK, WHITE)
    | {DEEP: _PALE, LEAF: _PALE, BRICK: _PALE}
    | dict.fromkeys(LIGHT, _BLACK)
    | {REST: (70, 70, 70)},
    Scheme.SOFT: dict.fromkeys(DARK, _EARTH) | dict.fromkeys(LIGHT, _SAND) | {REST: (196, 184, 160)},
}
"""Contrast of text: at least 10:1; 21:1; 20:1; and between 4.5:1 and 8:1."""


def seen(colour: Colour, scheme: Scheme) -> Colour:
    """What a colour of this page is in a scheme."""
    return _SCHEMES[scheme].get(colour, colour)


TARGET_MM = 12.7
"""Smallest side of anything to touch (VVSG 2.0, 7.2-I)."""
GAP_MM = 2.6
"""Smallest distance between two targets (VVSG asks 2.54)."""
MARGIN_MM = 4.0
BORDER_MM = 0.5
PRESSED_BORDER_MM = 1.4
CORNER_MM = 2.2
BANNER_MM = 8.6
"""The rehearsal's striped band."""
STRIPE_MM = 2.2
"""The rehearsal's striped frame on the other three sides."""
STATUS_MM = 7.6

SETTLE_S = 0.25
"""A new picture takes no touch for so long: the second half of a double tap is not meant for it."""


class Capital(Enum):
    """Heights of capital letters in millimetres: the four sizes of VVSG 2.0, 7.1-G."""

    SMALL = 3.5
    NORMAL = 4.8
    LARGE = 6.4
    HUGE = 8.5


def _height_mm(size: TextSize, capital: Capital) -> float:
    heights = [one.value for one in Capital]
    step = list(TextSize).index(size) - list(TextSize).index(TextSize.NORMAL)
    return heights[min(max(heights.index(capital.value) + step, 0), len(heights) - 1)]


_HEIGHTS = {(size, capital): _height_mm(size, capital) for size in TextSize for capital in Capital}


@dataclass(frozen=True)
class Theme:
    """The panel: how many dots it has and how large they are."""

    width_dots: int = 1280
    height_dots: int = 800
    dots_per_mm: float = 5.9
    """A 10-inch panel of 1280 dots; 5.2 for the 7-inch one of 800."""
    size: TextSize = TextSize.NORMAL
    scheme: Scheme = Scheme.CALM

    def see(self, colour: Colour) -> Colour:
        """The colour as this scheme has it."""
        return seen(colour, self.scheme)

    def capital_mm(self, capital: Capital) -> float:
        """As high as the voter likes it: one or two steps up, or one down."""
        return _HEIGHTS[self.size, capital]

    def dots(self, mm: float) -> int:
        """Whole dots for a length, never less than the length."""
        return math.ceil(mm * self.dots_per_mm - 1e-9)

    @property
    def window(self) -> Box:
        """The whole panel."""
        return Box(0, 0, self.width_dots, self.height_dots)

    @property
    def landscape(self) -> bool:
        """Wider than high."""
        return self.width_dots >= self.height_dots


def contrast(one: Colour, other: Colour) -> float:
    """The ratio of WCAG 2 (relative luminance), 1 to 21."""
    lights = sorted((_luminance(one), _luminance(other)))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def _luminance(colour: Colour) -> float:
    red, green, blue = (
        part / 255 / 12.92 if part / 255 <= 0.04045 else ((part / 255 + 0.055) / 1.055) ** 2.4 for part in colour
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
