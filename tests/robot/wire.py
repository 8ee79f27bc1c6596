"""What is said on the robot's socket: one JSON object a line, each way."""

import msgspec


class Look(msgspec.Struct, tag_field="do", tag="look", frozen=True):
    """What does the screen show?"""


class Tap(msgspec.Struct, tag_field="do", tag="tap", frozen=True):
    """Put a finger down there and lift it (dots, origin at the bottom left)."""

    x: float
    y: float


class Press(msgspec.Struct, tag_field="do", tag="press", frozen=True):
    """Press a key of a keyboard and let it go (Kivy's code)."""

    code: int


class Screenshot(msgspec.Struct, tag_field="do", tag="screenshot", frozen=True):
    """Write the window's picture to a PNG file."""

    path: str


Request = Look | Tap | Press | Screenshot


class Spot(msgspec.Struct, frozen=True):
    """Something to touch, in window coordinates."""

    name: str
    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        """Where a finger aims."""
        return self.x + self.width / 2, self.y + self.height / 2


class Seen(msgspec.Struct, frozen=True):
    """What the screen shows."""

    number: int
    """Of the frame; 0 before the first."""
    view: str
    """Name of the view's type; empty before the first frame."""
    what: str
    """Which of several of that type (CardWanted, Notice, Working); else empty."""
    targets: tuple[Spot, ...]
    """What takes a touch now."""
    width: float
    height: float
    card: bool = False
    """The booth knows of a card in its reader."""
    tries_left: int = 0
    """What a keypad for a PIN says of the card's tries."""
    refused: str = ""
    """Why the screen does not take a card, in English."""
    stick: str = ""
    """How the status line says that the stick stands."""

    @property
    def name(self) -> str:
        """``CardWanted:ready``, ``Choosing``."""
        return f"{self.view}:{self.what}" if self.what else self.view


class Reply(msgspec.Struct, frozen=True):
    """The answer to any request."""

    seen: Seen | None = None
    error: str | None = None
