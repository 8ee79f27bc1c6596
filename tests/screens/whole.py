"""Draws what it is told, one line of JSON at a time, and says what stands on the panel.

python -m tests.screens.whole WIDTHxHEIGHT@DOTS_PER_MM, with a ballot a line: {"names", "place", "election", "holder"}.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tests.screens.stage import DENSITY, HEIGHT, WIDTH, Stage, Steps, _texts  # first: it makes the window

from booth import views  # isort: skip
from booth.views import Face  # isort: skip
from config.secret import Choice  # isort: skip
from tests.screens.samples import look_of, photo  # isort: skip

PHOTO = photo(1)


def screens(told: dict[str, Any]) -> Iterator[tuple[str, views.View, dict[str, Any]]]:
    """Every screen on which one of the texts stands."""
    names = told["names"]
    faces = tuple(Face(99 - i, name, PHOTO) for i, name in enumerate(names))
    look = replace(look_of(), faces=faces, place=told["place"], election=told["election"])
    longest = max(range(len(names)), key=lambda i: len(names[i]))
    yield "choosing", views.Choosing(), {"look": look}
    yield "confirming", views.Confirming(Choice(longest + 1)), {"look": look}
    yield (
        "closed",
        views.Closed(tuple((f"{99 - i}. {name}", 999) for i, name in enumerate(names)), True, "9C41", None),
        {"look": look},
    )
    yield "waiting", views.WaitingForCard(None), {"look": look}
    yield "takeover", views.TakeoverReady(None), {"look": look}
    yield "not-provisioned", views.NotProvisioned(None), {"look": look}
    yield "pin", views.PinWanted(told["holder"], "committee", 3, False), {"look": look}


def whole(stage: Stage) -> Steps:
    """One line in, one line out, until there is none."""
    yield 0
    for line in sys.stdin:
        told = json.loads(line)
        found = []
        for name, view, more in screens(told):
            stage.show(view, **more)
            stage.app._draw_newest(0)
            found += [
                {
                    "screen": name,
                    "text": text.text,
                    "capital_mm": text.capital_dots / float(DENSITY),
                    "inside": text.room.x - 1 <= text.x and text.right <= text.room.right + 1
                    and text.room.y - 1 <= text.y and text.top <= text.room.top + 1
                    and text.x >= 0 and text.y >= 0 and text.right <= WIDTH and text.top <= HEIGHT,
                }
                for text in _texts(stage.screen)
            ]  # fmt: skip
        print(json.dumps(found), flush=True)
        yield 0


if __name__ == "__main__":
    Stage().run(whole)
