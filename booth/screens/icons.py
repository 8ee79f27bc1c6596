"""Pictures for those who do not read, drawn by strokes on a square of 100 by 100 (origin at the top left)."""

import math
from collections.abc import Callable, Mapping
from enum import Enum, auto

from PIL import Image

from booth.comfort import Scheme
from booth.screens.pen import GROUND, Pen
from booth.screens.theme import BRICK, INK, LEAF, SUN, WHITE, Colour


class Icon(Enum):
    """What can be drawn."""

    READ_SLIP = auto()
    INTO_BOX = auto()
    INTO_ENVELOPE = auto()
    CARD_IN = auto()
    CARD_OUT = auto()
    OFFICER = auto()
    STICK = auto()
    PRINTER = auto()
    CHECK = auto()
    CROSS = auto()
    BACK = auto()
    LOCK = auto()
    PAUSE = auto()
    CLOCK = auto()
    BLANK = auto()
    HAND = auto()
    WARNING = auto()
    ERASE = auto()
    LIST = auto()
    SIGN = auto()
    REPLACE = auto()
    TEXT_SIZE = auto()
    CONTRAST = auto()
    POWER = auto()
    WEAK_POWER = auto()
    BATTERY = auto()
    LOW_BATTERY = auto()
    THERMOMETER = auto()
    HEAT = auto()
    SWITCH_OFF = auto()
    SEAL = auto()
    STICK_OUT = auto()
    PUT_AWAY = auto()


def draw(
    icon: Icon, size_dots: float, ink: Colour = INK, scheme: Scheme = Scheme.CALM, ground: Colour = WHITE
) -> Image.Image:
    """``icon`` as a square RGBA picture; ``ground`` is what shows inside of it."""
    pen = Pen(max(round(size_dots), 8), ink, scheme, ground)
    DRAWINGS[icon](pen)
    return pen.done()


def _slip(pen: Pen, x: float, y: float, width: float, height: float) -> None:
    """A slip with a number and lines of writing."""
    pen.block(x, y, x + width, y + height, corner=1, width=4)
    pen.block(x + width * 0.2, y + height * 0.16, x + width * 0.5, y + height * 0.44, fill=pen.ink, width=0, corner=2)
    for share in (0.6, 0.78):
        pen.line((x + width * 0.22, y + height * share), (x + width * 0.78, y + height * share), width=4)


def _eye(pen: Pen, x: float, y: float, width: float) -> None:
    half, high = width / 2, width * 0.3
    upper = [(x - half + width * i / 24, y - high * (1 - ((i - 12) / 12) ** 2)) for i in range(25)]
    lower = [(px, 2 * y - py) for px, py in reversed(upper)]
    pen.shape(*upper, *lower, width=5)
    pen.disc(x, y, width * 0.17)
    pen.disc(x + width * 0.05, y - width * 0.05, width * 0.05, GROUND)


def _read_slip(pen: Pen) -> None:
    _eye(pen, 50, 19, 56)
    pen.arrow((50, 38), (50, 52), width=5, head=9)
    pen.block(8, 80, 92, 98, fill=pen.ink, corner=5)
    pen.block(22, 78, 78, 84, fill=GROUND, width=0, corner=1)
    _slip(pen, 29, 54, 42, 29)


def _into_box(pen: Pen) -> None:
    _slip(pen, 33, 2, 34, 34)
    pen.arrow((50, 40), (50, 57), width=7, head=13, ink=LEAF)
    pen.shape((10, 58), (22, 47), (78, 47), (90, 58), fill=GROUND, width=5)
    pen.block(26, 51, 74, 57, fill=pen.ink, corner=2, width=0)
    pen.arrow((50, 36), (50, 56), width=7, head=13, ink=LEAF)
    pen.block(10, 58, 90, 97, fill=GROUND, corner=3)
    pen.line((34, 78), (46, 88), (68, 68), width=7, ink=LEAF)


