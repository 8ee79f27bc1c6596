"""The keys of a number pad, whatever its NumLock says: a key counts once until it is let go."""

from collections.abc import Mapping
from enum import Enum, auto


class Key(Enum):
    """What a listener can ask for."""

    NEXT = auto()
    BEFORE = auto()
    OK = auto()
    BACK = auto()
    AGAIN = auto()
    SLOWER = auto()
    FASTER = auto()
    SOFTER = auto()
    LOUDER = auto()
    DARK = auto()
    LANGUAGE = auto()


def _numpad(digit: int) -> int:
    """Kivy's code of a number pad's digit."""
    return 256 + digit


CODES: Mapping[int, Key] = {
    **dict.fromkeys((_numpad(6), _numpad(2), ord("6"), ord("2"), 275, 274), Key.NEXT),  # right, down
    **dict.fromkeys((_numpad(4), _numpad(8), ord("4"), ord("8"), 276, 273), Key.BEFORE),  # left, up
    # Without NumLock some pads send for 5 what keyboards call "clear".
    **dict.fromkeys((_numpad(5), ord("5"), 271, 13, 12), Key.OK),  # both Enters
    **dict.fromkeys((_numpad(0), ord("0"), 277, 8), Key.BACK),  # Insert, Backspace
    **dict.fromkeys((266, ord("."), ord(","), 127), Key.AGAIN),  # the pad's point, which some pads send as a comma
    **dict.fromkeys((267, ord("/")), Key.SLOWER),
    **dict.fromkeys((268, ord("*")), Key.FASTER),
    **dict.fromkeys((269, ord("-")), Key.SOFTER),
    **dict.fromkeys((270, ord("+")), Key.LOUDER),
    **dict.fromkeys((_numpad(7), ord("7"), 278), Key.DARK),  # Home
    **dict.fromkeys((_numpad(9), ord("9"), 280), Key.LANGUAGE),  # Page up
}
"""Kivy's key codes, as ``Keyboard.keycodes`` numbers them: the pad's own, the same keys without NumLock, and what pads
send that know only a keyboard's digits. Every other key means nothing.
"""


class Keys:
    """Which keys are down: a keyboard repeats a key that is held, and a hand that rests must not choose twice."""

    def __init__(self) -> None:
        self._down: set[int] = set()

    def press(self, code: int) -> Key | None:
        """What a key asks for when it goes down; None while it is held, and for keys that mean nothing."""
        if code in self._down:
            return None
        self._down.add(code)
        return CODES.get(code)

    def let_go(self, code: int) -> None:
        """The key is up again."""
        self._down.discard(code)
