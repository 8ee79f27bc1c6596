"""A finger for Kivy: touches come through Kivy's own input path, as those of a panel do."""

from collections import deque
from collections.abc import Callable
from typing import Any, ClassVar

from kivy.input.motionevent import MotionEvent
from kivy.input.provider import MotionEventProvider
from kivy.input.shape import ShapeRect

Dispatch = Callable[[str, MotionEvent], None]
NAME = "robot"
FINGERTIP = 0.01
"""Of the screen's width and height."""


class Finger(MotionEvent):
    """One touch, in the unit square, as a panel reports it."""

    def __init__(self, device: str, id: int, args: tuple[float, float]) -> None:  # noqa: A002 -- Kivy's name
        super().__init__(device, id, args, is_touch=True, type_id="touch")

    def depack(self, args: tuple[float, float]) -> None:
        """Takes the place from what the device said."""
        self.sx, self.sy = args
        self.profile = ("pos", "shape")
        self.shape = ShapeRect()
        self.shape.width = self.shape.height = FINGERTIP
        super().depack(args)


class RobotProvider(MotionEventProvider):
    """Gives Kivy one event a poll, so that the finger is down for at least one frame before it is lifted."""

    fingers: ClassVar[deque[tuple[str, Finger]]] = deque()
    """What is still to be felt, in order."""
    _count: ClassVar[int] = 0

    @classmethod
    def tap(cls, sx: float, sy: float) -> None:
        """Down and up at a place of the unit square; from any thread."""
        cls._count += 1
        finger = Finger(NAME, cls._count, (sx, sy))
        cls.fingers.extend((("begin", finger), ("end", finger)))

    def start(self) -> None:
        """Nothing to open."""

    def stop(self) -> None:
        """Nothing to close."""

    def update(self, dispatch_fn: Dispatch) -> None:
        """Called by Kivy once for each frame."""
        if self.fingers:
            kind, finger = self.fingers.popleft()
            if kind == "end":
                finger.update_time_end()
            dispatch_fn(kind, finger)


def enlist(config: Any) -> None:
    """Makes the provider known; after ``prepare``, which clears Kivy's input devices, and before the window."""
    from kivy.input.factory import MotionEventFactory

    MotionEventFactory.register(NAME, RobotProvider)
    config.set("input", NAME, NAME)