def _into_envelope(pen: Pen) -> None:
    _slip(pen, 31, 3, 38, 30)
    pen.line((24, 1), (76, 35), width=6, ink=BRICK)
    pen.arrow((50, 36), (50, 54), width=7, head=13)
    pen.block(8, 56, 92, 97, corner=3)
    pen.line((9, 58), (50, 82), (91, 58), width=5)


def _card(pen: Pen, x: float, y: float) -> None:
    pen.block(x, y, x + 44, y + 56, corner=5, width=5)
    pen.block(x + 12, y + 30, x + 32, y + 46, fill=SUN, corner=3, width=4)
    pen.line((x + 10, y + 13), (x + 34, y + 13), width=4)


def _reader(pen: Pen) -> None:
    pen.block(12, 72, 88, 98, fill=pen.ink, corner=6)
    pen.line((22, 72), (78, 72), width=5, ink=GROUND)


def _card_in(pen: Pen) -> None:
    _card(pen, 28, 22)
    pen.block(20, 70, 80, 80, fill=GROUND, width=0, corner=0)
    _reader(pen)
    pen.arrow((86, 22), (86, 58), width=8, head=15)


def _card_out(pen: Pen) -> None:
    _card(pen, 28, 4)
    _reader(pen)
    pen.arrow((86, 58), (86, 20), width=8, head=15)


def _officer(pen: Pen) -> None:
    pen.disc(44, 30, 16)
    pen.shape((14, 96), (16, 70), (28, 56), (60, 56), (72, 70), (74, 96), fill=pen.ink, width=5)
    pen.line((68, 66), (84, 44), (84, 14), width=12)
    pen.disc(84, 12, 8)
    pen.block(48, 68, 64, 80, fill=GROUND, width=0, corner=2)


def _stick(pen: Pen) -> None:
    pen.block(30, 36, 70, 96, fill=pen.ink, corner=8)
    pen.block(36, 8, 64, 38, corner=2)
    pen.block(42, 16, 48, 24, fill=pen.ink, width=0, corner=0)
    pen.block(52, 16, 58, 24, fill=pen.ink, width=0, corner=0)
    pen.line((50, 56), (50, 82), width=5, ink=GROUND)


def _printer(pen: Pen) -> None:
    pen.block(26, 4, 74, 48, corner=1, width=5)
    pen.line((36, 17), (64, 17), width=5)
    pen.line((36, 29), (64, 29), width=5)
    pen.block(6, 40, 94, 92, fill=pen.ink, corner=8)
    pen.line((20, 52), (80, 52), width=6, ink=GROUND)


def _check(pen: Pen) -> None:
    pen.line((12, 54), (38, 80), (88, 22), width=15)


def _cross(pen: Pen) -> None:
    pen.line((18, 18), (82, 82), width=15)
    pen.line((82, 18), (18, 82), width=15)


def _back(pen: Pen) -> None:
    pen.line((38, 34), (66, 34), (80, 42), (84, 56), (80, 70), (66, 80), (34, 80), width=11)
    pen.shape((10, 34), (40, 12), (40, 56), fill=pen.ink, width=3)


def _lock(pen: Pen) -> None:
    pen.ring(50, 36, 24, fill=None, width=10)
    pen.block(16, 42, 84, 94, fill=pen.ink, corner=8)
    pen.disc(50, 64, 8, GROUND)
    pen.line((50, 64), (50, 78), width=6, ink=GROUND)


def _pause(pen: Pen) -> None:
    pen.ring(50, 50, 46, width=7)
    pen.block(32, 28, 44, 72, fill=pen.ink, width=0, corner=2)
    pen.block(56, 28, 68, 72, fill=pen.ink, width=0, corner=2)


def _clock(pen: Pen) -> None:
    pen.ring(50, 50, 45, width=8)
    pen.line((50, 22), (50, 52), (70, 64), width=8)


def _blank(pen: Pen) -> None:
    pen.block(18, 6, 82, 94, corner=3, width=6)
    pen.line((38, 50), (62, 50), width=8)


