"""Recordings of any rate, width and number of channels, made into clips of the one form."""

import math
from array import array
from operator import mul

from config.clips import FULL, RATE_HZ, Wave, WrongClip, check_length, check_sound, clip_of, read_wave

MAX_BYTES = 64 * 1024 * 1024
"""Of a recording: a minute of two channels with 24 bit at 176,400 Hz."""
_ZEROS = 16
"""Of the filter's curve on each side: what lies above half our rate is 60 dB down soon after."""
_PASSED = 0.95
"""Share of the band below half the rate that the filter leaves as it is."""


def converted(data: bytes) -> bytes:
    """The clip of a recording, which is its own bytes where it has the form already; raises WrongClip."""
    if len(data) > MAX_BYTES:
        raise WrongClip(
            f"It has more than {MAX_BYTES // 2**20} MiB. Record it with 16 bit and one channel.",
            id=f"Lebih dari {MAX_BYTES // 2**20} MiB. Rekam dengan 16 bit dan satu kanal.",
        )
    wave = read_wave(data)
    check_length(wave.length_s)
    if (wave.rate_hz, wave.channels, wave.bits) == (RATE_HZ, 1, 16):
        pcm = wave.frames
    else:
        mono = _mono(wave)
        even = mono if wave.rate_hz == RATE_HZ else _at_our_rate(mono, wave.rate_hz)
        pcm = array("h", (max(-FULL - 1, min(FULL, round(value))) for value in even)).tobytes()
    check_sound(pcm)
    return clip_of(pcm)


def _mono(wave: Wave) -> list[float]:
    """The channels' mean, as values of 16 bit."""
    if wave.bits == 8:
        values = [(byte - 128) * FULL / 127 for byte in wave.frames]
    elif wave.bits == 16:
        values = [float(value) for value in array("h", wave.frames)]
    else:
        wide = bytearray(len(wave.frames) * 32 // wave.bits)
        width = wave.bits // 8
        for place in range(width):  # of 24 bits: into the upper three bytes of 32
            wide[4 - width + place :: 4] = wave.frames[place::width]
        values = [value / 65_536 for value in array("i", wide)]
    if wave.channels == 1:
        return values
    return [(left + right) / 2 for left, right in zip(values[::2], values[1::2], strict=True)]


def _at_our_rate(samples: list[float], rate_hz: int) -> list[float]:
    """Samples of ``rate_hz`` at ``RATE_HZ``: each is a sum over neighbours, weighed by a sinc under a Hann window."""
    common = math.gcd(RATE_HZ, rate_hz)
    up, down = RATE_HZ // common, rate_hz // common
    band = min(1.0, RATE_HZ / rate_hz) * _PASSED
    half = math.ceil(_ZEROS / band)
    padded = [0.0] * half + samples + [0.0] * half
    weights: dict[int, list[float]] = {}
    made = []
    for n in range(len(samples) * up // down):
        at, phase = divmod(n * down, up)
        if phase not in weights:
            weights[phase] = _weights(phase / up, band, half)
        made.append(sum(map(mul, weights[phase], padded[at : at + 2 * half])))
    return made


def _weights(late: float, band: float, half: int) -> list[float]:
    """For a point that lies ``late`` (a part of one sample) after the middle of ``2 * half`` samples."""
    found = []
    for place in range(-half, half):
        away = place - late
        curve = math.sin(math.pi * band * away) / (math.pi * away) if away else band
        found.append(curve * max(0.0, 0.5 + 0.5 * math.cos(math.pi * min(1.0, abs(away) / half))))
    whole = sum(found)
    return [value / whole for value in found]
