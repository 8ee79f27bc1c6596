"""What the robot of ``make image-test`` knows of a guest's panel, without a guest: the same pictures, drawn here."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PIL import Image, ImageDraw

from sync.media import PACKAGE_FOLDER
from tests.district.election import SAMPLE, prepared
from tests.image import eyes, robot
from tests.image.eyes import INDEX, Eyes, Known
from tests.image.robot import GuestRobot
from tests.robot.driver import NotSeen

PANEL = "1280x800@3.94"
ROOT_HASH = "5c" * 32


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> tuple[Eyes, dict[str, Known], Path]:
    """A package's screens: what knows them, their list by sample, and the folder with their pictures."""
    folder = tmp_path_factory.mktemp("drawn")
    made = prepared(folder / "election", SAMPLE)
    package = sorted(made.sticks.iterdir())[0] / PACKAGE_FOLDER
    known_by = eyes.draw(PANEL, package, ROOT_HASH, folder / "pictures")
    listed = msgspec.json.decode((folder / "pictures" / INDEX).read_bytes(), type=list[Known])
    return known_by, {one.sample: one for one in listed}, folder / "pictures"


class Panel:
    """A guest's panel that shows one drawn screen, and another one once ``answers`` takes a touch."""

    def __init__(self, first: Path, answers: Callable[[float, float], Path | None]) -> None:
        self._shown = first
        self._answers = answers
        self.touched: list[tuple[float, float]] = []

    def picture(self, file: Path) -> None:
        with Image.open(self._shown) as picture:
            picture.convert("RGB").save(file)

    def tap(self, across: float, down: float) -> None:
        self.touched.append((across, down))
        self._shown = self._answers(across, down) or self._shown


@pytest.fixture
def robot_at(drawn: tuple[Eyes, dict[str, Known], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(robot, "SLOWER", 0.1)
    for name, seconds in (("SETTLE_S", 0.0), ("MISSED_S", 0.5), ("STAYS_S", 0.1)):
        monkeypatch.setattr(robot, name, seconds)
    (tmp_path / "album").mkdir()

    def at(panel: Panel) -> GuestRobot:
        hands = GuestRobot(panel, drawn[0], tmp_path, tmp_path / "album", lambda: True, tmp_path / "failures")
        hands.poll_s = 0.02
        return hands

    return at


def test_each_screen_is_known_for_what_it_is(drawn: tuple[Eyes, dict[str, Known], Path]) -> None:
    known_by, listed, folder = drawn
    assert len(listed) > 100
    mistaken, unknown = [], []
    for sample, one in listed.items():
        with Image.open(folder / f"{sample}.png") as picture:
            sight = known_by.recognise(picture)
        if sight is None:
            unknown.append(sample)
        elif sight.known.name != one.name:
            mistaken.append((sample, sight.known.name))
    assert mistaken == []
    assert unknown == []


def test_what_no_screen_shows_is_not_known(drawn: tuple[Eyes, dict[str, Known], Path]) -> None:
    known_by, _, folder = drawn
    with Image.open(folder / "read-slip.png") as picture:
        broken = picture.convert("RGB")
    ImageDraw.Draw(broken).rectangle((0, 0, 600, 500), fill=(200, 30, 30))
    assert known_by.recognise(broken) is None
    assert known_by.recognise(Image.new("RGB", (1280, 800))) is None
    assert known_by.recognise(Image.new("RGB", (800, 480))) is None


@pytest.mark.parametrize("missed", [0, 1, 2])
def test_the_finger_comes_down_on_the_button_and_again_where_nothing_came_of_it(
    drawn: tuple[Eyes, dict[str, Known], Path], robot_at: Callable[[Panel], GuestRobot], missed: int
) -> None:
    _, listed, folder = drawn
    button = next(spot for spot in listed["read-slip"].targets if spot.name == "right")

    def answers(across: float, down: float) -> Path | None:
        inside = abs(across * 1280 - button.middle[0]) < 2 and abs((1 - down) * 800 - button.middle[1]) < 2
        return folder / "into-box.png" if inside and len(panel.touched) > missed else None

    panel = Panel(folder / "read-slip.png", answers)
    hands = robot_at(panel)
    hands.tap("right", in_view="ReadSlip")
    assert hands.wait_for("IntoBox").view == "IntoBox"
    assert len(panel.touched) == missed + 1
    assert {file.stem for file in (hands._album).iterdir()} == {"ReadSlip", "IntoBox"}


def test_a_screen_that_stays_is_told_with_its_picture(
    drawn: tuple[Eyes, dict[str, Known], Path], robot_at: Callable[[Panel], GuestRobot], tmp_path: Path
) -> None:
    hands = robot_at(Panel(drawn[2] / "read-slip.png", lambda *_: None))
    with pytest.raises(NotSeen, match="IntoBox"):
        hands.wait_for("IntoBox", timeout_s=5)
    assert list((tmp_path / "failures").glob("*.png"))
