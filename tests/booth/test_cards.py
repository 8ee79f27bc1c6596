"""Cards and people at the booth: told apart before the PIN, slowed after wrong ones, pulled whenever it hurts most."""

import secrets
import time

import pytest

from booth.events import Button, PinTyped
from booth.views import (
    CardWanted,
    Choosing,
    IntoBox,
    PinRefused,
    PinWait,
    PinWanted,
    ReadSlip,
    TakeCard,
    WaitingForCard,
)
from booth.views import (
    TestAsk as AskTest,
)
from config.cards.port import (
    CardDamaged,
    NoPivCard,
    PinBlocked,
    ReaderGone,
    SilentCard,
    Slot,
    SlowCard,
    TwoCards,
    WrongPin,
)
from config.cards.soft import SoftCard
from config.secret import Pin
from sync import batch as batches
from sync.log import Kind, check
from tests.booth.rig import BOOTH, Rig
from tests.booth.wire import WiredCard, WiredReader


@pytest.fixture
def wired(election, tmp_path):
    desk = tmp_path / "desk"
    rig = Rig(election, desk, reader=WiredReader(desk / "card"))
    yield rig
    rig.close()


def wrong(rig, card):
    return "000000" if rig.pins[card] != "000000" else "111111"


def type_wrong(rig, card):
    """One wrong PIN; the view that follows."""
    rig.see(PinWanted)
    rig.type_pin(card, wrong(rig, card))
    return rig.frame.view


def log_of(rig):
    return check(list(batches.read((rig.stick / "bilik" / "batch" / f"{BOOTH}.batch").read_bytes()).log))


# Told apart before the PIN


class Copied(WiredCard):
    """A listed number, and a key that is not the listed one's."""

    def sign(self, slot, message):
        return secrets.token_bytes(70)


class Replayed(WiredCard):
    """The first signature that was ever heard, again and again."""

    heard: bytes = b""

    def sign(self, slot, message):
        Replayed.heard = Replayed.heard or super().sign(slot, b"an older challenge")
        return Replayed.heard


class ByRadio(WiredCard):
    contactless = True


class Retired(WiredCard):
    """Its key for unwrapping was renewed."""

    def public_key(self, slot):
        return self.card.public_key(Slot.SIGN if slot is Slot.UNWRAP else slot)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        (Copied, "cannot prove that it is the registered one"),
        (Replayed, "cannot prove that it is the registered one"),
        (ByRadio, "read by radio"),
        (Retired, "was retired"),
    ],
)
def test_a_card_that_is_not_what_it_says_is_refused_before_its_pin(wired, kind, sentence):
    wired.see(CardWanted, what="ready")
    wired.reader.kind = kind
    wired.put_in(wired.officer)
    wired.told(sentence)
    wired.take_card()
    wired.reader.kind = WiredCard
    wired.put_in(wired.officer)
    assert wired.see(PinWanted).tries_left == 5


@pytest.mark.parametrize(
    "fault",
    [CardDamaged(), NoPivCard(), SilentCard(), SlowCard(), TwoCards(), ReaderGone()],
    ids=lambda f: type(f).__name__,
)
def test_what_cannot_be_read_is_a_sentence_and_the_next_card_works(wired, fault):
    wired.see(CardWanted, what="ready")
    wired.reader.unreadable = fault
    wired.told(fault.en)
    number = wired.frame.number
    time.sleep(0.3)
    assert wired.frame.number == number
    wired.reader.unreadable = None
    wired.until(lambda: wired.frame.view.refused is None)
    wired.put_in(wired.officer)
    wired.see(PinWanted)


def test_a_state_that_begins_with_the_reader_away_says_so_at_once(wired):
    wired.open()
    wired.reader.unreadable = ReaderGone()
    wired.told("does not answer")
    wired.tap(Button.OFFICER)
    wired.see(CardWanted, what="pause")
    wired.told("does not answer")
    wired.tap(Button.CANCEL)
    wired.see(WaitingForCard)
    wired.reader.unreadable = None
    wired.vote(1)
    wired.close_polls(attended=1)
    kinds = [entry.kind for entry in log_of(wired)]
    assert (kinds.count(Kind.READER_AWAY), kinds.count(Kind.READER_BACK)) == (1, 1)


