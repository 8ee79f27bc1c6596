"""Kivy's surroundings: nothing is left on disk, no switch is read, and another driver than expected is refused."""

import subprocess
import sys
from pathlib import Path

import pytest

from booth.screens.theme import Theme

PROBE = """
import sys
from booth.screens.environment import Surroundings, Video, prepare, require_video
from config.errors import DeviceError
prepare(Surroundings(640, 400, video=Video.OFFSCREEN))
import os
from kivy.config import Config
from kivy.core.window import Window
print(os.environ["KIVY_HOME"])
print(Window.size, Config.get("kivy", "exit_on_escape"), Config.items("modules"), Config.items("input"))
require_video(Video.OFFSCREEN)
try:
    require_video(Video.KMSDRM)
except DeviceError as refused:
    print(refused.en)
try:
    prepare(Surroundings())
except RuntimeError as late:
    print(late)
"""


def test_surroundings(tmp_path: Path) -> None:
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "KIVY_HOME": str(tmp_path / "foreign")}
    run = subprocess.run(
        [sys.executable, "-c", PROBE, "--fullscreen", "-m", "inspector"],
        env=environment, cwd=Path(__file__).parents[2], check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
    home, window, driver, late = run.stdout.splitlines()
    assert not Path(home).exists()
    assert "foreign" not in home
    assert window == "(640, 400) 0 [] [('mouse', 'mouse,disable_multitouch')]"
    assert "'offscreen' instead of 'kmsdrm'" in driver
    assert "before" in late
    assert list(tmp_path.iterdir()) == []


SCALED = """
import sys
from booth.screens.environment import Surroundings, Video, prepare
prepare(Surroundings(640, 400, video=Video.OFFSCREEN))
from kivy.clock import Clock
from booth.app import BoothApp
from booth.views import Printing
from tests.screens.samples import frame_of, look_of
app = BoothApp(lambda *_: None, *(float(word) if word else None for word in sys.argv[1:]))
def ask(_):
    if app.root.children:
        print(app.root.children[0].theme.dots_per_mm)
        app.stop()
app.show(frame_of(Printing(), look_of(), number=1))
Clock.schedule_interval(ask, 0.02)
app.run()
"""


@pytest.mark.parametrize(
    ("told", "long_side_mm", "dots"), [("", "217", 640 / 217), ("4.4", "217", 4.4), ("", "", Theme.dots_per_mm)]
)
def test_millimetres_are_those_of_the_mode_that_is_set(told: str, long_side_mm: str, dots: float) -> None:
    """The panel prefers 1280 dots on its 217 mm; here it shows 640. What a person says goes before."""
    run = subprocess.run(
        [sys.executable, "-c", SCALED, told, long_side_mm],
        cwd=Path(__file__).parents[2], check=False, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr[-2000:]
    assert float(run.stdout) == pytest.approx(dots)
