"""The robot at a guest's panel: it has pixels and a finger, and answers as the robot of other tests does."""

import time
from collections.abc import Callable
from pathlib import Path

from PIL import Image

from tests.image.eyes import SMALLER, Eyes, Known, dots_apart, small
from tests.image.qmp import Qmp
from tests.robot.driver import Robot
from tests.robot.wire import Look, Press, Request, Screenshot, Seen, Tap

SLOWER = 8.0
"""An emulated ARM takes so many times longer than a person's patience with a real one."""
SETTLE_S = 1.0
"""A screen takes touches a quarter of a second after it is drawn; here frames are slow."""
KEY_S = 20.0
"""Until a key that was typed shows."""
MISSED_S, TOUCHES = 12.0, 3
"""After which a person touches again what did nothing, and how often altogether."""
STAYS_S = 1.5
"""No key looks pressed for so long, however slow the guest."""
CHANGED_DOTS = 8
"""Of a small picture: a digit, a dot of a PIN."""


class GuestRobot(Robot):
    """Looks through the emulator's screen and touches through its pointer."""

    poll_s = 0.3
    """The emulator stands still while it writes a picture."""

    def __init__(
        self,
        qmp: Qmp,
        eyes: Eyes,
        scratch: Path,
        album: Path,
        alive: Callable[[], bool],
        failures: Path,
    ) -> None:
        """``album`` gets the first picture of each screen; ``scratch`` the one that is being looked at."""
        self._name = "guest"
        self._alive = alive
        self._failures = failures
        self._path: list[str] = []
        self._qmp = qmp
        self._eyes = eyes
        self._dump = scratch / "panel.ppm"
        self._album = album
        self._picture = self._picture_touched = Image.new("RGB", (1, 1))
        self._shows: Known | None = None
        self._number = 0
        self._since_s = 0.0
        self.farthest: dict[str, int] = {}
        """Of each screen: in how many dots of the small picture it differed, at most."""

    def close(self) -> None:
        """Nothing is held."""

    def wait_until(self, holds: Callable[[Seen], bool], what: str, timeout_s: float = 60.0) -> Seen:
        return super().wait_until(holds, what, timeout_s * SLOWER)

    def tap(self, target: str, *, in_view: str | None = None, timeout_s: float = 60.0) -> Seen:
        """As a person does: what does nothing at all is touched once more."""
        seen = super().tap(target, in_view=in_view, timeout_s=timeout_s)
        # The picture that the finger was put on.
        before = small(self._picture_touched)
        for _ in range(TOUCHES - 1):
            if self._changes_from(before, MISSED_S):
                break
            self._touch(*next(spot for spot in seen.targets if spot.name == target).middle)
        return seen

    def _changes_from(self, before: Image.Image, within_s: float) -> bool:
        """Whether something else is shown than before and stays, the officers' line apart: a key that was pressed in
        vain looks pressed for a moment.
        """
        end_s = time.monotonic() + within_s
        while time.monotonic() < end_s:
            if self._differs_from(before):
                time.sleep(STAYS_S)
                if self._differs_from(before):
                    return True
            time.sleep(self.poll_s)
        return False

    def _differs_from(self, before: Image.Image) -> bool:
        status = self._shows.status if self._shows is not None else None
        bottom = before.height if status is None else round(status[0] / SMALLER) - 1
        area = (0, 0, before.width, bottom)
        return dots_apart(before.crop(area), small(self._look_again()).crop(area)) >= CHANGED_DOTS

    def tap_away(self, target: str, *, in_view: str | None = None) -> Seen:
        """Taps, and waits until another view than the tapped one is shown."""
        before = self.tap(target, in_view=in_view)
        return self.wait_until(lambda now: now.name not in ("", before.name), f"another view than {before.name}")

    def type(self, digits: str) -> None:
        """Each key once what the one before it typed is seen."""
        for digit in digits:
            before = small(self._look_again())
            super().tap(f"key-{digit}")
            end_s = time.monotonic() + KEY_S
            while self._apart_beside_keys(before) < CHANGED_DOTS:
                if time.monotonic() > end_s:
                    raise self._not_seen("what was typed", self.look(), KEY_S)
                time.sleep(self.poll_s)

    def _apart_beside_keys(self, before: Image.Image) -> int:
        """What changed where the typing shows: keys change only while a finger is on them."""
        now = small(self._look_again())
        if self._shows is None:
            return 0
        keys = [spot for spot in self._shows.targets if spot.name.startswith("key-")]
        left = int(min(spot.x for spot in keys) / SMALLER) - 2
        bottom = int((self._shows.status[0] if self._shows.status else self._shows.height) / SMALLER) - 2
        return dots_apart(before.crop((0, 0, left, bottom)), now.crop((0, 0, left, bottom)))

    def _touch(self, x: float, y: float) -> None:
        self._picture_touched = self._picture
        width, height = self._picture.size
        self._qmp.tap(x / width, 1 - y / height)

    def _look_again(self) -> Image.Image:
        """The panel as it is now."""
        self._qmp.picture(self._dump)
        with Image.open(self._dump) as picture:
            self._picture = picture.convert("RGB")
        return self._picture

    def _see(self) -> Seen:
        sight = self._eyes.recognise(self._look_again())
        shows = sight.known if sight is not None else None
        if sight is not None:
            name = sight.known.name
            if name not in self.farthest:
                self._picture.save(self._album / f"{name.replace(':', '-')}.png")
            self.farthest[name] = max(self.farthest.get(name, 0), sight.dots)
        if (shows and shows.name) != (self._shows and self._shows.name):
            self._number += 1
            self._since_s = time.monotonic()
        self._shows = shows
        width, height = self._picture.size
        return Seen(
            number=self._number,
            view=shows.view if shows else "",
            what=shows.what if shows else "",
            targets=shows.targets if shows else (),
            width=width,
            height=height,
            card=shows is not None and self._eyes.card_in(self._picture, shows),
        )

    def _ask(self, request: Request) -> Seen:
        match request:
            case Tap(x=x, y=y):
                time.sleep(max(0.0, self._since_s + SETTLE_S - time.monotonic()))
                self._touch(x, y)
            case Screenshot(path=path):
                self._look_again().save(path)
            case Look():
                pass
            case Press():
                raise NotImplementedError("nobody types on this booth")
        return self._see()
