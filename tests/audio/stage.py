"""The real application in a process of its own, with an ear: python -m tests.audio.stage STORY, tells as JSON.

Video is offscreen; where sound goes the environment says (SDL_AUDIODRIVER).
"""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any

from booth.screens.environment import Surroundings, Video, prepare

WIDTH, HEIGHT, DENSITY = 1280, 800, 5.9
prepare(Surroundings(WIDTH, HEIGHT, video=Video.OFFSCREEN))

from kivy.clock import Clock  # noqa: E402
from kivy.core.window import Window  # noqa: E402

from booth.app import BoothApp  # noqa: E402
from booth.events import Touch  # noqa: E402
from booth.views import Frame  # noqa: E402
from tests.audio.scripts import frames, word  # noqa: E402

Steps = Iterator[float]


class Stage:
    """The application, what it posted, and what is to be told."""

    def __init__(self) -> None:
        self.posted: list[tuple[int, Touch]] = []
        self.app = BoothApp(lambda number, touch: self.posted.append((number, touch)), DENSITY)
        self.facts: dict[str, Any] = {}

    def run(self, story: Callable[["Stage"], Steps]) -> None:
        steps = story(self)

        def on(_: float) -> None:
            try:
                Clock.schedule_once(on, next(steps))
            except StopIteration:
                self.app.stop()

        Clock.schedule_once(on, 0)
        self.app.run()
        json.dump(self.facts, sys.stdout)

    def draw(self, frame: Frame) -> None:
        """At once."""
        self.app.show(frame)
        self.app._draw_newest(0)

    @property
    def screen(self) -> Any:
        return self.app.root.children[0]

    def said(self) -> list[str]:
        """What was posted since the last time."""
        said = [word(touch) for _, touch in self.posted]
        self.posted.clear()
        return said


def press(code: int) -> None:
    """A key of a keyboard, down and up, as Kivy's window tells it."""
    Window.dispatch("on_key_down", code, 0, None, [])
    Window.dispatch("on_key_up", code, 0)


def targets(stage: Stage) -> Steps:
    """What each button of each screen posts."""
    yield 0
    posted = {}
    for name, frame in frames():
        stage.draw(frame)
        for button in list(stage.screen.buttons):
            stage.screen.spent = False
            button.act()
        posted[name] = stage.said()
        yield 0
    stage.facts["posted"] = posted


if __name__ == "__main__":
    Stage().run({"targets": targets}[sys.argv[1]])
