"""A card in a real reader's place: a real pcscd, and everything that can happen to the card."""

import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from config.cards import pcsc
from config.cards.certificate import read_certificate
from config.cards.pcsc import PcscReader
from config.cards.piv import commands
from config.cards.piv.admin import DEFAULT_MANAGEMENT_KEY, PivAdmin
from config.cards.piv.apdu import Status
from config.cards.piv.card import PivCard
from config.cards.port import (
    CardDamaged,
    CardGone,
    NoPivCard,
    PinNeeded,
    SilentCard,
    Slot,
    SlowCard,
    WrongPin,
)
from config.cards.registry import CardList, UnprovenCard, check_signature, recognise
from config.cards.virtual import faults
from config.errors import BilikError
from config.secret import Pin
from tests.cards.pcsc.watching import ELECTION, PIN, pcsc_threads, seen, until, wait_card, wait_empty, wait_for

# Coming, staying, going


def test_a_card_comes_stays_and_goes(reader, virtual_reader, deck):
    file, known = deck.card()
    assert reader.card() is None
    virtual_reader.insert(file)
    card = wait_card(reader)
    assert (card.id, card.contactless, reader.soft) == (known.id, False, False)
    for _ in range(50):
        assert reader.card() is card
    virtual_reader.remove()
    wait_empty(reader)
    virtual_reader.insert(file)
    again = wait_card(reader)
    assert again is not card
    assert again.id == known.id
    for verb in VERBS.values():
        with pytest.raises(CardGone):
            verb(card)


VERBS: dict[str, Callable[[PivCard], object]] = {
    "sign": lambda card: card.sign(Slot.UNLOCK, b"x"),
    "verify": lambda card: card.verify_pin(Pin(PIN)),
}


def test_put_in_again_between_two_looks(reader, card, virtual_reader, bystander, deck):
    card.verify_pin(Pin(PIN))
    file = Path(virtual_reader.state.cards[0])
    virtual_reader.remove()
    bystander.sees(False)
    virtual_reader.insert(file)
    bystander.sees(True)
    # The reader hears of it in its own thread, perhaps a moment after the bystander.
    until(lambda: seen(reader) is not card)
    again = wait_card(reader)
    with pytest.raises(PinNeeded):
        again.sign(Slot.SIGN, b"x")
    with pytest.raises(CardGone):
        card.sign(Slot.UNLOCK, b"x")


def test_the_pin_counts_no_more_once_the_reader_is_let_go(reader, card):
    card.verify_pin(Pin(PIN))
    assert card.sign(Slot.SIGN, b"x")
    reader.close()
    after = wait_card(reader)
    # The card itself is asked, past our own memory of what was shown.
    assert after.send(commands.sign(Slot.SIGN, bytes(32))).status == Status.SECURITY_NOT_SATISFIED


def test_what_a_card_does_is_what_cryptography_says(reader, virtual_reader, deck):
    file, known = deck.card()
    virtual_reader.insert(file)
    card = wait_card(reader)
    assert recognise(card, CardList((known,), ELECTION, deck.root.public)) == known
    certificate = read_certificate(card.certificate(Slot.SIGN) or b"")
    assert certificate.signed_by(deck.root.public)
    with pytest.raises(WrongPin) as wrong:
        card.verify_pin(Pin("918273"))
    assert wrong.value.tries_left == card.tries_left() == 2
    card.verify_pin(Pin(PIN))
    for slot in (Slot.UNLOCK, Slot.SIGN):
        check_signature(known.point(slot), b"a message", card.sign(slot, b"a message"))
    ours = ec.generate_private_key(ec.SECP256R1())
    point = ours.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), known.point(Slot.UNWRAP))
    assert card.agree(Slot.UNWRAP, point).reveal() == ours.exchange(ec.ECDH(), theirs)


# Cards that are refused


REFUSED = {
    "not a PIV card": (faults.OtherCard(), NoPivCard),
    "no smart card at all": (faults.Silent(), SilentCard),
    "garbage": (faults.Garbage(), CardDamaged),
    "too long": (faults.TooLong(), CardDamaged),
    "too slow": (faults.Slow(seconds=1.0), SlowCard),
}


@pytest.mark.parametrize(("fault", "kind"), REFUSED.values(), ids=REFUSED)
def test_a_card_that_cannot_be_read(reader, virtual_reader, deck, monkeypatch, fault, kind):
    monkeypatch.setattr(pcsc, "CARD_TIMEOUT_S", 0.3)
    virtual_reader.fault(fault)
    virtual_reader.insert(deck.card()[0])
    refusal = wait_for(reader, CardDamaged)
    assert isinstance(refusal, kind)
    # It is not asked again, however well it would answer now, until it is taken out.
    virtual_reader.fault(None)
    for _ in range(20):
        assert seen(reader) is refusal


def test_a_refused_card_is_asked_again_when_it_is_put_in_again(reader, virtual_reader, deck):
    file, known = deck.card()
    virtual_reader.fault(faults.OtherCard())
    virtual_reader.insert(file)
    wait_for(reader, NoPivCard)
    virtual_reader.fault(None)
    virtual_reader.remove()
    until(lambda: seen(reader) is None)
    virtual_reader.insert(file)
    assert wait_card(reader).id == known.id


