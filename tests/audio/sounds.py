"""Clips for tests: each name its own noise, so that what was played can be told from everything else; and an ear."""

import random
from array import array
from collections.abc import Iterable, Iterator, Mapping

from config.clips import RATE_HZ, clip_of

SECONDS = 0.35
PROBE = 400
"""So many samples in a row tell a noise from all others."""


def noise(name: str, seconds: float = SECONDS) -> bytes:
    """A clip (WAV) of its own, loud enough for a voice and nowhere cut off."""
    chance = random.Random(name)
    return clip_of(array("h", (chance.randint(-12_000, 12_000) for _ in range(round(seconds * RATE_HZ)))).tobytes())


def noises(names: Iterable[str], language: str) -> dict[str, bytes]:
    """A language's clips."""
    return {name: noise(f"{language} {name}") for name in names}


def heard(recording: bytes, clips: Mapping[str, bytes], gain: int) -> Iterator[str]:
    """The names of the clips that a recording (samples, mono, 16 bit) has whole, in the order of their beginnings.

    ``gain`` in 128 parts, as they were played. A clip counts only when every sample of it is there.
    """
    places = []
    for name, clip in clips.items():
        played = mixed(clip, gain)
        begin = recording.find(played)
        while begin >= 0:
            places.append((begin, name))
            begin = recording.find(played, begin + 2)
    yield from (name for _, name in sorted(places))


def mixed(clip: bytes, gain: int) -> bytes:
    """A clip's samples as SDL plays them: towards zero."""
    return array("h", (int(sample * gain / 128) for sample in array("h", clip[44:]))).tobytes()
