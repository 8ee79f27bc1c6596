"""Each deed and each happening of the long day as a story that the people play and write into their ledger."""

from collections.abc import Callable, Mapping

from booth.desk.verbs import Act, Place
from tests.demo import plan as demo
from tests.demo.station import STORIES as DEMO
from tests.robot.people import Voter
from tests.soak.hall import Hall
from tests.soak.plan import Between, Deed, Visit
from tests.soak.power import power_cut

HOUR_S, YEAR_S = 3600, 365 * 24 * 3600
TAPS = 6


def visit(hall: Hall, what: Visit) -> None:
    """What happens before it, and the visit; ends with a booth that waits for the next one."""
    for happening in what.before:
        _HAPPENINGS[happening](hall)
    _STORIES[what.deed](hall, Voter(what.wish), what)
    hall.tidy()


# Votes


def _votes(hall: Hall, voter: Voter, _: Visit) -> None:
    hall.robot.begin()
    DEMO[demo.Deed.VOTES](hall.station, voter)
    hall.ledger.votes(voter.wish)


def _refuses(hall: Hall, voter: Voter, _: Visit) -> None:
    DEMO[demo.Deed.REFUSES](hall.station, voter)
    hall.ledger.refused += 1
    hall.ledger.into_envelope(1, 1)
    hall.ledger.votes(voter.wish)


def _refuses_twice(hall: Hall, voter: Voter, what: Visit) -> None:
    for _ in range(2):
        hall.officer.unlocks(hall.site)
        voter.chooses(hall.site)
        voter.refuses(hall.site)
    hall.officer.shows_card(hall.site, "WaitingForCard")
    hall.ledger.refused += 2
    hall.ledger.into_envelope(2, 2)
    hall.ledger.gives_up()
    _votes(hall, voter, what)


def _leaves_before(hall: Hall, voter: Voter, _: Visit) -> None:
    DEMO[demo.Deed.LEAVES_BEFORE](hall.station, voter)
    hall.ledger.leaves()


def _leaves_slip(hall: Hall, voter: Voter, _: Visit) -> None:
    DEMO[demo.Deed.LEAVES_SLIP](hall.station, voter)
    hall.ledger.interrupted += 1
    hall.ledger.into_envelope(1, 1)
    hall.ledger.leaves()


def _leaves_after_box(hall: Hall, voter: Voter, _: Visit) -> None:
    DEMO[demo.Deed.LEAVES_AFTER_BOX](hall.station, voter)
    hall.ledger.votes(voter.wish)


def _test(hall: Hall, voter: Voter, _: Visit) -> None:
    DEMO[demo.Deed.TEST](hall.station, voter)
    hall.ledger.sessions += 1
    hall.ledger.tests += 1
    hall.ledger.into_envelope(1, 1)


def _wrong_cards(hall: Hall, voter: Voter, what: Visit) -> None:
    for stranger in hall.strangers:
        hall.robot.wait_for("WaitingForCard")
        with stranger.card_in(hall.site):
            hall.robot.wait_until(lambda seen: bool(seen.refused), "a refusal")
        hall.robot.wait_until(lambda seen: not seen.refused, "the refusal gone with its card")
    _votes(hall, voter, what)


def _hammers(hall: Hall, voter: Voter, what: Visit) -> None:
    """Everywhere but on the other candidates and on *Salah*: what is touched there would be meant."""
    hall.officer.unlocks(hall.site)
    hall.robot.hammer(what.spots, beside=True)
    hall.site.follow({"StillThere": "here"}, until=("Choosing",))
    hall.robot.taps_quickly(f"choice-{voter.wish}", TAPS)
    voter.chooses(hall.site)
    hall.robot.hammer(what.spots, beside=True)
    voter.agrees(hall.site)
    hall.robot.hammer(what.spots, beside=False)
    hall.site.follow({"CardWanted:pause": "cancel"}, until=("WaitingForCard",))
    hall.ledger.votes(voter.wish)


# The printer's troubles