# A PIN that a wire calls right


class SaysRight(WiredCard):
    """Swallows the PIN and says that it was right."""

    def verify_pin(self, pin):
        pass


class SaysRightAndSigns(SaysRight):
    """And signs with some key of its own."""

    def sign(self, slot, message):
        return super().sign(Slot.UNLOCK, message)


@pytest.mark.parametrize("kind", [SaysRight, SaysRightAndSigns])
def test_a_wire_that_says_right_opens_nothing(wired, kind):
    wired.see(CardWanted, what="ready")
    wired.reader.kind = kind
    wired.put_in(wired.officer)
    wired.see(PinWanted)
    wired.touch(PinTyped(Pin(wrong(wired, wired.officer))))
    wired.told("cannot prove")
    assert isinstance(wired.frame.view, CardWanted)
    assert not wired.device.store_folder.exists()
    wired.take_card()
    wired.reader.kind = WiredCard
    wired.open()


class SignsBadly(WiredCard):
    """Proves its PIN, and then signs something else than the session's certificate."""

    def sign(self, slot, message):
        return super().sign(slot, message if b"challenge" in message else message + b"!")


def test_a_day_does_not_begin_with_a_certificate_that_nobody_would_accept(wired):
    wired.see(CardWanted, what="ready")
    wired.reader.kind = SignsBadly
    wired.put_in(wired.officer)
    wired.see(PinWanted)
    wired.touch(PinTyped(Pin(wired.pins[wired.officer])))
    wired.told("cannot prove")
    assert not list(wired.device.data.glob("store*"))
    wired.take_card()
    wired.reader.kind = WiredCard
    wired.open()


# Wrong PINs


def test_the_last_try_stays_with_the_holder(rig, election):
    rig.see(CardWanted, what="ready")
    rig.put_in(rig.officer)
    for left in (4, 3, 2):
        assert type_wrong(rig, rig.officer).tries_left == left
    assert type_wrong(rig, rig.officer) == PinRefused("last-try")
    rig.take_card()
    rig.see(CardWanted, what="ready")
    rig.put_in(rig.officer)
    rig.see(PinRefused, why="last-try")
    rig.tap(Button.CANCEL)
    rig.see(CardWanted, what="ready", take_out_first=True)
    rig.take_card()
    rig.with_pin(rig.officer2)
    rig.ready_checks()
    assert SoftCard(rig.cards / rig.officer).tries_left() == 1


def test_a_blocked_card_is_told_and_the_other_one_goes_on(rig):
    card = SoftCard(rig.cards / rig.officer)
    for _ in range(4):
        with pytest.raises(WrongPin):
            card.verify_pin(Pin(wrong(rig, rig.officer)))
    with pytest.raises(PinBlocked):
        card.verify_pin(Pin(wrong(rig, rig.officer)))
    rig.see(CardWanted, what="ready")
    rig.put_in(rig.officer)
    rig.see(PinRefused, why="blocked")
    rig.take_card()
    rig.with_pin(rig.officer2)
    rig.ready_checks()


def test_five_wrong_pins_wait_and_no_other_card_shortens_it(rig):
    rig.see(CardWanted, what="ready")
    for card, times in ((rig.officer, 3), (rig.officer2, 2)):
        rig.put_in(card)
        for _ in range(times):
            type_wrong(rig, card)
        if card is rig.officer:
            rig.take_card()
    assert rig.see(PinWait) == PinWait(*holder(rig), tries_left=3, seconds=15)
    number = rig.frame.number
    rig.touch(PinTyped(Pin(rig.pins[rig.officer2])))
    rig.clock.ahead_s += 10
    time.sleep(0.3)
    # Typed too early: dropped, not kept for later.
    assert rig.frame.number == number
    rig.take_card()
    rig.see(CardWanted, what="ready")
    rig.put_in(rig.officer)
    assert 3 <= rig.see(PinWait, tries_left=2).seconds <= 5
    rig.tap(Button.CANCEL)
    rig.see(CardWanted, take_out_first=True)
    rig.take_card()
    rig.put_in(rig.officer2)
    rig.see(PinWait)
    rig.clock.ahead_s += 5
    assert type_wrong(rig, rig.officer2).seconds == 30
    rig.clock.ahead_s += 30
    # The right PIN of this card clears its own three wrong ones; those of the other card stay.
    rig.see(PinWanted, tries_left=2)
    rig.type_pin(rig.officer2)
    rig.take_card()
    rig.ready_checks()
    rig.tap(Button.CANCEL)
    rig.see(CardWanted, what="locked")
    rig.put_in(rig.officer2)
    assert isinstance(type_wrong(rig, rig.officer2), PinWanted)
    assert isinstance(type_wrong(rig, rig.officer2), PinWait)


