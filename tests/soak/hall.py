"""The hall of the long day: one booth, its people and what they note."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from booth.desk.verbs import Act, Place
from tests.demo.station import Station
from tests.robot.people import CardHolder, Officer, Site
from tests.soak.ledger import Ledger
from tests.soak.watching import WatchingRobot

LOW_ROLL_MM = 1500.0
"""With less than that on the roll an officer changes it between two voters."""
CALM_S = 0.25


@dataclass(frozen=True)
class Restart:
    """Seconds after the power had gone."""

    shown: float
    """From the process's start to the screen that asks for the officer's card."""
    opened: float
    """From the card to what the screen says of the voter."""


@dataclass
class Hall:
    """Whoever works here has the booth, the desk and the ledger at hand."""

    station: Station
    strangers: tuple[CardHolder, ...]
    """Their cards are none of this booth's, or of another role."""
    ledger: Ledger = field(default_factory=Ledger)
    restarts: list[Restart] = field(default_factory=list)

    @property
    def site(self) -> Site:
        """As the demo's people find it."""
        return self.station.site

    @property
    def robot(self) -> WatchingRobot:
        """Of the process that runs now."""
        assert isinstance(self.site.robot, WatchingRobot)
        return self.site.robot

    @property
    def officer(self) -> Officer:
        """Who unlocks and helps."""
        return self.station.staff.officer

    @property
    def colleague(self) -> CardHolder:
        """The second card."""
        return self.station.staff.colleague

    @property
    def boxed(self) -> int:
        """Papers in the box."""
        return self.site.desk.state().taken[Place.BOX]

    def tidy(self) -> None:
        """Between two voters: what still hangs goes into the envelope, and a roll that ends is changed."""
        self.robot.wait_for("WaitingForCard")
        pieces = self.site.clear(Place.ENVELOPE)
        self.ledger.into_envelope(pieces, 0)
        self.ledger.unasked += pieces
        if self.site.desk.state().printer.roll_mm < LOW_ROLL_MM:
            self.site.desk.printer(Act.LOAD_ROLL)

    def tear_off(self) -> None:
        """Waits until the paper stands still, and pulls out what hangs uncut."""
        wait_until_calm(lambda: self.site.desk.state().printer.printed_mm)
        self.site.desk.printer(Act.TEAR)


def wait_until_calm(value: Callable[[], object]) -> None:
    """Until the value has not changed for a while."""
    before, since_s = value(), time.monotonic()
    while time.monotonic() - since_s < CALM_S:
        time.sleep(CALM_S / 10)
        now = value()
        if now != before:
            before, since_s = now, time.monotonic()
