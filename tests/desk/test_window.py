"""The desk's window, touched: what a person does there is what the booth sees."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from booth.desk.client import DeskClient
from booth.desk.rehearsal import freeing, real_cards_out
from booth.desk.strip import Strip
from booth.desk.verbs import Act, DeskState, Place
from booth.desk.virtual import VARIABLE
from config.cards.soft import new_soft_card
from config.cards.virtual.card import new_virtual_card
from config.cards.virtual.reader import VirtualReader
from config.package import read_package
from config.secret import Pin
from printer.escpos import render
from printer.port import SerialPrinter
from printer.profiles import TM_80
from sync.media import PACKAGE_FOLDER
from tests.desk.test_reader import need_pcscd
from tests.desk.test_robot import running
from tests.house.tree import ROOT
from tests.printer import papers
from tests.robot.driver import Robot
from tests.robot.processes import mentioning


@dataclass
class Bench:
    """The window and the desk behind it."""

    robot: Robot
    desk: DeskClient

    def touch(self, target: str, holds: Callable[[DeskState], bool]) -> DeskState:
        """A touch, and the desk once it holds what the touch was for."""
        self.robot.tap(target)
        for _ in range(100):
            state = self.desk.state()
            if holds(state):
                return state
            self.robot.look()
        raise AssertionError(f"{target} was touched, and the desk is {state}")


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    folder = tmp_path_factory.mktemp("window")
    cards, stick = folder / "cards", folder / "stick"
    cards.mkdir()
    stick.mkdir()
    rows = ["file,role,village,tps,holder,pin"]
    for name in ("officers-1", "officers-2", "committee-1", "committee-2"):
        new_soft_card(cards / f"{name}.card", name, Pin("271828"))
        rows.append(f"{name}.card,{name.partition('-')[0]},34.04.01.2001,1,Pemegang {name},271828")
    (cards / "pins.csv").write_text("\n".join(rows) + "\n")
    with window(folder, cards, stick, "soft") as bench:
        yield bench


@contextmanager
def window(folder: Path, cards: Path, stick: Path, kind: str) -> Iterator[Bench]:
    """The desk's window."""
    desk = folder / "desk"
    with (
        running("tests.desk.window_launch", folder / "socket", desk, cards, stick, kind) as process,
        Robot(folder / "socket", alive=lambda: process.poll() is None) as robot,
    ):
        robot.wait_until(lambda seen: bool(seen.targets), "the desk")
        with DeskClient(desk) as client:
            yield Bench(robot, client)


def test_a_card_goes_in_and_out(bench: Bench) -> None:
    bench.touch("card-officers-2", lambda state: state.card == "officers-2")
    # The other cards cannot be put on top of it.
    bench.robot.wait_until(
        lambda seen: "card-officers-1" not in {spot.name for spot in seen.targets}, "the reader being taken"
    )
    bench.touch("card-officers-2", lambda state: state.card is None)


def test_the_stick_goes_in_and_out(bench: Bench) -> None:
    bench.touch("stick", lambda state: state.stick)
    bench.touch("stick", lambda state: not state.stick)


def test_a_virtual_reader_has_a_cable(tmp_path: Path) -> None:
    need_pcscd()
    new_virtual_card(tmp_path / "officers-1.piv")
    with window(tmp_path, tmp_path, tmp_path, "virtual") as bench:
        bench.touch("card-officers-1", lambda state: state.card == "officers-1")
        bench.touch("reader-unplug", lambda state: not state.reader.plugged)
        bench.touch("reader-plug", lambda state: state.reader.plugged)
        bench.touch("card-officers-1", lambda state: state.card is None)
    assert mentioning(tmp_path) == []


def test_cable_cover_and_rolls(bench: Bench) -> None:
    bench.touch("unplug", lambda state: not state.printer.plugged)
    bench.touch("plug", lambda state: state.printer.plugged)
    bench.touch("open-cover", lambda state: state.printer.cover_open)
    bench.touch("close-cover", lambda state: not state.printer.cover_open)
    bench.touch("thin-roll", lambda state: state.printer.roll_mm == 100)
    bench.touch("load-roll", lambda state: state.printer.roll_mm == 60_000)


