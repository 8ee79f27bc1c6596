"""A small Kivy application that writes down each touch: ``tiny_app.py SOCKET TOUCHES``."""

import json
import signal
import sys
from pathlib import Path

from booth.screens.environment import Surroundings, Video, prepare
from tests.robot.launch import install


def main(socket: Path, touches: Path) -> None:
    prepare(Surroundings(400, 300, video=Video.OFFSCREEN))
    eyes = install(socket, None)
    from kivy.app import App
    from kivy.clock import Clock
    from kivy.graphics import Color, Rectangle
    from kivy.uix.widget import Widget

    from booth.screens.sheet import Target

    class Pad(Widget):
        def write(self, kind: str, touch: object) -> bool:
            entry = {"kind": kind, "frame": Clock.frames, "pos": touch.pos, "uid": touch.uid, "button": touch.button}
            with touches.open("a") as out:
                out.write(json.dumps(entry) + "\n")
            return True

        def on_touch_down(self, touch: object) -> bool:
            return self.write("down", touch)

        def on_touch_move(self, touch: object) -> bool:
            return self.write("move", touch)

        def on_touch_up(self, touch: object) -> bool:
            return self.write("up", touch)

    class Tiny(App):
        def build(self) -> Widget:
            pad = Pad()
            with pad.canvas:
                Color(1, 0, 0, 1)
                Rectangle(pos=(0, 0), size=(400, 300))
            return pad

        def targets(self) -> list[Target]:
            return [Target("spot", 100, 50, 40, 20)]

    Tiny().run()
    del eyes


if __name__ == "__main__":
    # Leaves by the door, so that Kivy's home is removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    main(*map(Path, sys.argv[1:]))
