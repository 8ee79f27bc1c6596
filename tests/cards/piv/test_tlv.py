"""Fields: whatever is written is read again, and nothing else is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.cards.piv import tlv
from config.cards.port import CardDamaged

TAGS = st.sampled_from([0x01, 0x34, 0x53, 0x70, 0x7C, 0x82, 0xFE, 0x5F2F, 0x7F49, 0x5FC102])


@given(wanted=st.dictionaries(TAGS, st.binary(max_size=400), max_size=8))
def test_what_is_written_is_read(wanted: dict[int, bytes]) -> None:
    data = b"".join(tlv.encode(tag, value) for tag, value in wanted.items())
    assert tlv.fields(data) == wanted
    assert list(tlv.fields(data)) == list(wanted)


@given(data=st.binary(max_size=300))
def test_any_bytes_are_fields_exactly_or_a_damaged_card(data: bytes) -> None:
    try:
        found = tlv.pairs(data)
    except CardDamaged:
        return
    # Not a byte is dropped or made up: the values stand in the data, in order, with at least two bytes before each.
    place = 0
    for _, value in found:
        place = data.index(value, place + 2) + len(value)
    assert bool(found) == bool(data)


@pytest.mark.parametrize(
    ("size", "head"),
    [(0, "5300"), (127, "537F"), (128, "538180"), (255, "5381FF"), (256, "53820100"), (65535, "5382FFFF")],
)
def test_lengths_are_written_short(size: int, head: str) -> None:
    assert tlv.encode(0x53, bytes(size)) == bytes.fromhex(head) + bytes(size)


BAD = {
    "tag without a length": "53",
    "long tag without its end": "5FC1",
    "tag of four bytes": "5FC1820300",
    "value too short": "530301 02",
    "byte left over": "530101 00",
    "length of no bytes": "5380" + "00" * 128,
    "length of three bytes": "5383000001 01",
    "length cut off": "538201",
    "length of nothing cut off": "538200",
    "doubled tag": "340101 340102",
}


@pytest.mark.parametrize("name", BAD)
def test_bad_fields_are_refused(name: str) -> None:
    with pytest.raises(CardDamaged):
        tlv.fields(bytes.fromhex(BAD[name]))


def test_too_many_fields_are_refused() -> None:
    with pytest.raises(CardDamaged):
        tlv.pairs(b"\x01\x00" * 65)
    assert len(tlv.pairs(b"\x01\x00" * 64)) == 64


@pytest.mark.parametrize("data", ["", "7C00", "5300 5300", "5300 7C00", "7C00 5300"])
def test_only_means_only(data: str) -> None:
    with pytest.raises(CardDamaged):
        tlv.only(bytes.fromhex(data), 0x53)
