"""A PIV card in the reader: what it is asked, and how it may begin or treat a PIN badly."""

import pytest

from config.cards.piv import tlv
from config.cards.piv.card import PivCard
from config.cards.piv.refusals import NoKey, RefusedStep
from config.cards.port import (
    NO_ID,
    CardDamaged,
    CardGone,
    NoPivCard,
    PinBlocked,
    PinNeeded,
    ReaderGone,
    Slot,
    SlowCard,
    WrongPin,
)
from config.errors import InputError
from config.secret import Pin
from tests.cards.piv.line import CHUID, GUID, OK, POINT, SELECTED, CannedLine, canned, shown


def test_a_card_says_who_it_is() -> None:
    line = CannedLine([SELECTED, CHUID])
    card = PivCard(line, contactless=True)
    assert card.id == GUID
    assert card.contactless
    assert line.sent == ["00A4040009A0000003080000100000", "00CB3FFF055C035FC10200"]
    assert not PivCard(CannedLine([SELECTED, CHUID])).contactless


@pytest.mark.parametrize(
    "answers", ["6A82", "6A88", "5300 9000", "5302 FE00 9000"], ids=["none", "key", "empty", "bare"]
)
def test_a_card_that_was_never_issued_has_no_id(answers: str) -> None:
    assert PivCard(CannedLine([SELECTED, bytes.fromhex(answers)])).id == NO_ID


def test_a_template_may_list_several_algorithms() -> None:
    apt = tlv.encode(0x61, bytes.fromhex("4F0600001000010079074F05A000000308 AC0380010F AC03800111")) + OK
    assert PivCard(CannedLine([apt, CHUID])).id == GUID


@pytest.mark.parametrize("status", ["6A82", "6D00", "6E00", "6A81", "6999", "6283", "6F00"])
def test_another_smart_card_is_told_as_such(status: str) -> None:
    with pytest.raises(NoPivCard):
        PivCard(CannedLine([bytes.fromhex(status)]))


BAD_BEGINNINGS = {
    "empty answer": [b""],
    "silence after select": [OK],
    "garbage": [b"\x17\x99\x42" + OK],
    "select answers another template": [bytes.fromhex("6F054F03A00000") + OK],
    "template without a name": [bytes.fromhex("61027900") + OK],
    "far too long": [b"\x5a" * 65533 + OK],
    "GUID of 15 bytes": [SELECTED, bytes.fromhex("5311 340F 000102030405060708090A0B0C0D0E 9000")],
    "two GUIDs": [SELECTED, tlv.encode(0x53, (b"\x34\x10" + bytes(16)) * 2) + OK],
    "bytes after the object": [SELECTED, CHUID[:-2] + b"\0" + OK],
    "object in the wrong wrapper": [SELECTED, b"\x54" + CHUID[1:]],
    "CHUID refused": [SELECTED, bytes.fromhex("6982")],
    "CHUID with a technical fault": [SELECTED, bytes.fromhex("6F00")],
}


@pytest.mark.parametrize("name", BAD_BEGINNINGS)
def test_a_card_that_begins_badly_is_damaged(name: str) -> None:
    with pytest.raises(CardDamaged):
        PivCard(CannedLine(BAD_BEGINNINGS[name]))


@pytest.mark.parametrize("fault", [CardGone, ReaderGone, SlowCard])
def test_what_the_line_says_passes_through(fault: type[Exception]) -> None:
    class Broken:
        def transmit(self, apdu: object) -> bytes:
            raise fault

    with pytest.raises(fault):
        PivCard(Broken())


def test_tries_are_asked_for_nothing() -> None:
    card, line = canned("63C3", "6983", "63C0")
    assert [card.tries_left() for _ in range(3)] == [3, 0, 0]
    assert line.sent == ["00200080"] * 3


def test_tries_of_a_card_that_was_shown_its_pin_come_from_its_metadata() -> None:
    card, line = shown("9000", "050100 06020504 9000")
    assert card.tries_left() == 4
    assert line.sent == ["00200080", "00F7008000"]
    assert card.pin_shown


