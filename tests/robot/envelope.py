"""The slip out of a sealed envelope, read by its card's holder: the PIN by the look of its digits."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PIL import Image, ImageChops

from config.secret import Pin
from config.words import Words
from printer.envelope import PinSlip, pin_slip
from printer.profiles import TM_80
from tests.robot.reading import Unreadable, painted

Area = tuple[int, int, int, int]
"""Left, top, right and bottom in dots."""
DIGITS = "0123456789"
WIDEST = "4"


def read_pin(picture: Path, about: PinSlip, words: Words) -> str:
    """The six digits on a slip; ``about`` is what its holder knows of it, whatever PIN that has.

    Raises Unreadable unless the slip is, dot for dot, the one that this holder should get with that PIN.
    """
    with Image.open(picture) as opened:
        slip = opened.convert("L")

    def paint(pin: str) -> Image.Image:
        return painted(pin_slip(replace(about, pin=Pin(pin)), words), TM_80)[0].convert("L")

    zeros = paint("000000")
    line = ImageChops.difference(zeros, paint(WIDEST * 6)).getbbox()
    if slip.size != zeros.size or not _within(ImageChops.difference(slip, zeros).getbbox(), line):
        raise Unreadable(f"{picture.name} is not the slip of {about.holder}")
    # All digits are equally wide, and each has its own look.
    looks = {digit: paint(digit * 6) for digit in DIGITS}
    pin = "".join(_digit(slip, looks, _place(zeros, paint, place)) for place in range(6))
    if ImageChops.difference(slip, paint(pin)).getbbox():
        raise Unreadable(f"{picture.name} is smeared")
    return pin


def _place(zeros: Image.Image, paint: Callable[[str], Image.Image], place: int) -> Area | None:
    """Where a digit of the PIN stands."""
    return ImageChops.difference(zeros, paint("0" * place + WIDEST + "0" * (5 - place))).getbbox()


def _digit(slip: Image.Image, looks: dict[str, Image.Image], where: Area | None) -> str:
    seen = slip.crop(where)
    for digit, look in looks.items():
        if not ImageChops.difference(seen, look.crop(where)).getbbox():
            return digit
    raise Unreadable("a digit of the PIN cannot be read")


def _within(inner: Area | None, outer: Area | None) -> bool:
    if inner is None or outer is None:
        return inner is None
    return inner[0] >= outer[0] and inner[1] >= outer[1] and inner[2] <= outer[2] and inner[3] <= outer[3]
