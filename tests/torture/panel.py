"""A booth's screen without pixels: which targets each view offers, and what a finger on one of them answers.

The names are those of the real screens (``test_panel.py`` holds the two against each other); where they stand is
invented. Typing, the one answer of a sheet, and what a newer frame leaves as it is are as in ``booth.screens``.
"""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from booth import views
from booth.events import Button, Chosen, ComfortTouched, NumbersTyped, PinTyped, Touch, Touched
from booth.views import Frame
from config.secret import Choice, Pin
from tests.robot.wire import Seen, Spot

WIDTH, HEIGHT = 1280.0, 800.0
COLUMNS, CELL_WIDTH, CELL_HEIGHT = 8, 150.0, 90.0
PIN_DIGITS, NUMBER_DIGITS = 6, 4
KEYS = (*(f"key-{digit}" for digit in "1234567890"), "key-erase", "key-ok")
FIELDS = ("field-attended", "field-left")

B = Button
_BUTTONS: Mapping[type, tuple[Button, ...]] = {
    views.NotProvisioned: (),
    views.PinWanted: (B.CANCEL,),
    views.PinWait: (B.CANCEL,),
    views.PinRefused: (B.CANCEL,),
    views.Working: (),
    views.SignZeroReport: (B.AGAIN, B.CONFIRM),
    views.TakeoverReady: (B.CONFIRM,),
    views.SignTakeover: (B.AGAIN, B.CONFIRM),
    views.Paused: (B.CLOSE, B.RESUME),
    views.CloseAsk: (B.CONFIRM, B.CANCEL),
    views.Attendance: (),
    views.ShowCounts: (B.CONFIRM,),
    views.Closed: (B.AGAIN, B.EXPORT),
    views.Quarantined: (B.EXPORT,),
    views.Replaced: (B.EXPORT,),
    views.WaitingForCard: (B.OFFICER,),
    views.TakeCard: (),
    views.Choosing: (),
    views.Confirming: (B.CHANGE, B.YES),
    views.Printing: (),
    views.ReadSlip: (B.WRONG, B.RIGHT),
    views.StillThere: (B.HERE,),
    views.IntoBox: (),
    views.IntoEnvelope: (),
    views.PrintTrouble: (B.AGAIN_AFTER_PIECE, B.AGAIN_AFTER_NOTHING, B.GIVE_UP),
    views.LeftBeforeAsk: (B.END, B.CONTINUE),
    views.ResolveAsk: (B.SAW_ENVELOPE, B.SAW_BOX, B.SAW_NO_PAPER),
    views.TestAsk: (B.CONFIRM, B.CANCEL),
    views.Notice: (B.CONFIRM,),
}
"""Of the views whose buttons are always the same ones."""


def buttons_of(view: views.View) -> tuple[Button, ...]:
    """The buttons of a view."""
    match view:
        case views.CardWanted(buttons=buttons):
            return buttons
        case views.OpenChecks(ready=ready):
            return (B.CANCEL, B.CONFIRM) if ready else (B.CANCEL,)
        case views.PaperTrouble(other=other):
            return (B.AGAIN,) if other is None else (other, B.AGAIN)
    return _BUTTONS[type(view)]


