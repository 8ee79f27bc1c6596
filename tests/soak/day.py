"""The long day itself: prepared by the district, held at one booth, counted by the district."""

import hashlib
import os
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import config
from config.package import Package
from tests.demo.election import Election
from tests.demo.evidence import Booth
from tests.demo.proof import Claim, of_district
from tests.demo.station import Manner, Station
from tests.robot.people import Officer
from tests.soak.figures import Timed
from tests.soak.gauge import Sample, cpu_s, sample
from tests.soak.hall import Hall, Restart
from tests.soak.ledger import Ledger
from tests.soak.plan import Between, Visit
from tests.soak.proof import of_booth
from tests.soak.stories import visit
from tests.soak.watching import WatchingRobot

SAMPLE = Path(config.__file__).parent / "sample"
VILLAGE, TPS, OTHER_TPS = "34.04.01.2001", 1, 2
BOOTH = f"{VILLAGE}-{TPS:03d}-1"
SETTINGS = {"print_timeout_s": 5}
"""Beyond the sample's shortened waits."""
FLOOR_SYNCS, FLOOR_ROUNDS = 6, 4000
PAGE = bytes(4096)


@dataclass(frozen=True)
class Outcome:
    """All that the day left."""

    claims: tuple[Claim, ...]
    samples: tuple[Sample, ...]
    timed: tuple[Timed, ...]
    restarts: tuple[Restart, ...]
    booth: Booth
    ledger: Ledger
    voting_s: float
    closing_s: float


class LongDay(Election):
    """A rehearsal of two polling stations, of which one is served; the other's cards are strangers."""

    title = "soak"
    spoken = False

    def __init__(self, home: Path, tell: Callable[[str], None], every: int) -> None:
        """``home`` is an empty folder; a sample of the process is taken after ``every`` so many visits."""
        for name in ("logs", "screens"):
            (home / name).mkdir(parents=True)
        super().__init__(home, home, tell)
        self._tell = tell
        self._every = every
        self._samples: list[Sample] = []
        self._timed: list[Timed] = []
        self._served = 0

    def plan(self, voters: int) -> None:
        """The district's part, up to a stick with the package."""
        source = self.home / "plan"
        shutil.copytree(SAMPLE, source)
        head = (source / "booths.csv").read_text(encoding="utf-8").splitlines()[0]
        reason = "Uji beban: tidak ada pemilih sungguhan"
        rows = (f"{VILLAGE},{TPS},1,{voters},{reason}", f"{VILLAGE},{OTHER_TPS},1,{voters},{reason}")
        (source / "booths.csv").write_text("\n".join((head, *rows, "")), encoding="utf-8")
        self._set(source / "election.toml")
        self.prepare(source)

    @staticmethod
    def _set(plan: Path) -> None:
        lines = plan.read_text(encoding="utf-8").splitlines()
        kept = [line for line in lines if line.partition(" = ")[0] not in SETTINGS]
        kept += [f"{name} = {value}" for name, value in SETTINGS.items()]
        plan.write_text("\n".join((*kept, "")), encoding="utf-8")

    @property
    def package(self) -> Package:
        """Of the booth that is served."""
        return self.packages[BOOTH]

    def hold(self, visits: tuple[Visit, ...]) -> Outcome:
        """From opening to the district's count; raises what went wrong."""
        people = {card.name: Officer(card) for card in self.cards()}
        staff = self.staff(self.package, people)
        strangers = (people[f"officers-{VILLAGE}-{OTHER_TPS:03d}-1"], staff.committee)
        manner = Manner(speed_mm_s=0, album=False, robot=WatchingRobot)
        station = Station(self.package, self.folders(BOOTH), staff, self.kind, manner)
        with station:
            hall = Hall(station, strangers)
            station.opens(cable_out=False)
            began_s = time.monotonic()
            self._votes(hall, visits)
            voting_s = time.monotonic() - began_s
            station.closes(hall.ledger.cast + hall.ledger.left, hall.ledger.left)
            closing_s = time.monotonic() - began_s - voting_s
        self._tell(f"closed after {voting_s:.0f} s; the district counts")
        self.collect_paper()
        booth = self._look(BOOTH, self.package)
        claims = self._claims(hall, booth)
        restarts = tuple(hall.restarts)
        return Outcome(
            claims, tuple(self._samples), tuple(self._timed), restarts, booth, hall.ledger, voting_s, closing_s
        )

    def _votes(self, hall: Hall, visits: tuple[Visit, ...]) -> None:
        unusual: set[Between] = set()
        process = hall.station.appliance.pid
        for number, what in enumerate(visits, 1):
            before = cpu_s(process)
            try:
                visit(hall, what)
            except BaseException:
                self._tell(f"visit {number} of {len(visits)}: {what}")
                raise
            if hall.station.appliance.pid != process:
                process, self._served = hall.station.appliance.pid, 0
            self._served += 1
            unusual = _after(unusual, what)
            if what.plain and not unusual:
                self._time(hall, before, cpu_s(process))
            if number % self._every == 0:
                self._tell(f"{number} of {len(visits)} visits")
            if self._served % self._every == 0 and Between.STICK_OUT not in unusual:
                life = len(hall.restarts)
                self._samples.append(sample(process, life, number, self._served))

    def _time(self, hall: Hall, before: tuple[float, float], after: tuple[float, float]) -> None:
        took_s = hall.robot.took_s
        self._timed.append(
            Timed(
                unlock=took_s("begin", "Choosing"),
                slip=took_s("tap yes", "ReadSlip"),
                stored=took_s("tap right", "IntoBox"),
                idle=took_s("tap right", "WaitingForCard"),
                drawing_cpu=after[0] - before[0],
                others_cpu=after[1] - before[1],
                floor=floor_s(self.home / "floor"),
            )
        )

    def _claims(self, hall: Hall, booth: Booth) -> tuple[Claim, ...]:
        claims = [*of_booth(booth, hall.ledger, self.choices)]
        # The station that was not served is missing, and everybody is told so.
        claims += of_district(self._sum_up(), {BOOTH: hall.ledger.expected(self.choices)})
        return tuple(claims)


def _after(unusual: set[Between], what: Visit) -> set[Between]:
    """The spans that last on after this visit."""
    for happening in what.before:
        if happening in (Between.STICK_IN, Between.CLOCK_RIGHT):
            unusual = set()
        elif happening not in (Between.PAUSE, Between.PAUSE_WRONG_PIN):
            unusual = unusual | {happening}
    return unusual


def floor_s(file: Path) -> float:
    """A page written and synced some times, and some hashes: what this machine needs for it just now."""
    began_s = time.monotonic()
    with file.open("wb", buffering=0) as floor:
        for _ in range(FLOOR_SYNCS):
            floor.seek(0)
            floor.write(PAGE)
            os.fsync(floor.fileno())
    for _ in range(FLOOR_ROUNDS):
        hashlib.sha256(PAGE).digest()
    return time.monotonic() - began_s