def test_a_card_that_becomes_slow(reader, card, virtual_reader, monkeypatch):
    monkeypatch.setattr(pcsc, "CARD_TIMEOUT_S", 0.3)
    virtual_reader.fault(faults.Slow(seconds=3.0))
    begin = time.monotonic()
    with pytest.raises(SlowCard):
        card.sign(Slot.UNLOCK, b"x")
    assert 0.3 <= time.monotonic() - begin < 2.5, "nobody waited for the answer"
    for _ in range(2):
        assert isinstance(seen(reader), SlowCard)
        with pytest.raises(BilikError):
            card.sign(Slot.UNLOCK, b"x")
    # The thread that was left behind ends when the card answers at last.
    until(lambda: pcsc_threads() == 1)


def test_a_card_that_answers_each_time_just_in_time(bystander, virtual_reader, deck):
    """Three meetings' worth of patience for one answer, but one purse for all of them."""
    with contextlib.closing(PcscReader(purse_s=0.5)) as reader:
        reader.card()
        virtual_reader.fault(faults.Slow(seconds=0.3))
        virtual_reader.insert(deck.card()[0])
        begin = time.monotonic()
        refusal = wait_for(reader, CardDamaged)
        assert isinstance(refusal, SlowCard)
        assert time.monotonic() - begin < 2.0
        virtual_reader.fault(None)
        virtual_reader.remove()
        wait_empty(reader)
        virtual_reader.insert(deck.card()[0])
        card = wait_card(reader)
        # Left in peace meanwhile, a card may take its time again, as often as it is asked.
        virtual_reader.fault(faults.Slow(seconds=0.3))
        for _ in range(3):
            time.sleep(pcsc.REST_S)
            assert card.sign(Slot.UNLOCK, b"x")


def test_whether_something_lies_there_is_told_without_speaking_to_it(reader, card, virtual_reader, bystander, deck):
    assert reader.lies()
    assert reader.card() is card
    virtual_reader.remove()
    until(lambda: not reader.lies())
    with pytest.raises(CardGone):
        card.sign(Slot.UNLOCK, b"x")
    for fault in (faults.Slow(seconds=1.0), faults.Silent(), faults.OtherCard()):
        virtual_reader.fault(fault)
        virtual_reader.insert(deck.card()[0])
        until(reader.lies)
        begin = time.monotonic()
        for _ in range(10):
            assert reader.lies()
        assert time.monotonic() - begin < 1.0
        assert pcsc_threads() == 1, "nothing is connected"
        virtual_reader.remove()
        virtual_reader.fault(None)
        until(lambda: not reader.lies())


def test_a_key_may_take_longer_than_an_answer(reader, card, virtual_reader, monkeypatch):
    admin = PivAdmin(card)
    assert admin.authenticate(DEFAULT_MANAGEMENT_KEY)
    monkeypatch.setattr(pcsc, "CARD_TIMEOUT_S", 0.2)
    virtual_reader.fault(faults.Slow(seconds=0.6))
    assert len(admin.generate(Slot.UNWRAP)) == 65


def test_a_card_that_signs_with_another_key(reader, virtual_reader, deck):
    file, known = deck.card()
    virtual_reader.insert(file)
    card = wait_card(reader)
    virtual_reader.fault(faults.OldSignature())
    with pytest.raises(UnprovenCard):
        recognise(card, CardList((known,), ELECTION, deck.root.public))


# Pulled


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
def test_pulled_in_the_middle(reader, card, virtual_reader, verb):
    virtual_reader.fault(faults.Pulled(after=0))
    for _ in range(2):
        with pytest.raises(CardGone):
            verb(card)
    assert not isinstance(seen(reader), BilikError)
    wait_empty(reader)


def test_pulled_while_it_is_met(reader, virtual_reader, bystander, deck):
    virtual_reader.fault(faults.Pulled(after=1))
    virtual_reader.insert(deck.card()[0])
    bystander.sees(True)
    assert reader.card() is None
    bystander.sees(False)
    assert reader.card() is None


def test_nothing_of_a_command_stays_in_a_traceback(card, virtual_reader):
    virtual_reader.fault(faults.Pulled(after=0))
    with pytest.raises(CardGone) as gone:
        card.verify_pin(Pin(PIN))
    marks = (PIN, str(list(PIN.encode())).strip("[]"))
    for shown in everything_shown(gone.value):
        assert not any(mark in shown for mark in marks)


def everything_shown(fault: BaseException | None) -> Iterator[str]:
    """The text of an exception, of what it came from, and of every local on its way that is not this test's."""
    while fault is not None:
        yield repr(fault)
        frames = fault.__traceback__
        while frames is not None:
            if frames.tb_frame.f_code.co_filename != __file__:
                yield from map(repr, frames.tb_frame.f_locals.values())
            frames = frames.tb_next
        fault = fault.__context__
