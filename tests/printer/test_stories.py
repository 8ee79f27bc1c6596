"""What happens to paper: each test is one thing that happened in a polling station."""

import os
import pty
import threading
import time
import tty
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from printer.documents import Label
from printer.escpos import Job, render
from printer.faults import Fault, PrintFault
from printer.port import SerialPrinter
from printer.profiles import TM_80
from printer.status import Status
from printer.virtual import VirtualPrinter
from tests.printer.conftest import Bench
from tests.printer.papers import CANDIDATES, sample_job, sample_slip, sample_tape

TIMEOUT_S = 1.0


def slip_job(bench: Bench, label: Label = CANDIDATES[1]) -> Job:
    return render(sample_slip(label), bench.profile)


def same(one: Image.Image, other: Image.Image) -> bool:
    return one.size == other.size and one.tobytes() == other.tobytes()


def good_slip(bench: Bench) -> Image.Image:
    """A slip printed without trouble, to hold others against."""
    bench.port.print(slip_job(bench), TIMEOUT_S)
    return bench.pieces.pop()


def fails(bench: Bench, job: Job, fault: Fault) -> None:
    with pytest.raises(PrintFault) as caught:
        bench.port.print(job, TIMEOUT_S)
    assert caught.value.fault is fault
    assert (caught.value.id, caught.value.en) == fault.sentences()


def test_slip_and_stub_come_out_as_two_pieces(bench: Bench) -> None:
    bench.port.print(render(sample_job(CANDIDATES[0]), bench.profile), TIMEOUT_S)
    assert len(bench.pieces) == 2
    assert not bench.fragments


def test_the_roll_runs_out_in_the_middle_of_a_slip(bench: Bench) -> None:
    whole = good_slip(bench)
    bench.virtual.load_roll(length_mm=60)
    started = time.monotonic()
    fails(bench, slip_job(bench), Fault.NO_PAPER)
    assert time.monotonic() - started < 2
    assert bench.port.status().fault is Fault.NO_PAPER
    assert bench.pieces == []
    fragment = bench.virtual.tear()
    assert fragment is not None
    assert fragment.height < whole.height


def test_after_a_new_roll_nothing_of_the_old_job_comes_out_and_the_reprint_is_whole_and_the_same(
    bench: Bench,
) -> None:
    whole = good_slip(bench)
    bench.virtual.load_roll(length_mm=60)
    fails(bench, slip_job(bench), Fault.NO_PAPER)
    before_mm = bench.virtual.printed_mm
    bench.virtual.load_roll()
    assert len(bench.fragments) == 1
    time.sleep(0.4)
    assert bench.virtual.printed_mm == before_mm, "the new roll took up the old job"
    bench.port.print(slip_job(bench), TIMEOUT_S)
    assert len(bench.pieces) == 1
    assert same(bench.pieces[0], whole)


def test_the_roll_ends_within_copy_three_of_five(bench: Bench) -> None:
    tape = render(sample_tape(), bench.profile)
    bench.port.print(tape, TIMEOUT_S)
    whole = bench.pieces.pop()
    bench.virtual.load_roll(length_mm=2.5 * whole.height / 8)
    bench.port.print(tape, TIMEOUT_S)
    bench.port.print(tape, TIMEOUT_S)
    fails(bench, tape, Fault.NO_PAPER)
    bench.virtual.load_roll()
    for _ in range(3):
        bench.port.print(tape, TIMEOUT_S)
    assert len(bench.pieces) == 5
    assert all(same(piece, whole) for piece in bench.pieces)


