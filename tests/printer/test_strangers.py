"""What is no printer of ours, or speaks at another speed: nothing that it says makes a print claimed."""

import hashlib
import os
import pty
import threading
import tty
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from printer.escpos import render
from printer.faults import Fault, PrintFault
from printer.port import SerialPrinter
from printer.profiles import COMMON_80, TM_80, Profile
from printer.virtual.wire import heard
from tests.printer.conftest import Bench
from tests.printer.papers import sample_stub

NOISE = b"".join(hashlib.sha256(bytes([number])).digest() for number in range(64))
ALL_IS_WELL = b"\x12"
"""The answer to each DLE EOT of a printer that lacks nothing."""
TALK: dict[str, tuple[bytes, frozenset[Fault | None]]] = {
    "noise": (NOISE, frozenset({Fault.NONSENSE})),
    "a satellite receiver": (
        b"$GPGGA,054512.00,0249.1,S,10445.9,E,1,08,0.9,21.4,M,4.5,M,,*6C\r\n",
        frozenset({Fault.NONSENSE}),
    ),
    "a line that is held low": (bytes(16), frozenset({Fault.NO_ANSWER})),
    "flow control": (b"\x11", frozenset({Fault.NO_ANSWER})),
    "all is well, whatever is asked": (ALL_IS_WELL, frozenset({None})),
    "all is well and taken, whatever is asked": (ALL_IS_WELL + b"\x00", frozenset({None})),
}


@pytest.fixture
def line(request: pytest.FixtureRequest) -> Iterator[Path]:
    """A line on which something says the same over and over, and listens to nothing."""
    master, slave = pty.openpty()
    tty.setraw(slave)
    os.set_blocking(master, False)
    stop = threading.Event()

    def talks() -> None:
        while not stop.wait(0.01):
            try:
                os.write(master, request.param)
                os.read(master, 4096)
            except BlockingIOError:
                continue

    talker = threading.Thread(target=talks)
    talker.start()
    yield Path(os.ttyname(slave))
    stop.set()
    talker.join()
    os.close(master)
    os.close(slave)


@pytest.mark.parametrize("profile", [TM_80, COMMON_80], ids=lambda profile: profile.name)
@pytest.mark.parametrize(("line", "seen"), TALK.values(), ids=TALK, indirect=["line"])
def test_what_talks_without_being_a_printer_prints_nothing(
    line: Path, seen: frozenset[Fault | None], profile: Profile
) -> None:
    port = SerialPrinter(line, replace(profile, silence_s=0.6))
    job = render(sample_stub(), profile)
    try:
        assert port.status().fault in seen
        with pytest.raises(PrintFault):
            port.print(job, 0.5)
    finally:
        port.close()


@pytest.mark.parametrize("talk", TALK)
def test_a_printer_dies_and_something_talks_in_its_place(bench: Bench, talk: str) -> None:
    """The port has no reason to be careful: the last print was good, and the line has not hung up."""
    job = render(sample_stub(), bench.profile)
    bench.port.print(job, 1.0)
    assert len(bench.pieces) == 1
    bench.virtual.power_off()
    bench.virtual.babble(TALK[talk][0])
    with pytest.raises(PrintFault):
        bench.port.print(job, 0.5)
    assert len(bench.pieces) == 1


@given(data=st.binary(max_size=40), baud=st.sampled_from([9600, 19_200, 115_200]))
def test_at_one_speed_the_wire_gives_what_was_sent(data: bytes, baud: int) -> None:
    assert heard(data, baud, baud) == data


def test_at_half_the_speed_every_second_bit_is_heard() -> None:
    # 0x0F on the line: 0 1111 0000 1. Read at half the speed, the start bit takes two of these.
    assert heard(b"\x0f", 19_200, 9600) == b"\xf9"


@pytest.mark.parametrize("baud", [9600, 19_200, 38_400])
def test_no_question_reaches_a_printer_of_another_speed(baud: int) -> None:
    for question in range(1, 5):
        assert b"\x10\x04" not in heard(bytes([0x10, 4, question]), 115_200, baud)
