"""The day inside the guest: one booth of an official election, its people from outside, its power cut twice on the way.

The people, their stories and the proof are those of ``make demo``; only the booth is another one.
"""

import re
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import config
from sync.media import PACKAGE_FOLDER
from tests.demo import proof
from tests.demo.election import Election, plan
from tests.demo.official import TPS, OfficialElection
from tests.demo.plan import Deed, Visit
from tests.demo.proof import Claim
from tests.demo.station import STORIES, Staff
from tests.image import eyes, sdcard, stick
from tests.image.agent import Agent
from tests.image.booth import GuestBooth
from tests.image.desk import GuestDesk
from tests.image.emulator import PANEL
from tests.image.eyes import Eyes
from tests.image.inside import claims as inside
from tests.image.sdcard import Boot
from tests.image.strangers import claims as strangers
from tests.robot.people import Officer, Voter
from tests.robot.reading import SlipReader

SAMPLE = Path(config.__file__).parent / "sample"
CARD_GIB = 8
PATIENCE = {
    "print_timeout_s": 120,
    "idle_warning_s": 300,
    "check_warning_s": 300,
    "countdown_s": 60,
    "box_sign_s": 15,
}
VISITS = (
    Visit(Deed.VOTES, 1),
    Visit(Deed.ROLL_ENDS, 2),
    Visit(Deed.VOTES, 0),
    Visit(Deed.VOTES, 2),
    Visit(Deed.VOTES, 3),
)
"""Five voters; the second one's slip stops in its middle and is printed again."""
FIRST, SECOND, THIRD = VISITS[:2], VISITS[2:3], VISITS[3:]
"""After which the power goes each time."""
READER_OUT_S = 15.0


@dataclass
class Scene:
    """Where things lie, and what the guest is started with."""

    home: Path
    boot: Boot
    watched: Boot
    """The same with the agent laid over its initrd."""
    card: Path
    tell: Callable[[str], None]


class GuestDay:
    """An official election with one booth, held in the guest."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._election = OfficialElection(scene.home / "election", scene.home, scene.tell)
        self.claims: list[Claim] = []
        self.booth: GuestBooth

    def hold(self) -> list[Claim]:
        """From the district's table to the district's table."""
        election, home = self._election, self._scene.home
        with election.reader():
            election.prepare(patient(plan(SAMPLE, home / "plan", TPS, official=True)))
            (name,) = election.names
            election.visits = {name: list(VISITS)}
            package = home / "election" / "packages" / name / PACKAGE_FOLDER
            drawn = eyes.draw(PANEL, package, sdcard.root_hash(self._scene.boot), home / "drawn")
            self._scene.tell(f"drawn here: what {name} would show on a panel of {PANEL}")
            try:
                self._at_the_booth(name, drawn)
            finally:
                election.collect_paper()
            return [*self.claims, *self._count(name)]

    def _at_the_booth(self, name: str, drawn: Eyes) -> None:
        election, scene, tell = self._election, self._scene, self._scene.tell
        package = election.packages[name]
        image = scene.home / "stick.img"
        folder = election.home / "booths" / name / "desk"
        desk = GuestDesk(folder, election.cards(), election.home / "packages" / name, image)
        self.booth = booth = GuestBooth(scene.home, scene.card, drawn, desk, SlipReader(package), tell)
        people = {card.name: Officer(card) for card in election.cards()}
        self.staff: Staff = election.staff(package, people)
        try:
            with booth.on("first", scene.boot) as self.site:
                self.staff.officer.opens(self.site, self.staff.committee)
                tell(f"{name}  open: zero report signed")
                self._votes(FIRST)
            tell(f"{name}  the power goes while a slip goes into the box")
            with booth.on("second", scene.watched, agent=self._agent) as self.site:
                self._comes_back()
                with Agent(self._agent) as agent:
                    self.claims += inside(agent, name)
                    self.claims += strangers(booth.guest, self.site, agent, name)
                tell(f"{name}  looked inside; the reader is pulled and put back")
                booth.guest.replug_reader(READER_OUT_S)
                self._votes(SECOND)
            tell(f"{name}  the power goes once more")
            with booth.on("third", scene.boot) as self.site:
                self._comes_back()
                self._votes(THIRD)
                self.staff.officer.closes(self.site, len(VISITS), 0, self.staff.committee)
                self.site.robot.screenshot(scene.home / "screens" / "Closed-exported.png")
                desk.remove_stick()
                tell(f"{name}  closed: batch on the stick, stick pulled")
        finally:
            desk.close()
        stick.read(image, election.home / "sticks" / name)

    @property
    def _agent(self) -> Path:
        return self._scene.home / "logs" / "agent.socket"

    def _comes_back(self) -> None:
        """After a power cut; of a vote that was stored while its slip went into the box the officer is told."""
        self.site.robot.wait_for("CardWanted:locked")
        told = self.staff.officer.shows_card_and_pin(self.site, "WaitingForCard", "Notice:found-cast")
        if told.view == "Notice":
            self.site.robot.tap_away("confirm", in_view="Notice:found-cast")
            self.site.robot.wait_for("WaitingForCard")

    def _votes(self, visits: tuple[Visit, ...]) -> None:
        for visit in visits:
            began_s = time.monotonic()
            STORIES[visit.deed](self, Voter(visit.wish))
            self._scene.tell(f"a voter {visit.deed.value} ({time.monotonic() - began_s:.0f} s)")

    def _count(self, name: str) -> Iterator[Claim]:
        """What the district makes of the stick, against what people did and what lies in box and envelope."""
        election = self._election
        yield from Election.count(election)
        yield from proof.of_official(election.home, election.booths, {name: 0})


def patient(source: Path) -> Path:
    """The plan with a booth that waits: the sample's hurries, and an emulated ARM does not."""
    file = source / "election.toml"
    text = file.read_text(encoding="utf-8")
    for name, seconds in PATIENCE.items():
        text = re.sub(rf"(?m)^{name} = .*$", f"{name} = {seconds}", text)
    file.write_text(text, encoding="utf-8")
    return source


def scene(home: Path, image: Path, overlay: Path, tell: Callable[[str], None]) -> Scene:
    """Everything that a day needs of an image."""
    boot = sdcard.boot_of(image, home / "firmware")
    # The kernel takes several archives in one file, each from a boundary of four bytes.
    both = home / "initrd-with-agent"
    with both.open("wb") as out, boot.initrd.open("rb") as own:
        shutil.copyfileobj(own, out)
        out.write(b"\0" * (-out.tell() % 512))
        out.write(overlay.read_bytes())
    watched = Boot(boot.kernel, both, boot.line).also("rdinit=/agent")
    return Scene(home, boot, watched, sdcard.card(image, home / "card.qcow2", CARD_GIB), tell)
