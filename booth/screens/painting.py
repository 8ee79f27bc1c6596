"""Text as pictures, painted with Pillow and raqm: Kivy's own text shapes neither Arabic nor Javanese script."""

import math
from dataclasses import dataclass
from enum import Enum

from PIL import Image, ImageDraw

from booth.screens.theme import Colour
from config.fonts import CAPITAL_PER_EM, length, runs

LEADING = 1.26
"""Line to line, in em."""
OVERHANG = 3
"""Dots at either side for what leans out of its advance."""


class Align(Enum):
    """Where lines stand in their block."""

    LEFT = 0.0
    CENTRE = 0.5
    RIGHT = 1.0


@dataclass(frozen=True)
class Block:
    """Text laid out in lines, ready to be painted."""

    lines: tuple[str, ...]
    bold: bool
    capital_dots: float
    """Height of a capital letter as painted."""
    size: int
    """The font's em in dots."""
    width: int
    height: int


def lay_out(text: str, width: float, capital_dots: float, *, bold: bool) -> Block:
    """``text`` in lines of even length, at most ``width`` dots where its words allow it."""
    size = math.ceil(capital_dots / CAPITAL_PER_EM)
    lines = tuple(line for part in text.split("\n") for line in _even(part, width, size, bold))
    ascent, descent = _extent(lines, size, bold)
    widest = max((_reach(line, size, bold) for line in lines), default=0)
    leading = max(size * LEADING, ascent + descent)
    height = math.ceil(ascent + descent + leading * (len(lines) - 1))
    return Block(lines, bold, size * CAPITAL_PER_EM, size, math.ceil(widest) + 2 * OVERHANG, height)


def paint(block: Block, colour: Colour, align: Align) -> Image.Image:
    """The block as RGBA on nothing, ``block.width`` by ``block.height`` dots."""
    mask = Image.new("L", (max(block.width, 1), max(block.height, 1)), 0)
    draw = ImageDraw.Draw(mask)
    ascent, descent = _extent(block.lines, block.size, block.bold)
    leading = max(block.size * LEADING, ascent + descent)
    for i, line in enumerate(block.lines):
        x = OVERHANG + (block.width - 2 * OVERHANG - length(line, block.size, bold=block.bold)) * align.value
        for run, font in runs(line, block.size, bold=block.bold):
            draw.text((x, ascent + i * leading), run, font=font, fill=255, anchor="ls")
            x += font.getlength(run)
    picture = Image.new("RGBA", mask.size, (*colour, 0))
    picture.putalpha(mask)
    return picture


def _even(text: str, width: float, size: int, bold: bool) -> list[str]:
    """As few lines as possible, then as even as possible."""
    # A no-break space holds together what a line must not part.
    words = [(word, length(word, size, bold=bold)) for word in text.split(" ") if word]
    space = length(" ", size, bold=bold)
    lines = _wrap(words, space, width)
    low, high = max((long for _, long in words), default=0), width
    while len(lines) > 1 and high - low > size / 2:
        middle = (low + high) / 2
        tried = _wrap(words, space, middle)
        if len(tried) > len(lines):
            low = middle
        else:
            lines, high = tried, middle
    return lines


def _wrap(words: list[tuple[str, float]], space: float, width: float) -> list[str]:
    """Lines filled from the first word on; a word that is too long stands alone."""
    lines, filled = [""], 0.0
    for word, long in words:
        if lines[-1] and filled + space + long > width:
            lines.append(word)
            filled = long
        else:
            filled += long + (space if lines[-1] else 0)
            lines[-1] = f"{lines[-1]} {word}".strip(" ")
    return lines


def _extent(lines: tuple[str, ...], size: int, bold: bool) -> tuple[float, float]:
    """Dots above and below the base line that the text really needs, at least those of plain Latin letters."""
    ascent, descent = size * 0.77, size * 0.22
    for line in lines:
        for run, font in runs(line, size, bold=bold):
            _, above, _, below = font.getbbox(run, anchor="ls")
            ascent, descent = max(ascent, -above), max(descent, below)
    return ascent + 1, descent + 1


def _reach(line: str, size: int, bold: bool) -> float:
    """The line's length, or farther where its last sign leans out (Javanese wignyan)."""
    beyond = 0.0
    for run, font in runs(line, size, bold=bold)[-1:]:
        beyond = font.getbbox(run, anchor="ls")[2] - font.getlength(run)
    return length(line, size, bold=bold) + max(beyond, 0)
