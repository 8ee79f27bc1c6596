"""One booth on its day: its processes (desk and appliance), its people, and what they did there."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import IO, Self

from booth.desk.client import DeskClient
from booth.desk.verbs import SOCKET, Act, ReaderKind
from config.package import Package, Place
from tests.demo.plan import Deed, Visit
from tests.robot.driver import Robot
from tests.robot.people import CardHolder, Officer, Site, Voter
from tests.robot.reading import SlipReader

THIN_ROLL_MM = 70.0
"""Ends in the middle of a slip."""
DESK_START_S = 60.0
COMMAND = "bilik-booth"


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


@dataclass(frozen=True)
class Manner:
    """How the day is held."""

    speed_mm_s: int = 250
    """Of the printer; 0 is as fast as it can."""
    album: bool = True
    """Keep the first picture of each screen."""
    robot: type[Robot] = Robot


class Station:
    """Runs a booth's processes while it is entered."""

    def __init__(
        self,
        package: Package,
        folders: Folders,
        staff: Staff,
        kind: ReaderKind = ReaderKind.SOFT,
        manner: Manner = Manner(),
    ) -> None:
        """``kind`` is that of its cards."""
        self.place: Place = package.manifest.place
        self.folders = folders
        self._package = package
        self.staff = staff
        self.kind = kind
        self._manner = manner
        self._beside = Beside((), {})
        self.wrong_pins = 0
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
            desk += ["--card", self.kind, "--stick", folders.stick, "--speed-mm-s", self._manner.speed_mm_s]
            self._run(things, f"desk-{self.name}", desk)
            things.callback(self.switch_off)
            client = things.enter_context(_desk(folders.desk))
            self._beside = _beside(folders.logs / f"desk-{self.name}.log")
            self.site = Site(self._switch_on(), client, SlipReader(self._package))
            self._things = things.pop_all()
        return self

    def _switch_on(self) -> Robot:
        """The appliance starts; what it writes is added to its log."""
        folders = self.folders
        socket = folders.sockets / f"{self.name}.sock"
        socket.unlink(missing_ok=True)
        album = ["--album", folders.screens] if self._manner.album else []
        launch = [sys.executable, "-m", "tests.robot.launch", socket, *album, "--"]
        device = ["--data", folders.data, *self._beside.arguments, "--video", "offscreen"]
        with ExitStack() as things:
            process = self._run(things, f"booth-{self.name}", [*launch, *device], self._beside.environment)
            robot = self._manner.robot(socket, alive=lambda: process.poll() is None, failures=folders.logs)
            things.enter_context(robot)
            self._appliance = things.pop_all()
        return robot

    def switch_off(self) -> None:
        """The appliance ends."""
        self._appliance.close()

    def power_cut(self) -> None:
        """The appliance dies in this instant and is started again."""
        self.appliance.kill()
        self.comes_on_again()

    @property
    def appliance(self) -> "subprocess.Popen[bytes]":
        """The process that was started last."""
        return self._processes[-1]

    def comes_on_again(self) -> None:
        """After its power went, or in order."""
        self.switch_off()
        self.site.robot = self._switch_on()

    def _run(
        self, things: ExitStack, name: str, command: list[object], environment: Mapping[str, str] = MappingProxyType({})
    ) -> "subprocess.Popen[bytes]":
        log = self.folders.logs / f"{name}.log"
        process = things.enter_context(_process(command, log, {"TMPDIR": str(self.folders.scratch), **environment}))
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
                self._rests()
            STORIES[visit.deed](self, Voter(visit.wish))
            told(visit.deed)

    def _rests(self) -> None:
        """A pause; smart cards have few tries, so where there are such cards it ends with wrong PINs."""
        officer, colleague = self.staff.officer, self.staff.colleague
        officer.pauses(self.site)
        if self.kind is ReaderKind.SOFT:
            officer.resumes(self.site)
        else:
            self.wrong_pins = officer.resumes_with_wrong_pins(self.site, colleague)

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


def _too_early(at: Station, voter: Voter) -> None:
    at.staff.officer.pulls_too_early(at.site)
    _votes(at, voter)


def _power_cut(at: Station, voter: Voter) -> None:
    at.staff.officer.unlocks(at.site)
    voter.looks_and_leaves(at.site)
    at.power_cut()
    at.staff.officer.comes_back_after_power_cut(at.site)
    _votes(at, voter)


STORIES: dict[Deed, Callable[[Station, Voter], None]] = {
    Deed.VOTES: _votes,
    Deed.REFUSES: _refuses,
    Deed.ROLL_ENDS: _roll_ends,
    Deed.LEAVES_BEFORE: _leaves_before,
    Deed.LEAVES_SLIP: _leaves_slip,
    Deed.LEAVES_AFTER_BOX: _leaves_after_box,
    Deed.TEST: _test,
    Deed.TOO_EARLY: _too_early,
    Deed.POWER_CUT: _power_cut,
}


# Processes


@contextmanager
def _process(command: list[object], log: Path, environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A process that writes to ``log`` and is gone when this is left, however it is left."""
    with log.open("ab") as out:
        process = _start([str(part) for part in command], out, environment)
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _start(command: list[str], out: IO[bytes], environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    # A process group of its own: an interrupt on the terminal reaches the demo, which ends its booths in order.
    # LP_NUM_THREADS: three software renderers on two cores are quicker when none of them starts more threads.
    # TMPDIR: what a process leaves behind whose power was cut stays in the demo's own folder.
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=subprocess.STDOUT,
        # Several booths would talk over each other through one loudspeaker, so SDL plays to nobody unless told to.
        env={"SDL_AUDIODRIVER": "dummy"} | os.environ | {"LP_NUM_THREADS": "1"} | environment,
        start_new_session=True,
    )


@dataclass(frozen=True)
class Beside:
    """How a booth is started beside a desk."""

    arguments: tuple[str, ...]
    environment: dict[str, str]


def _beside(log: Path) -> Beside:
    """From the line that the desk shows for it, as a person would copy it."""
    end_s = time.monotonic() + DESK_START_S
    while not (lines := [line for line in log.read_text().splitlines() if COMMAND in line]):
        if time.monotonic() > end_s:
            raise AssertionError(f"{log.name} does not say how to start a booth")
        time.sleep(0.05)
    words = shlex.split(lines[-1])
    place = words.index(COMMAND)
    variables = (word.partition("=") for word in words[:place])
    # After the command: --data DATA, which is for the person to fill in.
    return Beside(tuple(words[place + 3 :]), {name: value for name, _, value in variables})


@contextmanager
def _desk(folder: Path) -> Iterator[DeskClient]:
    end_s = time.monotonic() + DESK_START_S
    while not (folder / SOCKET).exists() and time.monotonic() < end_s:
        time.sleep(0.05)
    with DeskClient(folder) as client:
        yield client
