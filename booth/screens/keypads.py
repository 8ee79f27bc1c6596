"""What is typed: a PIN that shows as dots, and the desk's two numbers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from booth.events import Button, NumbersTyped, PinTyped
from booth.screens import theme as look
from booth.screens.box import Box
from booth.screens.icons import Icon, draw
from booth.screens.motion import Countdown
from booth.screens.officers import OfficerScreen
from booth.screens.painting import Align
from booth.screens.sheet import Dress, Say, Sheet
from booth.screens.sheet import Field as Key
from booth.screens.theme import Capital
from booth.views import Attendance, PinRefused, PinWait, PinWanted
from config.secret import Pin

PIN_DIGITS = 6
NUMBER_DIGITS = 4
ROWS = ("123", "456", "789")


class TypingScreen(OfficerScreen):
    """A keypad on the right or below, what is typed on the left or above."""

    def beside_keypad(self, area: Box, share: float) -> tuple[Box, Box]:
        """Where it is told and where it is typed; where room is short, keys are no larger than targets must be."""
        if not self.narrow:
            return self.split(area, share)
        keys, gap = 4 * (look.TARGET_MM + 0.3) + 3 * look.GAP_MM, self.theme.dots(look.MARGIN_MM)
        return area.cut_top(area.height - self.theme.dots(keys) - gap, gap)

    def keypad(
        self, area: Box, digit: Callable[[str], None], erase: Callable[[], None], done: Callable[[], None]
    ) -> Key:
        """Ten digits, erase, and the key that goes on (returned), at least as large as a target must be."""
        mm = self.theme.dots
        gap = mm(look.GAP_MM)
        side = min((area.height - 3 * gap) / 4, mm(19))
        wide = min((area.width - 2 * gap) / 3, mm(25))
        pad = area.centred(3 * wide + 2 * gap, 4 * side + 3 * gap)
        places = [cell for row in pad.rows(4, gap) for cell in row.columns(3, gap)]
        for char, place in zip("".join(ROWS), places, strict=False):
            self._key(f"key-{char}", place, partial(digit, char), char)
        self.button("key-erase", places[9], erase, icon=draw(Icon.ERASE, mm(8)))
        self._key("key-0", places[10], lambda: digit("0"), "0")
        return self.button("key-ok", places[11], done, dress=Dress.YES, icon=draw(Icon.CHECK, mm(8), look.WHITE))

    def _key(self, name: str, place: Box, act: Callable[[], None], char: str) -> None:
        self.button(name, place, act, Say(char, Capital.LARGE, Capital.NORMAL, bold=True))


class PinWantedScreen(TypingScreen):
    """Six digits that nobody sees."""

    def draw(self, view: PinWanted) -> None:
        mm = self.theme.dots
        area = self.heading(self.area) if self.theme.landscape else self.area
        self._typed: list[str] = []
        self._shown: Sheet | None = None
        left, right = self.beside_keypad(area, 0.48 if self.theme.landscape else 0.4)
        low, left = left.cut_bottom(mm(17), mm(2))
        self.tell(Button.CANCEL, low)
        self._dots, left = left.cut_bottom(mm(12), mm(1))
        who = self.both(f"screen.pin.{view.role}", Capital.LARGE, Capital.NORMAL, bold=True)
        holder = (Say(view.holder, Capital.NORMAL, Capital.SMALL, spare=True),) if view.holder else ()
        key = "screen.pin.wrong" if view.wrong else "screen.pin.tries"
        tries = tuple(words(key, tries=view.tries_left) for words in self._both_words())
        if view.wrong:
            left = self.notice(left, (tries[0], tries[-1]))
            self.text(left, *who, *holder)
        else:
            first, *second = tries
            more = (Say(text, Capital.SMALL, Capital.SMALL, spare=True) for text in second)
            self.text(left, *who, *holder, Say(first, Capital.NORMAL, Capital.SMALL), *more)
        self._ok = self.keypad(right, self._digit, self._erase, self._done)
        self._show()

    def _both_words(self) -> tuple:
        return (self.words, self.second) if self.second is not None else (self.words,)

    def forget(self) -> None:
        self._typed = []
        super().forget()

    def _digit(self, char: str) -> None:
        if len(self._typed) < PIN_DIGITS:
            self._typed.append(char)
        self._show()

    def _erase(self) -> None:
        del self._typed[-1:]
        self._show()

    def _done(self) -> None:
        if len(self._typed) == PIN_DIGITS:
            pin, self._typed = Pin("".join(self._typed)), []
            self.post(PinTyped(pin))

    def _show(self) -> None:
        """Filled and empty circles: how many digits there are, and no more."""
        if self._shown is not None:
            self.remove_widget(self._shown)
        mm = self.theme.dots
        self._shown = sheet = Sheet(self.theme)
        self._ok.enabled = len(self._typed) == PIN_DIGITS
        size = mm(6)
        row = self._dots.centred(PIN_DIGITS * size + (PIN_DIGITS - 1) * mm(2.4), size)
        for i, place in enumerate(row.columns(PIN_DIGITS, mm(2.4))):
            sheet.paper(place, look.INK if i < len(self._typed) else look.WHITE, look.INK, 3)
        self.add_widget(sheet)


class PinWaitScreen(OfficerScreen[PinWait]):
    """No keypad for a while; the seconds that are left. The booth keeps the time, and draws the keypad itself."""

    def draw(self, view: PinWait) -> None:
        mm = self.theme.dots
        area = self.row(self.heading(self.area), (Button.CANCEL, None, Dress.PLAIN))
        low, area = area.cut_bottom(mm(16), mm(2))
        self.told_with(area, Icon.CLOCK, "screen.pin.wait", tries=view.tries_left)
        self.add_widget(Countdown(low, self.theme, view.seconds))


class PinRefusedScreen(OfficerScreen[PinRefused]):
    """Which other card to use, and who can help this one's holder."""

    def draw(self, view: PinRefused) -> None:
        area = self.row(self.heading(self.area), (Button.CANCEL, None, Dress.GO))
        self.told_with(area, Icon.LOCK, f"screen.pin.{view.why}")


