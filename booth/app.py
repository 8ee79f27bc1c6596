"""The Kivy application: draws the newest frame and posts what is touched. ``environment.prepare`` comes before it."""

import gc
import os
from collections.abc import Callable
from threading import Lock

from kivy.app import App
from kivy.clock import Clock
from kivy.core.window import Window
from kivy.graphics.opengl import glFinish
from kivy.uix.widget import Widget

from booth.audio.headphones import TICKS_PER_S, Headphones
from booth.comfort import Comfort
from booth.notify import BEAT_S
from booth.screens.dark import DarkScreen
from booth.screens.environment import Video, require_video
from booth.screens.registry import SCREENS
from booth.screens.screen import Post, Screen
from booth.screens.sheet import Target
from booth.screens.theme import PAPER, Theme
from booth.views import VEILED, Confirming, Frame


class BoothApp(App):
    """One window, one frame at a time."""

    use_kivy_settings = False

    def __init__(
        self,
        post: Post,
        dots_per_mm: float | None = None,
        long_side_mm: float | None = None,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        """``post`` is called in the drawing thread with the frame's number and the touch, ``beat`` every few seconds
        from the first picture on; they must not block.

        Without ``dots_per_mm`` the dots are as large as ``long_side_mm``, the panel's longer side, has them; without
        both they are a 10-inch panel's.
        """
        super().__init__()
        self.title = "Bilik"
        self._post = post
        self._beat = beat
        self._dots_per_mm = dots_per_mm
        self._long_side_mm = long_side_mm
        self._lock = Lock()
        self._newest: Frame | None = None
        self._drawn: Frame | None = None
        self._screen: Screen | None = None
        self._stands = False
        """The first picture was on the panel."""
        self._root: Widget | None = None
        self._wake = Clock.create_trigger(self._draw_newest)
        self._headphones = Headphones(post, Clock.create_trigger(self._speak, 1 / TICKS_PER_S, interval=True))

    def build(self) -> Widget:
        """The empty window; the newest frame follows at once. Raises NoScreen when SDL draws elsewhere."""
        require_video(Video(os.environ["SDL_VIDEODRIVER"]))
        Window.clearcolor = (*[part / 255 for part in PAPER], 1)
        self._root = Widget()
        # What is loaded by now stays: collecting looks only at what came later, and takes a millisecond or so.
        gc.collect()
        gc.freeze()
        Window.bind(on_flip=_finish, on_key_down=self._key_down, on_key_up=self._key_up)
        self._wake()
        return self._root

    def open_settings(self, *_: object) -> bool:
        """There are no settings behind F1."""
        return False

    def on_stop(self) -> None:
        """Nothing is said any more."""
        self._headphones.close()

    def show(self, frame: Frame) -> None:
        """Draws ``frame`` soon; a frame that was not drawn yet is dropped. From any thread."""
        with self._lock:
            self._newest = frame
        self._wake()

    def targets(self) -> list[Target]:
        """What can be touched now, in window coordinates; empty between an answer and the next frame."""
        screen = self._screen
        return screen.targets() if screen is not None else []

    def _draw_newest(self, _: float) -> None:
        with self._lock:
            frame, self._newest = self._newest, None
        if frame is None or self._root is None:
            return
        if self._screen is not None and not self._screen.spent and _same_picture(self._drawn, frame):
            self._screen.renew(frame)
            self._drawn = frame
        else:
            self._draw(frame, self._root)
        # What is heard is what is on the screen.
        self._headphones.meet(frame)

    def _draw(self, frame: Frame, root: Widget) -> None:
        old, self._screen = self._screen, None
        if old is not None:
            root.remove_widget(old)
            old.forget()
            # Widgets hold one another in circles: neither a choice nor a picture waits for the collector's own time.
            Clock.schedule_once(_collect, 0)
        dark = frame.comfort.dark and isinstance(frame.view, VEILED)
        kind = DarkScreen if dark else SCREENS[type(frame.view)]
        # Officers' screens are as the day is, whatever the voter likes.
        comfort = Comfort() if kind.bilingual else frame.comfort
        panel = round(Window.width), round(Window.height), self._density()
        screen = kind(frame, Theme(*panel, comfort.size, comfort.scheme), self._post)
        screen.draw(frame.view)
        root.add_widget(screen)
        self._screen, self._drawn = screen, frame
        Clock.schedule_once(self._settle, 0)

    def _density(self) -> float:
        """Dots per millimetre of the mode that is set."""
        if self._dots_per_mm is not None:
            return self._dots_per_mm
        if self._long_side_mm is not None:
            return float(max(Window.size)) / self._long_side_mm
        return Theme.dots_per_mm

    def _key_down(self, _: object, code: int, *__: object) -> None:
        self._headphones.key_down(code)

    def _key_up(self, _: object, code: int, *__: object) -> None:
        self._headphones.key_up(code)

    def _speak(self, _: float) -> bool:
        return self._headphones.tick()

    def _settle(self, _: float) -> None:
        """One tick later the picture is on the panel."""
        if self._screen is not None and not self._screen.visible:
            self._screen.shown()
        if not self._stands:
            self._stands = True
            self._beat()
            Clock.schedule_interval(lambda _: self._beat(), BEAT_S)


def _finish(_: object) -> None:
    """No picture is begun before the last one is done: a renderer in software keeps megabytes for each that waits."""
    glFinish()


def _collect(_: float) -> None:
    gc.collect()


def _same_picture(old: Frame | None, new: Frame) -> bool:
    """Whether only the number and the status differ: then what is half typed stays. A choice is never compared."""
    if (
        old is None
        or (old.look, old.comfort.seen) != (new.look, new.comfort.seen)
        or type(old.view) is not type(new.view)
    ):
        return False
    return old.view is new.view if isinstance(new.view, Confirming) else old.view == new.view
