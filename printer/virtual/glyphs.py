"""Font A of the virtual printer: DejaVu Sans Mono in cells of 12 x 24 dots."""

from dataclasses import dataclass
from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFont

from config.errors import DeviceError

CELL_WIDTH, CELL_HEIGHT = 12, 24
BASELINE = 19
FONT = "DejaVuSansMono.ttf"
EM_DOTS = 20
"""At this size a character is 12 dots wide and a capital 15 high."""


@dataclass(frozen=True)
class Style:
    """How the next characters are printed."""

    width: int = 1
    height: int = 1
    bold: bool = False
    inverse: bool = False
    underline: int = 0
    smooth: bool = False

    @property
    def cell_width(self) -> int:
        """Dots that one character takes."""
        return CELL_WIDTH * self.width

    @property
    def cell_height(self) -> int:
        """Dots of its line."""
        return CELL_HEIGHT * self.height


@lru_cache(maxsize=2048)
def cell(char: str, style: Style) -> Image.Image:
    """One character as it comes on paper: mode "1", black 0."""
    smooth = style.smooth and style.width > 1 and style.height > 1
    # A printer without smoothing repeats each dot of its small font.
    fine = 4 if smooth else 1
    image = _drawn(char, fine * CELL_WIDTH, fine * CELL_HEIGHT, fine)
    if style.bold:
        image = ImageChops.darker(image, ImageChops.offset(image, fine, 0))
    resample = Image.Resampling.BILINEAR if smooth else Image.Resampling.NEAREST
    image = image.resize((style.cell_width, style.cell_height), resample)
    image = image.point(lambda grey: 255 if grey > 127 else 0).convert("1")
    if style.underline:
        ImageDraw.Draw(image).rectangle((0, image.height - style.underline, image.width, image.height), fill=0)
    return ImageChops.invert(image) if style.inverse else image


def _drawn(char: str, width: int, height: int, times: int) -> Image.Image:
    image = Image.new("L", (width, height), 255)
    ImageDraw.Draw(image).text((0, BASELINE * times), char, font=_font(times), fill=0, anchor="ls")
    return image.point(lambda grey: 255 if grey > 140 else 0)


@lru_cache(maxsize=4)
def _font(times: int) -> ImageFont.FreeTypeFont:
    try:
        return ImageFont.truetype(FONT, EM_DOTS * times)
    except OSError as missing:
        raise DeviceError(
            f"The font {FONT} of the virtual printer is missing. Install the package fonts-dejavu-core.",
            id=f"Fon {FONT} untuk printer virtual tidak ada. Pasang paket fonts-dejavu-core.",
        ) from missing
