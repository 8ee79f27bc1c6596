"""Stories with the virtual card's applet: a card is issued, used, blocked, unblocked and retired."""

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from config.cards.certificate import Claims, make_certificate, read_certificate
from config.cards.piv.admin import DEFAULT_MANAGEMENT_KEY, DEFAULT_PIN, DEFAULT_PUK, PivAdmin
from config.cards.piv.apdu import Apdu
from config.cards.piv.card import PivCard
from config.cards.piv.commands import Reference
from config.cards.piv.management import ManagementAlgorithm, ManagementKey
from config.cards.piv.refusals import FixedManagementKey, PukBlocked, WrongManagementKey, WrongPuk
from config.cards.port import NO_ID, PinBlocked, Slot, WrongPin
from config.cards.registry import CardList, check_signature, prove, recognise, register
from config.cards.role import CardKind, Role
from config.cards.virtual.applet import Applet
from config.cards.virtual.card import Profile, new_virtual_card
from config.errors import BilikError
from config.minisign import SecretKey
from config.mode import Mode
from config.secret import Pin, Puk
from tests.cards.piv.line import AppletLine, virtual

PIN, PUK = Pin("482915"), Puk("31415926")
ELECTION = "ab" * 16


def issue(card: PivCard, root: SecretKey, card_id: str, holder: str = "Sari") -> dict[Slot, bytes]:
    """What ``cards issue`` does, in short; the points of the new keys."""
    tool = PivAdmin(card)
    if not tool.authenticate_factory():
        raise WrongManagementKey
    tool.write_identity(card_id)
    points = {slot: tool.generate(slot) for slot in Slot}
    for slot, point in points.items():
        claims = Claims(card_id, Mode.OFFICIAL, ELECTION, "Pilkades", Role.OFFICERS, holder, "35.07.01.2001", 1)
        tool.write_certificate(slot, make_certificate(root, point, slot, claims))
    tool.change_pin(DEFAULT_PIN, PIN)
    tool.change_puk(DEFAULT_PUK, PUK)
    return points


def again(folder: Path, profile: Profile) -> PivCard:
    """The same card, taken out and put in."""
    return PivCard(AppletLine(Applet(folder / f"{profile.value}.piv")))


@pytest.mark.parametrize("profile", Profile)
def test_a_card_is_issued_and_used(profile: Profile, tmp_path: Path) -> None:
    root, card_id = SecretKey.new(), secrets.token_hex(16)
    card, line = virtual(tmp_path, profile)
    assert card.id == NO_ID
    assert [PivAdmin(card).holds_key(slot) for slot in Slot] == [False] * 3
    points = issue(card, root, card_id, holder="Ibu Sari Wulandari " * 3)
    assert card.id == card_id
    assert any(apdu.startswith("10DB") for apdu in line.sent), "certificates are chained"
    assert any(apdu.startswith("00C0") for apdu in line.sent), "and read in pieces"

    card = again(tmp_path, profile)
    assert card.id == card_id
    listed = register(card, kind=CardKind.PIV, role=Role.OFFICERS, holder="Sari", village_code="35.07.01.2001", tps=1)
    assert {slot: listed.point(slot) for slot in Slot} == points
    assert recognise(card, CardList((listed,), ELECTION, root.public)) == listed
    assert all(read_certificate(card.certificate(slot) or b"").signed_by(root.public) for slot in Slot)
    with pytest.raises(WrongPin) as told:
        card.verify_pin(DEFAULT_PIN)
    assert told.value.tries_left == card.tries_left() == 2
    card.verify_pin(PIN)
    prove(card, listed, Slot.SIGN)
    check_signature(points[Slot.SIGN], b"buka", card.sign(Slot.SIGN, b"buka"))
    ours = ec.generate_private_key(ec.SECP256R1())
    ephemeral = ours.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), points[Slot.UNWRAP])
    assert card.agree(Slot.UNWRAP, ephemeral).reveal() == ours.exchange(ec.ECDH(), theirs)
    assert [PivAdmin(card).holds_key(slot) for slot in Slot] == [True] * 3
    assert card.tries_left() == 3


@pytest.mark.parametrize("profile", Profile)
def test_a_blocked_card_is_unblocked_and_a_blocked_puk_is_the_end(profile: Profile, tmp_path: Path) -> None:
    card, _ = virtual(tmp_path, profile)
    tool = PivAdmin(card)
    for left in (2, 1):
        with pytest.raises(WrongPin) as told:
            card.verify_pin(PIN)
        assert told.value.tries_left == left
    for _ in range(2):
        with pytest.raises(PinBlocked):
            card.verify_pin(PIN)
    assert card.tries_left() == 0
    with pytest.raises(WrongPuk) as puk:
        tool.unblock(PUK, PIN)
    assert puk.value.tries_left == 2
    tool.unblock(DEFAULT_PUK, PIN)
    assert card.tries_left() == 3
    card.verify_pin(PIN)
    with pytest.raises(WrongPuk):
        tool.change_puk(PUK, PUK)
    assert tool.puk_tries_left() in (None, 2)
    with pytest.raises(WrongPuk):
        tool.change_puk(PUK, PUK)
    with pytest.raises(PukBlocked):
        tool.change_puk(PUK, PUK)
    with pytest.raises(PukBlocked):
        tool.unblock(DEFAULT_PUK, PIN)


