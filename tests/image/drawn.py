"""Draws what the booth would show with a package: ``python -m tests.image.drawn PANEL PACKAGE HASH FOLDER``.

PANEL is WIDTHxHEIGHT@DOTS_PER_MM, HASH a file with the image's root hash, as the booth finds it. Every sample view is
drawn into FOLDER, and ``index.json`` says of each which view it is and what can be touched where. The guest runs the
same code on the same package, so its panel shows the same.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.screens.stage import HEIGHT, WIDTH, Stage, Steps, pixels  # first: it makes the window

import msgspec  # isort: skip
from PIL import Image  # isort: skip
from booth import views  # isort: skip
from booth.provision import look_of  # isort: skip
from booth.running import running  # isort: skip
from booth.screens import theme as look  # isort: skip
from booth.screens.icons import Icon, draw as draw_icon  # isort: skip
from config.package import read_package  # isort: skip
from config.secret import Choice  # isort: skip
from tests.image.eyes import CARD_IN, INDEX, Known  # isort: skip
from tests.robot.wire import Spot  # isort: skip
from tests.screens.samples import STATUS, samples  # isort: skip

ICON_MM = 4.6
"""Of the pictures in the officers' line (booth.screens.status)."""
BEFORE = (views.NotProvisioned,)
"""Shown by a booth that knows no package yet."""


def cases(folder: Path, image: Path) -> Iterator[tuple[str, Any, dict[str, Any]]]:
    """Every view that a day can come to, with the people, photos and words of this package."""
    package = read_package(folder)
    runs = running(image)
    blank, known = look_of(None, runs), look_of(package, runs)
    language = next(iter(known.words))
    seen: list[Any] = []
    for sample in samples():
        # What differs in the officers' line alone looks the same, for the line is not compared.
        if isinstance(sample.view, views.Confirming | views.PinWanted) or sample.view in seen:
            continue
        seen.append(sample.view)
        view, more = sample.view, {"status": sample.status, "look": known, "language": language}
        if isinstance(view, BEFORE):
            more["look"] = blank
        yield sample.name, view, more
        if sample.name == "card-close-committee":
            # The officer's card still lies there: one screen that its people wait for.
            yield f"{sample.name}-take-out", replace(view, take_out_first=True), more
    day = {"status": STATUS, "look": known, "language": language}
    for place in range(0 if known.blank else 1, len(known.faces) + 1):
        yield f"confirming-{place}", views.Confirming(Choice(place)), day
    for number, card in enumerate(package.manifest.cards):
        asked = views.PinWanted(card.holder, card.role.value, 3, wrong=False)
        yield f"pin-{number}", asked, day
        yield f"pin-{number}-wrong", replace(asked, wrong=True, tries_left=2), day


def draw(stage: Stage) -> Steps:
    """One picture a tick."""
    folder = Path(sys.argv[4])
    known = []
    yield 0
    for name, view, more in cases(Path(sys.argv[2]), Path(sys.argv[3])):
        stage.show(view, **more)
        # Nothing moves between drawing and looking: no tick comes in between.
        stage.app._draw_newest(0)
        pixels(stage).save(folder / f"{name}.png")
        status = stage.screen._status
        what = getattr(view, "what", "")
        known.append(
            Known(
                sample=name,
                view=type(view).__name__,
                what=what if isinstance(what, str) else "",
                # Also what is enabled later, as the key that ends a PIN.
                targets=tuple(Spot(b.event_name, b.x, b.y, b.width, b.height) for b in stage.screen.buttons),
                width=WIDTH,
                height=HEIGHT,
                status=(HEIGHT - status.top, HEIGHT - status.y) if status is not None else None,
            )
        )
        yield 0
    icon = draw_icon(Icon.CARD_IN, stage.screen.theme.dots(ICON_MM))
    ground = Image.new("RGBA", icon.size, (*look.TINT, 255))
    Image.alpha_composite(ground, icon).convert("RGB").save(folder / CARD_IN)
    (folder / INDEX).write_bytes(msgspec.json.encode(known))


if __name__ == "__main__":
    Stage().run(draw)
