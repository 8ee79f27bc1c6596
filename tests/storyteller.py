"""Runs a story on the real application: something is shown, time goes by, something is looked at; told as JSON.

Imported after ``booth.screens.environment.prepare``, for it brings Kivy.
"""

import json
import sys
from collections.abc import Callable, Iterator
from typing import Any, Self

from kivy.clock import Clock

from booth.app import BoothApp
from booth.events import Touch

Steps = Iterator[float]
"""A story: what it yields are the seconds until it goes on."""


class Storyteller:
    """The application, what it posted, and what is to be told."""

    def __init__(self, dots_per_mm: float) -> None:
        self.posted: list[tuple[int, Touch]] = []
        self.app = BoothApp(lambda number, touch: self.posted.append((number, touch)), dots_per_mm)
        self.facts: dict[str, Any] = {}

    def run(self, story: Callable[[Self], Steps]) -> None:
        """Until the story ends; then ``facts`` go to standard output."""
        steps = story(self)

        def on(_: float) -> None:
            try:
                Clock.schedule_once(on, next(steps))
            except StopIteration:
                self.app.stop()

        Clock.schedule_once(on, 0)
        self.app.run()
        json.dump(self.facts, sys.stdout)

    def ready(self) -> Steps:
        """Until the last frame is drawn and takes touches."""
        yield 0
        while not self.app.targets():
            yield 0.02

    @property
    def screen(self) -> Any:
        """What is drawn now."""
        return self.app.root.children[0]
