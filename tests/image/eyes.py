"""Knows a screen by its look: the guest's panel is compared with what the same code draws here for the same package.

Why pictures, and not a table of places: a finger then only comes down where the guest's panel really shows the button,
at the place where the layout puts it today; and a screen that looks otherwise than it should is not known at all, so
the day ends there, with its picture. Pictures are compared at a quarter of their size: an emulated ARM rounds some edge
otherwise than this machine does, and every sentence is larger than that.
"""

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import msgspec
from PIL import Image, ImageChops, ImageDraw, ImageStat

from tests.robot.wire import Spot

INDEX = "index.json"
CARD_IN = "card-in.png"
"""The little card that stands in the officers' line while one lies in the reader."""
NEAR = 24
"""How far a colour of that little picture may be off."""
SMALLER = 4
ROUGHER, LIKELY = 8, 16
"""So much smaller still to find the screens that are worth comparing, and so many of them."""
FAR = 40
"""How far a colour may be off, of 255."""
MOST = 0.06
"""Share of a small picture's dots that may be farther off: names, numbers, dates, what was typed."""
MARGIN, MARGIN_DOTS = 1.25, 60
"""How much worse any other view must fit."""
DRAW_S = 900


class Known(msgspec.Struct, frozen=True):
    """One screen as it was drawn here."""

    sample: str
    view: str
    what: str
    targets: tuple[Spot, ...]
    width: int
    height: int
    status: tuple[float, float] | None
    """Top and bottom of the officers' line, whose contents come from the hour; None where there is none."""

    @property
    def name(self) -> str:
        """``CardWanted:ready``."""
        return f"{self.view}:{self.what}" if self.what else self.view


@dataclass(frozen=True)
class Sight:
    """What a picture was taken for."""

    known: Known
    dots: int
    """So many differ."""
    next_dots: int
    """And so many from the next best screen of another name."""


class Eyes:
    """All screens of one package on one panel."""

    def __init__(self, folder: Path) -> None:
        """``folder``: what ``tests.image.drawn`` wrote."""
        known = msgspec.json.decode((folder / INDEX).read_bytes(), type=list[Known])
        self._known = [(one, self._small(folder, one)) for one in known]
        self._rough = [drawn.reduce(ROUGHER) for _, drawn in self._known]

        with Image.open(folder / CARD_IN) as icon:
            self._card = icon.convert("RGB")

    def card_in(self, picture: Image.Image, shown: Known) -> bool:
        """Whether the officers' line says that a card lies in the reader; never on a voter's screen, which has none."""
        if shown.status is None:
            return False
        wide, high = self._card.size
        top, bottom = shown.status
        middle = round((top + bottom - high) / 2)
        for y in range(middle - 2, middle + 3):
            strip = picture.crop((0, y, picture.width, y + high))
            for x in range(picture.width - wide):
                apart = ImageChops.difference(strip.crop((x, 0, x + wide, high)), self._card)
                if max(most for _, most in apart.getextrema()) <= NEAR:
                    return True
        return False

    @staticmethod
    def _small(folder: Path, one: Known) -> Image.Image:
        with Image.open(folder / f"{one.sample}.png") as picture:
            return small(picture)

    def recognise(self, picture: Image.Image) -> Sight | None:
        """The screen that this is; None when it is none, or could be two."""
        seen = small(picture)
        if seen.size != self._known[0][1].size:
            return None
        rough = seen.reduce(ROUGHER)
        likely = sorted(range(len(self._known)), key=lambda n: _far(rough, self._rough[n]))[:LIKELY]
        fits = sorted((_apart(seen, self._known[n][1], self._known[n][0]), n) for n in likely)
        best, number = fits[0]
        found = self._known[number][0]
        other = next((dots for dots, n in fits if self._known[n][0].name != found.name), seen.width * seen.height)
        if best > MOST * seen.width * seen.height or other < best * MARGIN + MARGIN_DOTS:
            return None
        return Sight(found, best, other)


def small(picture: Image.Image) -> Image.Image:
    """As it is compared."""
    return picture.convert("RGB").reduce(SMALLER)


def dots_apart(one: Image.Image, other: Image.Image) -> int:
    """How many dots of two pictures of one size are too far from one another."""
    bands = ImageChops.difference(one, other).split()
    worst = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return sum(worst.histogram()[FAR + 1 :])


def _far(one: Image.Image, other: Image.Image) -> float:
    return sum(ImageStat.Stat(ImageChops.difference(one, other)).sum)


def _apart(seen: Image.Image, drawn: Image.Image, one: Known) -> int:
    if one.status is None:
        return dots_apart(seen, drawn)
    top, bottom = (round(edge / SMALLER) for edge in one.status)
    box = (0, top - 1, seen.width - 1, bottom)
    masked = []
    for picture in (seen, drawn):
        copy = picture.copy()
        ImageDraw.Draw(copy).rectangle(box, fill=(128, 128, 128))
        masked.append(copy)
    return dots_apart(*masked)


def draw(panel: str, package: Path, root_hash: str, folder: Path) -> Eyes:
    """Draws everything for a package; ``panel`` as 1280x800@3.94; the root's hash stands on the officers' screens."""
    folder.mkdir(parents=True)
    image = folder / "image"
    image.write_text(f"{root_hash}\n", encoding="ascii")
    subprocess.run(
        [sys.executable, "-m", "tests.image.drawn", panel, str(package), str(image), str(folder)],
        check=True, timeout=DRAW_S, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    return Eyes(folder)
