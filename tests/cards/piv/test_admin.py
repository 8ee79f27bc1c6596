"""What the district does to a card, told to a card that answers by the book or badly."""

from collections.abc import Callable

import pytest

from config.cards.piv import tlv
from config.cards.piv.admin import DEFAULT_MANAGEMENT_KEY, DEFAULT_PIN, DEFAULT_PUK, PivAdmin
from config.cards.piv.commands import Reference
from config.cards.piv.management import ManagementAlgorithm, ManagementKey
from config.cards.piv.refusals import (
    BadPin,
    BadPuk,
    CannotGenerate,
    FalseCard,
    FixedManagementKey,
    ForgetfulCard,
    FullCard,
    NewCodeRefused,
    PukBlocked,
    RefusedStep,
    WrongManagementKey,
    WrongPuk,
)
from config.cards.port import CardDamaged, PinBlocked, PinNeeded, Slot, WrongPin
from config.errors import BilikError, InputError
from config.secret import Pin, Puk, Secret
from tests.cards.piv.line import CHUID, GUID, OK, POINT, CannedLine, answer, canned, shown

NEW_PIN, NEW_PUK = Pin("482915"), Puk("31415926")
NEW_KEY = ManagementKey(bytes(range(24)), ManagementAlgorithm.TRIPLE_DES)


def admin(*answers: str | bytes) -> tuple[PivAdmin, CannedLine]:
    card, line = canned(*answers)
    return PivAdmin(card), line


# What makers add


@pytest.mark.parametrize("absent", ["6D00", "6E00", "6A81", "6A86", "6985"])
def test_a_card_without_makers_extras_is_an_ordinary_card(absent: str) -> None:
    tool, line = admin(*[absent] * 7)
    assert tool.version is None
    assert tool.serial is None
    assert tool.version is None
    assert tool.algorithm() is None
    assert tool.puk_tries_left() is None
    assert [tool.is_default(reference) for reference in Reference] == [None] * 3
    assert len(line.sent) == 7


def test_makers_extras_are_read() -> None:
    tool, line = admin(
        "050403 9000", "00BC614E 9000", "01010A 0202FF01 050101 9000", "050100 06020302 9000", "050101 06020303 9000"
    )
    assert tool.version == "5.4.3"
    assert tool.serial == 12345678
    assert tool.algorithm() is ManagementAlgorithm.AES_192
    assert tool.puk_tries_left() == 2
    assert tool.is_default(Reference.PIN) is True
    assert line.sent == ["00FD000000", "00F8000000", "00F7009B00", "00F7008100", "00F7008000"]


@pytest.mark.parametrize("told", ["010142 9000", "050101 9000"], ids=["unknown cipher", "no cipher"])
def test_a_cipher_that_is_not_told_is_unknown(told: str) -> None:
    assert admin(told)[0].algorithm() is None


BAD_METADATA = {
    "garbage": "DEADBEEF",
    "two bytes of cipher": "01020303",
    "no cipher": "0100",
    "a third truth": "050102",
    "two truths": "050101 050100",
    "one counter": "060103",
    "three counters": "0603030303",
    "cut": "0602",
}


@pytest.mark.parametrize("name", BAD_METADATA)
def test_bad_metadata_is_a_damaged_card(name: str) -> None:
    with pytest.raises(CardDamaged):
        admin(BAD_METADATA[name] + "9000")[0].puk_tries_left()


@pytest.mark.parametrize("data", ["", "05", "0504030201"])
def test_a_bad_version_or_serial_number_is_a_damaged_card(data: str) -> None:
    tool, _ = admin(data + "9000", data + "9000")
    with pytest.raises(CardDamaged):
        _ = tool.version
    with pytest.raises(CardDamaged):
        _ = tool.serial


# Which slots hold keys