def test_paper_rises_and_goes_where_it_is_put(bench: Bench, tmp_path: Path) -> None:
    assert "take-box" not in {spot.name for spot in bench.robot.look().targets}
    bench.robot.screenshot(tmp_path / "before.png")
    printer = SerialPrinter(bench.desk.folder / "printer", TM_80)
    printer.print(render(papers.sample_slip(papers.CANDIDATES[0]), TM_80), timeout_s=5)
    printer.close()
    bench.robot.wait_until(lambda seen: "take-box" in {spot.name for spot in seen.targets}, "the slip")
    for _ in range(60):  # two seconds of frames: the strip is out
        bench.robot.look()
    bench.robot.screenshot(tmp_path / "after.png")
    with Image.open(tmp_path / "before.png") as before, Image.open(tmp_path / "after.png") as after:
        changed = ImageChops.difference(before.convert("L"), after.convert("L")).getbbox()
        assert changed is not None
        whites = sum(after.convert("L").crop((300, 220, 500, 400)).histogram()[250:])
    assert whites > 200 * 180 / 2, "white paper stands above the printer"
    state = bench.touch("take-envelope", lambda state: not state.hanging)
    assert state.taken[Place.ENVELOPE] == 1


def test_what_others_do_shows_too(bench: Bench) -> None:
    bench.desk.printer(Act.POWER_OFF)
    bench.touch("power-on", lambda state: state.printer.powered)


@pytest.mark.parametrize("length", [100.0, 500.0])
def test_a_strip_rises_head_first_and_is_dragged(length: float) -> None:
    strip = Strip(length=length, window=200)
    strip.feed(60)
    assert strip.shown == (0, 60)
    strip.feed(1000)
    assert strip.whole
    assert strip.shown == (0, min(length, 200)), "once it is out, its head is read first"
    strip.drag(-1000)
    assert strip.shown == (max(length - 200, 0), length)
    strip.drag(50)
    assert strip.shown == (max(length - 250, 0), length - 50 if length > 200 else length)


@pytest.mark.parametrize("arguments", [("--try", "rehearsal"), ("desk",)])
def test_without_a_display_there_is_a_sentence(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "booth.desk", *arguments],
        cwd=tmp_path,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "There is no display" in done.stderr
    assert "Tidak ada layar" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_try_never_removes_what_is_not_its_own(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("four years of work")
    done = subprocess.run(
        [sys.executable, "-m", "booth.desk", "--try", tmp_path],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "DISPLAY": ":77"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "holds other things" in done.stderr
    assert (tmp_path / "thesis.txt").read_text() == "four years of work"


@pytest.fixture
def display() -> Iterator[str]:
    """A screen of its own for windows."""
    if shutil.which("Xvfb") is None:
        pytest.skip("NOT TESTED: bilik-sim --try in windows needs Xvfb")
    read, write = os.pipe()
    with (
        os.fdopen(read, "rb") as told,
        os.fdopen(write, "wb"),
        subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1366x768x24"],
            pass_fds=[write],
            stderr=subprocess.DEVNULL,
        ) as screen,
    ):
        try:
            yield f":{told.readline().decode().strip()}"
        finally:
            screen.terminate()


@dataclass
class Trial:
    """``bilik-sim --try`` and what it said so far."""

    process: "subprocess.Popen[str]"
    said: str = ""

    def read_until(self, words: str) -> None:
        """Line by line."""
        assert self.process.stdout is not None
        while words not in self.said:
            line = self.process.stdout.readline()
            assert line, self.said
            self.said += line


@contextmanager
def trial(folder: Path, display: str, kind: str) -> Iterator[Trial]:
    """Ends with both windows."""
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "booth.desk", "--try", folder, "--card", kind],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "DISPLAY": display} | {VARIABLE: os.environ.get(VARIABLE, "")},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        held = Trial(process)
        try:
            yield held
        finally:
            process.terminate()
            rest, _ = process.communicate(timeout=30)
            held.said += rest
    assert process.returncode == 0, held.said


