"""Answers that are too many, too late or lost on the way: none of them makes a print claimed, or a fault unseen."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from printer.escpos import render
from printer.faults import Fault, PrintFault
from printer.port import INITIALIZE, STATUS_BACK_ON, SerialPrinter
from printer.profiles import COMMON_80, TM_80
from printer.progress import Progress
from printer.status import Drained, ProcessId, Status, StatusBack
from printer.virtual.commands import Interpreter, Watch
from printer.virtual.models import MODELS, ModelPrinter
from tests.printer.conftest import Bench
from tests.printer.papers import CANDIDATES, sample_job, sample_stub, sample_tape, sample_zero_report

TIMEOUT_S = 5.0
ANSWER_S = 0.03
"""What a printer may take to answer; at once, two answers would be heard as one."""
WELL = StatusBack(b"\x10\x00\x00\x00")
STRAY = b"\0"
"""A glitch on the line, which looks like an answer to GS r 1."""
PAPERS = {"slip and stub": sample_job(CANDIDATES[1]), "zero report": sample_zero_report(), "tape": sample_tape()}


@contextmanager
def common(folder: Path, speed_mm_s: float) -> Iterator[tuple[ModelPrinter, SerialPrinter, list[Image.Image]]]:
    pieces: list[Image.Image] = []
    with ModelPrinter(MODELS["common-80"], folder / "tty", pieces.append, speed_mm_s=speed_mm_s) as virtual:
        port = SerialPrinter(folder / "tty", COMMON_80)
        yield virtual, port, pieces
        port.close()


@pytest.mark.parametrize(
    ("name", "speed_mm_s"), [("slip and stub", 60), ("slip and stub", 150), ("zero report", 150), ("tape", 250)]
)
def test_one_stray_byte_makes_no_print_claimed_that_is_still_in_the_printer(
    name: str, speed_mm_s: float, tmp_path: Path
) -> None:
    job = render(PAPERS[name], COMMON_80)
    with common(tmp_path, speed_mm_s) as (virtual, port, pieces):
        virtual.after_mm(60, lambda: virtual._send(STRAY))
        with pytest.raises(PrintFault) as caught:
            port.print(job, TIMEOUT_S)
        assert caught.value.fault is Fault.NONSENSE
        assert len(pieces) == (2 if name == "slip and stub" else 1), "all of it is out, and nobody claimed it"


def test_an_answer_too_many_among_the_last_questions_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The printer's last answer comes when it is asked already whether it is well."""
    monkeypatch.setattr("printer.port.HEAR_OUT_S", 0.0)
    with common(tmp_path, 1000) as (virtual, port, pieces):
        ask_all = port._ask_all

        def asked(progress: Progress | None = None) -> object:
            if pieces:
                virtual._send(STRAY)
                time.sleep(0.05)
            return ask_all(progress)

        monkeypatch.setattr(port, "_ask_all", asked)
        with pytest.raises(PrintFault) as caught:
            port.print(render(PAPERS["zero report"], COMMON_80), TIMEOUT_S)
        assert caught.value.fault is Fault.NONSENSE


def test_a_printer_that_is_well_again_does_not_make_good_what_was_wrong() -> None:
    drained = Progress(COMMON_80, 0, 1.0, 0.0)
    drained.request()
    drained.hear([Drained(0), Drained(0), WELL], 0.1)
    with pytest.raises(PrintFault) as caught:
        drained.check(0.1, writing=False)
    assert caught.value.fault is Fault.NONSENSE
    named = Progress(TM_80, 0, 1.0, 0.0)
    named.request()
    second = named.request()[-4:]
    named.hear([ProcessId(second), WELL], 0.1)
    with pytest.raises(PrintFault) as caught:
        named.check(0.1, writing=False)
    assert caught.value.fault is Fault.CABLE


@pytest.mark.parametrize("question", [1, 2, 3, 4])
@pytest.mark.parametrize("late_s", [0.1, 0.35, 0.5])
def test_an_answer_that_came_late_is_not_taken_for_the_next(bench: Bench, question: int, late_s: float) -> None:
    assert bench.port.status().ready
    bench.virtual.load_roll(length_mm=1500)
    bench.virtual.answer_s = ANSWER_S
    bench.virtual.answer_late(question, late_s)
    slow = late_s > bench.profile.answer_s
    assert bench.port.status() == (Status(Fault.NO_ANSWER) if slow else Status(near_end=True))
    assert bench.port.status() == Status(near_end=True)
    bench.virtual.open_cover()
    assert bench.port.status() == Status(Fault.COVER_OPEN, near_end=True)
    bench.virtual.close_cover()
    assert bench.port.status() == Status(near_end=True)
    bench.port.print(render(sample_stub(), bench.profile), TIMEOUT_S)
    assert len(bench.pieces) == 1


def test_what_was_said_between_two_looks_is_no_answer(bench: Bench) -> None:
    assert bench.port.status().ready
    bench.virtual.answer_s = ANSWER_S
    bench.virtual._send(b"\x12")
    time.sleep(0.05)
    bench.virtual.load_roll(length_mm=1500)
    assert bench.port.status() == Status(near_end=True)
    assert bench.port.status() == Status(near_end=True)


def test_a_printer_reports_by_itself_until_it_is_initialized(bench: Bench) -> None:
    """Each job begins with ESC @, which ends that; so it is asked for anew within the job."""
    for _ in range(2):
        bench.port.print(render(sample_stub(), bench.profile), TIMEOUT_S)
        assert bool(bench.virtual._watch) is bench.profile.status_back
    interpreter = Interpreter(576)
    interpreter.feed(STATUS_BACK_ON + INITIALIZE)
    assert [interpreter.take(), interpreter.take()] == [Watch(STATUS_BACK_ON[-1]), Watch(0)]