@pytest.mark.parametrize("algorithm", ManagementAlgorithm)
def test_the_management_key_is_changed_to_any_cipher(algorithm: ManagementAlgorithm, tmp_path: Path) -> None:
    card, _ = virtual(tmp_path)
    tool = PivAdmin(card)
    assert tool.is_default(Reference.MANAGEMENT)
    with pytest.raises(WrongManagementKey):
        tool.generate(Slot.SIGN)
    assert tool.authenticate(DEFAULT_MANAGEMENT_KEY)
    new = ManagementKey.fresh(algorithm)
    tool.change_management_key(new)
    card = again(tmp_path, Profile.YUBICO)
    tool = PivAdmin(card)
    assert tool.algorithm() is algorithm
    assert tool.is_default(Reference.MANAGEMENT) is False
    assert not tool.authenticate_factory()
    assert not tool.authenticate(ManagementKey.fresh(algorithm))
    with pytest.raises(WrongManagementKey):
        tool.write_identity("00" * 16)
    assert tool.authenticate(new)
    assert len(tool.generate(Slot.SIGN)) == 65


def test_a_plain_card_keeps_its_management_key_and_its_tries(tmp_path: Path) -> None:
    tool = PivAdmin(virtual(tmp_path, Profile.PLAIN)[0])
    assert tool.authenticate_factory()
    with pytest.raises(FixedManagementKey):
        tool.change_management_key(ManagementKey.fresh(ManagementAlgorithm.AES_256))
    assert not tool.set_tries(5, 5)


def test_tries_are_set_and_pin_and_puk_are_the_factory_s_again(tmp_path: Path) -> None:
    card, _ = virtual(tmp_path)
    tool = PivAdmin(card)
    assert tool.authenticate_factory()
    tool.change_pin(DEFAULT_PIN, PIN)
    card.verify_pin(PIN)
    assert tool.set_tries(8, 5)
    assert card.tries_left() == 8
    assert tool.puk_tries_left() == 5
    card.verify_pin(DEFAULT_PIN)


def test_a_retired_key_opens_nothing_any_more(tmp_path: Path) -> None:
    card, _ = virtual(tmp_path)
    root = SecretKey.new()
    points = issue(card, root, secrets.token_hex(16))
    tool = PivAdmin(card)
    assert card.public_key(Slot.UNWRAP) == points[Slot.UNWRAP]
    renewed = tool.generate(Slot.UNWRAP)
    assert card.public_key(Slot.UNWRAP) == points[Slot.UNWRAP], "the certificate names the old key until it is written"
    old_certificate = read_certificate(card.certificate(Slot.UNWRAP) or b"")
    tool.write_certificate(Slot.UNWRAP, make_certificate(root, renewed, Slot.UNWRAP, old_certificate.claims))
    assert card.public_key(Slot.UNWRAP) == renewed
    assert read_certificate(card.certificate(Slot.UNWRAP) or b"").point == renewed
    card.verify_pin(PIN)
    ours = ec.generate_private_key(ec.SECP256R1())
    ephemeral = ours.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    shared = card.agree(Slot.UNWRAP, ephemeral).reveal()
    old, new = (
        ours.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point))
        for point in (points[Slot.UNWRAP], renewed)
    )
    assert shared == new != old


class Spoiling(AppletLine):
    """One answer of a whole conversation comes damaged."""

    def __init__(self, applet: Applet, place: int, damage: Callable[[bytes], bytes]) -> None:
        super().__init__(applet)
        self._place = place
        self._damage = damage

    def transmit(self, apdu: Apdu) -> bytes:
        answer = super().transmit(apdu)
        return self._damage(answer) if len(self.sent) == self._place else answer


DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda answer: b"",
    "only the status": lambda answer: answer[-2:],
    "only the data": lambda answer: answer[:-2],
    "a bit of the data": lambda answer: bytes([answer[0] ^ 4]) + answer[1:],
    "last byte of the data": lambda answer: answer[:-3] + b"\x99" + answer[-2:],
    "doubled": lambda answer: answer[:-2] + answer,
    "technical fault": lambda answer: b"\x6f\x00",
    "more to come": lambda answer: answer[:-2] + b"\x61\x10",
    "another length": lambda answer: b"\x6c\x07",
    "zeros": lambda answer: bytes(len(answer)),
    "much too long": lambda answer: b"\x5a" * 65533 + answer[-2:],
}


@pytest.mark.parametrize("name", DAMAGES)
def test_one_damaged_answer_anywhere_never_makes_a_wrong_card(name: str, tmp_path: Path) -> None:
    root, card_id = SecretKey.new(), secrets.token_hex(16)
    finished = 0
    for place in range(1, 60):
        path = tmp_path / f"{place}.piv"
        new_virtual_card(path)
        line = Spoiling(Applet(path), place, DAMAGES[name])
        try:
            points = issue(PivCard(line), root, card_id)
        except BilikError:
            continue
        # The damage did not matter (or came after the end): then the card is what we believe it to be.
        finished += 1
        card = PivCard(AppletLine(Applet(path)))
        assert card.id == card_id
        card.verify_pin(PIN)
        assert {slot: card.public_key(slot) for slot in Slot} == points
        check_signature(points[Slot.SIGN], b"x", card.sign(Slot.SIGN, b"x"))
        if len(line.sent) < place:
            break
    assert finished
