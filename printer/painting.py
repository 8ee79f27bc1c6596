"""Text painted as an image, for names in a script that no code page of the printer holds."""

from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from config.errors import DeviceError

FONTS = (
    "NotoSans-Bold.ttf",
    "NotoSansJavanese-Bold.ttf",
    "NotoSansSundanese-Bold.ttf",
    "NotoSansBalinese-Bold.ttf",
    "NotoSansBuginese-Regular.ttf",
    "NotoSansBatak-Regular.ttf",
    "NotoSansRejang-Regular.ttf",
    "NotoNaskhArabic-Bold.ttf",
)
"""Files of Debian's fonts-noto-core, tried in this order for each character."""

EM_PER_CAPITAL = 1.4
"""Noto Sans: capitals are 0.714 of the em."""
LINE_PER_CAPITAL = 2.4
"""Room for the marks above and below of Javanese and Balinese."""
BASELINE = 0.68
"""Where the line stands, as a part of its height from the top."""
NO_CHARACTER = "\U0010fffe"
"""A noncharacter: every font draws its own box for it."""

Font = ImageFont.FreeTypeFont


def painted_lines(text: str, width_dots: int, capital_dots: int, *, centre: bool = False) -> list[Image.Image]:
    """``text`` in lines of exactly ``width_dots``, black (0) on white, capitals ``capital_dots`` high.

    Raises DeviceError when the fonts of this machine do not hold a character.
    """
    size = round(capital_dots * EM_PER_CAPITAL)
    return [_paint(line, width_dots, capital_dots, size, centre) for line in _wrap(text, width_dots, size)]


def _wrap(text: str, width_dots: int, size: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _width(longer, size) <= width_dots or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _paint(line: str, width_dots: int, capital_dots: int, size: int, centre: bool) -> Image.Image:
    height = round(capital_dots * LINE_PER_CAPITAL)
    size = min(size, int(size * width_dots / max(_width(line, size), 1)))
    ink = round(_width(line, size))
    image = Image.new("L", (width_dots, height), 255)
    draw = ImageDraw.Draw(image)
    x = float(max(width_dots - ink, 0) // 2 if centre else 0)
    for run, font in _runs(line, size):
        draw.text((x, height * BASELINE), run, font=font, fill=0, anchor="ls")
        x += font.getlength(run)
    return image.point(lambda grey: 255 if grey > 127 else 0).convert("1")


def _width(line: str, size: int) -> float:
    return sum(font.getlength(run) for run, font in _runs(line, size))


def _runs(line: str, size: int) -> list[tuple[str, Font]]:
    """The line cut where the font changes; marks and spaces stay with the letters before them."""
    runs: list[tuple[str, str]] = []
    for char in line:
        name = runs[-1][1] if runs and (char.isspace() or _holds(runs[-1][1], char)) else _font_for(char)
        if runs and runs[-1][1] == name:
            runs[-1] = (runs[-1][0] + char, name)
        else:
            runs.append((char, name))
    return [(run, _font(name, size)) for run, name in runs]


def _font_for(char: str) -> str:
    for name in FONTS:
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
    """Whether the font draws ``char`` as something other than its box for unknown characters."""
    if char in "\u200c\u200d":
        return True
    try:
        font = _font(name, 24)
    except DeviceError:
        return False
    return bytes(font.getmask(char)) != bytes(font.getmask(NO_CHARACTER))


@lru_cache(maxsize=64)
def _font(name: str, size: int) -> Font:
    try:
        return ImageFont.truetype(name, size, layout_engine=ImageFont.Layout.RAQM)
    except OSError as missing:
        raise DeviceError(
            f"The font {name} is missing. Install the package fonts-noto-core.",
            id=f"Fon {name} tidak ada. Pasang paket fonts-noto-core.",
        ) from missing
