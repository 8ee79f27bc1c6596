"""Cards and wires that would hold a booth up, mislead it about tries, or pass a wrong bit off as a broken store."""

import time

import pytest

from booth.events import Button, Chosen, NumbersTyped, PinTyped
from booth.views import (
    Attendance,
    CardWanted,
    Choosing,
    Closed,
    Confirming,
    PinWait,
    PinWanted,
    StillThere,
    WaitingForCard,
)
from config.cards.port import WrongPin
from config.secret import Choice, Key, Pin
from tests.booth.rig import Rig
from tests.booth.wire import WiredCard, WiredReader


class Counting(WiredReader):
    """Counts how often its card was spoken to, and can keep one look waiting."""

    met = 0
    hold_s = 0.0

    def card(self):
        self.met += 1
        return super().card()

    def lies(self):
        hold_s, self.hold_s = self.hold_s, 0.0
        time.sleep(hold_s)
        return super().lies()


@pytest.fixture
def held(election, tmp_path):
    desk = tmp_path / "desk"
    rig = Rig(election, desk, reader=Counting(desk / "card"))
    yield rig
    rig.close()


# Who is not asked for is not spoken to


def test_a_card_put_in_during_a_session_is_not_spoken_to_and_unlocks_nothing(held):
    held.open()
    held.unlock()
    held.until(lambda: not held.frame.status.card)
    met = held.reader.met
    held.put_in(held.officer)
    held.until(lambda: held.frame.status.card)
    held.touch(Chosen(Choice(1)))
    held.see(Confirming)
    held.tap(Button.CHANGE)
    held.see(Choosing)
    held.choose_blind(1)
    held.told("lies in the reader first")
    time.sleep(0.3)
    assert held.reader.met == met
    assert held.frame.status.sessions == 1
    held.take_card()
    held.see(WaitingForCard, refused=None)
    held.unlock()
    assert held.frame.status.sessions == 2


def test_a_card_that_takes_anothers_place_during_a_session_is_not_taken_either(held):
    held.open()
    held.unlock()
    held.put_in(held.committee)
    held.until(lambda: held.frame.status.card)
    held.pull_card()
    held.put_in(held.officer)
    held.choose_blind(1)
    held.told("lies in the reader first")
    assert held.frame.status.sessions == 1


def test_nobodys_silence_is_counted_while_the_booth_itself_was_held_up(held):
    held.open()
    held.unlock()
    held.until(lambda: not held.frame.status.card)
    number = held.frame.number
    held.reader.hold_s = 2.5
    held.until(lambda: held.reader.hold_s == 0)
    time.sleep(2.5 + 1.0)
    # The warning comes after two seconds of silence.
    assert (held.frame.number, type(held.frame.view)) == (number, Choosing)
    held.see(StillThere)


# Tries


class ToldFifteen(WiredCard):
    """A wire that tells of fifteen tries, whatever the card says."""

    def tries_left(self):
        return 15

    def verify_pin(self, pin):
        try:
            super().verify_pin(pin)
        except WrongPin:
            raise WrongPin(15) from None


class Falling(ToldFifteen):
    """And that lets its number fall, but begins anew each time it is asked."""

    def verify_pin(self, pin):
        try:
            super().verify_pin(pin)
        except WrongPin:
            raise WrongPin(14) from None


def wrong(rig):
    return "000000" if rig.pins[rig.officer] != "000000" else "111111"


def test_a_number_of_tries_that_does_not_fall_is_not_believed_and_counts_as_a_wrong_pin(held):
    held.reader.kind = ToldFifteen
    held.see(CardWanted, what="ready")
    for _ in range(3):
        held.put_in(held.officer)
        held.see(PinWanted, tries_left=15)
        held.type_pin(held.officer, wrong(held))
        held.told("cannot prove")
        held.take_card()
    held.reader.kind = WiredCard
    held.put_in(held.officer2)
    held.see(PinWanted)
    other = "000000" if held.pins[held.officer2] != "000000" else "111111"
    held.type_pin(held.officer2, other)
    held.type_pin(held.officer2, other)
    assert isinstance(held.frame.view, PinWait), "the fifth wrong PIN of all"


def test_tries_are_counted_down_here_within_an_insertion(held):
    held.reader.kind = Falling
    held.see(CardWanted, what="ready")
    held.put_in(held.officer)
    held.see(PinWanted, tries_left=15)
    held.type_pin(held.officer, wrong(held))
    held.see(PinWanted, tries_left=14, wrong=True)
    held.type_pin(held.officer, wrong(held))
    held.told("cannot prove")


# A wrong bit


class Flips(WiredCard):
    """One bit falls over in the answer of that number to an agreement."""

    at = 0

    def agree(self, slot, point):
        Flips.at -= 1
        said = super().agree(slot, point).reveal()
        return Key(bytes([said[0] ^ 1]) + said[1:]) if Flips.at == 0 else Key(said)


def with_a_wrong_bit(rig, card, at, what):
    """The card's PIN, and a wrong bit in its answer ``at``: the state asks again."""
    rig.reader.kind, Flips.at = Flips, at
    rig.see(CardWanted, what=what)
    rig.put_in(card)
    rig.see(PinWanted)
    rig.touch(PinTyped(Pin(rig.pins[card])))
    rig.told("computed wrongly")
    assert rig.see(CardWanted).what == what
    rig.take_card()


def test_a_wrong_bit_ends_neither_day_nor_store_nor_result(held):
    with_a_wrong_bit(held, held.officer, 1, "ready")
    held.open()
    held.vote(1)
    for at in (1, 2):
        held.restart()
        with_a_wrong_bit(held, held.officer, at, "locked")
    held.with_pin(held.officer)
    held.see(WaitingForCard)
    held.vote(2)
    held.close_up_to_the_committee(attended=2)
    with_a_wrong_bit(held, held.committee, 1, "close-committee")
    held.with_pin(held.committee)
    assert [votes for _, votes in held.see(Closed).result] == [0, 1, 1, 0]


def test_a_wrong_bit_in_the_officers_half(held):
    held.open()
    held.vote(1)
    held.pause()
    held.tap(Button.CLOSE)
    held.tap_when(Button.CONFIRM, "CloseAsk")
    held.see(Attendance)
    held.touch(NumbersTyped(1, 0))
    held.tap_when(Button.CONFIRM, "ShowCounts")
    with_a_wrong_bit(held, held.officer, 1, "close-officers")
    held.with_pin(held.officer)
    held.see(CardWanted, what="close-committee")
    held.with_pin(held.committee)
    assert [votes for _, votes in held.see(Closed).result] == [0, 1, 0, 0]