@pytest.mark.parametrize("torn", [True, False], ids=["fragment torn off", "fragment left hanging"])
def test_the_cable_is_pulled_in_the_middle(bench: Bench, torn: bool) -> None:
    whole = good_slip(bench)
    bench.port.close()
    port = SerialPrinter(bench.virtual.path, replace(bench.profile, buffer_bytes=256))
    bench.virtual.after_mm(50, bench.virtual.unplug)
    with pytest.raises(PrintFault) as caught:
        port.print(slip_job(bench), TIMEOUT_S)
    assert caught.value.fault is Fault.CABLE
    assert port.status().fault is Fault.CABLE
    time.sleep(0.3)
    assert bench.pieces == []
    if torn:
        assert bench.virtual.tear() is not None
    bench.virtual.plug()
    assert port.status().ready
    port.print(slip_job(bench), TIMEOUT_S)
    port.close()
    assert same(bench.pieces[-1], whole)
    # What hung there was cut off by itself and did not become a part of the slip.
    assert all(piece.height < whole.height for piece in bench.pieces[:-1])
    assert len(bench.pieces) + len(bench.fragments) >= 2


def test_the_cable_is_pulled_when_the_printer_already_has_the_whole_slip(bench: Bench) -> None:
    """It comes out, and is not claimed: nobody said so. The reprint is the same slip with the same mark."""
    whole = good_slip(bench)
    bench.virtual.speed_mm_s = 200
    bench.virtual.after_mm(100, bench.virtual.unplug)
    fails(bench, slip_job(bench), Fault.CABLE)
    bench.virtual.speed_mm_s = None
    bench.virtual.plug()
    bench.port.print(slip_job(bench), TIMEOUT_S)
    assert same(bench.pieces[-1], whole)


def test_the_cable_is_out_and_in_again_so_fast_that_the_slip_could_go_on(bench: Bench) -> None:
    whole = good_slip(bench)

    def knocked() -> None:
        bench.virtual.unplug()
        bench.virtual.plug()
        back.set()

    back = threading.Event()
    bench.virtual.after_mm(50, knocked)
    bench.virtual.speed_mm_s = 300
    port_job = render(sample_tape(), bench.profile)
    fails(bench, port_job, Fault.CABLE)
    assert back.wait(1)
    bench.virtual.speed_mm_s = None
    bench.port.print(slip_job(bench), TIMEOUT_S)
    assert same(bench.pieces[-1], whole)


def test_the_cable_is_knocked_and_loses_a_piece_of_the_slip(bench: Bench) -> None:
    """Nobody is told; the confirmations that are missing tell it. (A loss within one command is not noticed so:
    for that the voter reads the slip.)"""
    whole = good_slip(bench)
    for at_mm in (10, 30, 50):
        bench.virtual.after_mm(at_mm, lambda: bench.virtual.lose_bytes(1500))
        with pytest.raises(PrintFault):
            bench.port.print(render(sample_tape(), bench.profile), TIMEOUT_S)
        bench.virtual.lose_bytes(0)
        bench.port.print(slip_job(bench), TIMEOUT_S)
        assert same(bench.pieces[-1], whole)


@pytest.mark.parametrize("fault", ["roll", "cover", "cable", "power"])
def test_whatever_happens_at_any_moment_the_reprint_is_whole(bench: Bench, fault: str) -> None:
    """Slip and stub: a claimed print is two whole pieces, the last that fell; a fault is told."""
    job = render(sample_job(CANDIDATES[0]), bench.profile)
    bench.port.print(job, TIMEOUT_S)
    whole, bench.pieces[:] = bench.pieces[:], []
    breaks = {
        "roll": lambda: bench.virtual.load_roll(0),
        "cover": bench.virtual.open_cover,
        "cable": bench.virtual.unplug,
        "power": bench.virtual.power_off,
    }[fault]
    mends = {
        "roll": bench.virtual.load_roll,
        "cover": bench.virtual.close_cover,
        "cable": bench.virtual.plug,
        "power": bench.virtual.power_on,
    }[fault]
    for at_mm in range(5, 320, 35 if fault != "power" else 140):
        bench.virtual.after_mm(at_mm, breaks)
        try:
            bench.port.print(job, TIMEOUT_S)
        except PrintFault:
            assert len(bench.pieces) <= 2 + 1
        else:
            assert len(bench.pieces) >= 2, at_mm
        mends()
        bench.port.print(job, TIMEOUT_S)
        assert [same(*pair) for pair in zip(bench.pieces[-2:], whole, strict=True)] == [True, True], at_mm
        bench.pieces.clear()


