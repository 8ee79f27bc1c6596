"""The least that Kivy needs: one empty window. Says ``drawn`` once, and ends when it is told to."""

import signal

from booth.screens.environment import Surroundings, Video, prepare

prepare(Surroundings(video=Video.OFFSCREEN))

from kivy.app import App  # noqa: E402 -- Kivy reads its environment when it is first imported
from kivy.core.window import Window  # noqa: E402
from kivy.uix.widget import Widget  # noqa: E402


class Bare(App):
    """Nothing but a window."""

    _said = False

    def build(self) -> Widget:
        """Empty."""
        Window.bind(on_flip=self._drawn)
        return Widget()

    def _drawn(self, *_: object) -> None:
        if not self._said:
            self._said = True
            print("drawn", flush=True)


if __name__ == "__main__":
    bare = Bare()
    signal.signal(signal.SIGTERM, lambda *_: bare.stop())
    bare.run()
