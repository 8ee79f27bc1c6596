"""A slot's body: one size whatever it holds, and strict when read."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booth.store.slots import MIN_SLOT_BYTES, Slot, SlotState, decode, encode, slot_bytes
from config.errors import DamageError
from config.secret import Choice
from sync.ballot.election import make_setup, new_credential, new_trustee, new_uuid, setup_records
from sync.ballot.seal import seal

SIZE = MIN_SLOT_BYTES
SCALAR_DIGITS = 76
"""Decimal digits of the group's order, 2^252 and some: no scalar has more."""

texts = st.text(min_size=1).map(str.encode)
slots = st.one_of(
    st.builds(Slot, st.integers(0, 9999), st.just(SlotState.FREE)),
    st.builds(Slot, st.integers(0, 9999), st.sampled_from([*SlotState][1:5]), texts),
    st.builds(Slot, st.integers(0, 9999), st.just(SlotState.TEST), texts, texts),
)


@given(slots)
def test_what_is_written_is_read(slot: Slot) -> None:
    body = encode(slot, SIZE)
    assert len(body) == SIZE
    assert decode(body, slot.number, SIZE) == slot


@given(slots, st.integers(0, 60), st.integers(1, 255))
def test_a_changed_body_is_refused_or_another_slot_in_its_one_spelling(slot: Slot, at: int, mask: int) -> None:
    body = bytearray(encode(slot, SIZE))
    body[at] ^= mask
    try:
        other = decode(bytes(body), slot.number, SIZE)
    except DamageError:
        return
    assert other != slot
    assert encode(other, SIZE) == body


BODY = encode(Slot(5, SlotState.TEST, b"ballot", b"opening"), SIZE)
BAD: dict[str, bytes] = {
    "empty": b"",
    "cut in its head": BODY[:9],
    "cut": BODY[:-1],
    "too long": BODY + b"\0",
    "another number": encode(Slot(6, SlotState.CAST, b"ballot"), SIZE),
    "a state that does not exist": b"\6" + BODY[1:],
    "a free slot with a ballot": b"\0" + BODY[1:],
    "a cast slot with an opening": b"\2" + BODY[1:],
    "a test without an opening": BODY[:9] + bytes(4) + b"ballot".ljust(SIZE - 13, b"\0"),
    "a ballot longer than the slot": BODY[:5] + b"\xff\xff\xff\xff" + BODY[9:],
    "an opening that reaches beyond": BODY[:9] + SIZE.to_bytes(4, "big") + BODY[13:],
    "dirt in the padding": BODY[:-7] + b"x" + BODY[-6:],
    "a ballot that is no text": BODY[:13] + b"\xff" + BODY[14:],
}


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_body(bad: str) -> None:
    with pytest.raises(DamageError, match=r"slot 5 is unreadable.*export the evidence"):
        decode(BAD[bad], 5, SIZE)


UNFIT: dict[str, Callable[[], object]] = {
    "free with a ballot": lambda: Slot(1, SlotState.FREE, b"ballot"),
    "cast without one": lambda: Slot(1, SlotState.CAST),
    "refused with an opening": lambda: Slot(1, SlotState.REFUSED, b"ballot", b"opening"),
    "test without one": lambda: Slot(1, SlotState.TEST, b"ballot"),
    "one byte too many": lambda: encode(Slot(1, SlotState.CAST, b"x" * (SIZE - 12)), SIZE),
    "a ballot of seven": lambda: slot_bytes(7),
    "a ballot of one": lambda: slot_bytes(1),
}


@pytest.mark.parametrize("unfit", UNFIT)
def test_a_slot_that_cannot_be(unfit: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- each has words of its own
        UNFIT[unfit]()


@pytest.mark.parametrize(("names", "blank"), [(2, False), (5, True)])
def test_the_longest_ballot_and_opening_fit(names: int, blank: bool) -> None:
    """Real ballots, their scalars written out to the greatest length that any can have."""
    credential = new_credential()
    setup = make_setup(
        setup_records(
            uuid=new_uuid(),
            name="Pilkades",
            description="",
            question="Siapa?",
            answers=[f"Calon {n}" for n in range(names)],
            blank=blank,
            trustees=[new_trustee()[1]],
            credentials=[credential],
            administrator="",
            credential_authority="",
        )
    )
    sealed = seal(setup, credential, Choice(1))
    texts = (sealed.ballot, sealed.opening.reveal_json())
    longest = [re.sub(rb'"[0-9]{60,}"', b'"' + b"9" * SCALAR_DIGITS + b'"', text) for text in texts]
    assert all(len(long) > len(text) - 20 for long, text in zip(longest, texts, strict=True))
    slot = Slot(9999, SlotState.TEST, *longest)
    size = slot_bytes(names + blank)
    assert decode(encode(slot, size), 9999, size) == slot
    # A uuid may have 40 characters, so there must be room for more than this one.
    assert sum(map(len, longest)) + 13 + 200 < size
