"""What a paper is made of: typed blocks, still without a printer; and how text wraps to a number of columns."""

import textwrap
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias

from config.secret import Secret


class Size(Enum):
    """How large text is; capital heights hold at 203 dpi on a 12 x 24 dot font A (capitals 15 dots)."""

    FINE = "fine"
    """1.9 mm: hashes and fingerprints, which are compared and not read."""
    BODY = "body"
    """3.7 mm, narrow: sentences and tables."""
    LARGE = "large"
    """3.7 mm, wide: titles, places, trackers."""
    NAME = "name"
    """7.5 mm: the chosen name."""
    NUMBER = "number"
    """15 mm: the chosen number."""


class Align(Enum):
    """Where a line stands on the paper."""

    LEFT = "left"
    CENTRE = "centre"


@dataclass(frozen=True)
class Text:
    """Words that wrap to the paper's width.

    ``lines`` is the least number of lines the block takes (blank ones follow). ``among`` are all texts that may stand
    here, this one with them, in an order that does not tell which: each of them is printed in the same way (as
    characters, or painted, in one size), in as many bytes, and takes the room of the longest.
    """

    text: str = field(repr=False)
    size: Size = Size.BODY
    align: Align = Align.LEFT
    bold: bool = False
    inverse: bool = False
    lines: int = 1
    among: tuple[str, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Columns:
    """A label at the left and a value at the right, joined by dots; both wrap where they do not fit."""

    left: str = field(repr=False)
    right: str = field(repr=False)
    size: Size = Size.BODY
    bold: bool = False


class Rule(Enum):
    """A line across the paper."""

    THIN = "thin"
    THICK = "thick"
    FOLD = "fold"
    """Dashes: fold or tear here."""


@dataclass(frozen=True)
class Qr:
    """A QR code, level M, in the middle of the paper."""

    text: str = field(repr=False)


@dataclass(frozen=True)
class Feed:
    """Empty lines of 30 dots (3.75 mm)."""

    lines: int = 1


@dataclass(frozen=True)
class Cut:
    """The paper is fed to the cutter and cut: here one piece ends."""


Block: TypeAlias = Text | Columns | Rule | Qr | Feed | Cut


class Document(Secret[tuple[Block, ...]]):
    """The blocks of one print job. A slip's blocks hold a choice, so no document can be shown or stored."""

    __slots__ = ()

    def then(self, other: "Document") -> "Document":
        """Both, one after the other, in one job."""
        return Document(self.reveal() + other.reveal())


def wrapped(text: str, columns: int) -> list[str]:
    """``text`` in lines of at most ``columns`` characters; a word that is longer than a line is broken."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        lines += textwrap.wrap(paragraph, columns, break_on_hyphens=False) or [""]
    return lines


def leaders(left: str, right: str, columns: int) -> list[str]:
    """The lines of a Columns block: the label wraps, dots lead from its last line, or from below it, to the value."""
    *values, value = wrapped(right, columns)
    lines = wrapped(left, columns)
    room = columns - len(value) - 2
    last = lines.pop() if not values and len(lines[-1]) <= room - 2 else ""
    dots = "." * (room - len(last))
    return [*lines, *(line.rjust(columns) for line in values), f"{last} {dots} {value}".strip().rjust(columns)]
