"""A candidate's photo in the size of its place; ``config.photo`` made all photos alike before."""

import io
from functools import lru_cache

from PIL import Image, ImageOps

from config.photo import HEIGHT, WIDTH

SHAPE = WIDTH / HEIGHT
"""Width to height of every photo on a screen."""


def portrait(data: bytes, height: int) -> Image.Image:
    """``data`` (a photo of the package) ``height`` dots high, RGBA without transparency.

    A picture that cannot be read raises OSError: packages with one are refused long before.
    """
    with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as opened:
        opened.draft("RGB", (height * 2, height * 2))
        flat = opened.convert("RGB")
    size = (max(round(height * SHAPE), 1), max(height, 1))
    return ImageOps.fit(flat, size, Image.Resampling.LANCZOS).convert("RGBA")


@lru_cache(maxsize=2)
def portraits(photos: tuple[bytes, ...], height: int) -> tuple[Image.Image, ...]:
    """All photos of the choosing screen at once, so that what is remembered is the same whoever is chosen."""
    return tuple(portrait(photo, height) for photo in photos)
