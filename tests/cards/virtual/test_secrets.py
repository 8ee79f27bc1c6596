"""What the card keeps: PIN and PUK with their tries, keys with their PIN, the management key with its challenges."""

import secrets

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from config.cards.virtual.card import Profile
from tests.cards.virtual.host import DEFAULT_KEY, SELECT, Host, decrypt, encrypt, padded

NEW_PIN, PUK = padded("654321"), b"12345678".hex()


@pytest.fixture
def host(tmp_path):
    return Host(tmp_path / "card.piv")


@pytest.fixture
def plain(tmp_path):
    return Host(tmp_path / "plain.piv", Profile.PLAIN)


@pytest.fixture
def issued(host):
    """A card with a key in each slot, and nobody logged in."""
    host.manage()
    host.points = {slot: host.generate(slot) for slot in ("9A", "9C", "9D", "9E")}
    host.applet.power_off()
    host.status(SELECT)
    return host


# PIN and PUK


def test_verify_counts_before_it_compares(host, monkeypatch):
    """Whoever pulls the card when it has judged, but not yet said so, has lost the try."""

    def pulled(kept, value):
        raise KeyboardInterrupt

    monkeypatch.setattr("config.cards.virtual.pins.matches", pulled)
    with pytest.raises(KeyboardInterrupt):
        host.verify()
    monkeypatch.undo()
    assert Host(host.path).status("00200080") == "63C2"


def test_a_disk_that_cannot_write_verifies_nothing(host, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("config.cards.virtual.card.write_whole", full)
    assert host.verify() == "6581"
    monkeypatch.undo()
    assert host.status("00200080") == "63C3"
    assert host.sign("9A")[-2:].hex() != "9000"


def test_three_wrong_pins_block_and_the_puk_unblocks(host):
    assert [host.verify("000000") for _ in range(4)] == ["63C2", "63C1", "63C0", "6983"]
    assert host.verify() == "6983"
    assert Host(host.path).verify() == "6983", "blocked for good, not for an insertion"
    assert host.status("002C008010" + padded("00000000") + NEW_PIN) == "63C2"
    assert host.status("002C008010" + PUK + NEW_PIN) == "9000"
    assert host.status("00200080") == "63C3", "the new PIN is not shown by that"
    assert host.verify("654321") == "9000"


def test_a_right_pin_gives_all_tries_back_and_is_told(host):
    host.verify("000000")
    assert host.verify() == "9000"
    assert host.status("00200080") == "9000"
    assert host.verify("000000") == "63C2", "a wrong PIN ends what the right one began"
    assert host.status("00200080") == "63C2"


def test_the_pin_is_forgotten_when_asked(host):
    host.verify()
    assert host.status("0020FF80") == "9000"
    assert host.status("00200080") == "63C3"


def test_the_tries_of_a_blocked_pin_are_told_as_each_kind_of_card_does(host, plain):
    for card, told in ((host, "6983"), (plain, "63C0")):
        for _ in range(3):
            card.verify("000000")
        assert card.status("00200080") == told


def test_pin_and_puk_are_changed_by_who_knows_them(host):
    assert host.status("0024008010" + padded("000000") + NEW_PIN) == "63C2"
    assert host.status("0024008010" + padded("123456") + NEW_PIN) == "9000"
    assert host.verify() == "63C2"
    assert host.verify("654321") == "9000"
    assert host.status("0024008110" + PUK + b"87654321".hex()) == "9000"
    assert host.status("002C008010" + PUK + NEW_PIN) == "63C2"


def test_a_plain_card_wants_digits(plain):
    assert plain.verify("abcdef") == "6A80"
    assert plain.status("0024008010" + padded("123456") + padded("abcdef")) == "6A80"
    assert plain.status("00200080") == "63C3"


def test_neither_pin_nor_puk_lies_in_the_file(host):
    host.status("0024008010" + padded("123456") + padded("907351"))
    host.status("0024008110" + PUK + b"40917735".hex())
    text = host.path.read_text(encoding="ascii")
    for secret in ("907351", "40917735"):
        assert secret not in text
        assert secret.encode().hex() not in text


# Keys and their PIN


def test_signatures_verify_and_secrets_agree(issued):
    issued.verify()
    digest = secrets.token_bytes(32)
    for slot in ("9A", "9E"):
        signature = issued.sign(slot, digest)[4:-2]
        public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), issued.points[slot])
        public.verify(signature, digest, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
    ours = ec.generate_private_key(ec.SECP256R1())
    point = ours.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), issued.points["9D"])
    answer = issued.agree("9D", point)
    assert answer[:4].hex() == "7c228220"
    assert answer[4:-2] == ours.exchange(ec.ECDH(), theirs)


