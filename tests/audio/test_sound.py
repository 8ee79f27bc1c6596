"""What a sentence becomes before it is played: clips in order, at the listener's speed, same pitch, no louder."""

import ctypes
import math
from array import array
from itertools import pairwise

import pytest

from booth.audio import stretch
from booth.audio.player import gain
from booth.audio.voice import BREATH_S, spoken
from booth.comfort import Speed, Volume
from config.clips import RATE_HZ, clip_of, read_clip
from config.sounds import Wanted
from sync.district.speech import Speech
from tests.audio.sounds import noise

TONE_HZ = 220
SENTENCE = "Struk Anda sudah keluar. Jangan masukkan ke kotak dulu. Terima kasih, dan mohon tunggu sebentar."


def tone(seconds: float) -> bytes:
    """A steady voice of one pitch, as a clip: with an overtone, as throats have."""
    turn = 2 * math.pi * TONE_HZ / RATE_HZ
    return clip_of(
        array(
            "h",
            (round(8000 * math.sin(turn * i) + 4000 * math.sin(2 * turn * i)) for i in range(int(seconds * RATE_HZ))),
        ).tobytes()
    )


def said(clips: dict[str, bytes], *names: str, speed: Speed = Speed.NORMAL) -> bytes:
    return b"".join(spoken(clips, names, speed))


def pitch_hz(pcm: bytes) -> float:
    """From how often it rises through zero."""
    samples = array("h", pcm)
    rises = [i for i, (before, after) in enumerate(pairwise(samples)) if before < 0 <= after]
    return (len(rises) - 1) * RATE_HZ / (rises[-1] - rises[0])


def test_at_its_own_speed_every_sample_of_a_clip_is_played_as_it_is() -> None:
    clips = {"a": noise("a", 0.9), "b": noise("b", 0.2)}
    breath = bytes(2 * round(BREATH_S * RATE_HZ))
    assert said(clips, "a", "b", "a") == breath.join((clips["a"][44:], clips["b"][44:], clips["a"][44:]))


def test_what_is_no_clip_is_passed_over() -> None:
    clips = {"a": noise("a"), "cut": noise("b")[:900], "empty": b""}
    assert said(clips, "cut", "a", "empty", "missing") == clips["a"][44:]
    assert said(clips) == b""


@pytest.mark.parametrize("speed", Speed)
def test_speech_is_slower_and_faster_at_the_same_pitch(speed: Speed) -> None:
    clips = {"tone": tone(4)}
    played = said(clips, "tone", speed=speed)
    assert len(played) / len(clips["tone"]) == pytest.approx(Speed.NORMAL / speed, rel=0.03)
    assert pitch_hz(played) == pytest.approx(TONE_HZ, rel=0.02)
    assert max(array("h", played)) <= max(array("h", clips["tone"][44:])) * 1.05


@pytest.mark.parametrize("speed", Speed)
def test_a_real_voice_is_slower_and_faster_and_as_loud(speed: Speed) -> None:
    clip = Speech().clip(Wanted("id", None, "read-slip.title", SENTENCE, "", SENTENCE))
    played = said({"a": clip}, "a", speed=speed)
    before, after = array("h", read_clip(clip)), array("h", played)
    assert len(after) / len(before) == pytest.approx(Speed.NORMAL / speed, rel=0.05)
    assert loudness(after) == pytest.approx(loudness(before), rel=0.15)
    minutes = len(after) / RATE_HZ / 60
    assert len(SENTENCE.split()) / minutes == pytest.approx(speed, rel=0.3), "words a minute"


def loudness(samples: "array[int]") -> float:
    return math.hypot(*samples) / math.sqrt(len(samples))


def test_sentences_begin_at_once_however_long_they_are() -> None:
    pieces = spoken({"long": tone(50)}, ["long"], Speed.SLOWEST)
    first = [len(next(pieces)) for _ in range(4)]
    assert 0 < sum(first) < 4 * RATE_HZ


def test_without_the_library_speech_keeps_its_own_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise OSError(name)

    stretch._sonic.cache_clear()
    monkeypatch.setattr(ctypes, "CDLL", missing)
    try:
        assert said({"a": noise("a")}, "a", speed=Speed.SLOW) == noise("a")[44:]
    finally:
        stretch._sonic.cache_clear()


def test_steps_of_speed_and_volume() -> None:
    assert (min(Speed), Speed.NORMAL, max(Speed)) == (60, 120, 250)
    assert 6 <= len(Speed) <= 8
    assert all(after / before < 1.35 for before, after in pairwise(Speed))
    assert len(Volume) == 7
    assert all(after - before <= 10 for before, after in pairwise(Volume))
    assert [gain(volume) for volume in Volume] == [2, 4, 8, 16, 32, 64, 128]
