"""Text painted as an image, for names in a script that no code page of the printer holds."""

import math
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageDraw

from config.fonts import CAPITAL_PER_EM, length, runs

GAP_PER_CAPITAL = 0.25
"""Empty rows between the lowest sign of one line and the highest of the next, as a part of a capital's height."""
LEAST_CAPITAL_DOTS = 28
"""3.5 mm at 203 dpi; text is broken rather than made smaller."""
_STEP_DOTS = 4
_VIRAMA = 9
"""Canonical class of the sign after which the next consonant hangs below: no line is broken there."""


@dataclass(frozen=True)
class _Line:
    """How every line of a text is painted, in dots; vowel signs of Javanese reach deeper than a capital is high."""

    capital: int
    above: int
    below: int

    @property
    def height(self) -> int:
        return self.above + self.below + math.ceil(self.capital * GAP_PER_CAPITAL)


def painted_lines(text: str, width_dots: int, capital_dots: int, *, centre: bool = False) -> list[Image.Image]:
    """``text`` in lines of exactly ``width_dots``, black (0) on white, capitals ``capital_dots`` high.

    Lines break between words, and inside of a word that is wider than the paper. Raises DeviceError when the fonts of
    this machine do not hold a character.
    """
    return _painted(text, width_dots, _line_for((text,), capital_dots), centre)


def painted_room(
    text: str, among: tuple[str, ...], width_dots: int, capital_dots: int, room_dots: int, *, centre: bool = False
) -> Image.Image:
    """One of several texts in an image whose size and height of letters are the same for each of them.

    Capitals are at most ``capital_dots`` high, and smaller where that brings all of ``among`` into ``room_dots`` of
    height without breaking a word; never smaller than ``LEAST_CAPITAL_DOTS``, then the image grows for all of them.
    """
    line, height = _fitted(among, width_dots, capital_dots, room_dots)
    image = Image.new("1", (width_dots, height), 1)
    for number, painted in enumerate(_painted(text, width_dots, line, centre)):
        image.paste(painted, (0, number * line.height))
    return image


@lru_cache(maxsize=8)
def _fitted(among: tuple[str, ...], width_dots: int, largest_dots: int, room_dots: int) -> tuple[_Line, int]:
    """The lines and the height of all, in dots. It remembers ballots, and not whose name was printed."""
    words = {word for text in among for word in text.split()}
    for capital_dots in (*range(largest_dots, LEAST_CAPITAL_DOTS, -_STEP_DOTS), LEAST_CAPITAL_DOTS):
        line = _line_for(among, capital_dots)
        height = max(len(_wrap(text, width_dots, capital_dots)) for text in among) * line.height
        if height <= room_dots and all(_width(word, capital_dots) <= width_dots for word in words):
            break
    return line, max(height, room_dots)


def _line_for(texts: tuple[str, ...], capital_dots: int) -> _Line:
    """Lines that hold the ink of all ``texts``."""
    size = _size(capital_dots)
    words = [word for text in texts for word in text.split()]
    boxes = [font.getbbox(run, anchor="ls") for word in words for run, font in runs(word, size, bold=True)]
    above = max([capital_dots, *(math.ceil(-top) for _, top, _, _ in boxes)])
    below = max([0, *(math.ceil(bottom) for _, _, _, bottom in boxes)])
    # One row more on either side for the grey of soft edges.
    return _Line(capital_dots, above + 1, below + 1)


def _wrap(text: str, width_dots: int, capital_dots: int) -> list[str]:
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += _wrap_paragraph(paragraph, width_dots, capital_dots)
    return lines


def _wrap_paragraph(text: str, width_dots: int, capital_dots: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and _width(f"{lines[-1]} {word}", capital_dots) <= width_dots:
            lines[-1] += f" {word}"
        else:
            lines += _pieces(word, width_dots, capital_dots)
    return lines or [""]


def _pieces(word: str, width_dots: int, capital_dots: int) -> list[str]:
    """The word, or the pieces of one that is wider than a line."""
    if _width(word, capital_dots) <= width_dots:
        return [word]
    pieces = [""]
    for letter in _letters(word):
        if pieces[-1] and _width(pieces[-1] + letter, capital_dots) > width_dots:
            pieces.append("")
        pieces[-1] += letter
    return pieces


def _letters(word: str) -> list[str]:
    """Each letter with the signs that stand on, below and around it."""
    letters: list[str] = []
    for char in word:
        hangs = bool(letters) and unicodedata.combining(letters[-1][-1]) == _VIRAMA
        if letters and (hangs or unicodedata.category(char).startswith("M")):
            letters[-1] += char
        else:
            letters.append(char)
    return letters


def _size(capital_dots: int) -> int:
    """Dots an em; rounded up, so that no capital is lower than was asked."""
    return math.ceil(capital_dots / CAPITAL_PER_EM)


def _width(line: str, capital_dots: int) -> float:
    return length(line, _size(capital_dots), bold=True)


def _painted(text: str, width_dots: int, line: _Line, centre: bool) -> list[Image.Image]:
    return [_paint(words, width_dots, line, centre) for words in _wrap(text, width_dots, line.capital)]


def _paint(words: str, width_dots: int, line: _Line, centre: bool) -> Image.Image:
    ink = round(_width(words, line.capital))
    image = Image.new("L", (width_dots, line.height), 255)
    draw = ImageDraw.Draw(image)
    x = float(max(width_dots - ink, 0) // 2 if centre else 0)
    for run, font in runs(words, _size(line.capital), bold=True):
        draw.text((x, line.above), run, font=font, fill=0, anchor="ls")
        x += font.getlength(run)
    return image.point(lambda grey: 255 if grey > 127 else 0).convert("1")