def test_each_slot_wants_its_pin(issued):
    refused, done = "6982", "9000"

    def statuses():
        signed = [issued.sign(slot)[-2:].hex() for slot in ("9E", "9A", "9C")]
        return [*signed, issued.agree("9D", issued.points["9A"])[-2:].hex()]

    assert statuses() == [done, refused, refused, refused]
    issued.verify()
    assert statuses() == [done, done, refused, done], "9C wants it directly before"
    issued.verify()
    assert issued.sign("9C")[-2:].hex() == done
    assert issued.sign("9C")[-2:].hex() == refused, "each time"
    issued.applet.power_off()
    assert issued.status(SELECT) == done
    assert statuses() == [done, refused, refused, refused]


def off_the_curve(point: bytes) -> bytes:
    return point[:-1] + bytes([point[-1] ^ 1])


POINTS = {
    "off the curve": off_the_curve,
    "all zero": lambda point: b"\x04" + bytes(64),
    "compressed": lambda point: bytes([2 + point[-1] % 2]) + point[1:33],
    "hybrid": lambda point: bytes([6 + point[-1] % 2]) + point[1:],
    "the point at infinity": lambda point: b"\x00",
    "larger than the field": lambda point: b"\x04" + b"\xff" * 64,
    "nothing": lambda point: b"",
}


@pytest.mark.parametrize("change", POINTS.values(), ids=POINTS)
def test_the_card_agrees_with_no_wrong_point(issued, change):
    issued.verify()
    point = change(issued.points["9A"])
    fields = b"\x82\x00\x85" + bytes([len(point)]) + point
    command = bytes([0, 0x87, 0x11, 0x9D, len(fields) + 2, 0x7C, len(fields)]) + fields
    assert issued.say(command).hex() == "6a80"


@pytest.mark.parametrize("size", [0, 20, 31, 33, 48])
def test_the_card_signs_hashes_of_sha256_only(issued, size):
    fields = b"\x82\x00\x81" + bytes([size]) + bytes(size)
    command = bytes([0, 0x87, 0x11, 0x9E, len(fields) + 2, 0x7C, len(fields)]) + fields
    assert issued.say(command).hex() == "6a80"


def test_a_plain_card_keeps_each_key_to_its_use(plain):
    plain.manage()
    point = plain.generate("9A")
    plain.generate("9D")
    plain.verify()
    assert plain.sign("9D").hex() == "6a80"
    assert plain.agree("9A", point).hex() == "6a80"
    assert plain.agree("9D", point)[-2:].hex() == "9000"


def test_a_key_made_anew_is_another_one(issued):
    issued.manage()
    assert issued.generate("9A") != issued.points["9A"]


@pytest.mark.parametrize("body", ["AC03800114", "AC03800107", "AC00", "", "AC0380011", "AC06800111AB0102"])
def test_generate_makes_p256_keys_without_touch_only(host, body):
    host.manage()
    command = f"0047009A{len(body) // 2:02X}{body}" if len(body) % 2 == 0 else "0047009A05AC0380"
    assert host.status(command) in {"6A80", "6700"}


# The management key


def test_mutual_authentication(host):
    witness = host.data("0087039B047C028000")[4:]
    plain_witness = decrypt(witness)
    challenge = secrets.token_bytes(8)
    answer = host.data("0087039B167C148008" + plain_witness.hex() + "8108" + challenge.hex())
    assert decrypt(answer[4:]) == challenge
    assert host.status("00DB3FFF095C035FC1025302AABB") == "9000"


def test_a_wrong_management_key_opens_nothing(host):
    assert host.manage(b"\x11" * 24) == "6982"
    assert host.status("00DB3FFF095C035FC1025302AABB") == "6982"


def test_a_challenge_is_answered_once_and_at_once(host):
    challenge = host.data("0087039B047C028100")[4:]
    answer = "0087039B0C7C0A8208" + encrypt(DEFAULT_KEY, 3, challenge).hex()
    host.status("00FD0000")
    assert host.status(answer) == "6982", "another command came between"
    host.manage()
    assert host.status(answer) == "6982"
    assert host.status("00DB3FFF095C035FC1025302AABB") == "6982", "and the failure ends what was open"


@pytest.mark.parametrize(("algorithm", "size"), [(0x03, 24), (0x08, 16), (0x0A, 24), (0x0C, 32)])
def test_the_management_key_changes_with_its_algorithm(host, algorithm, size):
    key = secrets.token_bytes(size)
    host.manage()
    assert host.status(f"00FFFFFF{3 + size:02X}{algorithm:02X}9B{size:02X}{key.hex()}") == "9000"
    again = Host(host.path)
    assert again.manage(key, algorithm) == "9000"
    if algorithm == 0x03:
        assert again.manage() == "6982"
    else:
        assert again.status("0087039B047C028100") == "6A86"
