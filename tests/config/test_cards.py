"""Soft cards speak as a PIV card will: challenge, PIN with tries, keys that open only with card and PIN."""

import os
import stat

import msgspec
import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from config.cards.port import CardDamaged, CardGone, PinBlocked, PinNeeded, Slot, WrongPin
from config.cards.registry import CardList, UnknownCard, recognise, register
from config.cards.role import CardKind, Role
from config.cards.soft import PIN_TRIES, SoftCard, SoftReader, new_soft_card
from config.errors import InputError, OperatorError
from config.minisign import SecretKey
from config.record import encode
from config.secret import Key, Pin
from config.wrap import unwrap, wrap

PIN, OTHER = Pin("271828"), Pin("314159")


@pytest.fixture
def card(tmp_path):
    return new_soft_card(tmp_path / "a.card", "Bu Tini", PIN)


def registered(card, role=Role.OFFICERS):
    return register(card, kind=CardKind.SOFT, role=role, holder="Bu Tini", village_code="34.04.01.2001", tps=1)


def listed(*cards):
    return CardList(cards, "0" * 32, SecretKey.new().public)


def test_a_card_is_made_once_and_readable_by_its_owner_only(card, tmp_path):
    assert stat.S_IMODE((tmp_path / "a.card").stat().st_mode) == 0o600
    before = (tmp_path / "a.card").read_bytes()
    with pytest.raises(InputError, match="is there already"):
        new_soft_card(tmp_path / "a.card", "Bu Tini", PIN)
    assert (tmp_path / "a.card").read_bytes() == before
    assert b"271828" not in before


@pytest.mark.parametrize("typed", ["12345", "1234567", "12345a", "", "１２３４５６"])
def test_a_pin_has_six_digits(tmp_path, typed):
    with pytest.raises(InputError, match="six digits"):
        new_soft_card(tmp_path / "b.card", "Bu Tini", Pin(typed))
    assert not (tmp_path / "b.card").exists()


def test_tries_count_down_over_insertions_and_come_back_with_the_right_pin(card, tmp_path):
    for left in range(PIN_TRIES - 1, PIN_TRIES - 4, -1):
        again = SoftCard(tmp_path / "a.card")
        with pytest.raises(WrongPin) as told:
            again.verify_pin(OTHER)
        assert told.value.tries_left == left == again.tries_left()
        assert str(left) in told.value.en
        assert str(left) in told.value.id
    card.verify_pin(PIN)
    assert card.tries_left() == PIN_TRIES


def test_a_blocked_card_stays_blocked_for_the_right_pin(card):
    for _ in range(PIN_TRIES - 1):
        with pytest.raises(WrongPin):
            card.verify_pin(OTHER)
    with pytest.raises(PinBlocked):
        card.verify_pin(OTHER)
    with pytest.raises(PinBlocked):
        card.verify_pin(PIN)
    assert card.tries_left() == 0


def test_pulling_the_card_while_the_pin_is_judged_gives_no_try_for_nothing(card, tmp_path, monkeypatch):
    monkeypatch.setattr("config.cards.soft.pwhash.verify", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        card.verify_pin(OTHER)
    assert SoftCard(tmp_path / "a.card").tries_left() == PIN_TRIES - 1


def test_what_needs_the_pin_and_what_does_not(card, tmp_path):
    point = card.public_key(Slot.UNWRAP)
    assert card.sign(Slot.UNLOCK, b"challenge")
    for act in (lambda: card.sign(Slot.SIGN, b"x"), lambda: card.agree(Slot.UNWRAP, point)):
        with pytest.raises(PinNeeded):
            act()
    card.verify_pin(PIN)
    assert card.sign(Slot.SIGN, b"x")
    with pytest.raises(PinNeeded):
        SoftCard(tmp_path / "a.card").sign(Slot.SIGN, b"x")


def test_a_wrong_pin_takes_back_what_the_right_one_gave(card):
    card.verify_pin(PIN)
    with pytest.raises(WrongPin):
        card.verify_pin(OTHER)
    with pytest.raises(PinNeeded):
        card.sign(Slot.SIGN, b"x")


def test_signature_and_agreement_are_those_of_the_library(card):
    card.verify_pin(PIN)
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), card.public_key(Slot.SIGN))
    key.verify(card.sign(Slot.SIGN, b"message"), b"message", ec.ECDSA(hashes.SHA256()))
    mine = ec.generate_private_key(ec.SECP256R1())
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), card.public_key(Slot.UNWRAP))
    point = mine.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    assert card.agree(Slot.UNWRAP, point).reveal() == mine.exchange(ec.ECDH(), theirs)
    with pytest.raises(InputError, match="damaged"):
        card.agree(Slot.UNWRAP, b"\x04" + bytes(64))


