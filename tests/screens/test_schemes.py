"""A scheme changes colours and nothing else, in every language and size: golden pictures need not show each of them."""

import json
import subprocess
import sys
from typing import Any

import pytest

from booth.comfort import Scheme, TextSize
from config.words import languages
from tests.screens.cases import VOTERS, WHOLE
from tests.screens.test_look import CONTRAST

pytestmark = pytest.mark.timeout(900)
"""All of them are drawn before the first test: over two minutes of one core on a machine that does nothing else."""
PANEL = WHOLE[1]
"""Where the room is tightest."""


@pytest.fixture(scope="module")
def drawn() -> dict[str, Any]:
    """What each screen, language and size was in each scheme."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.screens.schemes", PANEL], check=False, capture_output=True, timeout=800
    )
    assert run.returncode == 0, run.stderr.decode()[-3000:]
    told: dict[str, Any] = json.loads(run.stdout)
    return told


def test_every_language_and_size_is_drawn_in_every_scheme(drawn: dict[str, Any]) -> None:
    combinations = len(languages()) * len(TextSize)
    assert len(drawn) >= combinations * len(VOTERS)
    assert len(drawn) % combinations == 0
    assert all(set(told) == set(Scheme) for told in drawn.values())


@pytest.mark.parametrize("scheme", Scheme)
def test_nothing_stands_elsewhere_or_is_cut(drawn: dict[str, Any], scheme: Scheme) -> None:
    assert [name for name, told in drawn.items() if not told[scheme]["same"] or told[scheme]["cut"]] == []


@pytest.mark.parametrize("scheme", Scheme)
def test_contrast_of_the_pixels(drawn: dict[str, Any], scheme: Scheme) -> None:
    low, high = CONTRAST[scheme]
    found = {name: told[scheme]["contrast"] for name, told in drawn.items()}
    assert {name: pair for name, pair in found.items() if not (low <= pair[0] and pair[1] <= high)} == {}
