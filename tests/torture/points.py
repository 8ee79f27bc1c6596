"""One point: a booth that is killed at one call of one deed, brought back by its people, and looked into."""

import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from random import Random

from config.errors import BilikError
from tests.robot.driver import NotSeen
from tests.torture import states
from tests.torture.deeds import DEEDS, SAMPLE, Deed
from tests.torture.ground import Ground
from tests.torture.inspection import inspect
from tests.torture.play import Play
from tests.torture.rest import bring_to_rest
from tests.torture.scene import HEADLESS, KIVY, Scene
from tests.torture.shim import Act, Noted, Shim, Watched

KILLS = {"before": Act.KILL_BEFORE, "torn": Act.TEAR, "after": Act.KILL_AFTER}
WISHES = 4
MARGIN = 4
"""Threads make the numbering of a deed vary: so many numbers beyond what was traced are tried as well."""


@dataclass(frozen=True)
class Point:
    """Where a booth dies: ``right:17:torn`` is in the middle of the 17th call of that deed."""

    deed: str
    at: int
    kill: str
    wish: int = 1
    kivy: bool = False
    whole: bool = False
    """Goes on to closing, and the district imports."""
    lost: bool = False
    """The device never comes back: a blank one goes on from the stick."""

    def __str__(self) -> str:
        return f"{self.deed}:{self.at}:{self.kill}{':lost' if self.lost else ''}"

    @classmethod
    def parse(cls, text: str) -> "Point":
        """The inverse of ``str``, with the voter's wish behind it or not; raises ValueError."""
        deed, at, kill, *more = text.split(":")
        if deed not in DEEDS or kill not in KILLS:
            raise ValueError(f"no such point: {text}")
        wishes = [part for part in more if part != "lost"]
        return cls(deed, int(at), kill, int(wishes[0]) if wishes else 1, lost="lost" in more)


class Reached(Enum):
    """What became of a point."""

    KILLED = "killed"
    NOT_REACHED = "not reached"
    """The deed was over before: the booth was killed then."""


@dataclass(frozen=True)
class Result:
    """How a point ended."""

    point: Point
    reached: Reached
    end: str
    """What the screen said of the voter afterwards."""
    violations: tuple[str, ...]
    seconds: float


class Torture:
    """Everything that a process needs to run points: election, states, shim, a folder to work in."""

    def __init__(
        self, ground: Ground, library: Path, kept: Path, work: Path, violations: Path, *, module: str = HEADLESS
    ) -> None:
        """``kept`` holds the states; ``work`` is this process's own; scenes of violations stay in ``violations``.

        ``module`` is what plays a booth without Kivy.
        """
        self._module = module
        self._ground = ground
        self._library = library
        self._kept = kept
        self._work = work
        self._violations = violations
        self._count = 0

    def trace(self, name: str, *, kivy: bool = False) -> tuple[Noted, ...]:
        """Every call of a deed that nobody disturbs."""
        with self._play(name, Point(name, 0, "before", kivy=kivy)) as (play, shim):
            deed = DEEDS[name]
            self._begin(deed, play, shim)
            deed.act(play)
            shim.rest()
            noted = shim.noted()
            play.scene.stop()
        return noted

    def run(self, point: Point) -> Result:
        """Kills, brings back, inspects."""
        began = time.monotonic()
        with self._play(point.deed, point) as (play, shim):
            deed = DEEDS[point.deed]
            shim.tell(KILLS[point.kill], point.at)
            violations: list[str] = []
            end = "?"
            reached = Reached.NOT_REACHED
            try:
                reached = self._die(deed, play, shim)
                if point.lost:
                    play.scene.other_device()
                play.start()
                # With votes that are on no stick the equations cannot all hold: that is looked at before the closing.
                whole = point.whole and not (point.lost and deed.lags)
                end = bring_to_rest(play, deed.goals, whole=whole)
                if play.scene.stop() != 0:
                    violations.append("the booth did not end in order")
                unknown = int(point.lost and deed.lags)
                violations += inspect(play, whole=whole, unsure_papers=deed.unsure_papers, unknown_papers=unknown)
            except (AssertionError, OSError, BilikError) as fault:
                violations.append(f"{type(fault).__name__}: {fault}")
                play.scene.tell_where()
            if violations:
                self._keep(point, play)
        return Result(point, reached, end, tuple(violations), time.monotonic() - began)

    def _play(self, name: str, point: Point) -> "_Entered":
        self._count += 1
        deed = DEEDS[name]
        folder = self._work / f"{self._count}"
        state = self._kept / deed.state if deed.state is not None else None
        module = KIVY if point.kivy else self._module
        scene = Scene(self._ground, folder, state, module=module, stick_in=deed.stick_in, library=self._library)
        shim = Shim(self._library, self._work / f"{self._count}.control", scene.watched())
        earlier = states.EARLIER if state is not None else ()
        return _Entered(Play(scene, deed.visitor(point.wish), earlier), shim, folder)

    def _begin(self, deed: Deed, play: Play, shim: Shim) -> None:
        """Up to the deed's start; from here on calls are counted."""
        if deed.before is not None:
            play.start()
            deed.before(play)
            play.power_cut()
            if deed.other_device:
                play.scene.other_device()
        if deed.to_start is None:
            shim.arm()
            play.start(shim)
        else:
            play.start(shim)
            deed.to_start(play)
            shim.arm()

    def _die(self, deed: Deed, play: Play, shim: Shim) -> Reached:
        try:
            self._begin(deed, play, shim)
            deed.act(play)
        except (NotSeen, OSError):
            if shim.hits == 0 or play.scene.ended() != -9:
                raise
            return Reached.KILLED
        shim.rest()
        if shim.hits:
            # Another thread died in the very last moment.
            play.scene.ended()
            return Reached.KILLED
        play.power_cut()
        return Reached.NOT_REACHED

    def _keep(self, point: Point, play: Play) -> None:
        """The scene of a violation stays."""
        place = self._violations / str(point).replace(":", "-")
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(play.scene.folder, place, symlinks=True, ignore=shutil.ignore_patterns("*.sock", "printer"))


