"""Text as pictures, painted with Pillow and raqm: Kivy's own text shapes neither Arabic nor Javanese script."""

import math
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from booth.screens.theme import Colour
from config.errors import DeviceError

REGULAR = (
    "NotoSans-Regular.ttf",
    "NotoSansJavanese-Regular.ttf",
    "NotoSansSundanese-Regular.ttf",
    "NotoSansBalinese-Regular.ttf",
    "NotoSansBuginese-Regular.ttf",
    "NotoSansBatak-Regular.ttf",
    "NotoSansRejang-Regular.ttf",
    "NotoNaskhArabic-Regular.ttf",
    "NotoSansMath-Regular.ttf",
)
BOLD = tuple(
    name
    if name.startswith(("NotoSansBug", "NotoSansBat", "NotoSansRej", "NotoSansMath"))
    else name.replace("Regular", "Bold")
    for name in REGULAR
)
"""Files of Debian's fonts-noto-core, tried in this order for each character; some scripts have one weight."""

CAPITAL_PER_EM = 0.714
"""Noto Sans."""
LEADING = 1.26
"""Line to line, in em."""
OVERHANG = 3
"""Dots at either side for what leans out of its advance."""
NO_CHARACTER = "\U0010fffe"
"""A noncharacter: every font draws its own box for it."""

Font = ImageFont.FreeTypeFont


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
        x = OVERHANG + (block.width - 2 * OVERHANG - _length(line, block.size, block.bold)) * align.value
        for run, font in _runs(line, block.size, block.bold):
            draw.text((x, ascent + i * leading), run, font=font, fill=255, anchor="ls")
            x += font.getlength(run)
    picture = Image.new("RGBA", mask.size, (*colour, 0))
    picture.putalpha(mask)
    return picture


def _even(text: str, width: float, size: int, bold: bool) -> list[str]:
    """As few lines as possible, then as even as possible."""
    # A no-break space holds together what a line must not part.
    words = [(word, _length(word, size, bold)) for word in text.split(" ") if word]
    space = _length(" ", size, bold)
    lines = _wrap(words, space, width)
    low, high = max((length for _, length in words), default=0), width
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
    for word, length in words:
        if lines[-1] and filled + space + length > width:
            lines.append(word)
            filled = length
        else:
            filled += length + (space if lines[-1] else 0)
            lines[-1] = f"{lines[-1]} {word}".strip(" ")
    return lines


def _extent(lines: tuple[str, ...], size: int, bold: bool) -> tuple[float, float]:
    """Dots above and below the base line that the text really needs, at least those of plain Latin letters."""
    ascent, descent = size * 0.77, size * 0.22
    for line in lines:
        for run, font in _runs(line, size, bold):
            _, above, _, below = font.getbbox(run, anchor="ls")
            ascent, descent = max(ascent, -above), max(descent, below)
    return ascent + 1, descent + 1


def _length(line: str, size: int, bold: bool) -> float:
    """Not remembered: a list of what was measured would tell whose name was shown large."""
    return sum(font.getlength(run) for run, font in _runs(line, size, bold))


def _reach(line: str, size: int, bold: bool) -> float:
    """The line's length, or farther where its last sign leans out (Javanese wignyan)."""
    runs = _runs(line, size, bold)
    beyond = runs[-1][1].getbbox(runs[-1][0], anchor="ls")[2] - runs[-1][1].getlength(runs[-1][0]) if runs else 0
    return _length(line, size, bold) + max(beyond, 0)


def _runs(line: str, size: int, bold: bool) -> list[tuple[str, Font]]:
    """The line cut where the font changes; marks and spaces stay with the letters before them."""
    runs: list[tuple[str, str]] = []
    for char in line:
        name = runs[-1][1] if runs and (char.isspace() or _holds(runs[-1][1], char)) else _font_for(char, bold)
        if runs and runs[-1][1] == name:
            runs[-1] = (runs[-1][0] + char, name)
        else:
            runs.append((char, name))
    return [(run, _font(name, size)) for run, name in runs]


@lru_cache(maxsize=1024)
def _font_for(char: str, bold: bool) -> str:
    for name in BOLD if bold else REGULAR:
        if _holds(name, char):
            return name
    raise DeviceError(
        f"No font on this machine holds the character U+{ord(char):04X}. "
        "Install the package fonts-noto-core, or write the name in Latin letters.",
        id=f"Tidak ada fon di mesin ini untuk huruf U+{ord(char):04X}. "
        "Pasang paket fonts-noto-core, atau tulis namanya dengan huruf Latin.",
    )


@lru_cache(maxsize=4096)
def _holds(name: str, char: str) -> bool:
    """Whether the font has a glyph of its own for ``char``; its box for unknown characters does not count."""
    if char in "\u200c\u200d":
        return True
    try:
        # Without shaping: harfbuzz would compose a missing character out of others, and badly.
        font = _open(name, 24, ImageFont.Layout.BASIC)
    except DeviceError:
        if name in (REGULAR[0], BOLD[0]):
            raise
        return False
    return bytes(font.getmask(char)) != bytes(font.getmask(NO_CHARACTER))


@lru_cache(maxsize=128)
def _font(name: str, size: int) -> Font:
    return _open(name, size, ImageFont.Layout.RAQM)


def _open(name: str, size: int, engine: ImageFont.Layout) -> Font:
    try:
        return ImageFont.truetype(name, size, layout_engine=engine)
    except OSError as missing:
        raise DeviceError(
            f"The font {name} is missing. Install the package fonts-noto-core.",
            id=f"Fon {name} tidak ada. Pasang paket fonts-noto-core.",
        ) from missing
