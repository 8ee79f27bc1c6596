"""The screen without pixels offers what the real one offers, and answers what the real one answers."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from booth import views
from booth.events import Button, Chosen, NumbersTyped, PinTyped, Touch, Touched
from tests.robot.driver import NotSeen, Robot
from tests.screens.samples import TROUBLE, frame_of, look_of, samples
from tests.torture.panel import Panel

LOOK = look_of()


class Shown:
    """A panel with a frame on it, and what it posted."""

    def __init__(self, view: views.View, **more: Any) -> None:
        self.posted: list[tuple[int, Touch]] = []
        self.panel = Panel(lambda number, touch: self.posted.append((number, touch)))
        self.show(view, **more)

    def show(self, view: views.View, **more: Any) -> None:
        self.panel.show(frame_of(view, more.pop("look", LOOK), **more))

    def tap(self, *names: str) -> None:
        for name in names:
            spot = next(spot for spot in self.panel.look().targets if spot.name == name)
            self.panel.tap(*spot.middle)


@pytest.fixture(scope="module")
def drawn() -> dict[str, list[str]]:
    """Targets of the real screens."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.torture.drawn_targets", "1280x800@5.9"],
        check=False,
        capture_output=True,
        timeout=120,
    )
    assert run.returncode == 0, run.stderr.decode()[-3000:]
    return json.loads(run.stdout)


def test_every_view_offers_what_the_real_screen_offers(drawn: dict[str, list[str]]) -> None:
    shown = {sample.name: Shown(sample.view) for sample in samples()}
    for count in (2, 5):
        for blank in (True, False):
            shown[f"choosing-{count}-{blank}"] = Shown(views.Choosing(), look=look_of(count, blank=blank))
    shown["choosing-en"] = Shown(views.Choosing(), language="en")
    shown["pin typed"] = Shown(views.PinWanted("Rahmat", "officers", 3, wrong=False))
    shown["pin typed"].tap(*(f"key-{digit}" for digit in "123456"))
    shown["number typed"] = Shown(views.Attendance())
    shown["number typed"].tap("key-7")
    assert {name: sorted(it.panel.targets) for name, it in shown.items()} == {
        name: sorted(names) for name, names in drawn.items()
    }


def test_answers_once_with_the_number_of_the_frame() -> None:
    shown = Shown(views.WaitingForCard(None), number=4)
    shown.show(views.WaitingForCard(None), status=TROUBLE, number=5)
    shown.tap("officer")
    assert shown.posted == [(5, Touched(Button.OFFICER))]
    assert shown.panel.targets == ()
    shown.panel.tap(1, 1)
    assert len(shown.posted) == 1


def test_a_choice_is_the_one_that_was_touched() -> None:
    for place in (0, 1, 3):
        shown = Shown(views.Choosing())
        shown.tap(f"choice-{place}")
        ((_, touch),) = shown.posted
        assert isinstance(touch, Chosen)
        assert touch.choice.reveal() == place


def test_typing_stays_while_only_the_status_changes() -> None:
    wanted = views.PinWanted("Rahmat", "officers", 3, wrong=False)
    shown = Shown(wanted)
    shown.tap("key-1", "key-2", "key-9", "key-erase", "key-3")
    shown.show(wanted, status=TROUBLE, number=2)
    shown.tap("key-4", "key-5", "key-6", "key-ok")
    ((number, touch),) = shown.posted
    assert isinstance(touch, PinTyped)
    assert (number, touch.pin.reveal()) == (2, "123456")


def test_both_numbers_are_typed() -> None:
    shown = Shown(views.Attendance())
    shown.tap("key-0", "key-2", "key-7", "key-ok", "key-0", "key-ok")
    assert shown.posted == [(1, NumbersTyped(27, 0))]


def test_a_process_shows_the_first_screen_and_ends_when_told(tmp_path: Path) -> None:
    socket = tmp_path / "booth.sock"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.torture.headless", socket, "--", "--data", tmp_path / "data", "--desk", tmp_path]
    )
    try:
        with Robot(socket, alive=lambda: process.poll() is None) as robot:
            robot.wait_for("NotProvisioned")
            with pytest.raises(NotSeen, match="no pixels"):
                robot.screenshot(tmp_path / "none.png")
        process.terminate()
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()


def test_a_mistake_of_the_runner_ends_the_process_with_the_products_status(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", _BROKEN, tmp_path / "booth.sock", "--", "--data", tmp_path, "--desk", tmp_path],
        check=False,
        capture_output=True,
        timeout=60,
    )
    assert run.returncode == 70, run.stderr
    assert b"KeyError" in run.stderr


_BROKEN = """
import sys
from booth.day import Day
from tests.torture import headless

def begin(self):
    raise KeyError("ours")

Day.begin = begin
sys.exit(headless.main())
"""
