"""A card that leaves in the middle: after every single command that a booth sends it, the day goes on to its end."""

import time
from collections import Counter

from booth.events import Button, NumbersTyped, PinTyped
from booth.views import (
    Attendance,
    CardWanted,
    Choosing,
    CloseAsk,
    Closed,
    PinWanted,
    ShowCounts,
    TakeCard,
    WaitingForCard,
)
from config.secret import Pin

MOST_COMMANDS = 60


class Pulling:
    """Puts a card in for one step of the day again and again, each time pulled one command later."""

    def __init__(self, rig):
        self.rig = rig
        self.pulled = Counter()

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
        assert not list(self.rig.device.data.glob("*.new"))
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
