"""A robot that notes when it touched what and when it saw what."""

import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.robot.driver import WAIT_S, Robot
from tests.robot.wire import Seen, Spot, Tap

FRAMES_OF_A_TAP = 3
"""Down, up, and the frame that follows."""


class WatchingRobot(Robot):
    """Between two ``begin``: names of views as they came, and ``tap <target>`` for touches, each with its time."""

    def __init__(self, socket: Path, **options: Any) -> None:
        self._noted: list[tuple[float, str]] = []
        super().__init__(socket, **options)

    def begin(self) -> None:
        """Forgets what was noted, and notes ``begin``."""
        self._noted = [(time.monotonic(), "begin")]

    def look(self) -> Seen:
        seen = super().look()
        if self._noted and seen.view != self._noted[-1][1]:
            self._noted.append((time.monotonic(), seen.view))
        return seen

    def tap(self, target: str, *, in_view: str | None = None, timeout_s: float = WAIT_S) -> Seen:
        seen = super().tap(target, in_view=in_view, timeout_s=timeout_s)
        self._noted.append((time.monotonic(), f"tap {target}"))
        return seen

    def took_s(self, begin: str, end: str) -> float:
        """From the last ``begin`` to the first ``end`` after it; raises LookupError when one of them was not noted."""
        begins = [number for number, (_, name) in enumerate(self._noted) if name == begin]
        if not begins:
            raise LookupError(begin)
        began_s = self._noted[begins[-1]][0]
        for at_s, name in self._noted[begins[-1] + 1 :]:
            if name == end:
                return at_s - began_s
        raise LookupError(end)

    def hammer(self, spots: Iterable[tuple[float, float]], *, beside: bool) -> None:
        """Touches places of the unit square as fast as frames come; ``beside``: not where the screen takes touches."""
        for x, y in spots:
            # A screen that takes no touch yet may take it a moment later, where nobody looked whether it does.
            seen = self.wait_until(lambda now: bool(now.targets), "targets") if beside else self.look()
            place = x * seen.width, y * seen.height
            if not (beside and any(_within(place, spot) for spot in seen.targets)):
                self._ask(Tap(*place))
        for _ in range(FRAMES_OF_A_TAP):
            self.look()

    def taps_quickly(self, target: str, times: int) -> None:
        """The same place again and again, whatever the screen becomes meanwhile."""
        seen = self.wait_until(lambda now: any(spot.name == target for spot in now.targets), f"the target {target}")
        place = next(spot for spot in seen.targets if spot.name == target).middle
        for _ in range(times):
            self._ask(Tap(*place))
        for _ in range(FRAMES_OF_A_TAP):
            self.look()


def _within(place: tuple[float, float], spot: Spot) -> bool:
    return abs(place[0] - spot.middle[0]) <= spot.width / 2 and abs(place[1] - spot.middle[1]) <= spot.height / 2