class Panel:
    """The newest frame and what is half typed on it. ``show`` and ``tap`` may be called by any thread."""

    def __init__(self, post: Callable[[int, Touch], None]) -> None:
        self._post = post
        self._lock = threading.Lock()
        self._frame: Frame | None = None
        self._spent = False
        self._typed: list[str] = []
        self._at = 0
        """Which of the numbers is being typed."""

    def show(self, frame: Frame) -> None:
        """Draws a frame; the same picture with another number leaves what is typed."""
        with self._lock:
            if self._spent or not _same_picture(self._frame, frame):
                self._spent, self._at = False, 0
                self._typed = ["", ""] if isinstance(frame.view, views.Attendance) else [""]
            self._frame = frame

    @property
    def targets(self) -> tuple[str, ...]:
        """Names of what takes a touch now; none between an answer and the next frame."""
        frame = self._frame
        if frame is None or self._spent:
            return ()
        names = [button.value for button in buttons_of(frame.view)]
        match frame.view:
            case views.Choosing():
                names += frame.comfort.wishes(frame.look.words)
                names += [f"choice-{place}" for place in range(1, len(frame.look.faces) + 1)]
                names += ["choice-0"] if frame.look.blank else []
            case views.PinWanted():
                names += KEYS if len(self._typed[0]) == PIN_DIGITS else KEYS[:-1]
            case views.Attendance():
                names += (*FIELDS, *(KEYS if self._typed[self._at] else KEYS[:-1]))
        return tuple(names)

    def look(self) -> Seen:
        """What a robot sees."""
        with self._lock:
            frame, names = self._frame, self.targets
        view: Any = frame.view if frame is not None else None
        what = getattr(view, "what", "")
        # Also why a booth stands still: a robot without eyes reads no other sentence.
        said = getattr(view, "refused", None) or getattr(view, "problem", None)
        return Seen(
            number=frame.number if frame is not None else 0,
            view=type(view).__name__ if frame is not None else "",
            what=what,
            targets=tuple(_spot(i, name) for i, name in enumerate(names)),
            width=WIDTH,
            height=HEIGHT,
            card=frame.status.card if frame is not None else False,
            tries_left=getattr(view, "tries_left", 0),
            refused=said[1] if said else "",
            stick=frame.status.stick.value if frame is not None else "",
        )

    def tap(self, x: float, y: float) -> None:
        """A finger down and up at one place; beside every target it does nothing."""
        with self._lock:
            frame = self._frame
            name = next((name for i, name in enumerate(self.targets) if _holds(_spot(i, name), x, y)), None)
            touch = None if name is None else self._touch(name)
            if frame is None or touch is None:
                return
            self._spent = True
        self._post(frame.number, touch)

    def _touch(self, name: str) -> Touch | None:
        """The answer of a target; None where it only goes on typing."""
        kind, _, rest = name.partition("-")
        match kind:
            case "choice":
                return Chosen(Choice(int(rest)))
            case "language" | "size" | "scheme" if self._frame is not None:
                return ComfortTouched(self._frame.comfort.wishes(self._frame.look.words)[name])
            case "field":
                self._at = FIELDS.index(name)
                return None
            case "key":
                return self._key(rest)
        return Touched(Button(name))

    def _key(self, key: str) -> Touch | None:
        numbers = len(self._typed) > 1
        typed = self._typed[self._at]
        if key == "erase":
            self._typed[self._at] = typed[:-1]
        elif key != "ok":
            if len(typed) < (NUMBER_DIGITS if numbers else PIN_DIGITS):
                self._typed[self._at] = ((typed + key).lstrip("0") or "0") if numbers else typed + key
        elif not numbers:
            pin, self._typed = Pin(typed), [""]
            return PinTyped(pin)
        elif "" in self._typed:
            self._at = self._typed.index("")
        else:
            attended, left = self._typed
            return NumbersTyped(int(attended), int(left))
        return None


def _same_picture(old: Frame | None, new: Frame) -> bool:
    """As in ``booth.app``, which Kivy comes with: only number and status differ."""
    if old is None or (old.look, old.comfort) != (new.look, new.comfort) or type(old.view) is not type(new.view):
        return False
    return old.view is new.view if isinstance(new.view, views.Confirming) else old.view == new.view


def _spot(i: int, name: str) -> Spot:
    row, column = divmod(i, COLUMNS)
    return Spot(name, 8 + column * (CELL_WIDTH + 8), 8 + row * (CELL_HEIGHT + 8), CELL_WIDTH, CELL_HEIGHT)


def _holds(spot: Spot, x: float, y: float) -> bool:
    return spot.x <= x <= spot.x + spot.width and spot.y <= y <= spot.y + spot.height
