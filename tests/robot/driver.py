"""The robot's hand from outside: looks at a booth's screen, taps it, says what it saw last when it waits in vain."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

import msgspec

from config.sockets import connect
from tests.robot.wire import Look, Press, Reply, Request, Screenshot, Seen, Tap

WAIT_S = 60.0
START_S = 40.0
"""Until a booth's first frame; two cores may start three at once."""


class NotSeen(AssertionError):
    """The screen did not come to show what it should; the message has what it showed last."""


class Robot:
    """One connection to a launched booth. ``alive`` tells whether its process still runs."""

    poll_s = 0.01
    """Between two looks; a look waits for the next frame by itself."""

    def __init__(self, socket: Path, alive: Callable[[], bool] = lambda: True, failures: Path | None = None) -> None:
        """Waits until the application listens; ``failures`` is a folder for pictures of failed waits."""
        self._name = socket.stem
        self._alive = alive
        self._failures = failures
        self._path: list[str] = []
        end_s = time.monotonic() + START_S
        while True:
            try:
                self._socket = connect(socket, WAIT_S * 2)
                break
            except OSError:
                if time.monotonic() > end_s or not alive():
                    raise NotSeen(f"{self._name}: no application listens at {socket}") from None
                time.sleep(0.05)
        self._lines = self._socket.makefile("rb")

    def close(self) -> None:
        """Lets go of the application."""
        self._lines.close()
        self._socket.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def look(self) -> Seen:
        """What the screen shows now."""
        seen = self._ask(Look())
        if seen.name and self._path[-1:] != [seen.name]:
            self._path = [*self._path[-11:], seen.name]
        return seen

    def wait_for(self, *views: str, timeout_s: float = WAIT_S) -> Seen:
        """Until one of the views is shown: ``Choosing``, ``CardWanted`` (of any kind) or ``CardWanted:ready``."""
        return self.wait_until(
            lambda seen: seen.view in views or seen.name in views, f"the view {' or '.join(views)}", timeout_s
        )

    def wait_until(self, holds: Callable[[Seen], bool], what: str, timeout_s: float = WAIT_S) -> Seen:
        """Until ``holds``; raises NotSeen, naming ``what``."""
        end_s = time.monotonic() + timeout_s
        while True:
            seen = self.look()
            if holds(seen):
                return seen
            if time.monotonic() > end_s:
                raise self._not_seen(what, seen, timeout_s)
            time.sleep(self.poll_s)

    def tap(self, target: str, *, in_view: str | None = None, timeout_s: float = WAIT_S) -> Seen:
        """Waits for the target (in that view), taps its middle once, and returns what was seen when it did."""
        seen = self.wait_until(
            lambda now: any(spot.name == target for spot in now.targets) and in_view in (None, now.view, now.name),
            f"the target {target}" + (f" in {in_view}" if in_view else ""),
            timeout_s,
        )
        x, y = next(spot for spot in seen.targets if spot.name == target).middle
        self._ask(Tap(x, y))
        return seen

    def tap_away(self, target: str, *, in_view: str | None = None) -> Seen:
        """Taps, and waits until another view than the tapped one is shown.

        A tap that met a picture which was renewed at that moment is dropped by the booth; people then tap once more.
        """
        before = self.tap(target, in_view=in_view)

        def away(now: Seen) -> bool:
            nonlocal before
            if now.name == before.name and now.number != before.number and target in {one.name for one in now.targets}:
                before = self.tap(target, in_view=in_view)
            return now.name != before.name

        return self.wait_until(away, f"another view than {before.name}")

    def type(self, digits: str) -> None:
        """Digits on a keypad, one key after the other."""
        for digit in digits:
            self.tap(f"key-{digit}")

    def press(self, code: int) -> Seen:
        """A key of a number pad, down and up; what was seen when it was."""
        return self._ask(Press(code))

    def touch_at(self, x: float, y: float) -> Seen:
        """A finger somewhere, whatever is there."""
        return self._ask(Tap(x, y))

    def screenshot(self, path: Path) -> None:
        """The window as PNG."""
        self._ask(Screenshot(str(path.absolute())))

    def _ask(self, request: Request) -> Seen:
        try:
            self._socket.sendall(msgspec.json.encode(request) + b"\n")
            line = self._lines.readline()
        except OSError as fault:
            line, why = b"", f" ({fault})"
        else:
            why = ""
        if not line:
            ended = "" if self._alive() else ": its process has ended"
            raise NotSeen(f"{self._name} does not answer{why}{ended}; it showed {self._trail()}")
        reply = msgspec.json.decode(line, type=Reply)
        if reply.seen is None:
            raise NotSeen(f"{self._name}: {reply.error}")
        return reply.seen

    def _not_seen(self, what: str, seen: Seen, timeout_s: float) -> NotSeen:
        kept = ""
        if self._failures is not None:
            self._failures.mkdir(parents=True, exist_ok=True)
            path = self._failures / f"{self._name}-{seen.name.replace(':', '-')}.png"
            self.screenshot(path)
            kept = f"; its picture: {path}"
        targets = ", ".join(spot.name for spot in seen.targets) or "nothing to touch"
        return NotSeen(
            f"{self._name}: waited {timeout_s:g} s for {what}, and it shows {seen.name or 'nothing'} ({targets}); "
            f"before: {self._trail()}{kept}"
        )

    def _trail(self) -> str:
        return " > ".join(self._path) or "nothing"
