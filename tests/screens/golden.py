"""Golden pictures: what every screen looked like when somebody last looked at it. ``make golden`` draws them anew.

They are kept at a quarter of their size: a renderer that smooths an edge a little otherwise changes nothing that
counts, and what does change is larger than a dot.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageChops

from tests.screens.cases import PANELS

HOME = Path(__file__).parent / "pictures"
LEFT = Path(__file__).parents[2] / "build" / "golden"
"""What differed, for somebody to look at: now, golden, and where they differ."""
SMALLER = 4
STEPS = 8
"""Colours are kept in steps of so many (of 256): a third of the bytes."""
FAR = 40
"""How far a colour may be off, of 255."""
MOST_DOTS = 3
"""So many dots of the small picture may be farther off."""
SURFACE = 0.03
"""A colour with so large a share is a surface, which no renderer smooths: it is the same, or somebody changed it."""
MINUTES = 15


def small(picture: Image.Image) -> Image.Image:
    """As it is kept and compared."""
    reduced = picture.convert("RGB").reduce(SMALLER)
    return reduced.point([part // STEPS * STEPS for part in range(256)] * 3)


def keep(picture: Image.Image, folder: Path, name: str) -> None:
    """Into the folder, losslessly."""
    small(picture).save(folder / f"{name}.webp", lossless=True, quality=90, method=5)


def dots_apart(now: Image.Image, golden: Image.Image) -> int:
    """How many dots of two small pictures are too far from one another; all of them when the sizes differ."""
    if now.size != golden.size:
        return max(now.width * now.height, golden.width * golden.height)
    bands = ImageChops.difference(now.convert("RGB"), golden.convert("RGB")).split()
    worst = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    return sum(worst.histogram()[FAR + 1 :])


def repainted(now: Image.Image, golden: Image.Image) -> bool:
    """Whether a surface of one of them has no like in the other: a colour may be off by one step, and half as large."""
    shares = [_shares(now), _shares(golden)]
    return any(
        sum(there for other, there in others.items() if _near(colour, other)) < share / 2
        for own, others in (shares, shares[::-1])
        for colour, share in own.items()
        if share > SURFACE
    )


def _shares(picture: Image.Image) -> dict[tuple[int, ...], float]:
    dots = picture.width * picture.height
    counted: Any = picture.convert("RGB").getcolors(dots)
    return {colour: count / dots for count, colour in counted}


def _near(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(abs(a - b) <= STEPS for a, b in zip(one, other, strict=True))


def differing(panel: str, drawn: Path) -> Iterator[str]:
    """Names of what differs, is new, or is not drawn any more; what differed is left in ``LEFT``."""
    golden = {file.name: file for file in (HOME / panel).glob("*.webp")}
    now = {file.name: file for file in drawn.glob("*.webp")}
    shutil.rmtree(LEFT / panel, ignore_errors=True)
    for name in sorted(golden.keys() | now.keys()):
        if name not in golden or name not in now:
            yield f"{name}: {'no golden picture' if name not in golden else 'not drawn any more'}"
            continue
        with Image.open(now[name]) as one, Image.open(golden[name]) as other:
            dots = dots_apart(one, other)
            if dots > MOST_DOTS or repainted(one, other):
                _leave(panel, name, one.convert("RGB"), other.convert("RGB"))
                yield f"{name}: {dots} dots" if dots > MOST_DOTS else f"{name}: a surface of another colour"


def _leave(panel: str, name: str, now: Image.Image, golden: Image.Image) -> None:
    """The two beside one another, and what differs."""
    sheet = Image.new("RGB", (now.width + 2 * golden.width, max(now.height, golden.height)))
    sheet.paste(now, (0, 0))
    sheet.paste(golden, (now.width, 0))
    if now.size == golden.size:
        sheet.paste(ImageChops.difference(now, golden), (now.width + golden.width, 0))
    (LEFT / panel).mkdir(parents=True, exist_ok=True)
    sheet.save((LEFT / panel / name).with_suffix(".png"))


def draw(panel: str, folder: Path) -> dict[str, Any]:
    """All small pictures of a panel, into an empty folder; returns what was measured of each."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.screens.stage", panel, "golden", str(folder)],
        check=True,
        stdout=subprocess.PIPE,
        timeout=60 * MINUTES,
    )
    told: dict[str, Any] = json.loads(run.stdout)
    return told


def main() -> None:
    """Draws all golden pictures anew."""
    for panel in PANELS:
        shutil.rmtree(HOME / panel, ignore_errors=True)
        (HOME / panel).mkdir(parents=True)
        draw(panel, HOME / panel)
        print(f"{panel}: {sum(1 for _ in (HOME / panel).iterdir())} pictures", flush=True)
    print("Look at what changed before it is committed: git diff --stat, make gallery")


if __name__ == "__main__":
    main()
