"""A candidate's photo, of any size, shape, orientation or colour mode, cut to the frame that all share."""

import io
from functools import lru_cache

from PIL import Image, ImageOps

from booth.screens.theme import TINT, Colour

SHAPE = 3 / 4
"""Width to height of every photo on a screen."""


def portrait(data: bytes, height: int) -> Image.Image:
    """``data`` (PNG or JPEG) cut to ``SHAPE``, ``height`` dots high, RGBA without transparency.

    A picture that cannot be read raises OSError: packages with one are refused long before.
    """
    with Image.open(io.BytesIO(data)) as opened:
        opened.draft("RGB", (height * 2, height * 2))
        upright = ImageOps.exif_transpose(opened)
        flat = _on_ground(upright, TINT)
    size = (max(round(height * SHAPE), 1), max(height, 1))
    # Heads are in the upper part: what is cut off comes rather from below.
    return ImageOps.fit(flat, size, Image.Resampling.LANCZOS, centering=(0.5, 0.25)).convert("RGBA")


def _on_ground(picture: Image.Image, ground: Colour) -> Image.Image:
    if picture.mode == "RGB":
        return picture
    layered = picture.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", layered.size, (*ground, 255)), layered).convert("RGB")


@lru_cache(maxsize=2)
def portraits(photos: tuple[bytes, ...], height: int) -> tuple[Image.Image, ...]:
    """All photos of the choosing screen at once, so that what is remembered is the same whoever is chosen."""
    return tuple(portrait(photo, height) for photo in photos)
