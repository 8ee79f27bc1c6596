"""The printer and what is wrong with it, drawn for every row of the table in ``printer/faults.py``."""

from collections.abc import Callable, Mapping

from PIL import Image

from booth.comfort import Scheme
from booth.screens.pen import Pen
from booth.screens.theme import BRICK, DEEP, INK, SUN, WHITE
from printer.faults import Fault, Picture


def draw_fault(fault: Fault, size_dots: float, scheme: Scheme = Scheme.CALM) -> Image.Image:
    """The printer with what is wrong with it, as a square RGBA picture."""
    pen = Pen(max(round(size_dots), 8), INK, scheme)
    _printer(pen)
    _badge(pen)
    PICTURES[fault.picture](pen)
    return pen.done()


def _printer(pen: Pen) -> None:
    pen.block(20, 6, 62, 40, corner=1, width=4)
    pen.line((29, 17), (53, 17), width=4)
    pen.line((29, 28), (53, 28), width=4)
    pen.block(4, 34, 78, 88, fill=pen.ink, corner=7)
    pen.line((16, 44), (66, 44), width=5, ink=WHITE)


def _badge(pen: Pen) -> None:
    """A yellow field at the lower right for what is wrong."""
    pen.ring(73, 73, 26, fill=SUN, width=5)


def _plug(pen: Pen) -> None:
    pen.line((52, 73), (62, 73), width=6)
    pen.block(60, 64, 70, 82, fill=pen.ink, width=0, corner=2)
    pen.block(78, 64, 86, 82, fill=pen.ink, width=0, corner=2)
    pen.line((85, 73), (95, 73), width=6)
    pen.line((70, 68), (74, 68), width=3)
    pen.line((70, 78), (74, 78), width=3)


def _switch(pen: Pen) -> None:
    pen.ring(73, 74, 15, fill=None, width=6)
    pen.line((73, 58), (73, 66), width=13, ink=SUN)
    pen.line((73, 56), (73, 72), width=6)


def _lock(pen: Pen) -> None:
    pen.ring(73, 66, 10, fill=None, width=5)
    pen.block(60, 68, 86, 88, fill=pen.ink, width=0, corner=3)
    pen.line((73, 75), (73, 81), width=4, ink=WHITE)


def _question(pen: Pen) -> None:
    pen.line((64, 64), (68, 57), (78, 57), (82, 64), (80, 70), (73, 75), (73, 79), width=6)
    pen.disc(73, 89, 4)


def _roll(pen: Pen) -> None:
    pen.ring(73, 73, 15, width=5)
    pen.disc(73, 73, 4)
    pen.line((55, 91), (91, 55), width=6, ink=BRICK)


def _cover(pen: Pen) -> None:
    pen.line((58, 84), (88, 84), width=7)
    pen.line((58, 80), (80, 57), width=6)
    pen.arrow((86, 60), (86, 76), width=4, head=8)


def _scissors(pen: Pen) -> None:
    pen.line((62, 58), (82, 82), width=5)
    pen.line((84, 58), (64, 82), width=5)
    pen.ring(62, 85, 5, width=4)
    pen.ring(84, 85, 5, width=4)


def _heat(pen: Pen) -> None:
    pen.line((73, 58), (73, 80), width=9)
    pen.disc(73, 84, 9)
    pen.line((73, 68), (73, 82), width=4, ink=WHITE)


def _cross(pen: Pen) -> None:
    pen.line((62, 62), (84, 84), width=8, ink=BRICK)
    pen.line((84, 62), (62, 84), width=8, ink=BRICK)


def _hourglass(pen: Pen) -> None:
    pen.shape((62, 58), (84, 58), (62, 88), (84, 88), width=4)


def _stack(pen: Pen) -> None:
    pen.block(60, 60, 78, 82, corner=1, width=4)
    pen.block(68, 66, 86, 88, corner=1, width=4)


def _standby(pen: Pen) -> None:
    pen.block(64, 60, 70, 86, fill=DEEP, width=0, corner=1)
    pen.block(76, 60, 82, 86, fill=DEEP, width=0, corner=1)


PICTURES: Mapping[Picture, Callable[[Pen], None]] = {
    Picture.PLUG: _plug,
    Picture.LOCK: _lock,
    Picture.SWITCH: _switch,
    Picture.QUESTION: _question,
    Picture.ROLL: _roll,
    Picture.COVER: _cover,
    Picture.SCISSORS: _scissors,
    Picture.HEAT: _heat,
    Picture.CROSS: _cross,
    Picture.STANDBY: _standby,
    Picture.HOURGLASS: _hourglass,
    Picture.STACK: _stack,
}