def test_without_metadata_the_card_is_made_to_forget_the_pin_first() -> None:
    card, line = shown("9000", "6D00", "9000", "63C3")
    assert card.tries_left() == 3
    assert line.sent == ["00200080", "00F7008000", "0020FF80", "00200080"]
    with pytest.raises(PinNeeded):
        card.sign(Slot.SIGN, b"")


@pytest.mark.parametrize("status", ["6F00", "6A80", "6982", "6300"])
def test_a_strange_answer_about_tries_is_no_number(status: str) -> None:
    with pytest.raises(RefusedStep):
        canned(status)[0].tries_left()


@pytest.mark.parametrize("answers", [("6A86", "9000"), ("9000", "9000")], ids=["cannot forget", "pretends to forget"])
def test_a_card_that_will_not_tell_its_tries_says_so(answers: tuple[str, ...]) -> None:
    card, _ = shown("9000", "6D00", *answers)
    with pytest.raises(CardDamaged, match="Take it out"):
        card.tries_left()


@pytest.mark.parametrize(
    ("status", "error"),
    [("63C2", WrongPin), ("63C0", PinBlocked), ("6983", PinBlocked), ("6A80", RefusedStep), ("6F00", RefusedStep)],
)
def test_a_refused_pin_is_told_as_it_is(status: str, error: type[Exception]) -> None:
    card, line = canned(status)
    with pytest.raises(error) as told:
        card.verify_pin(Pin("482915"))
    assert line.sent == ["0020008008343832393135FFFF"]
    assert getattr(told.value, "tries_left", 2) == 2
    assert not card.pin_shown


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "12345a", "١٢٣٤٥٦", "123456\n", "12 456", "１２３４５６"])
def test_what_is_no_pin_is_not_sent(typed: str) -> None:
    card, line = canned(OK)
    with pytest.raises(InputError):
        card.verify_pin(Pin(typed))
    assert line.sent == []


def test_a_wrong_pin_takes_back_what_was_shown() -> None:
    card, _ = shown("63C2")
    with pytest.raises(WrongPin):
        card.verify_pin(Pin("000000"))
    with pytest.raises(PinNeeded):
        card.agree(Slot.UNWRAP, POINT)


@pytest.mark.parametrize("slot", [Slot.SIGN, Slot.UNWRAP])
def test_keys_behind_the_pin_are_not_even_asked_without_it(slot: Slot) -> None:
    card, line = canned()
    with pytest.raises(PinNeeded):
        card.sign(slot, b"")
    with pytest.raises(PinNeeded):
        card.agree(slot, POINT)
    assert line.sent == []


def test_a_card_that_forgot_the_pin_wants_it_again() -> None:
    card, line = shown("6982")
    with pytest.raises(PinNeeded):
        card.sign(Slot.SIGN, b"")
    assert not card.pin_shown
    with pytest.raises(PinNeeded):
        card.sign(Slot.SIGN, b"")
    assert len(line.sent) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("6983", PinBlocked),
        ("6A88", NoKey),
        ("6A86", NoKey),
        ("6A82", NoKey),
        ("6A80", RefusedStep),
        ("6E00", RefusedStep),
    ],
)
def test_a_key_that_is_refused_is_told_as_it_is(status: str, error: type[Exception]) -> None:
    card, _ = shown(status)
    with pytest.raises(error):
        card.sign(Slot.SIGN, b"")


def test_the_key_without_pin_never_asks_for_one() -> None:
    card, _ = canned("6982")
    with pytest.raises(RefusedStep, match="6982"):
        card.sign(Slot.UNLOCK, b"")


def test_a_refusal_names_its_status_in_both_languages() -> None:
    card, _ = canned("6F12")
    with pytest.raises(RefusedStep) as told:
        card.certificate(Slot.SIGN)
    assert "6F12" in told.value.en
    assert "6F12" in told.value.id
    assert told.value.status == 0x6F12
