"""A card that leaves in the middle: after every single command that a booth sends it, the day goes on to its end."""

import time
from collections import Counter

import pytest

from booth.events import Button, NumbersTyped, PinTyped
from booth.views import (
    Attendance,
    CardWanted,
    Choosing,
    CloseAsk,
    Closed,
    PinWanted,
    ShowCounts,
    SignTakeover,
    TakeCard,
    WaitingForCard,
)
from config.secret import Pin
from tests.booth.piv import DirectReader
from tests.booth.rig import Rig

MOST_COMMANDS = 60


class Pulling:
    """Puts a card in for one step of the day again and again, each time pulled one command later."""

    def __init__(self, rig):
        self.rig = rig
        self.pulled = Counter()
        self.may_lie: frozenset[str] = frozenset()
        """What a step that was cut may leave behind."""

    def step(self, name, card, *, pin):
        """Ends with the card in and the step done."""
        for commands in range(MOST_COMMANDS):
            self.rig.reader.pull_after = commands
            self.rig.put_in(card)
            self.rig.until(lambda: self.lost or isinstance(self.rig.frame.view, PinWanted if pin else TakeCard))
            told = not self.lost
            if pin and not self.lost:
                self.present(card)
            if not self.lost:
                self.rig.reader.pull_after = None
                return
            self.pulled[name] += 1
            self.still_asked(told=told)
        raise AssertionError(f"{name} never came to its end")

    def present(self, card):
        """The right PIN, until the card has done its work or has left."""
        before = self.rig.frame.number
        self.rig.touch(PinTyped(Pin(self.rig.pins[card])))
        self.rig.until(lambda: self.lost or self.rig.frame.number != before)
        self.rig.until(lambda: not self.rig.at_work())

    @property
    def lost(self):
        return self.rig.reader.pull_after is None

    def still_asked(self, *, told):
        """The state asks for the card again, nothing half done lies on the disk; once the card was known, it says."""
        self.rig.until(lambda: not self.rig.frame.status.card)
        if told:
            self.rig.told("taken out too early")
        assert isinstance(self.rig.frame.view, CardWanted | WaitingForCard)
        assert {path.name for path in self.rig.device.data.glob("*.new")} <= self.may_lie
        if told and sum(self.pulled.values()) == 1:
            time.sleep(0.3)
            self.rig.told("taken out too early")


def test_a_card_pulled_after_any_command_of_a_day_leaves_a_day_that_goes_on(direct):
    pulling = Pulling(direct)
    direct.see(CardWanted, what="ready")
    pulling.step("ready", direct.officer, pin=True)
    direct.take_card()
    direct.ready_checks()
    direct.tap(Button.CONFIRM)
    direct.see(CardWanted, what="committee-present")
    direct.put_in(direct.committee)
    direct.tap_when(Button.CONFIRM, "SignZeroReport")
    direct.take_card()
    direct.see(WaitingForCard)
    pulling.step("unlock", direct.officer, pin=False)
    direct.take_card()
    direct.see(Choosing)
    direct.choose_blind(2)
    direct.see(WaitingForCard)
    assert direct.frame.status.sessions == 1
    direct.restart()
    direct.see(CardWanted, what="locked")
    pulling.step("locked", direct.officer2, pin=True)
    direct.take_card()
    direct.see(WaitingForCard)
    direct.pause()
    direct.tap(Button.CLOSE)
    direct.see(CloseAsk)
    direct.tap(Button.CONFIRM)
    direct.see(Attendance)
    direct.touch(NumbersTyped(1, 0))
    direct.see(ShowCounts)
    direct.tap(Button.CONFIRM)
    direct.see(CardWanted, what="close-officers")
    pulling.step("officers", direct.officer, pin=True)
    direct.take_card()
    direct.see(CardWanted, what="close-committee")
    pulling.step("committee", direct.committee, pin=True)
    direct.take_card()
    assert [votes for _, votes in direct.see(Closed).result] == [0, 0, 1, 0]
    # Every step has commands to be pulled after; a step that wants no PIN has fewer.
    assert set(pulling.pulled) == {"ready", "unlock", "locked", "officers", "committee"}
    assert min(pulling.pulled.values()) == pulling.pulled["unlock"] >= 5, pulling.pulled


@pytest.fixture
def taking_over(direct, piv_official, tmp_path):
    """A blank device that has the first one's stick, up to the officer's card."""
    direct.open()
    direct.vote(1)
    direct.in_step()
    direct.stop()
    desk = tmp_path / "second"
    rig = Rig(piv_official, desk, reader=DirectReader(desk / "card"), stick=direct.stick)
    rig.take_over_up_to_the_officer(attended=1)
    yield rig
    rig.close()


def served(rig):
    """Devices that the stick knows."""
    return sorted(path.name for path in (rig.stick / "bilik" / "store").iterdir() if path.suffix != ".new")


def test_a_card_pulled_after_any_command_of_a_takeover_leaves_one_new_device(taking_over):
    pulling = Pulling(taking_over)
    pulling.may_lie = frozenset({"store.new"})
    pulling.step("takeover", taking_over.officer, pin=True)
    taking_over.see(SignTakeover)
    assert served(taking_over) == ["epoch-0", "epoch-1"]
    assert not list(taking_over.device.data.glob("*.new"))
    taking_over.take_card()
    taking_over.tap(Button.CONFIRM)
    taking_over.see(WaitingForCard)
    taking_over.vote(2)
    taking_over.in_step()
    assert served(taking_over) == ["epoch-0", "epoch-1"]
    assert pulling.pulled["takeover"] >= 10, pulling.pulled


@pytest.mark.parametrize("then", ["back", "the power switch"])
def test_a_takeover_that_needs_its_card_once_more_goes_on_without_another_one(then, taking_over):
    """The card leaves between the store's name and its opening."""
    pulled = Pulling(taking_over)
    for commands in range(MOST_COMMANDS):
        taking_over.reader.pull_after = commands
        taking_over.put_in(taking_over.officer)
        taking_over.until(lambda: pulled.lost or isinstance(taking_over.frame.view, PinWanted))
        if not pulled.lost:
            pulled.present(taking_over.officer)
        taking_over.until(lambda: not taking_over.frame.status.card)
        if taking_over.device.store_folder.exists():
            break
    assert pulled.lost
    taking_over.see(CardWanted, what="takeover-officer")
    if then == "back":
        taking_over.tap(Button.CANCEL)
    else:
        taking_over.restart()
    taking_over.see(CardWanted, what="locked")
    taking_over.with_pin(taking_over.officer)
    taking_over.see(SignTakeover)
    taking_over.tap(Button.CONFIRM)
    taking_over.see(WaitingForCard)
    assert served(taking_over) == ["epoch-0", "epoch-1"]
