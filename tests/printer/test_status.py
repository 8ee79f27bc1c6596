"""Bytes that printers send, sane and insane."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printer.faults import Fault, Picture, PrintFault
from printer.status import (
    Answers,
    Cleared,
    Drained,
    Event,
    Noise,
    Paused,
    ProcessId,
    RealTime,
    Status,
    StatusBack,
    from_real_time,
    from_status_back,
)

real_time = st.integers(0, 255).filter(lambda b: b & 0b10010011 == 0b00010010)
first_of_four = st.integers(0, 255).filter(lambda b: b & 0b10010011 == 0b00010000)
plain = st.integers(0, 255).filter(lambda b: b & 0b10010000 == 0)
ids = st.binary(min_size=4, max_size=4).filter(lambda b: 0 not in b)

spoken: st.SearchStrategy[tuple[bytes, Event]] = st.one_of(
    real_time.map(lambda b: (bytes([b]), RealTime(b))),
    st.tuples(first_of_four, plain, plain, plain).map(lambda t: (bytes(t), StatusBack(bytes(t)))),
    plain.map(lambda b: (bytes([b]), Drained(b))),
    ids.map(lambda i: (b"\x37\x22" + i + b"\x00", ProcessId(i))),
    st.just((b"\x37\x25\x00", Cleared())),
    st.sampled_from([(b"\x11", Paused()), (b"\x13", Paused())]),
    st.integers(0x80, 0xFF).map(lambda b: (bytes([b]), Noise())),
)


@given(st.lists(spoken), st.data())
def test_answers_are_told_apart_in_any_order_and_in_any_portions(
    said: list[tuple[bytes, Event]], data: st.DataObject
) -> None:
    stream = b"".join(sent for sent, _ in said)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=8)))
    answers = Answers()
    heard: list[Event] = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        heard += answers.feed(stream[start:end])
    assert heard == [event for _, event in said]


@given(st.binary(max_size=300))
def test_babble_never_breaks_the_parser_and_it_comes_back_to_its_senses(babble: bytes) -> None:
    answers = Answers()
    answers.feed(babble)
    answers.reset()
    assert answers.feed(b"\x37\x22abcd\x00") == [ProcessId(b"abcd")]


@given(st.binary(max_size=300))
def test_a_header_without_end_does_not_swallow_the_line_for_ever(babble: bytes) -> None:
    answers = Answers()
    answers.feed(babble)
    heard = answers.feed(b"\x12" * 64)
    assert RealTime(0x12) in heard


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ((0x12, 0x12, 0x12, 0x12), Status()),
        ((0x12, 0x12, 0x12, 0x1E), Status(None, near_end=True)),
        ((0x1A, 0x32, 0x12, 0x7E), Status(Fault.NO_PAPER, near_end=True)),
        ((0x1A, 0x16, 0x12, 0x12), Status(Fault.COVER_OPEN)),
        ((0x1A, 0x36, 0x12, 0x72), Status(Fault.COVER_OPEN)),
        ((0x1A, 0x52, 0x1A, 0x12), Status(Fault.CUTTER)),
        ((0x1A, 0x52, 0x52, 0x12), Status(Fault.OVERHEATED)),
        ((0x1A, 0x52, 0x32, 0x12), Status(Fault.BROKEN)),
        ((0x1A, 0x12, 0x12, 0x12), Status(Fault.OFFLINE)),
    ],
)
def test_real_time_status(answers: tuple[int, int, int, int], status: Status) -> None:
    assert from_real_time(*answers) == status


@pytest.mark.parametrize(
    ("data", "status"),
    [
        (b"\x10\x00\x00\x00", Status()),
        (b"\x10\x00\x03\x00", Status(None, near_end=True)),
        (b"\x18\x00\x0f\x00", Status(Fault.NO_PAPER, near_end=True)),
        (b"\x38\x00\x00\x00", Status(Fault.COVER_OPEN)),
        (b"\x18\x08\x00\x00", Status(Fault.CUTTER)),
        (b"\x18\x20\x00\x00", Status(Fault.BROKEN)),
        (b"\x18\x40\x00\x00", Status(Fault.OVERHEATED)),
        (b"\x18\x00\x00\x00", Status(Fault.OFFLINE)),
    ],
)
def test_automatic_status(data: bytes, status: Status) -> None:
    assert from_status_back(data) == status


def test_every_fault_has_its_sentences() -> None:
    """The catalogues' words, as a person reads them outside of the booth's screens."""
    told = {fault: PrintFault(fault) for fault in Fault}
    assert len({fault.en for fault in told.values()} | {fault.id for fault in told.values()}) == 2 * len(Fault)
    for fault in told.values():
        assert str(fault) == fault.en
        assert all(said.endswith(".") and ". " in said for said in (fault.en, fault.id)), "what is wrong, what to do"


def test_no_two_faults_share_a_picture() -> None:
    assert len({fault.picture for fault in Fault}) == len(Fault) == len(Picture)
