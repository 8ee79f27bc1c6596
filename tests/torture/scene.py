"""One booth at its desk: what lies on its disk, on its stick and on the table, and the process that may die there."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from booth.desk.client import DeskClient
from booth.desk.desk import cards_in
from booth.desk.simulation import Simulation
from booth.desk.verbs import DeskState, Request
from tests.robot.driver import Robot
from tests.robot.people import CardHolder, Officer, Site
from tests.torture.ground import Ground
from tests.torture.nursery import Forked
from tests.torture.shim import Shim, Watched

KEPT = ("data", "stick", "paper", "cards")
"""What is on disks and tables; a prepared state is a folder with these."""
END_S = 20.0
TELL_S = 0.5
HEADLESS, KIVY = "tests.torture.headless", "tests.robot.launch"
"""What plays the booth: its screen without pixels, or the real one."""


class NearDesk(DeskClient):
    """A desk in this process, asked without a socket."""

    def __init__(self, folder: Path, simulation: Simulation) -> None:
        self.folder = folder
        self._simulation = simulation

    def close(self) -> None:
        """There is no connection."""

    def ask(self, request: Request) -> DeskState:
        return self._simulation.do(request)


@dataclass(frozen=True)
class Staff:
    """Who works there."""

    officer: Officer
    colleague: Officer
    committee: CardHolder


class Scene:
    """A desk in ``folder``, entered from a prepared state; ``start`` switches the booth on, as often as it takes."""

    def __init__(
        self,
        ground: Ground,
        folder: Path,
        state: Path | None,
        *,
        module: str = HEADLESS,
        stick_in: bool = True,
        library: Path | None = None,
    ) -> None:
        """``library``: headless booths are forked from a process that has this shim, instead of executed."""
        self.ground = ground
        self.folder = folder
        self._module = module
        self._library = library
        self._starts = 0
        self._process: subprocess.Popen[bytes] | Forked | None = None
        self._things = ExitStack()
        self.site: Site
        folder.mkdir(parents=True)
        for name in ("data", "tmp", "desk"):
            (folder / name).mkdir()
        if state is None:
            shutil.copytree(ground.stick, self.stick)
            shutil.copytree(ground.made.cards, folder / "cards")
        else:
            (folder / "data").rmdir()
            for name in KEPT:
                shutil.copytree(state / name, self.desk / "paper" if name == "paper" else folder / name)
        self._stick_in = stick_in
        people = {role: Officer(card) for role, card in ground.cards(folder / "cards").items()}
        self.staff = Staff(people["officer"], people["colleague"], people["committee"])

    @property
    def data(self) -> Path:
        """The device's disk."""
        return self.folder / "data"

    @property
    def stick(self) -> Path:
        """The stick, wherever it is."""
        return self.folder / "stick"

    @property
    def desk(self) -> Path:
        """Card, stick and printer as the booth sees them."""
        return self.folder / "desk"

    @property
    def log(self) -> Path:
        """What the booth's processes wrote to standard error."""
        return self.folder / "log"

    def __enter__(self) -> Self:
        with ExitStack() as things:
            simulation = things.enter_context(Simulation(self.desk, cards_in(self.folder / "cards"), self.stick))
            desk = NearDesk(self.desk, simulation)
            if self._stick_in:
                desk.insert_stick()
            things.callback(self.kill)
            self._desk = desk
            self._things = things.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._things.close()

    def watched(self) -> Mapping[Watched, tuple[Path | str, ...]]:
        """Where calls count: the disk, the stick by both its names, and any line that is no standard stream."""
        return {
            Watched.DISK: (self.data,),
            Watched.STICK: (self.stick, self.desk / "stick"),
            Watched.PRINTER: ("/dev/pts",),
        }

    def start(self, shim: Shim | None = None, before: tuple[str, ...] = ()) -> Site:
        """Switches the booth on; ``before`` stands before its command line."""
        self._starts += 1
        socket = self.folder / f"robot-{self._starts}.sock"
        arguments = [str(socket), "--", "--data", str(self.data), "--desk", str(self.desk)]
        if self._module == KIVY:
            arguments += ["--video", "offscreen"]
        environment = {"TMPDIR": str(self.folder / "tmp"), "LP_NUM_THREADS": "1", "HOME": str(self.folder / "tmp")}
        if shim is not None:
            environment |= shim.environment
        process: subprocess.Popen[bytes] | Forked
        if self._library is not None and self._module == HEADLESS and not before:
            process = Forked(self._library, arguments, self.log, environment)
        else:
            with self.log.open("ab") as log:
                process = subprocess.Popen(
                    [*before, sys.executable, "-m", self._module, *arguments],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=os.environ | environment,
                )
        self._process = process
        robot = self._things.enter_context(Robot(socket, alive=lambda: process.poll() is None))
        self.site = Site(robot, self._desk, self.ground.reader)
        return self.site

    @property
    def alive(self) -> bool:
        """The booth runs."""
        return self._process is not None and self._process.poll() is None

    def ended(self) -> int | None:
        """Waits for the end of a booth that is dying; its status, None when it lives on."""
        if self._process is None:
            return None
        with suppress(subprocess.TimeoutExpired):
            return self._process.wait(END_S)
        return None

    def tell_where(self) -> None:
        """A headless booth that stands still writes where each of its threads is to its log."""
        if self.alive and self._module == HEADLESS and self._process is not None:
            os.kill(self._process.pid, signal.SIGUSR1)
            time.sleep(TELL_S)

    def stop(self) -> int | None:
        """Switches the booth off in order; its status."""
        if self._process is None:
            return 0
        self._process.terminate()
        return self._process.wait(END_S)

    def kill(self) -> None:
        """The power goes."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def other_device(self) -> None:
        """A blank one takes the place of this one, whose disk lies aside. The booth is off."""
        before = len(list(self.folder.glob("data-before-*")))
        self.data.rename(self.folder / f"data-before-{before}")
        self.data.mkdir()

    def keep(self, to: Path) -> None:
        """Copies what lies there: a state for others to start from. The booth is off."""
        to.mkdir(parents=True)
        for name in KEPT:
            shutil.copytree(self.desk / "paper" if name == "paper" else self.folder / name, to / name)
