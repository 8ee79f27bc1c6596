"""What moves by itself: three dots while something is being done, a bar that grows shorter while a question stands."""

import math

from kivy.clock import Clock
from kivy.graphics import Color, Ellipse, Rectangle
from kivy.uix.widget import Widget

from booth.screens import theme as look
from booth.screens.box import Box
from booth.screens.painting import Align
from booth.screens.sheet import Say, Sheet
from booth.screens.theme import Capital, Theme

BEAT_S = 0.5


class Moving(Widget):
    """Ticks while it is on a sheet."""

    def __init__(self, box: Box) -> None:
        super().__init__(size_hint=(None, None), size=(box.width, box.height), pos=(box.x, box.y))
        self._ticks = Clock.schedule_interval(self._tick, BEAT_S)
        self.fbind("parent", self._moved)

    def _moved(self, _: object, parent: Widget | None) -> None:
        if parent is None:
            self._ticks.cancel()

    def _tick(self, _: float) -> None:
        self.tick()

    def tick(self) -> None:
        """One beat."""
        raise NotImplementedError


class Dots(Moving):
    """Three dots, one after the other filled: it goes on."""

    def __init__(self, box: Box, theme: Theme) -> None:
        super().__init__(box)
        self._theme = theme
        size = theme.dots(5)
        row = box.centred(size * 6, size)
        self._colours = []
        with self.canvas:
            for i in range(3):
                self._colours.append(Color(*[part / 255 for part in theme.see(look.LINE)]))
                Ellipse(pos=(row.x + i * 2.5 * size, row.y), size=(size, size))
        self._lit = 0
        self.tick()

    def tick(self) -> None:
        self._lit = (self._lit + 1) % 3
        for i, colour in enumerate(self._colours):
            colour.rgb = [part / 255 for part in self._theme.see(look.DEEP if i == self._lit else look.REST)]


class Countdown(Moving):
    """Seconds left, as a number and as a bar. It only shows: the booth keeps the time."""

    def __init__(self, box: Box, theme: Theme, seconds: int) -> None:
        super().__init__(box)
        self._box, self._theme, self._seconds = box, theme, seconds
        self._began = Clock.get_boottime()
        self._shown = -1
        self.tick()

    def tick(self) -> None:
        left = max(math.ceil(self._seconds - (Clock.get_boottime() - self._began)), 0)
        if left == self._shown:
            return
        self._shown = left
        self.clear_widgets()
        self.canvas.clear()
        number, bar = self._box.cut_left(self._theme.dots(20), self._theme.dots(3))
        bar = bar.centred(bar.width, self._theme.dots(5))
        with self.canvas:
            Color(*[part / 255 for part in self._theme.see(look.REST)])
            Rectangle(pos=(bar.x, bar.y), size=(bar.width, bar.height))
            Color(*[part / 255 for part in self._theme.see(look.DEEP)])
            Rectangle(pos=(bar.x, bar.y), size=(bar.width * left / max(self._seconds, 1), bar.height))
        sheet = Sheet(self._theme)
        sheet.text(number, Say(str(left), Capital.HUGE, Capital.NORMAL, bold=True), align=Align.RIGHT)
        self.add_widget(sheet)