def test_the_reader_sees_in_and_out_and_a_pulled_card_is_gone(card, tmp_path):
    place = tmp_path / "reader"
    reader = SoftReader(place)
    assert reader.card() is None
    place.symlink_to(tmp_path / "a.card")
    lying = reader.card()
    assert lying is not None
    assert lying is reader.card()
    lying.verify_pin(PIN)
    place.unlink()
    assert reader.card() is None
    for act in (lying.tries_left, lambda: lying.sign(Slot.UNLOCK, b"x"), lambda: lying.verify_pin(PIN)):
        with pytest.raises(CardGone):
            act()
    place.symlink_to(tmp_path / "a.card")
    fresh = reader.card()
    assert fresh is not lying
    with pytest.raises(PinNeeded):
        fresh.sign(Slot.SIGN, b"x")


def test_another_card_in_the_same_place_is_not_the_first_one(card, tmp_path):
    new_soft_card(tmp_path / "b.card", "Pak Joko", OTHER)
    place = tmp_path / "reader"
    place.symlink_to(tmp_path / "a.card")
    reader = SoftReader(place)
    lying = reader.card()
    place.unlink()
    place.symlink_to(tmp_path / "b.card")
    with pytest.raises(CardGone):
        lying.tries_left()
    assert reader.card().id != lying.id


@pytest.mark.parametrize(
    "contents",
    [
        b"",
        b"{}",
        b"not a card",
        b'{"format":"bilik-soft-card/2"}',
        os.urandom(200),
        b"[" * 5000,
    ],
)
def test_what_is_no_card_is_told_so(tmp_path, contents):
    path = tmp_path / "c.card"
    path.write_bytes(contents)
    with pytest.raises(CardDamaged, match="Use another card"):
        SoftCard(path)


def test_a_card_is_recognised_by_its_key_and_never_by_its_id(card, tmp_path):
    known = registered(card)
    assert recognise(card, listed(known)) == known
    impostor = new_soft_card(tmp_path / "b.card", "Impostor", OTHER)
    with pytest.raises(UnknownCard):
        recognise(impostor, listed(known))
    record = impostor._read()
    (tmp_path / "b.card").write_bytes(encode(msgspec.structs.replace(record, id=card.id)))
    with pytest.raises(UnknownCard):
        recognise(SoftCard(tmp_path / "b.card"), listed(known))


def test_what_is_wrapped_for_a_card_opens_with_it_for_its_purpose_only(card, tmp_path):
    other = new_soft_card(tmp_path / "b.card", "Pak Joko", OTHER)
    secret = Key(os.urandom(32))
    wrapped = wrap(secret, registered(card), "store|x")
    with pytest.raises(PinNeeded):
        unwrap((wrapped,), card, "store|x")
    card.verify_pin(PIN)
    other.verify_pin(OTHER)
    assert unwrap((wrapped,), card, "store|x").reveal() == secret.reveal()
    with pytest.raises(InputError, match="does not open"):
        unwrap((wrapped,), card, "trustee|x")
    with pytest.raises(OperatorError, match="not made for this card"):
        unwrap((wrapped,), other, "store|x")
    theirs = msgspec.structs.replace(wrapped, card=other.id)
    with pytest.raises(InputError, match="does not open"):
        unwrap((theirs,), other, "store|x")
    changed = msgspec.structs.replace(
        wrapped, box=wrapped.box[:-4] + ("AAA=" if wrapped.box[-4:] != "AAA=" else "BBB=")
    )
    with pytest.raises(InputError):
        unwrap((changed,), card, "store|x")
