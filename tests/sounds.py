"""Sounds for tests: made by the standard library's ``wave``, which shares no code with ours."""

import array
import io
import math
import wave

RATE_HZ = 22_050


def tone(
    length_s: float = 0.5,
    *,
    rate_hz: int = RATE_HZ,
    channels: int = 1,
    bits: int = 16,
    loud: float = 0.3,
    hz: int = 440,
) -> bytes:
    """A WAV of one tone, ``loud`` of full scale; above 1 its peaks are cut off."""
    full = 2 ** (bits - 1) - 1
    samples = [
        max(-full, min(full, round(loud * full * math.sin(2 * math.pi * hz * n / rate_hz))))
        for n in range(round(length_s * rate_hz))
    ]
    if bits == 8:
        frames = b"".join(bytes([sample + 128]) * channels for sample in samples)
    else:
        frames = b"".join(sample.to_bytes(bits // 8, "little", signed=True) * channels for sample in samples)
    return wav(frames, rate_hz=rate_hz, channels=channels, bits=bits)


def wav(frames: bytes, *, rate_hz: int = RATE_HZ, channels: int = 1, bits: int = 16) -> bytes:
    """A WAV of these frames."""
    out = io.BytesIO()
    with wave.open(out, "wb") as written:
        written.setnchannels(channels)
        written.setsampwidth(bits // 8)
        written.setframerate(rate_hz)
        written.writeframes(frames)
    return out.getvalue()


def heard(data: bytes) -> "array.array[int]":
    """The samples of a WAV of 16 bit and one channel."""
    with wave.open(io.BytesIO(data)) as read:
        assert (read.getnchannels(), read.getsampwidth(), read.getframerate()) == (1, 2, RATE_HZ)
        return array.array("h", read.readframes(read.getnframes()))
