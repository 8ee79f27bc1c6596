"""One of the demo's elections: its folder, the district's commands in it, its booths and who works there."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from booth.desk.desk import DeskCard, cards_in
from booth.desk.verbs import ReaderKind
from config.cards.role import Role
from config.package import Package, read_package
from sync.batch import STICK_FOLDER
from sync.media import PACKAGE_FOLDER
from tests.demo import evidence, proof
from tests.demo.district import District
from tests.demo.evidence import Booth
from tests.demo.plan import Expected, Visit, expect
from tests.demo.proof import Claim
from tests.demo.station import Folders, Staff, Station
from tests.robot.people import CardHolder, Officer

PARTS = ("batches", "archives", "sticks", "paper")


class Election:
    """A rehearsal with soft cards, in ``home``; pictures of screens and logs lie where those of all elections do."""

    kind = ReaderKind.SOFT
    title = "rehearsal"
    spoken = True
    """Whether voters may hear it."""

    def __init__(self, home: Path, demo: Path, tell: Callable[[str], None]) -> None:
        self.home = home
        self._demo = demo
        self._tell = tell
        for name in PARTS:
            (home / name).mkdir(parents=True)
        self.district = District(
            home, demo / "logs" / f"{'district' if home == demo else f'district-{home.name}'}.log", tell
        )
        self.packages: dict[str, Package] = {}
        self.visits: dict[str, list[Visit]] = {}
        self.held: list[Station] = []
        self.booths: list[Booth] = []

    def _says(self, line: str) -> None:
        self._tell(f"{self.title}: {line}")

    def prepare(self, source: Path) -> None:
        """From the plan to a package for each booth."""
        if self.spoken:
            self.district.run("audio", source)
        self.district.run("new", source, "district")
        self.issue_cards()
        self.district.finish()
        folders = sorted((self.home / "packages").iterdir())
        self.packages = {folder.name: read_package(folder / PACKAGE_FOLDER) for folder in folders}

    def issue_cards(self) -> None:
        """Everybody gets a card."""
        self.district.run("cards", "rehearsal", "district", "cards")

    @property
    def names(self) -> list[str]:
        """Its booths."""
        return list(self.packages)

    @property
    def choices(self) -> int:
        """Places on its ballot."""
        manifest = self.packages[self.names[0]].manifest
        return len(manifest.candidates) + manifest.blank

    @property
    def expected(self) -> dict[str, Expected]:
        """What each booth must count."""
        return {name: expect(visits, self.choices) for name, visits in self.visits.items()}

    # The day

    def stations(self) -> list[Station]:
        """A booth each, with its people; call it once, for a person has one card."""
        people = {card.name: Officer(card) for card in self.cards()}
        self.held = [
            Station(package, self.folders(name), self.staff(package, people), self.kind)
            for name, package in self.packages.items()
        ]
        return self.held

    def cards(self) -> tuple[DeskCard, ...]:
        """All cards, with what their holders know."""
        return cards_in(self.home / "cards")

    def staff(self, package: Package, people: dict[str, Officer]) -> Staff:
        """Who works at a booth."""
        place = package.manifest.place
        stem = f"{Role.OFFICERS}-{place.village_code}-{place.tps:03d}"
        first = 1 + (place.booth - 1) % 2
        committee: CardHolder = people[f"{Role.COMMITTEE}-{place.village_code}-{1 + place.tps % 2}"]
        return Staff(people[f"{stem}-{first}"], people[f"{stem}-{3 - first}"], committee)

    def folders(self, name: str) -> Folders:
        """Where a booth's things lie; its stick with the package on it."""
        machine = self.home / "booths" / name
        folders = Folders(
            stick=self.home / "sticks" / name,
            data=machine / "data",
            desk=machine / "desk",
            cards=self.home / "cards",
            screens=self._demo / "screens" / name,
            logs=self._demo / "logs",
            sockets=machine,
            scratch=machine / "tmp",
        )
        for folder in (folders.scratch, folders.screens):
            folder.mkdir(parents=True)
        # The stick is a thing of its own: what the booth does to it leaves the district's package as it was.
        shutil.copytree(self.home / "packages" / name, folders.stick)
        return folders

    def collect_paper(self) -> None:
        """What lies on the desks, whatever became of the day."""
        for name in self.names:
            paper = self.home / "booths" / name / "desk" / "paper"
            if paper.is_dir():
                shutil.copytree(paper, self.home / "paper" / name)

    # Afterwards

    def count(self) -> list[Claim]:
        """The district counts; what must hold of all that lies there."""
        self.booths = [self._look(name, package) for name, package in self.packages.items()]
        expected = self.expected
        claims = [claim for booth in self.booths for claim in proof.of_booth(booth, expected[booth.name])]
        claims += proof.of_stations(self.booths)
        return [*claims, *proof.of_district(self._sum_up(), expected)]

    def _look(self, name: str, package: Package) -> Booth:
        batch = self.home / "batches" / f"{name}.batch"
        shutil.copy(self.home / "sticks" / name / STICK_FOLDER / batch.name, batch)
        return evidence.look(package, batch, self.home / "archives" / f"{name}.bel", self.home / "paper" / name)

    def _sum_up(self) -> Any:
        district, home = self.district, self.home
        district.run("import", "district", home / "sticks")
        # A second time changes nothing: every batch is there already.
        district.run("import", "district", home / "batches")
        district.run("results", "district", "--out", "results.txt")
        district.run("results", "district", "--json", "--out", "results.json")
        root = home / "district" / "root.pub"
        district.run("verify", "--root", root, *(home / name for name in ("packages", "batches", "archives")))
        return district.json("results", "district")


def plan(sample: Path, folder: Path, tps: int, *, official: bool) -> Path:
    """The sample's plan for one of its polling stations."""
    shutil.copytree(sample, folder)
    booths = folder / "booths.csv"
    head, *rows = booths.read_text(encoding="utf-8").splitlines(keepends=True)
    booths.write_text("".join((head, *(row for row in rows if row.split(",")[1] == str(tps)))), encoding="utf-8")
    if official:
        file = folder / "election.toml"
        text = file.read_text(encoding="utf-8")
        text = text.replace('mode = "rehearsal"', 'mode = "official"').replace('name = "Gladi ', 'name = "')
        file.write_text(text, encoding="utf-8")
    return folder
