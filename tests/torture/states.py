"""Disk states from which deeds start: made once by undisturbed days, then copied for each point."""

import shutil
from pathlib import Path

from tests.robot.people import Voter
from tests.torture.ground import Ground
from tests.torture.scene import Scene

EARLIER = (2, 0)
"""What those chose who voted there."""
OPEN, CLOSED = "open", "closed"
"""Opened, with the earlier voters' ballots cast; closed while the stick was away."""


def make(ground: Ground, folder: Path) -> Path:
    """Holds both days; a folder with a state by each name."""
    with Scene(ground, folder / "scene", None, stick_in=False) as scene:
        site, staff = scene.start(), scene.staff
        staff.officer.opens(site, staff.committee)
        for wish in EARLIER:
            staff.officer.unlocks(site)
            voter = Voter(wish)
            voter.chooses(site)
            voter.agrees(site)
        site.robot.wait_for("WaitingForCard")
        scene.stop()
        scene.keep(folder / OPEN)
        site = scene.start()
        site.robot.wait_for("CardWanted:locked")
        staff.officer.shows_card_and_pin(site, "WaitingForCard")
        site.desk.remove_stick()
        staff.officer.closes(site, len(EARLIER), 0, staff.committee)
        scene.stop()
        scene.keep(folder / CLOSED)
    shutil.rmtree(folder / "scene")
    return folder


def open_only(ground: Ground, folder: Path) -> None:
    """A booth that has opened and had no voter yet; another one each time."""
    with Scene(ground, folder.with_name(f"{folder.name}-scene"), None, stick_in=False) as scene:
        scene.staff.officer.opens(scene.start(), scene.staff.committee)
        scene.stop()
        scene.keep(folder)
