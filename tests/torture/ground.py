"""The election that is tortured: one booth of a rehearsal, made once by the district's own commands."""

import csv
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from booth.desk.desk import DeskCard, cards_in
from config.package import Package, read_package
from sync.media import PACKAGE_FOLDER
from tests.district.election import Made, changed_sample, prepared
from tests.robot.reading import SlipReader

BOOTH = "34.04.01.2001-002-1"
"""The only booth of its TPS: it can check the attendance by itself."""
VOTERS = 12
QUICK = {
    # The robot is quick, but several booths with real screens on a busy machine are not.
    "idle_warning_s": 3,
    "check_warning_s": 3,
    "countdown_s": 2,
    "box_sign_s": 1,
    "tape_copies": 1,
    "print_timeout_s": 5,
    "stub": True,
}
NAMES = ("Kenari Saptanirwana", "Merak Dwilokananta", "Jalak Trikusumadewi")
"""Canaries: words that stand nowhere but in the package, on the screen and on slips."""


@dataclass(frozen=True)
class Ground:
    """Where the election's things lie; any process can take it up again by its folder."""

    folder: Path

    @cached_property
    def made(self) -> Made:
        """Workspace, cards and sticks."""
        return Made(self.folder / "election")

    @property
    def stick(self) -> Path:
        """The booth's stick as the district made it."""
        return self.made.sticks / BOOTH

    @cached_property
    def package(self) -> Package:
        """The booth's package."""
        return read_package(self.stick / PACKAGE_FOLDER)

    @cached_property
    def reader(self) -> SlipReader:
        """Reads the booth's slips, for all points of a process."""
        return SlipReader(self.package)

    def cards(self, folder: Path) -> dict[str, DeskCard]:
        """The booth's cards in a copy of the cards' folder: officer, colleague, committee."""
        cards = cards_in(folder)
        officer, colleague = (card for card in cards if card.name.startswith(f"officers-{BOOTH[:17]}"))
        committee = next(card for card in cards if card.name.startswith(f"committee-{BOOTH[:13]}"))
        return {"officer": officer, "colleague": colleague, "committee": committee}

    @cached_property
    def pins(self) -> tuple[str, ...]:
        """Every card's PIN."""
        with (self.made.cards / "pins.csv").open(encoding="utf-8") as sheet:
            return tuple(row["pin"] for row in csv.DictReader(sheet))


def make(folder: Path) -> Ground:
    """Holds the district's part: plan, cards, trustees, package."""
    source = changed_sample(folder / "source", **QUICK)
    booths = source / "booths.csv"
    head = booths.read_text(encoding="utf-8").splitlines()[0]
    village, tps, booth = BOOTH.split("-")
    booths.write_text(f"{head}\n{village},{int(tps)},{booth},{VOTERS},Uji ketahanan\n", encoding="utf-8")
    candidates = source / "candidates.csv"
    head, *rows = candidates.read_text(encoding="utf-8").splitlines()
    for i, name in enumerate(NAMES):
        parts = rows[i].split(",")
        parts[2] = name
        rows[i] = ",".join(parts)
    candidates.write_text("\n".join((head, *rows)) + "\n", encoding="utf-8")
    prepared(folder / "election", source)
    return Ground(folder)
