"""Every view is spoken: with sentences that are there, and with exactly the answers that its screen offers."""

import inspect
import json
import re
import subprocess
import sys
from typing import Any

import pytest

from booth.audio import reading, script
from booth.audio.script import SCRIPTS, script_of
from booth.screens.registry import SCREENS
from booth.views import Frame
from config.words import LANGUAGES, placeholders
from tests.audio.scripts import frames, sentences, words
from tests.screens.cases import VOTERS

CANDIDATE = re.compile(r"candidate\.\d+")


def said_of(frame: Frame) -> set[str]:
    """Every clip of a frame's script."""
    spoken = script_of(frame)
    return {name for said in (spoken.first, *(option.said for option in spoken.options)) for name in said.reveal()}


def test_every_view_that_is_drawn_is_spoken() -> None:
    assert SCRIPTS.keys() == SCREENS.keys()
    for _, frame in frames():
        assert script_of(frame).listens == isinstance(frame.view, VOTERS)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_clip_has_a_sentence_and_every_sentence_is_said(language: str) -> None:
    asked = {name for _, frame in frames() for name in said_of(frame)}
    # What keys say, and how many there are to choose from, stands in the code itself.
    asked |= set(re.findall(r'"([a-z-]+\.[a-z.-]+)"', inspect.getsource(reading)))
    known = sentences(language)
    named = {"candidate" if CANDIDATE.fullmatch(name) else name for name in asked}
    assert named - known.keys() == set()
    assert known.keys() - named == {"choosing.count.6"} - named


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_can_be_read_aloud(language: str) -> None:
    for name, text in sentences(language).items():
        assert placeholders(text) == ({"number", "name"} if name == "candidate" else set()), name
        assert text.endswith((".", "?", ":")), f"{name}: a voice needs the end of its sentence"
        assert not re.search(r"[*/#+<>_\[\]0-9]", text), f"{name}: signs and digits are read in the wrong language"
        assert len(text) < 300, name
        if "sentuh" in text.lower() or "touch" in text.lower():
            raise AssertionError(f"{name}: whoever only hears presses keys")


@pytest.fixture(scope="module")
def drawn() -> dict[str, list[str]]:
    """What each button of each case's real screen posts, by the case's name."""
    run = subprocess.run(
        [sys.executable, "-m", "tests.audio.stage", "targets"], check=False, capture_output=True, timeout=600
    )
    assert run.returncode == 0, run.stderr.decode()[-3000:]
    told: dict[str, Any] = json.loads(run.stdout)
    return told["posted"]


def test_what_can_be_answered_by_ear_is_what_the_screen_offers(drawn: dict[str, list[str]]) -> None:
    compared = 0
    for name, frame in frames():
        spoken = script_of(frame)
        if not isinstance(frame.view, VOTERS):
            assert (spoken.options, spoken.back, spoken.any_key) == ((), None, None), f"{name}: officers look"
            continue
        offered = [one for one in drawn[name] if one != "comfort"]
        heard = words(option.touch for option in spoken.options)
        assert sorted(heard) == sorted(offered), name
        assert set(words(one for one in (spoken.back, spoken.any_key) if one)) <= set(offered), name
        compared += len(heard)
    assert compared > 100


def test_choosing_is_in_the_order_of_the_ballot(drawn: dict[str, list[str]]) -> None:
    for name, frame in frames():
        if name.startswith("choosing"):
            offered = [one for one in drawn[name] if one != "comfort"]
            assert words(option.touch for option in script_of(frame).options) == offered, name


def test_a_script_keeps_silent_about_a_choice() -> None:
    for _, frame in frames():
        told = repr(script.script_of(frame)) + repr(reading.meet(None, frame))
        assert "candidate" not in told
        assert "blank" not in told
