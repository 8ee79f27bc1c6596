"""Real motion events on the real application, in a process of its own."""

import json
import subprocess
import sys
from typing import Any

import pytest


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    """What the stories of ``stage.touch`` told."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.screens.stage", "1280x800@5.9", "touch"],
        check=False,
        capture_output=True,
        timeout=600,
    )
    assert run.returncode == 0, run.stderr.decode()[-3000:]
    return json.loads(run.stdout)


CHOICES = ["scheme-black-on-white", "size-large", "language-en", "choice-1", "choice-2", "choice-3", "choice-0"]
EXPECTED = {
    "too early, no targets": [],
    "too early": [],
    "targets": CHOICES,
    "starts outside": [],
    "ends outside": [],
    "slides to another": [],
    "second finger": [],
    "first finger after the second": ["2:Chosen(1)"],
    "inert after an answer": [],
    "hammered after an answer": [],
    "hammered": ["3:Chosen(2)"],
    "palm on the rim": ["4:Chosen(0)"],
    "pressed looks different": True,
    "held": [],
    "held over to the next screen": [],
    "five digits are no PIN": [],
    "what a PIN shows": list("0123456789"),
    "PIN, status changed meanwhile": ["8:PinTyped(123456)"],
    "no number": [],
    "attendance": ["9:NumbersTyped(384, 2)"],
    "same picture, same widgets": True,
    "same picture, newer number": True,
    "only the newest is drawn": True,
    "choice was shown": True,
    "reachable after the next frame": [],
}


@pytest.mark.parametrize("story", EXPECTED)
def test_touch(told: dict[str, Any], story: str) -> None:
    assert told[story] == EXPECTED[story]


def test_no_story_is_forgotten(told: dict[str, Any]) -> None:
    assert told.keys() == EXPECTED.keys()
