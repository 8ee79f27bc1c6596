"""What comes back from the screens: one value for each touch, never more than the touch itself."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from booth.comfort import Comfort
from config.secret import Choice, Pin


class Button(StrEnum):
    """Every button of every screen; its words are ``button.<name>`` in the catalogues."""

    OFFICER = "officer"
    CONFIRM = "confirm"
    CANCEL = "cancel"
    AGAIN = "again"
    LATER = "later"
    RESUME = "resume"
    CLOSE = "close"
    WITHOUT_COMMITTEE = "without-committee"
    EXPORT = "export"
    YES = "yes"
    CHANGE = "change"
    RIGHT = "right"
    WRONG = "wrong"
    HERE = "here"
    AGAIN_AFTER_PIECE = "again-after-piece"
    AGAIN_AFTER_NOTHING = "again-after-nothing"
    GIVE_UP = "give-up"
    CONTINUE = "continue"
    END = "end"
    SAW_BOX = "saw-box"
    SAW_ENVELOPE = "saw-envelope"
    SAW_NO_PAPER = "saw-no-paper"


@dataclass(frozen=True)
class Touched:
    """A button."""

    button: Button


@dataclass(frozen=True)
class Chosen:
    """A candidate or blank."""

    choice: Choice


@dataclass(frozen=True)
class PinTyped:
    """A PIN, complete."""

    pin: Pin


@dataclass(frozen=True)
class NumbersTyped:
    """The desk's list: voters who attended and voters who left without voting, of the whole TPS."""

    attended: int
    left: int


@dataclass(frozen=True)
class ComfortTouched:
    """How the voter likes it from now on, whole; ``comfort.language`` is one of the election's."""

    comfort: Comfort


@dataclass(frozen=True)
class Heard:
    """Somebody listens and asks for nothing: a key that only moves among what is said. The voter is not silent."""


Touch: TypeAlias = Touched | Chosen | PinTyped | NumbersTyped | ComfortTouched | Heard
