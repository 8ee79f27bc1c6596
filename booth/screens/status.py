"""The line that officers always see: mode, sessions, paper, stick, card, power, temperature, clock."""

from collections.abc import Mapping
from dataclasses import dataclass

from kivy.uix.widget import Widget

from booth.screens import theme as look
from booth.screens.box import Box
from booth.screens.icons import Icon, draw
from booth.screens.painting import OVERHANG, Align, lay_out
from booth.screens.sheet import Say, Sheet
from booth.screens.theme import Capital, Theme
from booth.stickstate import StickState
from booth.views import Status
from booth.vitals import Supply
from config.mode import Mode
from config.words import Words

NARROW_MM = 130
"""A line shorter than this is broken into two: 10 inches fine and standing has 124 mm."""
STICK_GOOD = {StickState.THERE, StickState.IN_STEP}
SUPPLIES: Mapping[Supply, tuple[Icon, bool]] = {
    Supply.UNKNOWN: (Icon.POWER, False),
    Supply.FINE: (Icon.POWER, False),
    Supply.BATTERY: (Icon.BATTERY, True),
    Supply.LOW: (Icon.LOW_BATTERY, True),
    Supply.WEAK: (Icon.WEAK_POWER, True),
}
"""Picture, and whether it stands on yellow."""


def height_mm(theme: Theme) -> float:
    """Of the whole line; two lines where the panel is narrow."""
    return look.STATUS_MM * (2 if theme.width_dots < theme.dots(NARROW_MM) else 1)


@dataclass(frozen=True)
class _Cell:
    """One thing's state."""

    icon: Icon
    text: str
    short: str
    """Said beside the picture where not everything has room; empty: the picture alone says it."""
    bad: bool = False


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
        gap, cells = self._theme.dots(1), self._cells(status)
        rows = 2 if height_mm(self._theme) > look.STATUS_MM else 1
        at = -(-len(cells) // rows)
        parts = [cells[i : i + at] for i in range(0, len(cells), at)]
        for part, line in zip(parts, self._box.inset(gap, gap * 0.5).rows(rows, gap * 0.5), strict=True):
            self._row(sheet, line, part)
        self.add_widget(sheet)

    def _row(self, sheet: Sheet, line: Box, cells: list[_Cell]) -> None:
        """First what is well becomes short, then all; each gets room as it needs it."""
        gap = self._theme.dots(1)
        room = line.width - gap * (len(cells) - 1)
        for shortened in ((), (False,), (False, True)):
            texts = [cell.short if cell.bad in shortened else cell.text for cell in cells]
            widths = [self._width(text, bold=cell.bad) for cell, text in zip(cells, texts, strict=True)]
            if sum(widths) <= room:
                break
        rest = line
        for cell, text, width in zip(cells, texts, widths, strict=True):
            place, rest = rest.cut_left(room * width / sum(widths), gap)
            self._cell(sheet, place, cell, text, whole=text == cell.text)

    def _width(self, text: str, *, bold: bool) -> float:
        mm = self._theme.dots
        words = lay_out(text, 10_000, mm(Capital.SMALL.value), bold=bold).width + 2 * OVERHANG if text else 0
        return mm(4.6) + mm(1) + 2 * mm(0.8) + words

    def _cell(self, sheet: Sheet, box: Box, cell: _Cell, text: str, *, whole: bool) -> None:
        if cell.bad:
            sheet.paper(box, look.SUN, look.INK, 1)
        inside = box.inset(self._theme.dots(0.8), 0)
        size = self._theme.dots(4.6)
        place, inside = inside.cut_left(size, self._theme.dots(1))
        # A short word needs its picture to be understood; what is wrong ends in an exclamation mark there.
        icon = Icon.WARNING if cell.bad and whole else cell.icon
        sheet.picture(draw(icon, size, scheme=self._theme.scheme), place)
        sheet.text(inside, Say(text, Capital.SMALL, Capital.SMALL, bold=cell.bad), align=Align.LEFT)

    def _cells(self, status: Status) -> list[_Cell]:
        cells = []
        if self._mode is not Mode.REHEARSAL:
            # In a rehearsal the striped band above says so, on every screen.
            mode = self._words(f"status.mode.{self._mode.value if self._mode else 'none'}")
            cells.append(_Cell(Icon.SIGN, mode, mode))
        if status.sessions is not None:
            cells.append(_Cell(Icon.LIST, self._words("status.sessions", count=status.sessions), str(status.sessions)))
        if status.paper is not None:
            cells.append(self._said(Icon.PRINTER, "status.paper.bad", bad=True))
        elif status.near_end:
            cells.append(self._said(Icon.PRINTER, "status.paper.near-end", bad=True))
        else:
            cells.append(self._said(Icon.PRINTER, "status.paper.good"))
        cells.append(self._said(Icon.STICK, f"status.stick.{status.stick.value}", bad=status.stick not in STICK_GOOD))
        if status.card:
            cells.append(_Cell(Icon.CARD_IN, self._words("status.card"), ""))
        cells += [self._power(status), self._temperature(status)]
        if status.clock_doubtful:
            said = self._words("status.clock.doubtful", clock=status.clock)
            cells.append(_Cell(Icon.CLOCK, said, f"{status.clock}?", bad=True))
        else:
            cells.append(_Cell(Icon.CLOCK, status.clock, status.clock))
        return cells

    def _power(self, status: Status) -> _Cell:
        vitals = status.vitals
        icon, bad = SUPPLIES[vitals.supply]
        battery = vitals.supply in (Supply.BATTERY, Supply.LOW)
        if battery and vitals.percent is not None:
            charge = f"{vitals.percent}\N{NO-BREAK SPACE}%"
            return _Cell(icon, self._words("status.power.charge", charge=charge), charge, bad=True)
        return self._said(icon, f"status.power.{'battery' if battery else vitals.supply.value}", bad=bad)

    def _temperature(self, status: Status) -> _Cell:
        vitals = status.vitals
        degrees = "?" if vitals.celsius is None else str(vitals.celsius)
        said = f"{degrees}\N{NO-BREAK SPACE}\N{DEGREE SIGN}C"
        if vitals.hot:
            return _Cell(Icon.HEAT, self._words("status.temperature.hot", degrees=said), f"{said}!", bad=True)
        return _Cell(Icon.THERMOMETER, said, said)

    def _said(self, icon: Icon, key: str, *, bad: bool = False) -> _Cell:
        return _Cell(icon, self._words(key), self._words(f"{key}.short"), bad)