def test_two_programs_do_not_share_a_printer(bench: Bench) -> None:
    good_slip(bench)
    second = SerialPrinter(bench.virtual.path, bench.profile)
    assert second.status().fault is Fault.IN_USE
    second.close()


def test_the_cable_is_out_before_the_slip(bench: Bench) -> None:
    bench.virtual.unplug()
    assert bench.port.status().fault is Fault.CABLE
    fails(bench, slip_job(bench), Fault.CABLE)
    bench.virtual.plug()
    bench.port.print(slip_job(bench), TIMEOUT_S)
    assert len(bench.pieces) == 1


def test_the_cable_was_out_between_two_slips_and_nobody_noticed(bench: Bench) -> None:
    whole = good_slip(bench)
    bench.virtual.unplug()
    bench.virtual.plug()
    bench.port.print(slip_job(bench), TIMEOUT_S)
    assert same(bench.pieces[-1], whole)


def test_the_printer_is_silent(bench: Bench) -> None:
    bench.virtual.silence()
    started = time.monotonic()
    assert bench.port.status().fault is Fault.NO_ANSWER
    assert time.monotonic() - started < 10
    fails(bench, slip_job(bench), Fault.NO_ANSWER)
    assert bench.pieces == []


def test_the_printer_falls_silent_in_the_middle_and_prints_on(bench: Bench) -> None:
    """The paper is out and the printer does not say so: this is no print, and the reprint is the same slip."""
    whole = good_slip(bench)
    bench.virtual.after_mm(50, bench.virtual.silence)
    fails_with_silence(bench)
    bench.virtual.silence(False)
    bench.port.print(slip_job(bench), TIMEOUT_S)
    assert same(bench.pieces[-1], whole)


def fails_with_silence(bench: Bench) -> None:
    with pytest.raises(PrintFault) as caught:
        bench.port.print(slip_job(bench), TIMEOUT_S)
    assert caught.value.fault in {Fault.NO_ANSWER, Fault.TIMEOUT}


def test_the_printer_hangs_in_the_middle(bench: Bench) -> None:
    whole = good_slip(bench)
    bench.virtual.after_mm(30, bench.virtual.stall)
    started = time.monotonic()
    fails_with_silence(bench)
    assert time.monotonic() - started < 6
    bench.virtual.stall(False)
    bench.virtual.tear()
    bench.port.print(slip_job(bench), TIMEOUT_S)
    assert same(bench.pieces[-1], whole)


def test_closing_the_port_of_a_hung_printer_takes_no_time(bench: Bench) -> None:
    bench.virtual.stall()
    fails_with_silence(bench)
    started = time.monotonic()
    bench.port.close()
    assert time.monotonic() - started < 10, "a hung printer never answers"


FAULTS_IN_THE_MIDDLE: list[tuple[str, Callable[[VirtualPrinter], None], Callable[[VirtualPrinter], None], Fault]] = [
    ("cover", lambda v: v.open_cover(), lambda v: v.close_cover(), Fault.COVER_OPEN),
    ("heat", lambda v: v.overheat(), lambda v: v.overheat(False), Fault.OVERHEATED),
    ("cutter", lambda v: v.jam_cutter(), lambda v: v.jam_cutter(False), Fault.CUTTER),
]