def _in_trouble(hall: Hall, voter: Voter, mend: Callable[[], object]) -> None:
    """A slip that does not come out: mended, torn off, into the envelope, printed again."""
    hall.officer.unlocks(hall.site)
    if voter.chooses(hall.site).view != "PrintTrouble":
        raise AssertionError("the printer was in trouble and the screen says that the slip is out")
    mend()
    hall.tear_off()
    pieces = hall.site.clear(Place.ENVELOPE)
    hall.ledger.into_envelope(pieces, min(pieces, 1))
    hall.ledger.fragments += min(pieces, 1)
    hall.robot.tap_away("again-after-piece" if pieces else "again-after-nothing", in_view="PrintTrouble")
    hall.robot.wait_for("ReadSlip")
    voter.agrees(hall.site)
    hall.ledger.votes(voter.wish)


def _roll_ends(hall: Hall, voter: Voter, what: Visit) -> None:
    desk = hall.site.desk
    desk.printer(Act.LOAD_ROLL, length_mm=what.after_mm)

    def mend() -> None:
        for act in (Act.OPEN_COVER, Act.LOAD_ROLL, Act.CLOSE_COVER):
            desk.printer(act)

    _in_trouble(hall, voter, mend)


def _cable_before(hall: Hall, voter: Voter, _: Visit) -> None:
    hall.site.desk.printer(Act.UNPLUG)
    _in_trouble(hall, voter, lambda: hall.site.desk.printer(Act.PLUG))


def _during(fault: Act, mend: Act) -> Callable[[Hall, Voter, Visit], None]:
    def story(hall: Hall, voter: Voter, what: Visit) -> None:
        hall.site.desk.printer(fault, after_mm=what.after_mm)
        _in_trouble(hall, voter, lambda: hall.site.desk.printer(mend))

    return story


def _power_cut(hall: Hall, voter: Voter, what: Visit) -> None:
    if not power_cut(hall, voter, what):
        _votes(hall, voter, what)


_STORIES: Mapping[Deed, Callable[[Hall, Voter, Visit], None]] = {
    Deed.VOTES: _votes,
    Deed.REFUSES: _refuses,
    Deed.REFUSES_TWICE: _refuses_twice,
    Deed.LEAVES_BEFORE: _leaves_before,
    Deed.LEAVES_SLIP: _leaves_slip,
    Deed.LEAVES_AFTER_BOX: _leaves_after_box,
    Deed.TEST: _test,
    Deed.ROLL_ENDS: _roll_ends,
    Deed.CABLE_BEFORE: _cable_before,
    Deed.CABLE_DURING: _during(Act.UNPLUG, Act.PLUG),
    Deed.COVER_OPENS: _during(Act.OPEN_COVER, Act.CLOSE_COVER),
    Deed.PRINTER_SILENT: _during(Act.SILENCE, Act.ANSWER),
    Deed.WRONG_CARD: _wrong_cards,
    Deed.HAMMERS: _hammers,
    Deed.POWER_CUT: _power_cut,
}


# Between two visits


def _clock(offset_s: int) -> Callable[[Hall], object]:
    return lambda hall: hall.site.desk.set_clock(offset_s)


def _pause(hall: Hall) -> None:
    hall.officer.pauses(hall.site)
    hall.officer.resumes(hall.site)


def _pause_wrong_pin(hall: Hall) -> None:
    hall.officer.pauses(hall.site)
    hall.robot.tap_away("resume", in_view="Paused")
    hall.robot.wait_for("CardWanted:resume")
    with hall.officer.card_in(hall.site):
        hall.officer.mistypes(hall.site, 1, "PinWanted")
        hall.robot.type(hall.officer.card.pin)
        hall.robot.tap("key-ok")
        hall.robot.wait_for("WaitingForCard")


_HAPPENINGS: Mapping[Between, Callable[[Hall], object]] = {
    Between.STICK_OUT: lambda hall: hall.site.desk.remove_stick(),
    Between.STICK_IN: lambda hall: hall.site.desk.insert_stick(),
    Between.CLOCK_BACK: _clock(-HOUR_S),
    Between.CLOCK_PAST: _clock(-9 * YEAR_S),
    Between.CLOCK_FUTURE: _clock(20 * YEAR_S),
    Between.CLOCK_RIGHT: _clock(0),
    Between.PAUSE: _pause,
    Between.PAUSE_WRONG_PIN: _pause_wrong_pin,
}
