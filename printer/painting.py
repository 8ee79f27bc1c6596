"""Text painted as an image, for names in a script that no code page of the printer holds."""

from PIL import Image, ImageDraw

from config.fonts import CAPITAL_PER_EM, length, runs

LINE_PER_CAPITAL = 2.4
"""Room for the marks above and below of Javanese and Balinese."""
BASELINE = 0.68
"""Where the line stands, as a part of its height from the top."""


def painted_lines(text: str, width_dots: int, capital_dots: int, *, centre: bool = False) -> list[Image.Image]:
    """``text`` in lines of exactly ``width_dots``, black (0) on white, capitals ``capital_dots`` high.

    Raises DeviceError when the fonts of this machine do not hold a character.
    """
    size = round(capital_dots / CAPITAL_PER_EM)
    return [_paint(line, width_dots, capital_dots, size, centre) for line in _wrap(text, width_dots, size)]


def _wrap(text: str, width_dots: int, size: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if length(longer, size, bold=True) <= width_dots or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def _paint(line: str, width_dots: int, capital_dots: int, size: int, centre: bool) -> Image.Image:
    height = round(capital_dots * LINE_PER_CAPITAL)
    size = min(size, int(size * width_dots / max(length(line, size, bold=True), 1)))
    ink = round(length(line, size, bold=True))
    image = Image.new("L", (width_dots, height), 255)
    draw = ImageDraw.Draw(image)
    x = float(max(width_dots - ink, 0) // 2 if centre else 0)
    for run, font in runs(line, size, bold=True):
        draw.text((x, height * BASELINE), run, font=font, fill=0, anchor="ls")
        x += font.getlength(run)
    return image.point(lambda grey: 255 if grey > 127 else 0).convert("1")
