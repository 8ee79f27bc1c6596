"""Starts ``bilik-booth`` with a robot's finger: ``python -m tests.robot.launch SOCKET [--album DIR] -- ARGUMENTS``.

The product has no switch for this. Here its ``prepare`` is wrapped: once Kivy is configured the robot's input device
is added, and a look at every frame.
"""

import argparse
import sys
from pathlib import Path
from typing import Any

from config.memory import wipe_what_is_freed

if __name__ == "__main__":
    # As the product: it starts the program anew, before anything is imported that takes long.
    wipe_what_is_freed()

import booth.appliance as product
from booth.screens.environment import Surroundings
from tests.robot.ears import Ears
from tests.robot.wire import Look, Press, Reply, Request, Screenshot, Seen, Spot, Tap


class Eyes:
    """Sees what the application has drawn; everything here runs in Kivy's thread."""

    def __init__(self, ears: Ears, album: Path | None) -> None:
        self._ears = ears
        self._album = album
        self._kept: set[str] = set()
        self._before = ""

    def blink(self, _: float) -> None:
        """Once a frame."""
        from kivy.app import App

        app: Any = App.get_running_app()
        if app is None or app.root is None:
            return
        if self._album is not None:
            self._keep(app, self._album)
        self._ears.answer_all(lambda request: self._answer(app, request))

    def _keep(self, app: Any, album: Path) -> None:
        """The first picture of each kind of screen, taken in the frame after it was drawn."""
        name = look(app).name
        if name and name == self._before and name not in self._kept:
            self._kept.add(name)
            picture(app, album / f"{name.replace(':', '-')}.png")
        self._before = name

    def _answer(self, app: Any, request: Request) -> Reply:
        from tests.robot.provider import RobotProvider

        match request:
            case Look():
                return Reply(seen=look(app))
            case Tap(x=x, y=y):
                seen = look(app)
                # The tap's down comes with the next poll, its up with the one after.
                RobotProvider.tap(x / seen.width, y / seen.height)
                return Reply(seen=seen)
            case Press(code=code):
                seen = look(app)
                press(code)
                return Reply(seen=seen)
            case Screenshot(path=path):
                picture(app, Path(path))
                return Reply(seen=look(app))


def look(app: Any) -> Seen:
    """What an application shows that has ``targets()`` and, where it draws frames, ``drawn``."""
    from kivy.core.window import Window

    frame = drawn(app)
    view = getattr(frame, "view", None)
    what = getattr(view, "what", "")
    refused = getattr(view, "refused", None)
    return Seen(
        number=getattr(frame, "number", 0),
        view=type(view).__name__ if view is not None else "",
        what=what if isinstance(what, str) else "",
        targets=tuple(Spot(t.name, t.x, t.y, t.width, t.height) for t in app.targets()),
        width=Window.width,
        height=Window.height,
        card=getattr(getattr(frame, "status", None), "card", False),
        tries_left=getattr(view, "tries_left", 0),
        refused=refused[1] if refused else "",
        stick=getattr(getattr(frame, "status", None), "stick", ""),
    )


def drawn(app: Any) -> Any:
    """The frame that is on the screen; the product shows it to nobody but its own drawing."""
    return getattr(app, "_drawn", None)


def press(code: int) -> None:
    """A key, down and up, as SDL's window tells Kivy of it."""
    from kivy.core.window import Window

    Window.dispatch("on_key_down", code, 0, None, [])
    Window.dispatch("on_key_up", code, 0)


def picture(app: Any, path: Path) -> None:
    """The whole window as a PNG."""
    fresh = path.with_suffix(".new.png")
    app.root.export_to_png(str(fresh))
    fresh.replace(path)


def install(socket: Path, album: Path | None) -> Eyes:
    """Adds finger and eyes to the Kivy that was just prepared. Kivy's clock holds the eyes weakly: keep them."""
    from kivy.clock import Clock
    from kivy.config import Config

    from tests.robot.provider import enlist

    enlist(Config)
    eyes = Eyes(Ears(socket), album)
    Clock.schedule_interval(eyes.blink, 0)
    return eyes


def main() -> int:
    """The booth's own exit status."""
    parser = argparse.ArgumentParser(description="bilik-booth with a robot's finger; its own arguments come after --")
    parser.add_argument("socket", type=Path)
    parser.add_argument("--album", type=Path, help="folder for the first picture of each kind of screen")
    border = sys.argv.index("--")
    options = parser.parse_args(sys.argv[1:border])
    if options.album:
        options.album.mkdir(parents=True, exist_ok=True)
    prepare = product.prepare
    kept: list[Eyes] = []

    def prepare_with_robot(wanted: Surroundings) -> None:
        prepare(wanted)
        kept.append(install(options.socket, options.album))

    product.prepare = prepare_with_robot
    return product.main(sys.argv[border + 1 :])


if __name__ == "__main__":
    sys.exit(main())
