"""From the switch to the next voter, and from the end's signal to the end: the real appliance on a half-spent store.

Floors of the same run: a process that shows one empty window of Kivy, and that window's end. The hands are a robot's:
it looks once a frame and types a digit in two. What people are promised stands beside each figure and is held against
the median, for the worst of a few is the machine's; nothing passes or fails.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from booth.desk.desk import cards_in
from booth.desk.verbs import Act, Place
from booth.opening import CERTIFICATE_FILE
from booth.worker import Finished
from config.secret import Choice
from sync.ballot.seal import seal
from tests.booth.rig import BOOTH, Rig
from tests.demo.station import Folders, Manner, Staff, Station
from tests.district.election import changed_sample, prepared, with_audio
from tests.robot.driver import NotSeen
from tests.robot.people import CardHolder, Officer, Voter

ROUNDS = 2
VOTERS = {400: 333, 800: 666}
"""Voters on the roll by credentials of the device: a fifth is in reserve."""
HANGS_S = 2.0
"""Until the booth has tried a stick that answers nothing."""
SPENDING_S = 300.0
GIVE_UP_S = 30.0
"""What does not come by then is said to have taken that long."""


@dataclass(frozen=True)
class Promise:
    """What people are told about a time."""

    says: str
    at_most_s: float


STARTED = Promise("start to 'insert officer's card'", 3.0)
STARTED_AFTER_KILL = Promise("the same after a kill with a vote pending", 3.0)
OPENED = Promise("officer's card and PIN to 'next voter'", 10.0)
RESOLVED = Promise("vote pending: three cards and PINs to 'choose'", 10.0)
UNLOCKED = Promise("card to 'choose'", 10.0)
ENDED = Promise("SIGTERM to the end between voters", 5.0)
ENDED_IN_SESSION = Promise("the same, a voter is choosing", 5.0)
ENDED_IN_PRINT = Promise("the same, the printer stands still in a slip", 5.0)
ENDED_HANGING = Promise("the same, the stick hangs", 5.0)
ENDED_HANGING_LOCKED = Promise("the same, the stick hangs since the start", 5.0)
STARTED_HANGING = Promise("the stick hangs: start to 'insert officer's card'", 3.0)
OPENED_HANGING = Promise("the stick hangs: card and PIN to 'next voter'", 10.0)
ALL = {
    "start": (STARTED, STARTED_AFTER_KILL, STARTED_HANGING),
    "cards": (OPENED, UNLOCKED, RESOLVED, OPENED_HANGING),
    "end": (ENDED, ENDED_IN_SESSION, ENDED_IN_PRINT, ENDED_HANGING, ENDED_HANGING_LOCKED),
}
"""By what they are compared with: a window's start, nothing, a window's end."""


def run() -> Iterator[str]:
    """A line a figure: median and worst, the ratio to its floor, and the promise."""
    windows = [window() for _ in range(ROUNDS)]
    drawn, ended = [one for one, _ in windows], [one for _, one in windows]
    yield _line("floor: start to an empty window", drawn)
    yield _line("floor: SIGTERM to that window's end", ended)
    for slots, voters in VOTERS.items():
        with tempfile.TemporaryDirectory() as folder, half_spent(Path(folder), voters, slots) as station:
            measured = Restarts(station).measure()
        for kind, promises in ALL.items():
            floor = {"start": drawn, "end": ended}.get(kind)
            for promise in promises:
                yield _line(f"{slots} slots: {promise.says}", measured[promise], floor, promise)


def _line(name: str, seconds: list[float], floor: list[float] | None = None, promise: Promise | None = None) -> str:
    ratio = f"{median(seconds) / median(floor):5.1f} x floor" if floor else " " * 13
    if promise is None:
        kept = ""
    else:
        kept = f"   promised {promise.at_most_s:g} s{'' if median(seconds) <= promise.at_most_s else ': NOT KEPT'}"
    return f"restart {name:<62} {median(seconds):6.2f} s   worst {max(seconds):6.2f} s   {ratio}{kept}".rstrip()


def window() -> tuple[float, float]:
    """Seconds until a bare window is drawn, and until it is gone again."""
    began_s = time.monotonic()
    environment = os.environ | {"LP_NUM_THREADS": "1"}
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.window"], stdout=subprocess.PIPE, env=environment
    ) as window:
        assert window.stdout is not None
        if window.stdout.readline() != b"drawn\n":
            raise AssertionError("there is no window to compare with")
        drawn_s = time.monotonic()
        window.send_signal(signal.SIGTERM)
        told_s = time.monotonic()
        window.wait()
    return drawn_s - began_s, time.monotonic() - told_s


# A booth in the middle of its day


@contextmanager
def half_spent(folder: Path, voters: int, slots: int, *, spoken: bool = False) -> Iterator[Station]:
    """A station whose store has so many slots, every second one with a ballot; its process is not started yet.

    A ``spoken`` election has clips in both languages.
    """
    source = changed_sample(folder / "source", idle_warning_s=60, check_warning_s=60, box_sign_s=1)
    booths = source / "booths.csv"
    head = booths.read_text(encoding="utf-8").splitlines()[0]
    village, tps, booth = BOOTH.split("-")
    booths.write_text(f"{head}\n{village},{int(tps)},{booth},{voters},Pengukuran waktu\n", encoding="utf-8")
    made = prepared(folder / "made", with_audio(source) if spoken else source)
    rig = Rig(made, folder / "rig")
    try:
        rig.open()
        _spend(rig, slots // 2)
        rig.in_step()
    finally:
        rig.close()
    cards = cards_in(rig.cards)
    officer, colleague = (card for card in cards if card.name.startswith(f"officers-{BOOTH[:17]}"))
    committee = next(card for card in cards if card.name.startswith("committee-"))
    folders = Folders(
        stick=rig.stick,
        data=rig.device.data,
        desk=folder / "desk",
        cards=rig.cards,
        screens=folder,
        logs=folder,
        sockets=folder,
        scratch=folder,
    )
    staff = Staff(Officer(officer), CardHolder(colleague), CardHolder(committee))
    yield Station(made.package(BOOTH), folders, staff, manner=Manner(speed_mm_s=0, album=False))


def _spend(rig: Rig, ballots: int) -> None:
    """Real ballots through the booth's own open store, in the one thread that may touch it."""
    spent = threading.Event()

    def spend() -> None:
        booth = rig.runner._day.booth
        for number in range(ballots):
            slot = booth.store.free_slot()
            booth.store.unlock()
            booth.store.seal(slot, seal(booth.setup, booth.credentials[slot], Choice(number % 4)).ballot)
            booth.store.cast()
            booth.store.finish()
        spent.set()

    rig.runner._inbox.put(Finished(spend))
    if not spent.wait(SPENDING_S):
        raise AssertionError("the ballots are not sealed")


