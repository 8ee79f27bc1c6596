"""The robot's touches are felt as a panel's are: through Kivy's own input, down in one frame and up in a later one."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image

from tests.house.tree import ROOT
from tests.robot.driver import NotSeen, Robot


@contextmanager
def running(*arguments: object) -> Iterator["subprocess.Popen[bytes]"]:
    process = subprocess.Popen(
        [sys.executable, "-m", *map(str, arguments)], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Robot, Path]]:
    folder = tmp_path_factory.mktemp("tiny")
    touches = folder / "touches.jsonl"
    with (
        running("tests.desk.tiny_app", folder / "socket", touches) as process,
        Robot(folder / "socket", alive=lambda: process.poll() is None, failures=folder / "failures") as robot,
    ):
        robot.wait_until(lambda seen: seen.width == 400, "the window")
        yield robot, touches


def felt(touches: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in touches.read_text().splitlines()]


def test_a_tap_is_a_finger_down_and_later_up(tiny: tuple[Robot, Path]) -> None:
    robot, touches = tiny
    for _ in range(3):
        robot.tap("spot")
    for _ in range(8):
        robot.look()
    events = felt(touches)
    assert [event["kind"] for event in events] == ["down", "up"] * 3
    assert len({event["uid"] for event in events}) == 3
    for down, up in zip(events[::2], events[1::2], strict=True):
        assert down["uid"] == up["uid"]
        assert down["frame"] < up["frame"], "down and up come in separate polls"
        assert down["pos"] == up["pos"] == pytest.approx([120, 60], abs=0.6)
        # A panel's finger has no mouse button: what reads one must not take it for a right click.
        assert down["button"] is None


def test_a_picture_shows_the_window(tiny: tuple[Robot, Path], tmp_path: Path) -> None:
    robot, _ = tiny
    robot.screenshot(tmp_path / "now.png")
    with Image.open(tmp_path / "now.png") as picture:
        assert picture.size == (400, 300)
        assert picture.convert("RGB").getpixel((200, 150)) == (255, 0, 0)
    assert [path.name for path in tmp_path.iterdir()] == ["now.png"]


def test_waiting_in_vain_tells_what_was_seen(tiny: tuple[Robot, Path]) -> None:
    robot, touches = tiny
    with pytest.raises(NotSeen, match=r"waited 0\.2 s for the target nothing-like-it.*\(spot\).*picture"):
        robot.tap("nothing-like-it", timeout_s=0.2)
    assert list((touches.parent / "failures").glob("*.png"))


def test_an_application_that_ended_is_named(tmp_path: Path) -> None:
    with (
        running("tests.desk.tiny_app", tmp_path / "socket", tmp_path / "touches") as process,
        Robot(tmp_path / "socket", alive=lambda: process.poll() is None) as robot,
    ):
        robot.look()
        process.kill()
        process.wait()
        with pytest.raises(NotSeen, match="does not answer"):
            robot.wait_for("Anything")


def test_the_product_has_no_door_for_a_robot() -> None:
    said = subprocess.run([sys.executable, "-m", "booth", "--help"], capture_output=True, text=True, check=True).stdout
    said = said.lower()
    assert "--desk" in said
    assert not any(word in said for word in ("robot", "socket", "--touch", "--input", "--test"))
