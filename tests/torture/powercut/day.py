"""What people do on the day whose disks are recorded: the whole casting path, in an order that a seed decides."""

import random
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import Path

from booth.desk.verbs import Act, Place
from tests.robot.people import Site, Voter
from tests.robot.reading import Slip, Stub
from tests.torture.ground import NAMES, Ground
from tests.torture.powercut.recording import Held, Recorded, recording

THIN_ROLL_MM = 70.0
"""Ends in the middle of a slip."""


class Deed(StrEnum):
    """What happens between two voters."""

    VOTES = "votes"
    REFUSES = "refuses and votes"
    REFUSES_TWICE = "refuses twice"
    REPRINT = "votes while the roll ends"
    LEAVES_BEFORE = "leaves before Ya"
    LEAVES_SLIP = "leaves the slip"
    LEAVES_AFTER_BOX = "leaves after the box"
    TEST = "is a test"
    PAUSE = "a pause"
    RESTART = "the process dies before Ya"
    RESTART_AFTER = "the process dies with the slip out"
    STICK_AWAY = "votes while the stick is away"


SHORT = (Deed.VOTES, Deed.REFUSES, Deed.TEST)
"""A day of a few seconds that meets cast, refused and tested."""
FULL = (*Deed, Deed.VOTES, Deed.VOTES)


def hold(ground: Ground, work: Path, deeds: tuple[Deed, ...], seed: int) -> Recorded:
    """Records a day in a new folder; with an even seed the stick is away at closing, and export comes afterwards."""
    chance = random.Random(seed)
    order = chance.sample(deeds, len(deeds))
    work.mkdir(parents=True)
    with recording(ground, work) as (held, recorded):
        day = Day(held, chance)
        day.opens()
        day.goes_on(order)
        day.closes(stick_in=seed % 2 == 1)
    return recorded[0]