def goes_to_work(folder: Path, held: Trial) -> DeskState:
    """The stick goes in; the booth takes its package. The desk before that."""
    wait_for((folder / "desk" / "control.sock").exists, held.process)
    with DeskClient(folder / "desk") as desk:
        state = desk.state()
        desk.insert_stick()
        wait_for((folder / "data" / "package" / "manifest.json").exists, held.process)
    return state


@pytest.mark.timeout(600)
@pytest.mark.parametrize("kind", ["soft", "virtual"])
def test_try_opens_both_windows_and_ends_with_one(tmp_path: Path, display: str, kind: str) -> None:
    if kind == "virtual":
        need_pcscd()
    folder = tmp_path / "try"
    with trial(folder, display, kind) as held:
        state = goes_to_work(folder, held)
        assert sum(name.startswith("officers") for name in state.cards) == 2
        assert state.reader.kind == kind
    assert "PIN" in held.said
    assert mentioning(folder) == []


def test_try_with_a_real_reader_issues_what_is_put_in(
    tmp_path: Path, display: str, virtual_reader: VirtualReader
) -> None:
    """As with a reader on the table: libpcsclite does not know that ours is none."""
    folder = tmp_path / "try"
    for name in ("one", "two"):
        new_virtual_card(tmp_path / f"{name}.piv")
    with trial(folder, display, "pcsc") as held:
        held.read_until("Put in the card for Petugas 1")
        virtual_reader.insert(tmp_path / "one.piv")
        held.read_until("Take the card out of the reader")
        virtual_reader.remove()
        held.read_until("Put in the card for Panitia 1")
        virtual_reader.insert(tmp_path / "two.piv")
        held.read_until("Panitia 1: PIN")
        virtual_reader.remove()
        state = goes_to_work(folder, held)
        assert (state.cards, state.reader.kind) == ((), "pcsc")
    assert len(set(re.findall(r"PIN (\d{6})", held.said))) == 2
    manifest = read_package(next((folder / "packages").iterdir()) / PACKAGE_FOLDER).manifest
    assert [(card.role, card.kind) for card in manifest.cards] == [
        ("officers", "piv"), ("officers", "soft"), ("committee", "piv"), ("committee", "soft"),
    ]  # fmt: skip

    again = tried(folder, display)
    assert again.returncode == 2
    assert "Real cards of the try before still have its keys" in again.stderr
    for name in ("one", "two"):
        virtual_reader.insert(tmp_path / f"{name}.piv")
        retire = freeing(folder).replace("--stack ", "").replace("bilik-district", f"{sys.executable} -m sync.district")
        done = subprocess.run(retire.split(), capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr
        assert "is free" in done.stdout
        virtual_reader.settle()
        virtual_reader.remove()
        virtual_reader.settle()
    assert not real_cards_out(folder)


def tried(folder: Path, display: str) -> "subprocess.CompletedProcess[str]":
    """A second try in the same folder, which must end before anything is made."""
    return subprocess.run(
        [sys.executable, "-m", "booth.desk", "--try", folder, "--card", "pcsc"],
        env=os.environ | {"DISPLAY": display},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_try_without_a_reader_says_so_before_anything_is_made(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "booth.desk", "--try", tmp_path / "try", "--card", "pcsc"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "DISPLAY": ":77", VARIABLE: str(tmp_path / "nobody")},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 2
    assert "No card reader is found" in done.stderr
    assert "Pembaca kartu tidak ditemukan" in done.stderr
    assert list(tmp_path.iterdir()) == []


def wait_for(holds: Callable[[], bool], process: "subprocess.Popen[str]", timeout_s: float = 180) -> None:
    end_s = time.monotonic() + timeout_s
    while not holds():
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < end_s, "it takes too long"
        time.sleep(0.1)