WRONG_P = ("6A86",) * 6
HOLDS = {
    "metadata of a key": (("010111 9000",), True),
    "metadata of a key of another kind": (("010107 9000",), True),
    "metadata knows of none": (("6A88",), False),
    "signs": (("6D00", answer((0x82, b"x"))), True),
    "says that there is none": (("6D00", "6A88"), False),
    "says that the file is not there": (("6D00", "6A82"), False),
    "refuses every kind alike": (("6D00", *WRONG_P), False),
    "holds an RSA key": (("6D00", "6A86", "6A86", "6A86", "6A80"), None),
    "wants the PIN": (("6D00", "6982"), None),
    "does not say": (("6D00", "6A80"), None),
}


@pytest.mark.parametrize("name", HOLDS)
@pytest.mark.parametrize("slot", Slot)
def test_whether_a_slot_holds_a_key(name: str, slot: Slot) -> None:
    answers, expected = HOLDS[name]
    tool, line = admin(*answers)
    assert tool.holds_key(slot) is expected
    assert len(line.sent) == len(answers)


# Management key


@pytest.mark.parametrize("status", ["6982", "6A80", "6300", "63C4", "6983"])
def test_a_wrong_management_key_is_told(status: str) -> None:
    assert not admin(answer((0x80, bytes(8))), status)[0].authenticate(DEFAULT_MANAGEMENT_KEY)


def test_a_card_without_witness_is_asked_for_a_challenge() -> None:
    challenge = bytes.fromhex("0123456789ABCDEF")
    key = ManagementKey(bytes.fromhex("133457799BBCDFF1") * 3, ManagementAlgorithm.TRIPLE_DES)
    tool, line = admin("6A80", answer((0x81, challenge)), "9000")
    assert tool.authenticate(key)
    assert line.sent == ["0087039B047C02800000", "0087039B047C02810000", "0087039B0C7C0A820885E813540F0AB40500"]


def test_a_key_of_another_cipher_is_not_the_card_s() -> None:
    assert not admin("6A86", "6A86")[0].authenticate(DEFAULT_MANAGEMENT_KEY)


def test_the_factory_s_key_is_tried_in_every_cipher_or_in_the_one_that_the_card_tells() -> None:
    tool, line = admin(*["6A86"] * 5)
    assert not tool.authenticate_factory()
    assert [apdu[4:8] for apdu in line.sent[1:]] == ["039B", "039B", "0A9B", "0A9B"]
    tool, line = admin("01010A 9000", answer((0x80, bytes(16))), "6982")
    assert not tool.authenticate_factory()
    assert [apdu[4:8] for apdu in line.sent[1:]] == ["0A9B", "0A9B"]
    tool, line = admin("01010C 9000")
    assert not tool.authenticate_factory()
    assert len(line.sent) == 1


BAD_PROOFS = {
    "zeros": answer((0x82, bytes(8))),
    "nothing": OK,
    "short": answer((0x82, bytes(7))),
    "two blocks": answer((0x82, bytes(16))),
    "our own challenge": answer((0x81, bytes(8))),
}


@pytest.mark.parametrize("name", BAD_PROOFS)
def test_a_card_that_does_not_know_the_key_that_it_accepts_is_refused(name: str) -> None:
    with pytest.raises(FalseCard if name == "zeros" else CardDamaged):
        admin(answer((0x80, bytes(8))), BAD_PROOFS[name])[0].authenticate(DEFAULT_MANAGEMENT_KEY)


@pytest.mark.parametrize("witness", [OK, answer((0x80, bytes(16))), answer((0x81, bytes(8))), b"\x7c\x0a" + OK])
def test_a_bad_witness_is_a_damaged_card(witness: bytes) -> None:
    with pytest.raises(CardDamaged):
        admin(witness)[0].authenticate(DEFAULT_MANAGEMENT_KEY)


@pytest.mark.parametrize("talk", [("6F00",), ("6982",), ("6A80", "6F00"), (answer((0x80, bytes(8))), "6F00")])
def test_a_fault_is_not_taken_for_a_wrong_management_key(talk: tuple[str | bytes, ...]) -> None:
    with pytest.raises(RefusedStep):
        admin(*talk)[0].authenticate(DEFAULT_MANAGEMENT_KEY)


