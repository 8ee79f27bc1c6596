"""The wire: chaining both ways, and answers that no card may give."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.cards.piv.apdu import MAX_ANSWER, Apdu, Command, Status, exchange, tries
from config.cards.port import CardDamaged, CardGone
from config.secret import Secret
from tests.cards.piv.line import CannedLine

ASK = Command(0xCB, 0x3F, 0xFF, Secret(b"\x5c\x01\x7e"), 0)
TELL = Command(0x20, 0x00, 0x80, Secret(b"12345678"))


class Echo:
    """A card that puts the pieces of a command together and gives the whole back in pieces of its own size."""

    def __init__(self, step: int) -> None:
        self._step = step
        self._heard = b""
        self._waiting: bytes | None = None

    def transmit(self, apdu: Apdu) -> bytes:
        raw = apdu.reveal()
        assert 4 <= len(raw) <= 261
        cla, ins, p1, p2 = raw[:4]
        if ins == 0xC0:
            assert self._waiting is not None
            assert (cla, p1, p2, len(raw)) == (0, 0, 0, 5)
            return self._give(raw[4] or 256)
        assert (ins, p1, p2) == (0xDB, 0x3F, 0xFF)
        lc = raw[4]
        assert 1 <= lc <= 255
        self._heard += raw[5 : 5 + lc]
        if cla == 0x10:
            assert len(raw) == 5 + lc
            assert lc == 255
            return b"\x90\x00"
        assert cla == 0
        assert raw[5 + lc :] == b"\0"
        self._waiting = self._heard
        return self._give(256)

    def _give(self, most: int) -> bytes:
        assert self._waiting is not None
        size = min(most, self._step)
        part, self._waiting = self._waiting[:size], self._waiting[size:]
        left = min(len(self._waiting), 256)
        return part + (bytes([0x61, left & 0xFF]) if left else b"\x90\x00")


@given(data=st.binary(min_size=1, max_size=3000), step=st.integers(min_value=96, max_value=256))
def test_data_of_any_length_goes_there_and_back(data: bytes, step: int) -> None:
    answer = exchange(Echo(step), Command(0xDB, 0x3F, 0xFF, Secret(data), 0))
    assert answer.reveal() == data
    assert answer.status == Status.OK


@given(data=st.binary(min_size=0, max_size=3000), le=st.sampled_from([None, 0, 1, 255]))
def test_pieces_are_short_and_only_the_last_is_not_chained(data: bytes, le: int | None) -> None:
    pieces = [apdu.reveal() for apdu in Command(0x87, 1, 2, Secret(data), le).pieces()]
    assert [piece[0] for piece in pieces] == [0x10] * (len(pieces) - 1) + [0]
    assert all(piece[1:4] == b"\x87\x01\x02" for piece in pieces)
    assert len(pieces) == max(1, -(-len(data) // 255))
    bodies = [piece[4:] for piece in pieces]
    if le is not None:
        assert bodies[-1][-1] == le
        bodies[-1] = bodies[-1][:-1]
    assert b"".join(body[1:] for body in bodies) == data
    assert all(body == b"" or body[0] == len(body) - 1 for body in bodies)


def test_a_refused_piece_ends_the_chain() -> None:
    line = CannedLine([b"\x68\x84"])
    assert exchange(line, Command(0xDB, 0x3F, 0xFF, Secret(bytes(600)))).status == 0x6884
    assert len(line.sent) == 1


def test_a_wrong_length_is_asked_again_with_the_right_one() -> None:
    line = CannedLine([b"\x6c\x03", b"abc\x90\x00"])
    assert exchange(line, ASK).reveal() == b"abc"
    assert line.sent == ["00CB3FFF035C017E00", "00CB3FFF035C017E03"]


def test_a_wrong_length_within_an_answer_is_asked_again_too() -> None:
    line = CannedLine([b"ab\x61\x09", b"\x6c\x01", b"c\x90\x00"])
    assert exchange(line, ASK).reveal() == b"abc"
    assert line.sent[1:] == ["00C0000009", "00C0000001"]


def test_a_card_that_leaves_in_the_middle_of_an_answer_is_gone() -> None:
    with pytest.raises(CardGone):
        exchange(CannedLine([b"ab\x61\x05"]), ASK)


BAD = {
    "nothing": [b""],
    "one byte": [b"\x90"],
    "longer than a short answer": [bytes(257) + b"\x90\x00"],
    "far too long": [bytes(65533) + b"\x90\x00"],
    "longer than it announced": [b"ab\x61\x02", b"cde\x90\x00"],
    "longer than was asked again": [b"\x6c\x02", b"abc\x90\x00"],
    "more than 4096 bytes": [bytes(256) + b"\x61\x00"] * 17,
    "crumbs for ever": [b"\x61\x01"] * 40,
    "more and nothing comes": [b"a\x61\x05", b""],
}


@pytest.mark.parametrize("name", BAD)
def test_an_answer_that_is_none_is_a_damaged_card(name: str) -> None:
    line = CannedLine(BAD[name])
    with pytest.raises(CardDamaged):
        exchange(line, ASK)
    assert len(line.sent) <= 33


def test_a_card_that_corrects_the_length_for_ever_is_asked_twice() -> None:
    line = CannedLine([b"\x6c\x01"] * 40)
    assert exchange(line, ASK).status == 0x6C01
    assert len(line.sent) == 2


def test_the_largest_answer_still_passes() -> None:
    whole = [bytes(256) + b"\x61\x00"] * 15 + [bytes(256) + b"\x90\x00"]
    assert exchange(CannedLine(whole), ASK).size == MAX_ANSWER


def test_a_command_that_wants_no_data_is_never_sent_twice() -> None:
    line = CannedLine([b"\x6c\x08", b"\x90\x00"])
    assert exchange(line, TELL).status == 0x6C08
    assert len(line.sent) == 1, "a PIN that is sent twice may cost two tries"


@pytest.mark.parametrize("raw", [b"x\x90\x00", bytes(256) + b"\x90\x00"], ids=["one", "many"])
def test_data_that_nobody_asked_for_is_refused(raw: bytes) -> None:
    with pytest.raises(CardDamaged):
        exchange(CannedLine([raw]), TELL)


def test_data_between_the_pieces_of_a_command_is_refused() -> None:
    with pytest.raises(CardDamaged):
        exchange(CannedLine([b"x\x90\x00", b"\x90\x00"]), Command(0xDB, 0x3F, 0xFF, Secret(bytes(300)), 0))


@pytest.mark.parametrize(
    ("status", "left"), [(0x63C0, 0), (0x63C3, 3), (0x63CF, 15), (0x6300, None), (0x63D1, None), (0x9000, None)]
)
def test_tries_are_read_from_their_own_status_only(status: int, left: int | None) -> None:
    assert tries(status) == left
