"""The fonts that paint names on screen and paper: Noto Sans and its scripts, named here, carried by the system."""

import unicodedata
from functools import lru_cache

from PIL import ImageFont

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
_ONE_WEIGHT = ("NotoSansBuginese", "NotoSansBatak", "NotoSansRejang", "NotoSansMath")
BOLD = tuple(name if name.startswith(_ONE_WEIGHT) else name.replace("Regular", "Bold") for name in REGULAR)
"""Files of Debian's fonts-noto-core, tried in this order for each character; some scripts have one weight."""

_LEFTWARD = ("NotoNaskhArabic-Regular.ttf", "NotoNaskhArabic-Bold.ttf")
"""Fonts of scripts that are written from right to left."""
_STRONG = ("L", "R", "AL", "EN", "AN")
"""Bidirectional classes that have a direction, and those of digits (Unicode Standard Annex 9)."""

_SIGNS = "NotoSansMath-Regular.ttf"
"""Lends single signs; it has digits of its own, and not bold ones, so nothing after a sign stays with it."""

CAPITAL_PER_EM = 0.714
"""Height of a capital letter of Noto Sans."""
_NO_CHARACTER = "\U0010fffe"
"""A noncharacter: every font draws its own box for it."""

_PER_EM = 200
"""Dots an em at which letters are measured once for all sizes."""

Font = ImageFont.FreeTypeFont


def runs(line: str, size: int, *, bold: bool) -> list[tuple[str, Font]]:
    """The line cut where the font changes, each run with its font (shaped by raqm) in ``size`` dots an em.

    Runs stand from left to right. Marks and spaces stay with the letters before them; after a letter that is written
    from right to left only when no letter of the other direction comes next. Raises DeviceError when no font here
    holds a character.
    """
    if line.isascii():
        # Most lines: the first font has them all, and screens lay out hundreds before one is drawn.
        return [(line, _font(_first(bold), size))] if line else []
    cut: list[tuple[str, str]] = []
    for at, char in enumerate(line):
        before = cut[-1][1] if cut and cut[-1][1] != _SIGNS else None
        if before in _LEFTWARD and not _leftward(line[at:]):
            before = None
        name = before if before and (char.isspace() or _holds(before, char)) else _font_for(char, bold)
        if cut and cut[-1][1] == name:
            cut[-1] = (cut[-1][0] + char, name)
        else:
            cut.append((char, name))
    return [(run, _font(name, size)) for run, name in cut]


def _leftward(rest: str) -> bool:
    """Whether the next letter or digit is one that joins what is written from right to left."""
    return next((kind for kind in map(unicodedata.bidirectional, rest) if kind in _STRONG), "R") != "L"


def lacking(text: str) -> str | None:
    """The first character of ``text`` that no font here can paint, or None; spaces need none."""
    return next((char for char in text if not char.isspace() and not any(_holds(name, char) for name in BOLD)), None)


def length(line: str, size: int, *, bold: bool) -> float:
    """The line's advance in dots. Not remembered: a list of what was measured would tell whose name was shown large."""
    return sum(font.getlength(run) for run, font in runs(line, size, bold=bold))


def ink(run: str, font: Font, *, bold: bool) -> tuple[float, float]:
    """Dots above and below the base line that a run of ``runs`` covers, to the dot or so."""
    if not run.isascii():
        _, above, _, below = font.getbbox(run, anchor="ls")
        return -above, below
    # Remembered by letter and not by size: see ``length``.
    parts = [_ink_per_em(char, bold) for char in set(run)]
    return max(above for above, _ in parts) * font.size, max(below for _, below in parts) * font.size


@lru_cache(maxsize=256)
def _ink_per_em(char: str, bold: bool) -> tuple[float, float]:
    _, above, _, below = _font(_first(bold), _PER_EM).getbbox(char, anchor="ls")
    return -above / _PER_EM, below / _PER_EM


def _first(bold: bool) -> str:
    return (BOLD if bold else REGULAR)[0]


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
    return bytes(font.getmask(char)) != bytes(font.getmask(_NO_CHARACTER))


@lru_cache(maxsize=24)
def _font(name: str, size: int) -> Font:
    """As many as most screens want: each holds 250 KB, and opening one takes a millisecond."""
    return _open(name, size, ImageFont.Layout.RAQM)


def _open(name: str, size: int, engine: ImageFont.Layout) -> Font:
    try:
        return ImageFont.truetype(name, size, layout_engine=engine)
    except OSError as missing:
        raise DeviceError(
            f"The font {name} is missing. Install the package fonts-noto-core.",
            id=f"Fon {name} tidak ada. Pasang paket fonts-noto-core.",
        ) from missing