class _Entered:
    """A play in its scene, with a shim; everything is cleared away when it is left."""

    def __init__(self, play: Play, shim: Shim, folder: Path) -> None:
        self._play, self._shim, self._folder = play, shim, folder

    def __enter__(self) -> tuple[Play, Shim]:
        self._play.scene.__enter__()
        return self._play, self._shim

    def __exit__(self, *_: object) -> None:
        self._play.scene.__exit__()
        self._shim.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.with_suffix(".control").unlink(missing_ok=True)


def points_of(name: str, noted: Sequence[Noted], random: Random) -> list[Point]:
    """Every point of a deed: before each call, in the middle of each write, and after what makes writes count.

    After a write is before the next call. The printer's line takes little at once: what it got of a slip differs by
    256 bytes from call to call, and that is fine enough without halves.
    """
    found = []
    for at in range(1, len(noted) + MARGIN + 1):
        call = noted[at - 1] if at <= len(noted) else None
        for kill in KILLS:
            torn = kill == "torn" and call is not None and call.tears and call.watched is not Watched.PRINTER
            settled = kill == "after" and call is not None and not call.tears
            if kill == "before" or torn or settled:
                found.append(Point(name, at, kill, wish=random.randrange(WISHES)))
    return found[random.randrange(SAMPLE) :: SAMPLE] if DEEDS[name].like else found


def lost_points_of(name: str, noted: Sequence[Noted], random: Random) -> list[Point]:
    """Every point of a deed that differs for another device: before each call, and in the middle of the stick's writes.

    A deed that itself begins with a lost device has no third one here: lanes are few.
    """
    return [
        replace(point, lost=True)
        for point in points_of(name, noted, random)
        if point.kill == "before" or (point.kill == "torn" and noted[point.at - 1].watched is Watched.STICK)
    ]


def some(points: Sequence[Point], count: int, random: Random, **changes: bool) -> list[Point]:
    """So many of the points, spread over all deeds."""
    by_deed: dict[str, list[Point]] = {}
    for point in points:
        by_deed.setdefault(point.deed, []).append(point)
    for found in by_deed.values():
        random.shuffle(found)
    chosen: list[Point] = []
    while len(chosen) < count and any(by_deed.values()):
        chosen += [found.pop() for found in by_deed.values() if found]
    return [replace(point, **changes) for point in chosen[:count]]
