"""Text laid out in lines, measured before it is drawn: by this screens draw, and by this staff's texts are checked."""

import math
from dataclasses import dataclass

from config.fonts import CAPITAL_PER_EM, ink, length, runs

LEADING = 1.26
"""Line to line, in em."""
OVERHANG = 3
"""Dots at either side for what leans out of its advance."""


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
    ascent: float
    """Dots from the top to the first base line."""
    step: float
    """Dots from one base line to the next."""


@dataclass(frozen=True)
class Rough:
    """A text measured once, to tell without laying it out that it is too large for a place."""

    words_em: float
    """All words beside one another, without their spaces."""
    longest_em: float
    """The longest of them."""
    words: int
    space_em: float
    lines: int
    """That it has in any case."""

    @classmethod
    def of(cls, text: str, *, bold: bool) -> "Rough":
        """Takes about as long as laying it out once."""
        words = [length(word, _ROUGH, bold=bold) / _ROUGH for word in text.replace("\n", " ").split(" ") if word]
        space = length(" ", _ROUGH, bold=bold) / _ROUGH
        return cls(sum(words), max(words, default=0), len(words), space, text.count("\n") + 1)

    def least_height(self, width: float, capital_dots: float) -> float:
        """Dots that its block is high at the very least in so many dots of width; infinite for too long a word."""
        em = math.ceil(capital_dots / CAPITAL_PER_EM)
        # Letters come a little narrower in some sizes than in others.
        sure = em * _NARROWEST
        if self.longest_em * sure > width:
            return math.inf
        space = self.space_em * sure
        most = (self.words_em * sure + space * max(self.words - 1, 0) + space) / (width + space)
        return em * (0.77 + 0.22 + LEADING * (max(math.ceil(most), self.lines) - 1))


_ROUGH, _NARROWEST = 100, 0.93
"""Dots an em of the measure, and how much of it a letter has in any size."""


def lay_out(text: str, width: float, capital_dots: float, *, bold: bool) -> Block:
    """``text`` in lines of even length, at most ``width`` dots where its words allow it."""
    size = math.ceil(capital_dots / CAPITAL_PER_EM)
    lines = tuple(line for part in text.split("\n") for line in _even(part, width, size, bold))
    ascent, descent = _extent(lines, size, bold)
    step = max(size * LEADING, ascent + descent)
    widest = max((_reach(line, size, bold) for line in lines), default=0)
    height = math.ceil(ascent + descent + step * (len(lines) - 1))
    return Block(lines, bold, size * CAPITAL_PER_EM, size, math.ceil(widest) + 2 * OVERHANG, height, ascent, step)


def _extent(lines: tuple[str, ...], size: int, bold: bool) -> tuple[float, float]:
    """Dots above and below the base line that the text really needs, at least those of plain Latin letters."""
    ascent, descent = size * 0.77, size * 0.22
    for line in lines:
        for run, font in runs(line, size, bold=bold):
            above, below = ink(run, font, bold=bold)
            ascent, descent = max(ascent, above), max(descent, below)
    return ascent + 1, descent + 1


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


def _reach(line: str, size: int, bold: bool) -> float:
    """The line's length, or farther where its last sign leans out (Javanese wignyan)."""
    beyond = 0.0
    for run, font in runs(line, size, bold=bold)[-1:]:
        # Of what stands unjoined the last letter is enough.
        end = run[-1] if run.isascii() else run
        beyond = font.getbbox(end, anchor="ls")[2] - font.getlength(end)
    return length(line, size, bold=bold) + max(beyond, 0)