def test_the_witness_is_shown_in_clear() -> None:
    witness = bytes(range(8))
    hidden = DEFAULT_MANAGEMENT_KEY.encrypt(Secret(witness)).reveal()
    tool, line = admin(answer((0x80, hidden)), "6982")
    assert not tool.authenticate(DEFAULT_MANAGEMENT_KEY)
    assert line.sent[1].startswith(f"0087039B167C148008{witness.hex().upper()}8108")


# What a card refuses

Do = Callable[[PivAdmin], object]
VERBS: dict[str, Do] = {
    "generate": lambda tool: tool.generate(Slot.SIGN),
    "write_certificate": lambda tool: tool.write_certificate(Slot.SIGN, b"x"),
    "write_identity": lambda tool: tool.write_identity(GUID),
    "change_pin": lambda tool: tool.change_pin(DEFAULT_PIN, NEW_PIN),
    "change_puk": lambda tool: tool.change_puk(DEFAULT_PUK, NEW_PUK),
    "unblock": lambda tool: tool.unblock(DEFAULT_PUK, NEW_PIN),
    "change_management_key": lambda tool: tool.change_management_key(NEW_KEY),
    "set_tries": lambda tool: tool.set_tries(5, 5),
}
REFUSED: list[tuple[str, str, type[BilikError]]] = [
    *((verb, "6F00", RefusedStep) for verb in VERBS),
    ("generate", "6982", WrongManagementKey),
    ("generate", "6A80", CannotGenerate),
    ("generate", "6A86", CannotGenerate),
    ("generate", "6D00", CannotGenerate),
    ("generate", "6A84", FullCard),
    ("write_certificate", "6982", WrongManagementKey),
    ("write_certificate", "6A84", FullCard),
    ("write_certificate", "6A81", RefusedStep),
    ("write_identity", "6982", WrongManagementKey),
    ("write_identity", "6A84", FullCard),
    ("change_pin", "63C2", WrongPin),
    ("change_pin", "63C0", PinBlocked),
    ("change_pin", "6983", PinBlocked),
    ("change_pin", "6A80", NewCodeRefused),
    ("change_pin", "6985", NewCodeRefused),
    ("change_puk", "63C2", WrongPuk),
    ("change_puk", "63C0", PukBlocked),
    ("change_puk", "6983", PukBlocked),
    ("change_puk", "6A80", NewCodeRefused),
    ("unblock", "63C2", WrongPuk),
    ("unblock", "63C0", PukBlocked),
    ("unblock", "6983", PukBlocked),
    ("unblock", "6985", NewCodeRefused),
    ("change_management_key", "6982", WrongManagementKey),
    ("change_management_key", "6D00", FixedManagementKey),
    ("change_management_key", "6A81", FixedManagementKey),
    ("change_management_key", "6A80", FixedManagementKey),
    ("set_tries", "6982", PinNeeded),
]


@pytest.mark.parametrize(("verb", "status", "error"), REFUSED)
def test_a_refusal_is_told_in_both_languages(verb: str, status: str, error: type[BilikError]) -> None:
    tool, line = admin(status)
    with pytest.raises(error) as told:
        VERBS[verb](tool)
    assert type(told.value) is error
    assert told.value.en != told.value.id
    assert getattr(told.value, "tries_left", 2) == 2
    assert len(line.sent) == 1


@pytest.mark.parametrize("absent", ["6D00", "6E00", "6A81", "6A86", "6700"])
def test_a_card_that_cannot_set_tries_says_so(absent: str) -> None:
    assert not admin(absent)[0].set_tries(5, 5)


def test_setting_tries_after_the_pin_wants_the_management_key_and_forgets_the_pin() -> None:
    card, _ = shown("6982", "9000")
    tool = PivAdmin(card)
    with pytest.raises(WrongManagementKey):
        tool.set_tries(5, 5)
    assert tool.set_tries(5, 5)
    assert not card.pin_shown


@pytest.mark.parametrize("verb", ["change_pin", "unblock"])
def test_a_changed_pin_has_to_be_shown(verb: str) -> None:
    card, _ = shown("9000")
    VERBS[verb](PivAdmin(card))
    assert not card.pin_shown


