"""Screen and headphones together, in the real application: neither takes anything from the other."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, get_args

import pytest

from booth.audio.player import gain
from booth.comfort import Volume
from booth.views import VEILED, View
from tests.audio.scripts import sentences
from tests.audio.sounds import heard, noises


def told(story: str, driver: str, **surroundings: str) -> dict[str, Any]:
    """What a story of ``tests.audio.stage`` tells; ``driver`` is SDL's for sound. It tells standard error nothing."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.audio.stage", story],
        env=os.environ | {"SDL_AUDIODRIVER": driver, **surroundings},
        check=False,
        capture_output=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr.decode()[-3000:]
    assert run.stderr == b"", "in the system's log it would be the time of a vote"
    facts: dict[str, Any] = json.loads(run.stdout)
    return facts


@pytest.mark.timeout(600)
def test_a_change_of_voice_takes_no_touch_away_and_the_dark_takes_none() -> None:
    facts = told("touch", "dummy")
    black = facts.pop("black")
    assert facts == {
        "louder": ["comfort"],
        "louder, same widgets": True,
        "the finger is lifted": ["Chosen(2)"],
        "it is dark when the finger is lifted": [],
        "targets in the dark": [],
        "touched in the dark": [],
        "targets in the light": 7,
    }
    assert len(black) == len(get_args(View))
    assert {kind for kind, is_black in black.items() if is_black} == {kind.__name__ for kind in VEILED}


@pytest.mark.parametrize("driver", ["no such driver", "alsa"])
def test_without_a_sound_device_nobody_acts_unheard_and_the_light_can_be_switched_on(driver: str) -> None:
    assert told("silent", driver, ALSA_CONFIG_PATH=os.devnull) == {
        "keys": [],
        "the screen": ["Chosen(1)"],
        "keys in the dark": ["comfort"],
    }


def test_headphones_that_come_later_are_found_by_the_next_key(tmp_path: Path) -> None:
    file = tmp_path / "later" / "heard.raw"
    assert told("plugged", "disk", SDL_DISKAUDIOFILE=str(file)) == {"before": [], "after": ["Heard()"]}
    clips = noises([*sentences("id").keys() - {"candidate"}, "candidate.1"], "id")
    assert list(heard(file.read_bytes(), clips, gain(Volume.NORMAL))) == ["candidate.1", "choosing.pick"]


def test_a_choice_that_was_said_is_forgotten_with_its_view() -> None:
    assert told("forgets", "dummy") == {"said": ["Heard()"], "while it is asked": True, "afterwards": False}


def test_an_election_that_is_not_spoken_has_no_keys() -> None:
    assert told("unspoken", "dummy") == {"keys": []}


def test_whoever_is_being_told_something_is_not_silent() -> None:
    facts = told("held", "dummy")
    assert len(facts.pop("while it was said")) >= 2
    assert facts == {
        "nobody pressed a key": [],
        "again": ["Heard()"],
        "after it was said": [],
        "the last sentence goes on": True,
        "between voters": [[], True],
        "keys between voters": [[], True],
        "the next voter": True,
    }
