"""The line that officers always see: mode, sessions, paper, stick, card, clock."""

from kivy.uix.widget import Widget

from booth.screens import theme as look
from booth.screens.box import Box
from booth.screens.icons import Icon, draw
from booth.screens.painting import Align
from booth.screens.sheet import Say, Sheet
from booth.screens.theme import Capital, Theme
from booth.stickstate import StickState
from booth.views import Status
from config.mode import Mode
from config.words import Words

NARROW_MM = 180
"""A line shorter than this has no room for everything."""
STICK_GOOD = {StickState.THERE, StickState.IN_STEP}


class StatusLine(Widget):
    """Redrawn when the status changes; what is wrong stands on yellow."""

    def __init__(self, box: Box, theme: Theme, words: Words, mode: Mode | None) -> None:
        super().__init__(size_hint=(None, None), size=(box.width, box.height), pos=(box.x, box.y))
        self._box = box
        self._theme = theme
        self._words = words
        self._mode = mode
        self._shown: Status | None = None

    def show(self, status: Status) -> None:
        """Draws it, when it is another one than before."""
        if status == self._shown:
            return
        self._shown = status
        self.clear_widgets()
        sheet = Sheet(self._theme)
        sheet.paper(self._box, look.TINT)
        cells = self._cells(status)
        gap = self._theme.dots(1)
        weights = [len(text) + 4 for _, text, _ in cells]
        rest, width = self._box.inset(gap, gap * 0.5), self._box.width - 2 * gap - gap * (len(cells) - 1)
        for (icon, text, bad), weight in zip(cells, weights, strict=True):
            cell, rest = rest.cut_left(width * weight / sum(weights), gap)
            self._cell(sheet, cell, icon, text, bad)
        self.add_widget(sheet)

    def _cell(self, sheet: Sheet, cell: Box, icon: Icon, text: str, bad: bool) -> None:
        if bad:
            sheet.paper(cell, look.SUN, look.INK, 1)
        inside = cell.inset(self._theme.dots(0.8), 0)
        size = self._theme.dots(4.6)
        place, inside = inside.cut_left(size, self._theme.dots(1))
        sheet.picture(draw(Icon.WARNING if bad else icon, size, scheme=self._theme.scheme), place)
        sheet.text(inside, Say(text, Capital.SMALL, Capital.SMALL, bold=bad), align=Align.LEFT)

    def _cells(self, status: Status) -> list[tuple[Icon, str, bool]]:
        words = self._words
        mode = words(f"status.mode.{self._mode.value if self._mode else 'none'}")
        cells = [(Icon.SIGN, mode, False)]
        crowded = self._box.width < self._theme.dots(NARROW_MM) or status.clock_doubtful
        if self._mode is Mode.REHEARSAL and crowded:
            cells = []  # the striped band above says so
        if status.sessions is not None:
            cells.append((Icon.LIST, words("status.sessions", count=status.sessions), False))
        if status.paper is not None:
            cells.append((Icon.PRINTER, words("status.paper.bad"), True))
        elif status.near_end:
            cells.append((Icon.PRINTER, words("status.paper.near-end"), True))
        else:
            cells.append((Icon.PRINTER, words("status.paper.good"), False))
        cells.append((Icon.STICK, words(f"status.stick.{status.stick.value}"), status.stick not in STICK_GOOD))
        if status.card:
            cells.append((Icon.CARD_IN, words("status.card"), False))
        if status.clock_doubtful:
            cells.append((Icon.CLOCK, words("status.clock.doubtful", clock=status.clock), True))
        else:
            cells.append((Icon.CLOCK, status.clock, False))
        return cells
