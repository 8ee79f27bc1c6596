"""At the runner: who listens is not silent, and what a listener likes ends with the session."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from booth.comfort import Comfort, Scheme, Speed, TextSize, Volume
from booth.events import Button, Chosen, ComfortTouched, Heard
from booth.views import Choosing, Confirming, IntoBox, ReadSlip, StillThere, WaitingForCard
from config.secret import Choice
from tests.audio.sounds import noise
from tests.booth.desks import People, open_polls, see
from tests.booth.hand import HandBooth
from tests.booth.rig import BOOTH
from tests.district.election import Made

LIKED = Comfort("en", TextSize.HUGE, Scheme.SOFT, dark=True, speed=Speed.FAST, volume=Volume.LOUDEST)
IDLE_S = 120
"""As tests/audio/conftest.py has it."""


@pytest.fixture
def booth(spoken: Made, tmp_path: Path) -> Iterator[HandBooth]:
    shutil.copytree(spoken.cards, tmp_path / "blank" / "cards")
    shutil.copytree(spoken.sticks / BOOTH, tmp_path / "blank" / "a-stick")
    booth = HandBooth(tmp_path / "day", tmp_path / "blank")
    open_polls(booth)
    unlock(booth)
    yield booth
    booth.stop()


def unlock(booth: HandBooth) -> None:
    booth.show(People(booth).officers[0])
    see(booth, Choosing)


def test_the_packages_clips_are_what_the_booth_says(booth: HandBooth) -> None:
    clips = booth.frame.look.clips
    assert set(clips) == {"id", "en"}
    assert clips["en"]["candidate.3"] == noise("en candidate.3")
    assert clips["id"].keys() == clips["en"].keys()


def test_whoever_listens_is_not_silent(booth: HandBooth) -> None:
    number = booth.frame.number
    for _ in range(3):
        booth.wait(IDLE_S - 1)
        booth.touch(Heard())
        booth.take_all()
    see(booth, Choosing)
    assert booth.frame.number == number
    booth.wait(IDLE_S + 1)
    see(booth, StillThere)


def test_a_sign_of_life_from_an_older_view_is_none(booth: HandBooth) -> None:
    booth.touch(Chosen(Choice(1)))
    booth.take_all()
    booth.wait(IDLE_S - 1)
    booth.touch(Heard(), behind=1)
    booth.take_all()
    booth.wait(2)
    see(booth, StillThere)


def test_what_a_listener_likes_lasts_for_a_session_and_no_longer(booth: HandBooth) -> None:
    number = booth.frame.number
    booth.touch(ComfortTouched(LIKED))
    booth.take_all()
    assert (booth.frame.comfort, booth.frame.number) == (LIKED, number)
    booth.touch(Chosen(Choice(2)))
    booth.take_all()
    see(booth, Confirming)
    booth.tap(Button.YES)
    booth.finish_work()
    see(booth, ReadSlip)
    booth.tap(Button.RIGHT)
    see(booth, IntoBox)
    assert booth.frame.comfort == LIKED
    booth.wait(3)
    see(booth, WaitingForCard)
    assert booth.frame.comfort == Comfort("id")
    unlock(booth)
    assert booth.frame.comfort == Comfort("id")


def test_the_next_voter_begins_anew_while_the_last_ones_sign_still_stands(booth: HandBooth) -> None:
    booth.touch(ComfortTouched(LIKED))
    booth.touch(Chosen(Choice(2)))
    booth.take_all()
    booth.tap(Button.YES)
    booth.finish_work()
    booth.tap(Button.RIGHT)
    see(booth, IntoBox)
    unlock(booth)
    assert booth.frame.comfort == Comfort("id")