class Day:
    """One booth's people. ``cast`` and ``left`` are what the desk's list will say."""

    def __init__(self, held: Held, chance: random.Random) -> None:
        self._held = held
        self._chance = chance
        self.cast = self.left = 0

    @property
    def _site(self) -> Site:
        return self._held.site

    def opens(self) -> None:
        with self._held.step("OpenChecks", acts=1), self._held.step("WaitingForCard", acts=1):
            self._site.robot.wait_for("CardWanted:ready", "NotProvisioned")
            self._open()

    def _open(self) -> None:
        officer, robot = self._held.staff.officer, self._site.robot
        robot.wait_for("CardWanted:ready")
        officer.shows_card_and_pin(self._site, "OpenChecks")
        robot.tap_away("confirm", in_view="OpenChecks")
        robot.wait_for("CardWanted:committee-present")
        self._held.staff.committee.shows_card(self._site, "SignZeroReport")
        self._site.clear(Place.DESK)
        robot.tap_away("confirm", in_view="SignZeroReport")
        robot.wait_for("WaitingForCard")

    def goes_on(self, deeds: Iterable[Deed]) -> None:
        """One deed after the other."""
        for deed in deeds:
            _DEEDS[deed](self)

    # A session's parts

    def _voter(self) -> Voter:
        return Voter(self._chance.randrange(len(NAMES) + 1))

    def _unlocks(self) -> None:
        with self._held.step("TakeCard", sessions=1):
            self._held.staff.officer.unlocks(self._site)

    def _seals(self, voter: Voter, until: str = "ReadSlip") -> str:
        """Until the slip is out; the tracker on its stub."""
        with self._held.step("Printing", spent=1):
            if voter.chooses(self._site).view != until:
                raise AssertionError(f"expected {until}")
        return self._tracker()

    def _tracker(self) -> str:
        return next((what.tracker for _, what in self._site.hanging() if isinstance(what, Stub)), "")

    def _casts(self, voter: Voter, tracker: str) -> None:
        with self._held.step("IntoBox", in_box=tracker, cast=1):
            voter.agrees(self._site)
        self.cast += 1

    def _refuses(self, voter: Voter, tracker: str, **more: int) -> None:
        with self._held.step("IntoEnvelope", void=tracker, refused=1, **more):
            voter.refuses(self._site)

    # Deeds

    def votes(self) -> None:
        voter = self._voter()
        self._unlocks()
        self._casts(voter, self._seals(voter))

    def refuses(self) -> None:
        voter = self._voter()
        self._unlocks()
        self._refuses(voter, self._seals(voter))
        self._held.staff.officer.unlocks(self._site)
        self._casts(voter, self._seals(voter))

    def refuses_twice(self) -> None:
        voter = self._voter()
        self._unlocks()
        self._refuses(voter, self._seals(voter))
        self._held.staff.officer.unlocks(self._site)
        self._refuses(voter, self._seals(voter), abandoned=1)
        self._held.staff.officer.shows_card(self._site, "WaitingForCard")
        self.left += 1

    def reprint(self) -> None:
        voter, desk = self._voter(), self._site.desk
        self._unlocks()
        desk.printer(Act.LOAD_ROLL, length_mm=THIN_ROLL_MM)
        self._seals(voter, until="PrintTrouble")
        for act in (Act.OPEN_COVER, Act.LOAD_ROLL, Act.CLOSE_COVER):
            desk.printer(act)
        pieces = self._site.clear(Place.ENVELOPE)
        with self._held.step("Printing", fragments=1 if pieces else 0):
            self._site.robot.tap_away("again-after-piece" if pieces else "again-after-nothing", in_view="PrintTrouble")
            self._site.robot.wait_for("ReadSlip")
        self._casts(voter, self._tracker())

    def leaves_before(self) -> None:
        self._unlocks()
        self._voter().looks_and_leaves(self._site)
        with self._held.step("WaitingForCard", abandoned=1):
            self._held.staff.officer.ends_session(self._site)
            self._site.robot.wait_for("WaitingForCard")
        self.left += 1

    def leaves_slip(self) -> None:
        self._unlocks()
        tracker = self._seals(self._voter())
        with self._held.step("Notice:voided", void=tracker, interrupted=1, abandoned=1):
            self._held.staff.officer.resolves(self._site, self._held.staff.colleague, slip_in_box=False)
        self.left += 1

    def leaves_after_box(self) -> None:
        voter = self._voter()
        self._unlocks()
        tracker = self._seals(voter)
        voter.takes_slip_to_box(self._site)
        with self._held.step("IntoBox", in_box=tracker, cast=1):
            self._held.staff.officer.resolves(self._site, self._held.staff.colleague, slip_in_box=True)
        self._clear(Place.VOTER)
        self.cast += 1

    def is_test(self) -> None:
        voter = self._voter()
        self._unlocks()
        tracker = self._seals(voter)
        voter.reads(self._site)
        with self._held.step("Notice:tested", void=tracker, tests=1):
            self._held.staff.officer.declares_test(self._site)

    def pause(self) -> None:
        self._pauses()
        with self._held.step("WaitingForCard", acts=1):
            self._held.staff.officer.resumes(self._site)

    def _pauses(self) -> None:
        with self._held.step("Paused", acts=1):
            self._held.staff.officer.pauses(self._site)

    def restart(self) -> None:
        """Unlocked and nothing sealed: abandoned, and nobody votes."""
        self._unlocks()
        self._voter().looks_and_leaves(self._site)
        self._held.restart()
        with self._held.step("WaitingForCard", abandoned=1):
            self._held.staff.officer.comes_back_after_power_cut(self._site)
        self.left += 1

    def restart_after(self) -> None:
        """A ballot is pending: an officer has not seen the slip going into the box, so it is void."""
        self._unlocks()
        tracker = self._seals(self._voter())
        self._held.restart()
        robot, staff = self._site.robot, self._held.staff
        robot.wait_for("CardWanted:locked", timeout_s=40)
        staff.officer.shows_card_and_pin(self._site, "ResolveAsk")
        self._voids(tracker)

    def _voids(self, tracker: str) -> None:
        """What a restart or a takeover asks about a ballot that was under way."""
        robot, staff = self._site.robot, self._held.staff
        robot.tap_away("saw-envelope", in_view="ResolveAsk")
        with self._held.step("Notice:voided", void=tracker, interrupted=1, abandoned=1):
            staff.colleague.shows_card_and_pin(self._site, "Notice:voided")
        self._clear(Place.ENVELOPE)
        robot.tap_away("confirm", in_view="Notice:voided")
        robot.wait_for("WaitingForCard")
        self.left += 1

    def stick_away(self) -> None:
        """Its copy falls behind and is caught up later."""
        self._site.robot.wait_for("WaitingForCard")
        self._site.desk.remove_stick()
        self.votes()
        self._site.desk.insert_stick()

    def _clear(self, to: Place) -> None:
        for piece, what in self._site.hanging():
            self._site.desk.take_paper(Place.BOX if isinstance(what, Slip) and to is Place.BOX else to, piece.id)

    def closes(self, *, stick_in: bool) -> None:
        """Each of its acts is confirmed by the screen that comes next; the tape begins when batch and export stand."""
        held, staff, desk = self._held, self._held.staff, self._site.desk
        if not stick_in:
            desk.remove_stick()
        with (
            held.step("Paused", acts=1),
            held.step("Attendance", acts=1),
            held.step("ShowCounts", acts=1),
            held.step("Working:tally", acts=1),
            held.step("Working:tape", batch=1, exported=int(stick_in)),
        ):
            staff.officer.closes(self._site, self.cast + self.left, self.left, staff.committee)
        if not stick_in:
            desk.insert_stick()
            with held.step("Closed:exported", exported=1):
                before = self._site.robot.tap("export", in_view="Closed")
                self._site.robot.wait_until(lambda seen: seen.number != before.number, "the export")


_DEEDS: Mapping[Deed, Callable[[Day], None]] = {
    Deed.VOTES: Day.votes,
    Deed.REFUSES: Day.refuses,
    Deed.REFUSES_TWICE: Day.refuses_twice,
    Deed.REPRINT: Day.reprint,
    Deed.LEAVES_BEFORE: Day.leaves_before,
    Deed.LEAVES_SLIP: Day.leaves_slip,
    Deed.LEAVES_AFTER_BOX: Day.leaves_after_box,
    Deed.TEST: Day.is_test,
    Deed.PAUSE: Day.pause,
    Deed.RESTART: Day.restart,
    Deed.RESTART_AFTER: Day.restart_after,
    Deed.STICK_AWAY: Day.stick_away,
}
