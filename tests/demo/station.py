"""One booth on its day: its processes (desk and appliance), its people, and what they did there."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self

from booth.desk.client import DeskClient
from booth.desk.verbs import SOCKET, Act
from config.package import Package, Place
from tests.demo.plan import Deed, Visit
from tests.robot.driver import Robot
from tests.robot.people import CardHolder, Officer, Site, Voter
from tests.robot.reading import SlipReader

THIN_ROLL_MM = 70.0
"""Ends in the middle of a slip."""
DESK_START_S = 20.0


@dataclass(frozen=True)
class Folders:
    """Where one booth's things lie."""

    stick: Path
    data: Path
    desk: Path
    cards: Path
    screens: Path
    logs: Path
    sockets: Path
    scratch: Path


@dataclass(frozen=True)
class Staff:
    """Who works at a booth; the colleague and the committee also serve other booths."""

    officer: Officer
    colleague: CardHolder
    committee: CardHolder


class Station:
    """Runs a booth's processes while it is entered."""

    def __init__(self, package: Package, folders: Folders, staff: Staff) -> None:
        self.place: Place = package.manifest.place
        self.folders = folders
        self._package = package
        self.staff = staff
        self._things = ExitStack()
        self._appliance = ExitStack()
        self._processes: list[subprocess.Popen[bytes]] = []
        self.site: Site

    @property
    def name(self) -> str:
        """``34.04.01.2001-001-1``."""
        return self.place.booth_id

    def __enter__(self) -> Self:
        with ExitStack() as things:
            folders = self.folders
            desk = [sys.executable, "-m", "booth.desk", "--headless", folders.desk, "--cards", folders.cards]
            self._run(things, f"desk-{self.name}", [*desk, "--stick", folders.stick, "--speed-mm-s", "250"])
            things.callback(self.switch_off)
            client = things.enter_context(_desk(folders.desk))
            self.site = Site(self._switch_on(), client, SlipReader(self._package))
            self._things = things.pop_all()
        return self

    def _switch_on(self) -> Robot:
        """The appliance starts; what it writes is added to its log."""
        folders = self.folders
        socket = folders.sockets / f"{self.name}.sock"
        socket.unlink(missing_ok=True)
        launch = [sys.executable, "-m", "tests.robot.launch", socket, "--album", folders.screens, "--"]
        device = ["--data", folders.data, "--desk", folders.desk, "--video", "offscreen"]
        with ExitStack() as things:
            process = self._run(things, f"booth-{self.name}", [*launch, *device])
            robot = Robot(socket, alive=lambda: process.poll() is None, failures=folders.logs)
            things.enter_context(robot)
            self._appliance = things.pop_all()
        return robot

    def switch_off(self) -> None:
        """The appliance ends."""
        self._appliance.close()

    def power_cut(self) -> None:
        """The appliance dies in this instant and is started again."""
        self._processes[-1].kill()
        self.switch_off()
        self.site.robot = self._switch_on()

    def _run(self, things: ExitStack, name: str, command: list[object]) -> "subprocess.Popen[bytes]":
        process = things.enter_context(_process(command, self.folders.logs / f"{name}.log", self.folders.scratch))
        self._processes.append(process)
        return process

    def kill(self) -> None:
        """Ends its processes at once, from any thread; what waits for them fails."""
        for process in self._processes:
            process.kill()

    def __exit__(self, *_: object) -> None:
        self._things.close()

    def opens(self, *, cable_out: bool) -> None:
        """From the blank device to the first voter; with a cable that is knocked out during the zero report."""
        self.staff.officer.opens(self.site, self.staff.committee, cable_out=cable_out)

    def votes(self, visits: list[Visit], told: Callable[[Deed], None]) -> None:
        """Everyone's visit, with a pause at half-time; ``told`` hears of each one that is over."""
        for count, visit in enumerate(visits):
            if count == len(visits) // 2:
                self.staff.officer.pauses(self.site)
                self.staff.officer.resumes(self.site)
            _STORIES[visit.deed](self, Voter(visit.wish))
            told(visit.deed)

    def closes(self, attended: int, left: int) -> None:
        """With the numbers of the TPS's desk; the stick is pulled with the batch on it."""
        self.staff.officer.closes(self.site, attended, left, self.staff.committee)
        self.site.robot.screenshot(self.folders.screens / "Closed.png")
        self.site.desk.remove_stick()

    def shows_damage(self) -> None:
        """What the appliance shows when its stored batch was altered; the batch is put back afterwards."""
        stored = self.folders.data / "batch" / f"{self.name}.batch"
        good = stored.read_bytes()
        self.switch_off()
        stored.write_bytes(good[:-1500] + bytes([good[-1500] ^ 1]) + good[-1499:])
        self.site.robot = self._switch_on()
        self.site.robot.wait_for("Quarantined", timeout_s=40)
        self.site.robot.screenshot(self.folders.screens / "Quarantined.png")
        self.switch_off()
        stored.write_bytes(good)


