"""A booth on disks that are recorded: its process, its desk, and what was confirmed to its people."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from booth.desk.client import DeskClient
from booth.desk.control import Control
from booth.desk.desk import cards_in
from booth.desk.simulation import Simulation
from booth.desk.verbs import SOCKET
from sync.batch import SUFFIX
from tests.robot.driver import Robot
from tests.robot.people import CardHolder, Officer, Site
from tests.robot.reading import SlipReader
from tests.torture.ground import Ground
from tests.torture.powercut.mount import REPOSITORY, Mounted, mounted
from tests.torture.powercut.operations import Journal, Operation
from tests.torture.powercut.promises import Promises

DEVICE, STICK, FIRST = "device", "stick", "first"
"""The disks: of the device that serves the booth, of the stick, and of a device that served before, if one did."""
END_S = 15.0


@dataclass(frozen=True)
class Staff:
    """Who works there."""

    officer: Officer
    colleague: Officer
    committee: CardHolder

    @classmethod
    def of(cls, ground: Ground, cards: Path) -> "Staff":
        """With the cards in a folder."""
        people = ground.cards(cards)
        return cls(Officer(people["officer"]), Officer(people["colleague"]), CardHolder(people["committee"]))


class Booth:
    """One booth process at a desk, switched on and off as often as one likes."""

    def __init__(self, desk: DeskClient, reader: SlipReader, work: Path, journal: Path) -> None:
        """``work`` is a folder for what it writes beside its disks: the frames that it showed, its errors."""
        self._desk = desk
        self._reader = reader
        self._work = work
        self._journal = journal
        self.frames = work / "frames"
        self._things = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None
        self.site: Site

    def start(self, data: Path) -> Site:
        """Switches it on."""
        socket = self._work / "robot.sock"
        socket.unlink(missing_ok=True)
        noting = ["tests.torture.powercut.noting", self._journal, self.frames, socket]
        command = [sys.executable, "-m", *noting, "--", "--data", data, "--desk", self._desk.folder]
        with (self._work / "booth.log").open("ab") as log:
            process = subprocess.Popen(
                [os.fspath(part) for part in command],
                cwd=REPOSITORY,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=os.environ | {"TMPDIR": os.fspath(self._work)},
            )
        self._process = process
        robot = self._things.enter_context(Robot(socket, alive=lambda: process.poll() is None))
        self.site = Site(robot, self._desk, self._reader)
        return self.site

    def stop(self, *, in_order: bool = True) -> None:
        """Switches it off, in order or by pulling the plug (of the process: the disks lose nothing here)."""
        self._things.close()
        if self._process is not None:
            self._process.terminate() if in_order else self._process.kill()
            try:
                self._process.wait(END_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        self._process = None


@contextmanager
def desk(ground: Ground, folder: Path, stick: Path) -> Iterator[DeskClient]:
    """A desk in this process, with cards of its own and the stick in."""
    shutil.copytree(ground.made.cards, folder / "cards", dirs_exist_ok=True)
    place = folder / "desk"
    with (
        Simulation(place, cards_in(folder / "cards"), stick) as simulation,
        Control(place / SOCKET, simulation.do),
        DeskClient(place) as client,
    ):
        client.insert_stick()
        yield client


@dataclass
class Held:
    """What a day needs while it is held."""

    booth: Booth
    staff: Staff
    promises: Promises
    disks: Mounted
    turned: int | None = None
    """The journal's size when the first device was switched on again."""

    @property
    def site(self) -> Site:
        """Robot, desk and paper, as they are now."""
        return self.booth.site

    def restart(self) -> None:
        """The process dies in the middle of it and is started again."""
        self.booth.stop(in_order=False)
        self.booth.start(self.disks.folder / DEVICE)

    def turn_to_first(self) -> None:
        """The stick goes back into the device that served before."""
        self.booth.stop()
        self.turned = self.disks.now
        self.booth.start(self.disks.folder / FIRST)

    def step(
        self, *shown: str, in_box: str | None = None, void: str | None = None, **more: int
    ) -> AbstractContextManager[None]:
        """See ``Promises.step``."""
        return self.promises.step(lambda: self.disks.now, *shown, in_box=in_box, void=void, **more)


@dataclass(frozen=True)
class Recorded:
    """A whole day: everything that was done to the disks, and what people were told."""

    ground: Ground
    journal: Journal
    start: int
    """Operations before the booth was switched on."""
    promises: Promises
    batch: bytes
    """As it lies on the device at the day's end; empty when the day did not end."""
    first: Mapping[str, bytes] = field(default_factory=dict)
    """What the first device's disk had when it was lost: files by their paths. Nothing where no device was lost."""
    turned: int | None = None
    """The journal's size when the first device was switched on again, for its evidence."""

    @property
    def epoch(self) -> int:
        """Of the device whose disk is recorded."""
        return int(bool(self.first))

    def lying(self, about: Callable[[Operation], bool]) -> "Recorded":
        """The same day on disks that say of some operations that they are done and do not do them: syncs, for one."""
        kept = [
            number
            for number, operation in enumerate(self.journal.operations)
            if number < self.start or not about(operation)
        ]
        operations, sizes = self.journal.operations, self.journal.sizes
        return replace(self, journal=Journal(tuple(operations[n] for n in kept), tuple(sizes[n] for n in kept)))


@contextmanager
def recording(
    ground: Ground, work: Path, before: Callable[[Held], None] | None = None
) -> Iterator[tuple[Held, list[Recorded]]]:
    """The booth runs while this is entered; the recorded day lies in the list afterwards.

    ``before`` is a day until now, of another device, of which nothing is recorded but what was confirmed: its disk lies
    aside then, and a blank one with its stick takes its place.
    """
    backing, aside = work / "backing", work / "before"
    (backing / DEVICE).mkdir(parents=True)
    shutil.copytree(ground.stick, backing / STICK)
    promises = Promises(work / "frames")
    first: dict[str, bytes] = {}
    if before is not None:
        aside.mkdir()
        (aside / "journal").touch()
        with _held(ground, work, aside, Mounted(backing, aside / "journal"), promises) as held:
            before(held)
        (backing / DEVICE).rename(backing / FIRST)
        (backing / DEVICE).mkdir()
        first = files_in(backing / FIRST)
    recorded: list[Recorded] = []
    with mounted(backing, work) as disks:
        start = disks.now
        with _held(ground, work, work, disks, promises) as held:
            yield held, recorded
    promises.note_frames(start)
    journal = Journal.read(disks.journal)
    batch = next((backing / DEVICE / "batch").glob(f"*{SUFFIX}"), None)
    data = b"" if batch is None else batch.read_bytes()
    recorded.append(Recorded(ground, journal, journal.done_at(start), promises, data, first, held.turned))


@contextmanager
def _held(ground: Ground, work: Path, place: Path, disks: Mounted, promises: Promises) -> Iterator[Held]:
    """A device that is switched on, at a desk in ``place``."""
    with desk(ground, place, disks.folder / STICK) as client:
        booth = Booth(client, SlipReader(ground.package), work, disks.journal)
        try:
            booth.start(disks.folder / DEVICE)
            yield Held(booth, Staff.of(ground, place / "cards"), promises, disks)
        finally:
            booth.stop()


def files_in(folder: Path) -> dict[str, bytes]:
    """Every file's bytes by its path from there."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }
