"""What a booth is doing when it dies: one deed each, from a start that is reached undisturbed to its end."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

from booth.desk.verbs import Act, Place
from tests.torture.aftermath import Aftermath
from tests.torture.play import Play, Visitor
from tests.torture.states import CLOSED, OPEN

THIN_ROLL_MM = 70.0
"""Ends in the middle of a slip."""
SAMPLE = 8
VOTING = ("WaitingForCard",)
Do = Callable[[Play], object]


@dataclass(frozen=True)
class Deed:
    """One row of the table. A deed without ``to_start`` begins with the process itself."""

    act: Do
    to_start: Do | None = None
    before: Do | None = None
    """A day before, whose process is killed: what it leaves is found at the start."""
    other_device: bool = False
    """The day before was another device's: this one is blank."""
    state: str | None = OPEN
    """The prepared state; None is a blank device with its stick on the table."""
    stick_in: bool = True
    goals: tuple[str, ...] = VOTING
    """Where people bring the booth back to."""
    visitor: Callable[[int], Visitor] = Visitor
    lags: bool = False
    """The stick is away in it: a device that is lost then takes votes along, and the takeover's tape says how many."""
    like: str = ""
    """Another deed that makes nearly the same calls: of this one every ``SAMPLE``-th point is enough."""
    unsure_papers: int = 0
    """So many papers fewer than counted may lie in the envelope, because nobody there can know what was counted."""


def _nobody(wish: int) -> Visitor:
    return Visitor(wish, wants=False, came=False)


# Ways to a start


def _idle(play: Play) -> None:
    play.site.robot.wait_for("CardWanted:locked")
    play.staff.officer.shows_card_and_pin(play.site, "WaitingForCard")
    # A booth at rest has its stick in step: what is counted from here on belongs to the deed.
    play.site.robot.wait_until(lambda seen: not seen.card, "the card being missed")


def _choosing(play: Play) -> None:
    _idle(play)
    play.staff.officer.unlocks(play.site)


def _confirming(play: Play) -> None:
    _choosing(play)
    play.visitor.looks_and_leaves(play.site)


def slip_out(play: Play) -> None:
    """The visitor has chosen, and the slip hangs at the printer."""
    _choosing(play)
    if play.visitor.chooses(play.site).view != "ReadSlip":
        raise AssertionError("no slip came out of a good printer")


def _refused_once(play: Play) -> None:
    slip_out(play)
    play.visitor.refuses(play.site)
    play.staff.officer.unlocks(play.site)
    play.visitor.chooses(play.site)


def _roll_ended(play: Play) -> None:
    _choosing(play)
    play.site.desk.printer(Act.LOAD_ROLL, length_mm=THIN_ROLL_MM)
    if play.visitor.chooses(play.site).view != "PrintTrouble":
        raise AssertionError("the roll ended and the screen says that the slip is out")


def _no_cable(play: Play) -> None:
    _choosing(play)
    play.site.desk.printer(Act.UNPLUG)
    if play.visitor.chooses(play.site).view != "PrintTrouble":
        raise AssertionError("the cable is out and the screen says that the slip is out")


def _called_before(play: Play) -> None:
    _confirming(play)
    play.site.robot.wait_for("CardWanted:left-before")


def _called_after(play: Play, *, in_box: bool) -> None:
    slip_out(play)
    if in_box:
        play.visitor.takes_slip_to_box(play.site)
    play.site.robot.wait_for("CardWanted:called-after")


def _done(play: Play) -> None:
    slip_out(play)
    agrees(play, until="IntoBox")


def _paused(play: Play) -> None:
    _idle(play)
    play.staff.officer.pauses(play.site)


# Deeds


def _opens(play: Play) -> None:
    play.staff.officer.opens(play.site, play.staff.committee)


def _reopens(play: Play, view: str) -> None:
    play.site.robot.wait_for("CardWanted:locked")
    play.staff.officer.shows_card_and_pin(play.site, view)


def _chooses(play: Play) -> None:
    play.visitor.chooses(play.site)


def agrees(play: Play, until: str = "WaitingForCard") -> None:
    """*Sesuai*, and the slip goes into the box."""
    slip, stub = play.visitor.reads(play.site)
    play.site.follow({"ReadSlip": "right", "StillThere": "here"}, until=("IntoBox",))
    # Told is told: whatever happens from here on, the slip goes into the box.
    play.voted = True
    play.visitor._takes(play.site, slip, Place.BOX, stub)
    if until != "IntoBox":
        play.site.robot.wait_for(until)


def _wrong(play: Play) -> None:
    play.visitor.refuses(play.site)
    play.staff.officer.unlocks(play.site)


def _wrong_again(play: Play) -> None:
    play.visitor.refuses(play.site)
    play.staff.officer.shows_card(play.site, "WaitingForCard")


def changes_roll(play: Play) -> None:
    """A new roll, the piece into the envelope, and the slip once more."""
    desk, robot = play.site.desk, play.site.robot
    for act in (Act.OPEN_COVER, Act.LOAD_ROLL, Act.CLOSE_COVER):
        desk.printer(act)
    pieces = play.site.clear(Place.ENVELOPE)
    play.piece_in_envelope = bool(pieces)
    robot.tap_away("again-after-piece" if pieces else "again-after-nothing", in_view="PrintTrouble")
    robot.wait_for("ReadSlip")


def _plugs_in(play: Play) -> None:
    play.site.desk.printer(Act.PLUG)
    play.site.robot.tap_away("again-after-nothing", in_view="PrintTrouble")
    play.site.robot.wait_for("ReadSlip")


def _gives_up(play: Play) -> None:
    robot = play.site.robot
    robot.tap_away("give-up", in_view="PrintTrouble")
    robot.wait_for("CardWanted:called-after")
    play.site.desk.printer(Act.PLUG)
    play.staff.officer.shows_card_and_pin(play.site, "ResolveAsk")
    robot.tap_away("saw-no-paper", in_view="ResolveAsk")
    play.staff.colleague.shows_card_and_pin(play.site, "Notice:voided")
    play.put_away(Place.ENVELOPE)
    robot.tap_away("confirm", in_view="Notice:voided")


def _ends_session(play: Play) -> None:
    play.staff.officer.ends_session(play.site)
    play.site.robot.wait_for("WaitingForCard")


def _resolves_box(play: Play) -> None:
    robot = play.site.robot
    play.staff.officer.shows_card_and_pin(play.site, "ResolveAsk")
    robot.tap_away("saw-box", in_view="ResolveAsk")
    play.staff.colleague.shows_card_and_pin(play.site, "IntoBox")
    play.voted = True
    robot.wait_for("WaitingForCard")


def _resolves_envelope(play: Play) -> None:
    robot = play.site.robot
    play.staff.officer.shows_card_and_pin(play.site, "ResolveAsk")
    robot.tap_away("saw-envelope", in_view="ResolveAsk")
    play.staff.colleague.shows_card_and_pin(play.site, "Notice:voided")
    play.put_away(Place.ENVELOPE)
    robot.tap_away("confirm", in_view="Notice:voided")
    robot.wait_for("WaitingForCard")


def _declares_test(play: Play) -> None:
    play.visitor.reads(play.site)
    play.staff.officer.declares_test(play.site)
    play.site.robot.wait_for("WaitingForCard")


def _next_one(play: Play) -> None:
    """The next voter's card while the last one's sign still stands; that next one then leaves."""
    play.staff.officer.shows_card(play.site, "TakeCard")
    play.site.robot.wait_for("Choosing")


def _pauses(play: Play) -> None:
    play.staff.officer.pauses(play.site)


def _resumes(play: Play) -> None:
    play.staff.officer.resumes(play.site)


def _closes(play: Play, *, committee: bool) -> None:
    attended, left = play.desk_list
    play.staff.officer.closes(play.site, attended, left, play.staff.committee if committee else None)


def exports(play: Play) -> None:
    """A booth that has closed writes its batch to a stick that comes in."""
    play.site.robot.wait_for("Closed")
    play.site.desk.insert_stick()
    before = play.site.robot.tap("export", in_view="Closed")
    play.site.robot.wait_until(lambda seen: seen.number != before.number and bool(seen.targets), "an export")


def _closed(play: Play) -> None:
    play.site.robot.wait_for("Closed")


def _stick_comes_back(play: Play) -> None:
    """The stick was away while the visitor voted, and is caught up."""
    agrees(play)
    play.site.desk.insert_stick()
    play.staff.officer.pauses(play.site)


def _stick_away(play: Play) -> None:
    _idle(play)
    play.site.desk.remove_stick()
    play.staff.officer.unlocks(play.site)
    play.visitor.chooses(play.site)


def _takes_over(play: Play, view: str) -> None:
    """People follow the new device's screens."""
    Aftermath(play, (view,)).run()


def _gone(wish: int) -> Visitor:
    return Visitor(wish, wants=False)


def _takeover(view: str, before: Do, visitor: Callable[[int], Visitor] = Visitor, like: str = "") -> Deed:
    """A device died in the midst of ``before``; the next one is brought to ``view``."""
    return Deed(partial(_takes_over, view=view), before=before, other_device=True, visitor=visitor, like=like)


DEEDS: Mapping[str, Deed] = {
    "open": Deed(_opens, state=None, stick_in=False, visitor=_nobody),
    "unlock": Deed(lambda play: play.staff.officer.unlocks(play.site), _idle),
    "seal": Deed(_chooses, _choosing),
    "right": Deed(agrees, slip_out),
    "next-voter": Deed(_next_one, _done),
    "wrong": Deed(_wrong, slip_out),
    "wrong-again": Deed(_wrong_again, _refused_once),
    # The piece in the envelope is counted before the reprint begins; whoever is asked after a restart where the slip
    # went sees that piece and cannot tell whether it is counted already.
    "reprint-after-piece": Deed(changes_roll, _roll_ended, unsure_papers=1),
    "reprint-after-nothing": Deed(_plugs_in, _no_cable),
    "give-up": Deed(_gives_up, _no_cable),
    "abandon": Deed(_ends_session, _called_before, visitor=_gone),
    "resolve-box": Deed(_resolves_box, partial(_called_after, in_box=True), visitor=_gone),
    "resolve-envelope": Deed(_resolves_envelope, partial(_called_after, in_box=False), visitor=_gone),
    "test": Deed(_declares_test, slip_out, visitor=_nobody),
    "stick-back": Deed(_stick_comes_back, _stick_away, goals=("Paused", *VOTING), lags=True),
    "pause": Deed(_pauses, _idle, goals=("Paused", *VOTING), visitor=_nobody),
    "resume": Deed(_resumes, _paused, visitor=_nobody),
    "close": Deed(partial(_closes, committee=True), _idle, goals=("Closed",), visitor=_nobody),
    "close-without-committee": Deed(
        partial(_closes, committee=False), _idle, goals=("Closed",), visitor=_nobody, like="close"
    ),
    "export": Deed(exports, _closed, state=CLOSED, stick_in=False, goals=("Closed",), visitor=_nobody),
    "restart-closed": Deed(_closed, state=CLOSED, goals=("Closed",), visitor=_nobody),
    "restart": Deed(partial(_reopens, view="WaitingForCard"), visitor=_nobody),
    "restart-unlocked": Deed(partial(_reopens, view="Notice:found-unlocked"), before=_confirming),
    "restart-pending": Deed(partial(_reopens, view="ResolveAsk"), before=slip_out),
    "restart-cast": Deed(partial(_reopens, view="Notice:found-cast"), before=_done),
    "takeover": _takeover("WaitingForCard", _idle, visitor=_nobody),
    "takeover-unlocked": _takeover("Notice:found-unlocked", _confirming, like="takeover"),
    "takeover-pending": _takeover("ResolveAsk", slip_out, like="takeover"),
    "takeover-cast": _takeover("Notice:found-cast", _done, like="takeover"),
}
