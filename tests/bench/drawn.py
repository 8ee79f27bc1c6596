"""In a process of its own: how long until the panel shows each screen, and until a button tells a finger.

``python -m tests.bench.drawn 1280x800@5.9`` prints milliseconds as JSON. A picture is there when the renderer has done
it (glFinish), counted from the moment at which the booth hands the frame over.
"""

import time
from collections.abc import Generator
from typing import Any

from tests.screens.cases import VOTERS
from tests.screens.stage import Finger, Stage, Steps

from kivy.core.window import Window  # isort: skip -- the stage has prepared Kivy
from kivy.graphics.opengl import glFinish  # isort: skip
from tests.screens.samples import samples  # isort: skip

CALM_S = 0.15
FRAMES = 60
ROUNDS = 2
"""The first time fonts and pictures are loaded; the second time is what a day is like."""


class Panel:
    """When the panel showed which frame."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self.shown: list[tuple[float, int]] = []
        Window.bind(on_flip=self._flipped)

    def _flipped(self, *_: Any) -> None:
        glFinish()
        drawn = self._stage.app._drawn
        self.shown.append((time.perf_counter(), drawn.number if drawn is not None else 0))

    def since(self, began: float, number: int) -> float | None:
        """Seconds until the first picture of that frame; None while it is not there."""
        return next((at - began for at, frame in self.shown if at > began and frame == number), None)


def tell(stage: Stage) -> Steps:
    """All samples twice, then a finger on every button of a voter's screens."""
    panel = Panel(stage)
    yield CALM_S
    changes: dict[str, float] = {}
    for _ in range(ROUNDS):
        for sample in samples():
            panel.shown.clear()
            began = time.perf_counter()
            number = stage.show(sample.view, status=sample.status)
            while (took := panel.since(began, number)) is None:
                yield 0.001
            changes[sample.name] = took * 1000
            yield CALM_S
    presses: list[float] = []
    frame_s = yield from _frame(FRAMES)
    for sample in (one for one in samples() if isinstance(one.view, VOTERS)):
        number = stage.show(sample.view, status=sample.status)
        yield 0
        while stage.screen.buttons and not stage.app.targets():
            yield 0.02
        for field in list(stage.screen.buttons):
            panel.shown.clear()
            began = time.perf_counter()
            finger = Finger(*field.center).down()
            while (took := panel.since(began, number)) is None:
                yield 0.001
            # A real finger comes at any time, and at worst just after the booth has looked.
            presses.append((frame_s + took) * 1000)
            finger.to(1, 1).up()
            yield CALM_S
    stage.facts |= {"changes_ms": changes, "presses_ms": presses}


def _frame(frames: int) -> Generator[float, None, float]:
    """Seconds from one look at the touchscreen to the next, on a still screen."""
    yield CALM_S
    began = time.perf_counter()
    for _ in range(frames):
        yield 0
    return (time.perf_counter() - began) / frames


if __name__ == "__main__":
    Stage().run(tell)
