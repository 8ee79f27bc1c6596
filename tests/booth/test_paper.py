"""Paper in a booth: a roll that nears its end between voters, one that ends in copy three of five, faults in words."""

import pytest

from booth import views
from booth.closing import tape_of
from booth.drawing import NEAR_END, Facts, view_of
from booth.events import Button
from booth.polls import Polls
from booth.session import Session
from booth.views import Closed, PaperTrouble, PrintTrouble, WaitingForCard
from config.words import builtin
from printer.faults import Fault
from printer.profiles import PROFILES
from printer.status import Status
from sync import batch as batches
from tests.booth.conftest import QUICK
from tests.booth.rig import BOOTH, Rig
from tests.district.election import changed_sample, prepared
from tests.printer.gallery import painted

COPIES = 5
BEFORE_THE_TAPES = 3
"""Zero report, slip, stub."""


@pytest.fixture(scope="module")
def five_copies(tmp_path_factory):
    folder = tmp_path_factory.mktemp("five")
    return prepared(folder / "made", changed_sample(folder / "source", **{**QUICK, "tape_copies": COPIES}))


@pytest.fixture
def closing(five_copies, tmp_path):
    rig = Rig(five_copies, tmp_path / "desk")
    yield rig
    rig.close()


def roll_ends_within_copy_three(rig: Rig) -> None:
    """Looks at the tray each 20 mm of paper."""
    if len(rig.pieces) == BEFORE_THE_TAPES + 2:
        rig.printer.after_mm(60, lambda: rig.printer.load_roll(0))
    else:
        rig.printer.after_mm(20, lambda: roll_ends_within_copy_three(rig))


@pytest.mark.parametrize("later", [False, True], ids=["printed again at once", "put off, then printed"])
def test_five_copies_survive_a_roll_that_ends_within_the_third(closing, five_copies, later):
    closing.open()
    closing.vote(1)
    closing.close_up_to_the_committee(attended=1)
    roll_ends_within_copy_three(closing)
    closing.with_pin(closing.committee)
    assert closing.see(PaperTrouble) == PaperTrouble(Fault.NO_PAPER, Button.LATER)
    assert len(closing.pieces) == BEFORE_THE_TAPES + 2
    assert len(closing.fragments) == 1
    closing.printer.load_roll()
    if later:
        closing.tap(Button.LATER)
        closing.see(Closed)
    closing.tap(Button.AGAIN)
    closing.until(lambda: len(closing.pieces) == BEFORE_THE_TAPES + COPIES)
    closing.see(Closed)
    batch = batches.read((closing.stick / "bilik" / "batch" / f"{BOOTH}.batch").read_bytes())
    profile = next(iter(PROFILES.values()))
    expected = [
        piece
        for copy in range(1, COPIES + 1)
        for piece in painted(tape_of(five_copies.package(BOOTH), batch, copy, COPIES), profile)
    ]
    assert len({piece.tobytes() for piece in expected}) == COPIES, "each copy says which it is"
    assert [piece.tobytes() for piece in closing.pieces[BEFORE_THE_TAPES:]] == [piece.tobytes() for piece in expected]


def test_a_roll_that_nears_its_end_is_told_between_voters_and_stops_nobody(rig):
    rig.open()
    assert rig.see(WaitingForCard).paper is None
    rig.printer.load_roll(1900)
    rig.see(WaitingForCard, paper=NEAR_END)
    rig.vote(1)
    rig.see(WaitingForCard, paper=NEAR_END)
    rig.printer.load_roll()
    rig.see(WaitingForCard, paper=None)
    rig.vote(2)


def test_a_fault_between_voters_is_told_before_anybody_stands_in_the_booth(rig):
    rig.open()
    rig.printer.open_cover()
    rig.see(WaitingForCard, paper=Fault.COVER_OPEN.sentences())
    rig.printer.close_cover()
    rig.see(WaitingForCard, paper=None)
    rig.printer.unplug()
    rig.see(WaitingForCard, paper=Fault.CABLE.sentences())
    rig.printer.plug()
    rig.see(WaitingForCard, paper=None)
    rig.vote(1)


@pytest.mark.parametrize("fault", Fault)
def test_every_fault_reaches_the_three_views_that_tell_of_it(fault):
    facts = Facts(fault=fault, paper=Status(fault, near_end=True))
    waiting = view_of(Polls.OPEN, Session.IDLE, facts)
    said = tuple(f"{words(fault.title)}. {words(fault.next)}" for words in (builtin("id"), builtin("en")))
    assert waiting == views.WaitingForCard(None, said), "a fault comes before a roll that nears its end"
    assert view_of(Polls.OPEN, Session.PRINT_TROUBLE, facts) == PrintTrouble(fault)
    troubles = {
        Polls.OPEN_PRINT_TROUBLE: Button.CANCEL,
        Polls.TAKEOVER_PRINT_TROUBLE: None,
        Polls.CLOSE_PRINT_TROUBLE: Button.LATER,
    }
    for polls, other in troubles.items():
        assert view_of(polls, Session.IDLE, facts) == PaperTrouble(fault, other)