def holder(rig):
    view = rig.frame.view
    return view.holder, view.role


# The reader's cable


def test_a_reader_that_goes_away_with_the_card_keeps_the_voter_waiting(wired):
    """Nobody saw the card leave: it may be in the booth still, and unlock once more."""
    wired.open()
    wired.put_in(wired.officer)
    wired.see(TakeCard, problem=None)
    wired.reader.unreadable = ReaderGone()
    wired.told("has left")
    time.sleep(0.3)
    assert isinstance(wired.frame.view, TakeCard)
    wired.reader.unreadable = None
    wired.see(TakeCard, problem=None)
    time.sleep(0.3)
    assert isinstance(wired.frame.view, TakeCard)
    wired.take_card()
    wired.see(Choosing)
    wired.choose_blind(1)
    wired.see(WaitingForCard)
    assert wired.frame.status.sessions == 1


def test_a_reader_that_comes_and_goes_disturbs_no_voter(wired):
    wired.open()
    wired.unlock()
    for go_on in (lambda: wired.choose(1), lambda: wired.tap(Button.RIGHT)):
        number = wired.frame.number
        for _ in range(2):
            wired.reader.unreadable = ReaderGone()
            time.sleep(0.25)
            wired.reader.unreadable = None
            time.sleep(0.25)
        assert wired.frame.number == number
        go_on()
    wired.see(WaitingForCard)
    wired.vote(2)
    _, closed = wired.close_polls(attended=2)
    assert [votes for _, votes in closed.result] == [0, 1, 1, 0]
    kinds = [entry.kind for entry in log_of(wired)]
    assert not {Kind.READER_AWAY, Kind.READER_BACK} & set(kinds)


def test_a_loose_cable_between_voters_unlocks_nothing_by_itself(wired):
    wired.open()
    wired.put_in(wired.officer)
    wired.see(TakeCard)
    wired.take_card()
    wired.see(Choosing)
    wired.put_in(wired.officer)
    wired.until(lambda: wired.frame.status.card)
    wired.choose_blind(1)
    wired.see(WaitingForCard)
    for fault, told in ((ReaderGone(), "does not answer"), (SilentCard(), "lies in the reader first")):
        wired.reader.unreadable = fault
        wired.told(told)
        wired.reader.unreadable = None
        wired.told("lies in the reader first")
    assert wired.frame.status.sessions == 1
    wired.take_card()
    wired.unlock()
    assert wired.frame.status.sessions == 2


def test_a_reader_unplugged_while_a_pin_is_asked_is_told_and_works_again(wired):
    wired.see(CardWanted, what="ready")
    wired.put_in(wired.officer)
    wired.see(PinWanted)
    wired.reader.unreadable = ReaderGone()
    wired.told("does not answer")
    wired.reader.unreadable = None
    wired.see(CardWanted, what="ready", take_out_first=True)
    wired.take_card()
    wired.open()


def test_a_strange_card_at_the_slip_says_nothing_to_the_voter(wired):
    wired.open()
    wired.unlock()
    wired.choose(1)
    number = wired.frame.number
    wired.put_in(wired.committee)
    time.sleep(0.3)
    assert (type(wired.frame.view), wired.frame.number) == (ReadSlip, number)
    wired.take_card()
    wired.with_pin(wired.officer)
    wired.see(AskTest)
    wired.tap(Button.CANCEL)
    wired.see(ReadSlip)
    wired.tap(Button.RIGHT)
    wired.see(IntoBox)