NOT_SENT: dict[str, tuple[Do, type[BilikError]]] = {
    "old PIN too short": (lambda tool: tool.change_pin(Pin("12345"), NEW_PIN), BadPin),
    "new PIN with a letter": (lambda tool: tool.change_pin(DEFAULT_PIN, Pin("12345x")), BadPin),
    "new PIN too long": (lambda tool: tool.unblock(DEFAULT_PUK, Pin("1234567")), BadPin),
    "PUK too short": (lambda tool: tool.unblock(Puk("1234567"), NEW_PIN), BadPuk),
    "new PUK in other digits": (lambda tool: tool.change_puk(DEFAULT_PUK, Puk("١٢٣٤٥٦٧٨")), BadPuk),
    "old PUK empty": (lambda tool: tool.change_puk(Puk(""), NEW_PUK), BadPuk),
    "no tries": (lambda tool: tool.set_tries(0, 5), InputError),
    "more tries than can be told": (lambda tool: tool.set_tries(5, 16), InputError),
    "id in capitals": (lambda tool: tool.write_identity(GUID.upper()), InputError),
    "id too short": (lambda tool: tool.write_identity(GUID[2:]), InputError),
    "no certificate": (lambda tool: tool.write_certificate(Slot.SIGN, b""), InputError),
    "certificate too long": (lambda tool: tool.write_certificate(Slot.SIGN, bytes(3001)), InputError),
}


@pytest.mark.parametrize("name", NOT_SENT)
def test_what_is_not_sent_at_all(name: str) -> None:
    do, error = NOT_SENT[name]
    tool, line = admin(OK)
    with pytest.raises(error):
        do(tool)
    assert line.sent == []


# What a card makes and keeps

BAD_NEW_POINTS = {
    "nothing": OK,
    "garbage": b"\x7f\x49\x43\x86" + OK,
    "bare point": POINT + OK,
    "off the curve": answer((0x86, POINT[:-1] + bytes([POINT[-1] ^ 1])), outer=0x7F49),
    "compressed": answer((0x86, b"\x02" + POINT[1:33]), outer=0x7F49),
    "infinity": answer((0x86, b"\x00"), outer=0x7F49),
    "cut": answer((0x86, POINT[:-1]), outer=0x7F49),
    "RSA": answer((0x81, bytes(256)), (0x82, b"\1\0\1"), outer=0x7F49)[:256] + OK,
    "two points": answer((0x86, POINT), (0x86, POINT), outer=0x7F49),
    "bytes after it": answer((0x86, POINT), outer=0x7F49, tail=b"\0"),
    "another template": answer((0x86, POINT), outer=0x7F21),
}


@pytest.mark.parametrize("name", BAD_NEW_POINTS)
def test_a_new_key_s_point_is_believed_on_the_curve_only(name: str) -> None:
    with pytest.raises(CardDamaged):
        admin(BAD_NEW_POINTS[name])[0].generate(Slot.SIGN)


def test_a_new_key_s_point_is_read() -> None:
    tool, line = admin(answer((0x86, POINT), outer=0x7F49))
    assert tool.generate(Slot.UNWRAP) == POINT
    assert line.sent == ["0047009D05AC0380011100"]


def test_a_certificate_that_the_card_did_not_keep_is_noticed() -> None:
    for kept in (b"\x6a\x82", tlv.encode(0x53, b"\x70\x01y\x71\x01\x00\xfe\x00") + OK):
        with pytest.raises(ForgetfulCard):
            admin(OK, kept)[0].write_certificate(Slot.SIGN, b"x")


def test_an_identity_is_written_as_tools_read_it() -> None:
    ccc = "F015A000000116FF02223344" + GUID[10:] + "F10121F20121F300F40100F50110F600F700FA00FB00FC00FD00FE00"
    kept = tlv.encode(0x53, bytes.fromhex(ccc))
    tool, line = admin(OK, kept + OK, CHUID, OK, CHUID, CHUID)
    tool.write_identity(GUID)
    assert line.sent[0] == f"00DB3FFF{5 + len(kept):02X}5C035FC107{kept.hex().upper()}"
    assert line.sent[3] == f"00DB3FFF{5 + len(CHUID) - 2:02X}5C035FC102{CHUID[:-2].hex().upper()}"