def _hand(pen: Pen) -> None:
    pen.line((40, 20), (40, 66), width=15)
    pen.shape((32, 60), (32, 48), (76, 52), (80, 66), (72, 94), (42, 94), (20, 66), (26, 60), fill=pen.ink, width=5)
    for x in (53, 65, 75):
        pen.line((x, 52), (x, 62), width=11)
    pen.ring(40, 20, 18, fill=None, width=4)


def _warning(pen: Pen) -> None:
    pen.shape((50, 8), (95, 90), (5, 90), fill=SUN, width=7)
    pen.line((50, 38), (50, 62), width=10)
    pen.disc(50, 77, 6)


def _erase(pen: Pen) -> None:
    pen.shape((6, 50), (32, 22), (94, 22), (94, 78), (32, 78), fill=GROUND, width=7)
    pen.line((50, 38), (74, 62), width=8)
    pen.line((74, 38), (50, 62), width=8)


def _list(pen: Pen) -> None:
    pen.block(16, 4, 84, 96, corner=4, width=6)
    for y in (26, 46, 66):
        pen.line((28, y), (36, y + 6), (42, y - 6), width=5)
        pen.line((52, y), (72, y), width=6)


def _sign(pen: Pen) -> None:
    pen.block(10, 6, 70, 96, corner=3, width=5)
    for y in (22, 36):
        pen.line((22, y), (58, y), width=5)
    pen.line((20, 80), (28, 68), (34, 82), (42, 70), (52, 80), width=4)
    pen.line((92, 26), (58, 72), width=11)
    pen.shape((52, 80), (53, 68), (62, 75), fill=pen.ink, width=2)


def _device(pen: Pen, x: float, y: float) -> None:
    """A panel on its foot."""
    pen.block(x, y, x + 42, y + 32, corner=3, width=5)
    pen.line((x + 21, y + 34), (x + 21, y + 42), width=6)
    pen.line((x + 9, y + 43), (x + 33, y + 43), width=5)


def _replace(pen: Pen) -> None:
    _device(pen, 4, 6)
    for points in (((14, 12), (36, 32)), ((36, 12), (14, 32))):
        pen.line(*points, width=6, ink=BRICK)
    pen.line((54, 24), (76, 24), width=6)
    pen.arrow((76, 24), (76, 44), width=6, head=12)
    _device(pen, 54, 50)
    pen.line((64, 66), (72, 74), (87, 57), width=6, ink=LEAF)


def _letter(pen: Pen, x: float, right: float, top: float, width: float) -> None:
    """A capital A on the line at 88."""
    middle, bar = (x + right) / 2, 88 - (88 - top) * 0.3
    pen.line((x, 88), (middle, top), (right, 88), width=width)
    pen.line((x + (right - x) * 0.2, bar), (right - (right - x) * 0.2, bar), width=width)


def _text_size(pen: Pen) -> None:
    _letter(pen, 6, 36, 52, 7)
    _letter(pen, 42, 94, 14, 10)


def _contrast(pen: Pen) -> None:
    half = [(50 + 42 * math.sin(math.pi * i / 24), 50 - 42 * math.cos(math.pi * i / 24)) for i in range(25)]
    pen.ring(50, 50, 45, width=7)
    pen.shape(*half, fill=pen.ink, width=0)


def _plug(pen: Pen) -> None:
    for x in (36, 64):
        pen.line((x, 8), (x, 34), width=9)
    pen.block(18, 32, 82, 58, fill=pen.ink, corner=5)
    pen.shape((24, 56), (76, 56), (62, 76), (38, 76), fill=pen.ink, width=4)
    pen.line((50, 74), (50, 96), width=9)


def _weak_power(pen: Pen) -> None:
    pen.shape((58, 4), (18, 56), (46, 56), (36, 96), (82, 38), (54, 38), fill=SUN, width=6)


def _cell(pen: Pen, share: float) -> None:
    """A battery, filled from the left."""
    pen.block(4, 26, 88, 76, width=8, corner=8)
    pen.block(88, 40, 98, 62, fill=pen.ink, width=0, corner=2)
    pen.block(16, 38, 16 + 60 * share, 64, fill=pen.ink, width=0, corner=2)