@pytest.mark.parametrize(("name", "breaks", "mended", "fault"), FAULTS_IN_THE_MIDDLE)
def test_a_fault_that_the_printer_names(
    bench: Bench,
    name: str,
    breaks: Callable[[VirtualPrinter], None],
    mended: Callable[[VirtualPrinter], None],
    fault: Fault,
) -> None:
    whole = good_slip(bench)
    bench.virtual.after_mm(50, lambda: breaks(bench.virtual))
    fails(bench, slip_job(bench), fault)
    assert bench.port.status().fault is fault
    fails(bench, slip_job(bench), fault)
    mended(bench.virtual)
    time.sleep(0.2)
    assert bench.pieces == [], f"after {name} the old job went on by itself"
    bench.port.print(slip_job(bench), TIMEOUT_S)
    assert same(bench.pieces[-1], whole)


def test_the_printer_loses_power_in_the_middle(bench: Bench) -> None:
    whole = good_slip(bench)
    bench.virtual.after_mm(50, bench.virtual.power_off)
    fails_with_silence(bench)
    bench.virtual.power_on()
    bench.port.print(slip_job(bench), TIMEOUT_S)
    assert same(bench.pieces[-1], whole)


def test_printed_is_not_claimed_before_the_paper_is_out(bench: Bench) -> None:
    good_slip(bench)
    bench.virtual.speed_mm_s = 150
    out_at: list[int] = []
    done = threading.Event()

    def prints() -> None:
        bench.port.print(slip_job(bench), TIMEOUT_S)
        out_at.append(len(bench.pieces))
        done.set()

    started = time.monotonic()
    threading.Thread(target=prints).start()
    while not bench.pieces:
        assert not done.is_set(), "printed was claimed while the slip was still in the printer"
        time.sleep(0.002)
    assert done.wait(2)
    assert out_at == [1]
    assert time.monotonic() - started > 0.7, "a slip of 15 cm takes a second at 150 mm/s"


def test_a_slow_printer_is_waited_for_as_long_as_paper_moves(bench: Bench) -> None:
    good_slip(bench)
    bench.virtual.speed_mm_s = 70
    started = time.monotonic()
    bench.port.print(slip_job(bench), TIMEOUT_S)
    assert time.monotonic() - started > 2 * TIMEOUT_S
    assert len(bench.pieces) == 1


def test_near_end_is_told_before_the_paper_is_out(bench: Bench) -> None:
    assert not bench.port.status().near_end
    bench.virtual.load_roll(length_mm=1500)
    assert bench.port.status() == Status(None, near_end=True)
    bench.port.print(slip_job(bench), TIMEOUT_S)
    assert len(bench.pieces) == 1


def test_status_during_a_print_does_not_wait_for_it(bench: Bench) -> None:
    good_slip(bench)
    bench.virtual.speed_mm_s = 150
    printing = threading.Thread(target=bench.port.print, args=(slip_job(bench), TIMEOUT_S))
    printing.start()
    time.sleep(0.2)
    assert bench.port.status().ready
    assert printing.is_alive(), "a slip of 15 cm takes a second"
    printing.join()


def test_a_booth_that_died_within_a_slip_leaves_nothing_on_the_next_one(bench: Bench) -> None:
    """The next process knows nothing of the old one's job, and the printer still has half of it."""
    whole = good_slip(bench)
    bench.virtual.after_mm(50, bench.virtual.stall)
    fails_with_silence(bench)
    bench.port.close()
    bench.virtual.stall(False)
    successor = SerialPrinter(bench.virtual.path, bench.profile)
    successor.print(slip_job(bench), TIMEOUT_S)
    successor.close()
    assert same(bench.pieces[-1], whole)
    assert all(piece.height < whole.height for piece in bench.pieces[:-1])


def test_another_device_is_on_the_line() -> None:
    master, slave = pty.openpty()
    tty.setraw(slave)
    stop = threading.Event()

    def babbles() -> None:
        while not stop.wait(0.01):
            os.write(master, b"\xff\xfe\xfa")

    babbler = threading.Thread(target=babbles)
    babbler.start()
    try:
        port = SerialPrinter(Path(os.ttyname(slave)), TM_80)
        assert port.status().fault is Fault.NONSENSE
        port.close()
    finally:
        stop.set()
        babbler.join()
        os.close(master)
        os.close(slave)
