"""The virtual printer by itself: it takes any bytes, and prints as a printer does."""

import os
import subprocess
import sys
from pathlib import Path

import serial
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from printer.virtual import VirtualPrinter
from printer.virtual.commands import Action, Cut, Interpreter, Print, Reply

COMMANDS = [
    b"\x1b@", b"\x1b!\x38", b"\x1d!\x77", b"\x1da\xff", b"\x1b*\x21\x05\x00", b"\x1dv0\x03\x02\x00\x03\x00",
    b"\x1d(k\x03\x001C\x06", b"\x1d(k\x03\x001Q0", b"\x1d(k\x07\x001P0ABCD", b"\x1d(H\x06\x0000abcd",
    b"\x1dVB\x00", b"\x1dk\x04AB\x00", b"\x1bD\x01\x02\x00", b"\x10\x04\x01", b"\x10\x14", b"\x1c(", b"\n", b"Halo",
]  # fmt: skip
commands = st.sampled_from(COMMANDS)
streams = st.lists(st.one_of(commands, st.binary(max_size=40))).map(b"".join)


def all_actions(interpreter: Interpreter) -> list[Action]:
    actions = []
    while (action := interpreter.take()) is not None:
        actions.append(action)
    return actions


@given(streams)
@settings(deadline=None)
def test_no_bytes_break_the_interpreter_and_rows_have_the_paper_s_width(stream: bytes) -> None:
    interpreter = Interpreter(384)
    interpreter.feed(stream)
    for action in all_actions(interpreter):
        if isinstance(action, Print):
            assert all(len(row) == 48 for row in action.rows)


@given(streams, st.integers(0, 400))
@settings(deadline=None)
def test_it_makes_no_difference_in_which_portions_bytes_come(stream: bytes, at: int) -> None:
    whole, parts = Interpreter(384), Interpreter(384)
    whole.feed(stream)
    parts.feed(stream[:at])
    early = all_actions(parts)
    parts.feed(stream[at:])
    assert early + all_actions(parts) == all_actions(whole)


@given(streams)
@settings(deadline=None)
def test_after_a_reset_any_rest_is_forgotten(stream: bytes) -> None:
    interpreter = Interpreter(384)
    interpreter.feed(stream)
    all_actions(interpreter)
    interpreter.reset()
    interpreter.feed(b"\x1d(H\x06\x0000abcd")
    assert all_actions(interpreter)[-1] == Reply(b"\x37\x22abcd\x00")


ON_ITS_OWN = """
import sys
from PIL import Image
from escpos.printer import Dummy
printer = Dummy()
printer.set(bold=True, double_height=True, align="center")
printer.textln("Halo")
printer.image(Image.new("1", (64, 40), 0))
printer.qr("HALO", native=True)
printer.cut()
sys.stdout.buffer.write(printer.output)
"""


def test_what_python_escpos_prints_on_its_own_is_understood() -> None:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ESCPOS_")}
    run = subprocess.run([sys.executable, "-c", ON_ITS_OWN], check=True, stdout=subprocess.PIPE, env=environment)
    interpreter = Interpreter(576)
    interpreter.feed(run.stdout)
    actions = all_actions(interpreter)
    assert isinstance(actions[-1], Cut)
    assert interpreter.waiting_bytes() == 0
    assert sum(any(row) for action in actions if isinstance(action, Print) for row in action.rows) > 40 + 21 * 3


def test_a_line_that_is_just_full_feeds_once() -> None:
    rows = []
    for text in (b"x" * 48, b"x" * 47):
        interpreter = Interpreter(576)
        interpreter.feed(text + b"\n")
        rows.append(sum(len(action.rows) for action in all_actions(interpreter) if isinstance(action, Print)))
    assert rows == [30, 30]


def test_a_process_id_comes_after_the_paper_and_not_before(tmp_path: Path) -> None:
    pieces: list[Image.Image] = []
    with VirtualPrinter(tmp_path / "tty", pieces.append, speed_mm_s=100) as virtual:
        line = serial.Serial(str(virtual.path), timeout=3)
        line.write(b"Halo\n" * 10 + b"\x1dVB\x00\x1d(H\x06\x0000abcd")
        assert line.read(7) == b"\x37\x22abcd\x00"
        assert len(pieces) == 1
        assert virtual.printed_mm * 8 == 10 * 30 + 112
        line.close()


def test_the_cutter_sits_above_the_head(tmp_path: Path) -> None:
    """A cut without feed leaves what was printed last on the next piece, as real ones do."""
    pieces: list[Image.Image] = []
    with VirtualPrinter(tmp_path / "tty", pieces.append) as virtual:
        line = serial.Serial(str(virtual.path), timeout=3)
        line.write(b"A\n" * 10 + b"\x1dV\x00" + b"\x1dVB\x00" + b"\x1d(H\x06\x0000abcd")
        line.read(7)
        line.close()
    assert [piece.height for piece in pieces] == [10 * 30, 112]
