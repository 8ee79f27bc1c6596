"""Desks to begin from, each made once by a day that was really held: folders that a booth by hand takes a copy of."""

import shutil
from pathlib import Path

from booth.events import Button, Chosen, NumbersTyped
from booth.views import (
    CardWanted,
    Choosing,
    Closed,
    IntoBox,
    OpenChecks,
    ReadSlip,
    SignTakeover,
    SignZeroReport,
    TakeCard,
    TakeoverReady,
    WaitingForCard,
)
from config.secret import Choice
from tests.booth.hand import HandBooth
from tests.booth.rig import BOOTH
from tests.district.election import Made, changed_sample, prepared

BEGINNINGS = ("blank", "open", "nearly spent up", "to be taken over", "open", "has closed")
LATER = "a-later-stick"
"""Beside the stick of every desk: the same stick after two more devices took over from it."""


class People:
    """Who can do what at this booth, by card file."""

    def __init__(self, booth: HandBooth) -> None:
        self.officers = sorted(name for name in booth.pins if "officers" in name and BOOTH[:17] in name)
        self.committee = sorted(name for name in booth.pins if "committee" in name)
        self.strangers = sorted(name for name in booth.pins if "officers" in name and BOOTH[:17] not in name)


def small_election(folder: Path, **settings: object) -> Made:
    """One voter on the roll, so that credentials run out within a test."""
    source = changed_sample(folder / "source", **settings)
    booths = source / "booths.csv"
    booths.write_text(booths.read_text(encoding="utf-8").replace(",48,", ",1,"), encoding="utf-8")
    return prepared(folder / "made", source)


def make_desks(election: Made, folder: Path) -> dict[str, Path]:
    """Every beginning by its name."""
    desks = {name: folder / name.replace(" ", "-") for name in BEGINNINGS}
    blank = desks["blank"]
    shutil.copytree(election.cards, blank / "cards")
    shutil.copytree(election.sticks / BOOTH, blank / "a-stick")
    booth = HandBooth(folder / "day", blank)
    open_polls(booth)
    _keep(booth, desks["open"])
    _keep(booth, desks["to be taken over"])
    shutil.rmtree(desks["to be taken over"] / "data")
    later = _later_stick(desks["to be taken over"], folder)
    for desk in (*(desks[name] for name in BEGINNINGS if desks[name].exists()), booth.desk):
        shutil.copytree(later, desk / LATER, dirs_exist_ok=True)
    for _ in range(9):
        vote(booth)
    _keep(booth, desks["nearly spent up"])
    close_polls(booth)
    booth.stop()
    shutil.copytree(booth.desk, desks["has closed"], ignore=shutil.ignore_patterns("card", "stick", "data"))
    return desks


def _later_stick(desk: Path, folder: Path) -> Path:
    """The booth's stick after two more devices: each of them has replaced whatever begins at one of the desks."""
    for number in (2, 3):
        other = HandBooth(folder / f"device-{number}", desk)
        take_over(other)
        other.stop()
        desk = folder / f"blank-{number}"
        shutil.copytree(other.desk, desk, ignore=shutil.ignore_patterns("card", "stick", "data"))
    return desk / "a-stick"


def _keep(booth: HandBooth, desk: Path) -> None:
    """The desk as it is now, and the day goes on."""
    booth.wait_for_stick()
    booth.stop()
    shutil.copytree(booth.desk, desk, ignore=shutil.ignore_patterns("card", "stick"))
    booth.start()
    booth.show(People(booth).officers[0])
    see(booth, WaitingForCard)


def see(booth: HandBooth, kind: type) -> None:
    assert isinstance(booth.frame.view, kind), booth.frame.view


def open_polls(booth: HandBooth) -> None:
    people = People(booth)
    booth.wait_for_stick()
    booth.finish_work()
    booth.tick(1.1)
    booth.finish_work()
    see(booth, CardWanted)
    booth.show(people.officers[0])
    booth.wait_for_stick()
    booth.tick(1.1)
    booth.finish_work()
    see(booth, OpenChecks)
    booth.tap(Button.CONFIRM)
    booth.show(people.committee[0])
    booth.finish_work()
    see(booth, SignZeroReport)
    booth.tap(Button.CONFIRM)
    see(booth, WaitingForCard)


def vote(booth: HandBooth) -> None:
    booth.put_in(People(booth).officers[0])
    booth.tick()
    see(booth, TakeCard)
    booth.pull_card()
    booth.tick()
    see(booth, Choosing)
    booth.touch(Chosen(Choice(1)))
    booth.take_all()
    booth.tap(Button.YES)
    booth.finish_work()
    see(booth, ReadSlip)
    booth.tap(Button.RIGHT)
    see(booth, IntoBox)
    booth.wait(2)
    see(booth, WaitingForCard)


def take_over(booth: HandBooth) -> None:
    people = People(booth)
    booth.wait_for_stick()
    booth.finish_work()
    for _ in range(2):
        booth.tick(1.1)
        booth.finish_work()
    see(booth, TakeoverReady)
    booth.tap(Button.CONFIRM)
    booth.touch(NumbersTyped(1, 0))
    booth.take_all()
    booth.show(people.committee[0])
    booth.show(people.officers[0])
    booth.finish_work()
    see(booth, SignTakeover)
    booth.wait_for_stick()


def close_polls(booth: HandBooth) -> None:
    """Without the committee: the batch leaves without result."""
    officer = People(booth).officers[0]
    booth.tap(Button.OFFICER)
    booth.show(officer)
    booth.tap(Button.CLOSE)
    booth.tap(Button.CONFIRM)
    booth.touch(NumbersTyped(10, 0))
    booth.take_all()
    booth.tap(Button.CONFIRM)
    booth.show(officer)
    booth.tap(Button.WITHOUT_COMMITTEE)
    booth.finish_work()
    see(booth, Closed)
