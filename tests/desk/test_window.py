"""The desk's window, touched: what a person does there is what the booth sees."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from booth.desk.client import DeskClient
from booth.desk.strip import Strip
from booth.desk.verbs import Act, DeskState, Place
from config.cards.soft import new_soft_card
from config.secret import Pin
from printer.escpos import render
from printer.port import SerialPrinter
from printer.profiles import TM_80
from tests.desk.test_robot import running
from tests.house.tree import ROOT
from tests.printer import papers
from tests.robot.driver import Robot


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
    cards, stick, desk = folder / "cards", folder / "stick", folder / "desk"
    cards.mkdir()
    stick.mkdir()
    rows = ["file,role,village,tps,holder,pin"]
    for name in ("officers-1", "officers-2", "committee-1", "committee-2"):
        new_soft_card(cards / f"{name}.card", name, Pin("271828"))
        rows.append(f"{name}.card,{name.partition('-')[0]},34.04.01.2001,1,Pemegang {name},271828")
    (cards / "pins.csv").write_text("\n".join(rows) + "\n")
    with (
        running("tests.desk.window_launch", folder / "socket", desk, cards, stick) as process,
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


@pytest.mark.skipif(shutil.which("Xvfb") is None, reason="NOT TESTED: bilik-sim --try in windows needs Xvfb")
def test_try_opens_both_windows_and_ends_with_one(tmp_path: Path) -> None:
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
            hold_a_trial(tmp_path / "try", f":{told.readline().decode().strip()}")
        finally:
            screen.terminate()


def hold_a_trial(folder: Path, display: str) -> None:
    """The stick goes in; the booth takes its package; both windows end together."""
    with subprocess.Popen(
        [sys.executable, "-m", "booth.desk", "--try", folder],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "DISPLAY": display},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as trial:
        try:
            wait_for((folder / "desk" / "control.sock").exists, trial)
            with DeskClient(folder / "desk") as desk:
                assert sum(name.startswith("officers") for name in desk.state().cards) == 2
                desk.insert_stick()
                wait_for((folder / "data" / "package" / "manifest.json").exists, trial)
        finally:
            trial.terminate()
            said, complained = trial.communicate(timeout=30)
        assert trial.returncode == 0, complained
        assert b"PIN" in said


def wait_for(holds: Callable[[], bool], process: "subprocess.Popen[bytes]", timeout_s: float = 60) -> None:
    end_s = time.monotonic() + timeout_s
    while not holds():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < end_s, "it takes too long"
        time.sleep(0.1)