# What is measured


class Restarts:
    """One station, switched off and on again and again."""

    def __init__(self, station: Station) -> None:
        self._station = station
        self._voter = Voter(1)
        self._taken: dict[Promise, list[float]] = defaultdict(list)

    def measure(self) -> dict[Promise, list[float]]:
        """All times, by what was promised."""
        with self._station as station:
            station.site.desk.insert_stick()
            self._end()
            for _ in range(ROUNDS):
                self._round()
            for _ in range(ROUNDS):
                self._printer_stands_still()
            for _ in range(ROUNDS):
                self._stick_hangs()
        return self._taken

    def _round(self) -> None:
        site, staff = self._station.site, self._station.staff
        self._start(STARTED)
        self._opens(OPENED)
        with self._timed(UNLOCKED):
            staff.officer.unlocks(site)
        self._voter.chooses(site)
        self._station.appliance.kill()
        self._start(STARTED_AFTER_KILL)
        with self._timed(RESOLVED):
            self._resolves()
            staff.officer.unlocks(site)
        self._end(ENDED_IN_SESSION)
        self._start(STARTED)
        staff.officer.comes_back_after_power_cut(site)
        self._end(ENDED)

    def _printer_stands_still(self) -> None:
        site, staff = self._station.site, self._station.staff
        self._start(STARTED)
        self._opens(OPENED)
        staff.officer.unlocks(site)
        site.desk.printer(Act.STALL, after_mm=30)
        site.follow({"Choosing": "choice-1", "Confirming": "yes"}, until=("Printing",))
        self._end(ENDED_IN_PRINT)
        site.desk.printer(Act.GO_ON)
        site.desk.printer(Act.TEAR)
        self._start(None)
        self._resolves()
        self._end()

    def _stick_hangs(self) -> None:
        """Pulled, and put back as one that is there and answers nothing when it is read."""
        place = self._station.folders.desk / "stick"
        good = place.readlink()
        self._start(STARTED)
        self._opens(OPENED)
        place.unlink()
        with tempfile.TemporaryDirectory() as folder:
            place.symlink_to(_hanging(good, Path(folder) / "stick"))
            time.sleep(HANGS_S)
            self._end(ENDED_HANGING)
            self._start(STARTED_HANGING)
            self._opens(OPENED_HANGING)
            self._end(ENDED_HANGING_LOCKED)
            place.unlink()
        place.symlink_to(good)

    # Steps

    @contextmanager
    def _timed(self, promise: Promise) -> Iterator[None]:
        """What is not there after a long time counts as that time."""
        began_s = time.monotonic()
        try:
            yield
        except NotSeen:
            if promise is not OPENED_HANGING:
                raise
        self._taken[promise].append(time.monotonic() - began_s)

    def _start(self, promise: Promise | None) -> None:
        """Begins after the end of the process before."""
        self._station.switch_off()
        began_s = time.monotonic()
        self._station.comes_on_again()
        self._station.site.robot.wait_for("CardWanted:locked", timeout_s=GIVE_UP_S)
        if promise is not None:
            self._taken[promise].append(time.monotonic() - began_s)

    def _opens(self, promise: Promise) -> None:
        with self._timed(promise):
            self._station.staff.officer.shows_card_and_pin(self._station.site, "WaitingForCard")

    def _resolves(self) -> None:
        """After a restart with a pending vote whose slip hangs at the printer."""
        site, staff = self._station.site, self._station.staff
        staff.officer.shows_card_and_pin(site, "ResolveAsk")
        site.robot.tap_away("saw-envelope", in_view="ResolveAsk")
        staff.colleague.shows_card_and_pin(site, "Notice:voided")
        site.clear(Place.ENVELOPE)
        site.robot.tap_away("confirm", in_view="Notice:voided")
        site.robot.wait_for("WaitingForCard")

    def _end(self, promise: Promise | None = None) -> None:
        process = self._station.appliance
        began_s = time.monotonic()
        process.terminate()
        try:
            process.wait(GIVE_UP_S)
        except subprocess.TimeoutExpired:
            process.kill()
        if promise is not None:
            self._taken[promise].append(time.monotonic() - began_s)


def _hanging(stick: Path, to: Path) -> Path:
    """A copy of a stick on which one small file never opens: as a stick whose electronics hang does it."""
    shutil.copytree(stick, to)
    (certificate,) = to.glob(f"bilik/store/epoch-0/{CERTIFICATE_FILE}")
    certificate.unlink()
    os.mkfifo(certificate)
    return to


def main() -> None:
    for line in run():
        print(line, flush=True)


if __name__ == "__main__":
    main()