def _battery(pen: Pen) -> None:
    _cell(pen, 0.7)


def _low_battery(pen: Pen) -> None:
    _cell(pen, 0.2)
    pen.line((60, 38), (60, 54), width=7, ink=BRICK)
    pen.disc(60, 64, 4, BRICK)


def _thermometer(pen: Pen, x: float = 50, top: float = 30) -> None:
    pen.block(x - 13, 4, x + 13, 76, width=7, corner=13)
    pen.ring(x, 78, 20, width=7)
    pen.disc(x, 78, 11)
    pen.line((x, 78), (x, top), width=9)


def _cool(pen: Pen) -> None:
    _thermometer(pen, top=46)


def _heat(pen: Pen) -> None:
    _thermometer(pen, x=30, top=16)
    for x in (62, 82):
        pen.line((x, 82), (x + 8, 68), (x - 4, 52), (x + 6, 36), (x, 20), width=7, ink=BRICK)


def _switch_off(pen: Pen) -> None:
    arc = [(50 + 38 * math.sin(math.radians(a)), 56 - 38 * math.cos(math.radians(a))) for a in range(36, 325, 12)]
    pen.line(*arc, width=11)
    pen.line((50, 8), (50, 50), width=11)


def _seal(pen: Pen) -> None:
    pen.block(8, 34, 92, 96, corner=3)
    pen.block(30, 38, 70, 44, fill=pen.ink, corner=2, width=0)
    # A strip of paper over slot and edge, signed.
    pen.block(34, 16, 66, 74, fill=SUN, corner=1, width=5)
    pen.line((41, 58), (46, 48), (50, 60), (55, 50), (60, 58), width=4)


def _stick_out(pen: Pen) -> None:
    pen.block(6, 34, 22, 92, fill=pen.ink, corner=4)
    pen.block(38, 46, 56, 80, corner=2)
    pen.block(54, 40, 96, 86, fill=pen.ink, corner=8)
    pen.line((64, 63), (84, 63), width=5, ink=GROUND)
    pen.arrow((34, 20), (80, 20), width=8, head=15)


def _put_away(pen: Pen) -> None:
    """A card that goes back into a pocket."""
    pen.block(30, 4, 70, 56, corner=5, width=5)
    pen.block(40, 14, 58, 28, fill=SUN, corner=3, width=4)
    pen.arrow((86, 6), (86, 42), width=7, head=13)
    pen.block(12, 46, 88, 96, fill=pen.ink, corner=8)
    pen.line((22, 58), (78, 58), width=5, ink=GROUND)


DRAWINGS: Mapping[Icon, Callable[[Pen], None]] = {
    Icon.READ_SLIP: _read_slip,
    Icon.INTO_BOX: _into_box,
    Icon.INTO_ENVELOPE: _into_envelope,
    Icon.CARD_IN: _card_in,
    Icon.CARD_OUT: _card_out,
    Icon.OFFICER: _officer,
    Icon.STICK: _stick,
    Icon.PRINTER: _printer,
    Icon.CHECK: _check,
    Icon.CROSS: _cross,
    Icon.BACK: _back,
    Icon.LOCK: _lock,
    Icon.PAUSE: _pause,
    Icon.CLOCK: _clock,
    Icon.BLANK: _blank,
    Icon.HAND: _hand,
    Icon.WARNING: _warning,
    Icon.ERASE: _erase,
    Icon.LIST: _list,
    Icon.SIGN: _sign,
    Icon.REPLACE: _replace,
    Icon.TEXT_SIZE: _text_size,
    Icon.CONTRAST: _contrast,
    Icon.POWER: _plug,
    Icon.WEAK_POWER: _weak_power,
    Icon.BATTERY: _battery,
    Icon.LOW_BATTERY: _low_battery,
    Icon.THERMOMETER: _cool,
    Icon.HEAT: _heat,
    Icon.SWITCH_OFF: _switch_off,
    Icon.SEAL: _seal,
    Icon.STICK_OUT: _stick_out,
    Icon.PUT_AWAY: _put_away,
}