@dataclass
class Field:
    """A number being typed."""

    name: str
    box: Box
    digits: str = ""


class AttendanceScreen(TypingScreen):
    """Both numbers of the desk's list, before any count is shown."""

    def draw(self, view: Attendance) -> None:
        mm = self.theme.dots
        area = self.progress(self.area) if self.narrow else self.heading(self.area, strip=not self.low)
        left, right = self.beside_keypad(area, 0.56 if self.theme.landscape else 0.42)
        low, left = left.cut_bottom(mm(2 * look.TARGET_MM + look.GAP_MM + 1 if self.narrow else 34), mm(2))
        key = "screen.attendance.takeover" if view.takeover else "screen.attendance"
        self.text(
            left,
            *self.both(f"{key}.title", Capital.LARGE, Capital.NORMAL, bold=True),
            *self.both(f"{key}.text", Capital.NORMAL, Capital.SMALL),
        )
        rows = low.rows(2, mm(look.GAP_MM + 0.4))
        self._fields = [Field(name, box) for name, box in zip(("attended", "left"), rows, strict=True)]
        self._at = 0
        self._shown: Sheet | None = None
        for i, field in enumerate(self._fields):
            self.button(f"field-{field.name}", field.box, partial(self._go, i), dress=Dress.CARD)
            label, _ = field.box.inset(mm(2), mm(0.8)).cut_left(field.box.width - mm(40))
            self.text(label, *self.both(f"screen.attendance.{field.name}", Capital.NORMAL, Capital.SMALL, bold=True))
        self._ok = self.keypad(right, self._digit, self._erase, self._done)
        self._show()

    def _go(self, at: int) -> None:
        self._at = at
        self._show()

    def _digit(self, char: str) -> None:
        field = self._fields[self._at]
        if len(field.digits) < NUMBER_DIGITS:
            field.digits = (field.digits + char).lstrip("0") or "0"
        self._show()

    def _erase(self) -> None:
        field = self._fields[self._at]
        field.digits = field.digits[:-1]
        self._show()

    def _done(self) -> None:
        empty = next((i for i, field in enumerate(self._fields) if not field.digits), None)
        if empty is not None:
            self._go(empty)
            return
        attended, left = (int(field.digits) for field in self._fields)
        self.post(NumbersTyped(attended, left))

    def _show(self) -> None:
        """The numbers; the one being typed has a heavy frame and a cursor."""
        if self._shown is not None:
            self.remove_widget(self._shown)
        mm = self.theme.dots
        self._shown = sheet = Sheet(self.theme)
        self._ok.enabled = bool(self._fields[self._at].digits)
        for i, field in enumerate(self._fields):
            place, _ = field.box.inset(mm(1.6)).cut_right(mm(34))
            here = i == self._at
            sheet.paper(place, look.SUN if here else look.WHITE, look.INK if here else look.LINE, 1)
            shown = field.digits + ("_" if here and len(field.digits) < NUMBER_DIGITS else "")
            sheet.text(place.inset(mm(2), 0), Say(shown, Capital.HUGE, Capital.NORMAL, bold=True), align=Align.RIGHT)
        self.add_widget(sheet)
