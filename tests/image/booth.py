"""The booth as its people find it: a desk, and a machine behind the panel that has power or has none."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.image.desk import GuestDesk
from tests.image.emulator import Emulator, Wiring
from tests.image.eyes import Eyes
from tests.image.robot import GuestRobot
from tests.image.sdcard import Boot
from tests.robot.people import Site
from tests.robot.reading import SlipReader


@dataclass
class GuestBooth:
    """Switched on and off as often as one likes; its card stays as it was left."""

    home: Path
    """With the folders ``logs`` and ``screens``."""
    card: Path
    eyes: Eyes
    desk: GuestDesk
    reader: SlipReader
    tell: Callable[[str], None]
    first_screen_s: list[float] = field(default_factory=list)
    """From power to the first known screen, each time."""
    farthest: dict[str, int] = field(default_factory=dict)
    """Of each screen: in how many dots of the small picture it differed from what is drawn here, at most."""
    guest: Emulator = field(init=False)

    @contextmanager
    def on(self, name: str, boot: Boot, *, agent: Path | None = None, log: Path | None = None) -> Iterator[Site]:
        """While it has power; leaving this is a power cut. ``log`` gets everything that is written to the card."""
        logs = self.home / "logs"
        wiring = Wiring(printer=self.desk.line, agent=agent, log=log)
        with Emulator(logs, self.card, boot, name, wiring) as self.guest:
            guest = self.guest
            self.desk.stands_beside(guest)
            try:
                robot = GuestRobot(guest.qmp, self.eyes, self.home, self.home / "screens", guest.alive, logs)
                robot.wait_until(lambda seen: bool(seen.view), "the booth's first screen")
                self.first_screen_s.append(time.monotonic() - guest.began_s)
                self.tell(f"{name} power-on: {robot.look().name} after {self.first_screen_s[-1]:.0f} s")
                yield Site(robot, self.desk, self.reader)
                for view, dots in robot.farthest.items():
                    self.farthest[view] = max(dots, self.farthest.get(view, 0))
            finally:
                self.desk.loses_guest()