# The stories of a session


def _votes(at: Station, voter: Voter) -> None:
    at.staff.officer.unlocks(at.site)
    voter.chooses(at.site)
    voter.agrees(at.site)


def _refuses(at: Station, voter: Voter) -> None:
    at.staff.officer.unlocks(at.site)
    voter.chooses(at.site)
    voter.refuses(at.site)
    _votes(at, voter)


def _roll_ends(at: Station, voter: Voter) -> None:
    at.site.desk.printer(Act.LOAD_ROLL, length_mm=THIN_ROLL_MM)
    at.staff.officer.unlocks(at.site)
    seen = voter.chooses(at.site)
    if seen.view != "PrintTrouble":
        raise AssertionError("the roll ended and the screen says that the slip is out")
    at.staff.officer.changes_roll(at.site)
    at.site.robot.wait_for("ReadSlip")
    voter.agrees(at.site)


def _leaves_before(at: Station, voter: Voter) -> None:
    at.staff.officer.unlocks(at.site)
    voter.looks_and_leaves(at.site)
    at.staff.officer.ends_session(at.site)


def _leaves_slip(at: Station, voter: Voter) -> None:
    at.staff.officer.unlocks(at.site)
    voter.chooses(at.site)
    at.staff.officer.resolves(at.site, at.staff.colleague, slip_in_box=False)


def _leaves_after_box(at: Station, voter: Voter) -> None:
    at.staff.officer.unlocks(at.site)
    voter.chooses(at.site)
    voter.takes_slip_to_box(at.site)
    at.staff.officer.resolves(at.site, at.staff.colleague, slip_in_box=True)


def _test(at: Station, voter: Voter) -> None:
    at.staff.officer.unlocks(at.site)
    voter.chooses(at.site)
    voter.reads(at.site)
    at.staff.officer.declares_test(at.site)


def _power_cut(at: Station, voter: Voter) -> None:
    at.staff.officer.unlocks(at.site)
    voter.looks_and_leaves(at.site)
    at.power_cut()
    at.staff.officer.comes_back_after_power_cut(at.site)
    _votes(at, voter)


_STORIES: dict[Deed, Callable[[Station, Voter], None]] = {
    Deed.VOTES: _votes,
    Deed.REFUSES: _refuses,
    Deed.ROLL_ENDS: _roll_ends,
    Deed.LEAVES_BEFORE: _leaves_before,
    Deed.LEAVES_SLIP: _leaves_slip,
    Deed.LEAVES_AFTER_BOX: _leaves_after_box,
    Deed.TEST: _test,
    Deed.POWER_CUT: _power_cut,
}


# Processes


@contextmanager
def _process(command: list[object], log: Path, scratch: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that writes to ``log`` and is gone when this is left, however it is left."""
    with log.open("ab") as out:
        process = _start([str(part) for part in command], out, scratch)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _start(command: list[str], out: IO[bytes], scratch: Path) -> "subprocess.Popen[bytes]":
    # A process group of its own: an interrupt on the terminal reaches the demo, which ends its booths in order.
    # LP_NUM_THREADS: three software renderers on two cores are quicker when none of them starts more threads.
    # TMPDIR: what a process leaves behind whose power was cut stays in the demo's own folder.
    environment = os.environ | {"LP_NUM_THREADS": "1", "TMPDIR": str(scratch)}
    return subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=environment, start_new_session=True
    )


@contextmanager
def _desk(folder: Path) -> Iterator[DeskClient]:
    end_s = time.monotonic() + DESK_START_S
    while not (folder / SOCKET).exists() and time.monotonic() < end_s:
        time.sleep(0.05)
    with DeskClient(folder) as client:
        yield client
