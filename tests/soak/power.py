"""The power goes at any moment of a visit; then the officer says what is true, and the ledger what came of it."""

import subprocess
import threading
import time

from booth.desk.verbs import Place
from tests.robot.driver import NotSeen
from tests.robot.people import Voter
from tests.robot.reading import Slip, Stub
from tests.soak.hall import Hall, Restart
from tests.soak.plan import Moment, Visit

DEAD_S = 5.0
START_S = 60.0
FOUND = ("Notice:found-unlocked", "ResolveAsk", "Notice:found-cast", "WaitingForCard")


class PaperBeforeStore(AssertionError):
    """There is a slip of which the store knows nothing."""


def power_cut(hall: Hall, voter: Voter, what: Visit) -> bool:
    """A visit that the dark interrupts, and the return; whether the voter's vote is cast."""
    boxed = hall.boxed
    cut = _Cut(hall.station.appliance, what)
    try:
        _votes_until_dark(hall, voter, cut)
    except NotSeen:
        if not cut.happened():
            raise
    cut.wait()
    began_s = time.monotonic()
    hall.station.comes_on_again()
    hall.robot.wait_for("CardWanted:locked", timeout_s=START_S)
    shown_s = time.monotonic()
    hall.tear_off()
    card_s = time.monotonic()
    found = hall.officer.shows_card_and_pin(hall.site, *FOUND)
    hall.restarts.append(Restart(shown_s - began_s, time.monotonic() - card_s))
    return _says_what_is_true(hall, voter, found.name, in_box=hall.boxed > boxed)


class _Cut:
    """Kills a process some time after a moment of the visit."""

    def __init__(self, process: "subprocess.Popen[bytes]", what: Visit) -> None:
        self._process = process
        self._moment = what.moment
        self._timer = threading.Timer(what.wait_s, process.kill)
        self._begun = False

    def now(self, moment: Moment) -> None:
        """This moment has come."""
        if moment is self._moment:
            self._begun = True
            self._timer.start()

    def awaits(self, moment: Moment) -> bool:
        """Whether that moment is the one."""
        return moment is self._moment

    def happened(self) -> bool:
        """Whether it is dark because of this."""
        if self._begun:
            self.wait()
        return self._begun

    def wait(self) -> None:
        """Until it is dark."""
        self._timer.join()
        self._process.wait(DEAD_S)


def _votes_until_dark(hall: Hall, voter: Voter, cut: _Cut) -> None:
    hall.robot.wait_for("WaitingForCard")
    cut.now(Moment.IDLE)
    cut.now(Moment.CARD)
    hall.officer.unlocks(hall.site)
    cut.now(Moment.CHOOSING)
    voter.looks_and_leaves(hall.site)
    cut.now(Moment.YES)
    voter.chooses(hall.site)
    cut.now(Moment.READING)
    voter.reads(hall.site)
    if cut.awaits(Moment.UNTOUCHED):
        voter.takes_slip_to_box(hall.site)
        cut.now(Moment.UNTOUCHED)
        cut.wait()
        return
    cut.now(Moment.RIGHT)
    voter.agrees(hall.site)
    cut.now(Moment.BOX)


def _says_what_is_true(hall: Hall, voter: Voter, found: str, *, in_box: bool) -> bool:
    site, ledger = hall.site, hall.ledger
    hanging = site.hanging()
    slip_is_out = in_box or any(isinstance(what, Slip) for _, what in hanging)
    match found:
        case "Notice:found-unlocked":
            if in_box or hanging:
                raise PaperBeforeStore("no vote is stored, says the screen, and paper of it came out")
            site.robot.tap_away("confirm", in_view=found)
            ledger.gives_up()
            return False
        case "WaitingForCard" if not (in_box or hanging):
            return False  # the power went before the session was one
        case "WaitingForCard" | "Notice:found-cast":
            if not slip_is_out:
                raise AssertionError(f"{found}, and no slip is in the box or at the printer")
            if found != "WaitingForCard":
                site.robot.tap_away("confirm", in_view=found)
            _takes(hall, Place.BOX)
            ledger.votes(voter.wish)
            return True
        case _:
            return _resolves(hall, voter, in_box=in_box, pieces=len(hanging))


def _resolves(hall: Hall, voter: Voter, *, in_box: bool, pieces: int) -> bool:
    """The ballot is pending: two cards say what became of its paper."""
    site, ledger = hall.site, hall.ledger
    answer = "saw-box" if in_box else "saw-envelope" if pieces else "saw-no-paper"
    site.robot.tap_away(answer, in_view="ResolveAsk")
    if in_box:
        hall.colleague.shows_card_and_pin(site, "IntoBox")
        _takes(hall, Place.BOX)
        ledger.votes(voter.wish)
        return True
    hall.colleague.shows_card_and_pin(site, "Notice:voided")
    ledger.into_envelope(_takes(hall, Place.ENVELOPE), min(pieces, 1))
    ledger.interrupted += 1
    ledger.paperless += not pieces
    ledger.gives_up()
    site.robot.tap_away("confirm", in_view="Notice:voided")
    return False


def _takes(hall: Hall, to: Place) -> int:
    """Stubs are the voter's, and only a slip goes into the box; how many pieces went there."""
    taken = 0
    for piece, what in hall.site.hanging():
        if isinstance(what, Stub):
            hall.site.desk.take_paper(Place.VOTER, piece.id)
        elif isinstance(what, Slip) or to is Place.ENVELOPE:
            hall.site.desk.take_paper(to, piece.id)
            taken += 1
    return taken
