"""What is played of a sentence: its clips one after the other, with a breath between them, at the listener's speed."""

from collections.abc import Iterable, Iterator, Mapping

from booth.audio.stretch import stretched
from booth.comfort import Speed
from config.clips import RATE_HZ, read_wave
from config.errors import InputError

BREATH_S = 0.3
"""Between two clips; it does not grow with slowness."""
PIECE_BYTES = 2 * (RATE_HZ // 4)
"""A quarter of a second: stretched when it is needed, so that a long sentence begins at once."""


def spoken(clips: Mapping[str, bytes], names: Iterable[str], speed: Speed) -> Iterator[bytes]:
    """Samples of the clips (mono, 16 bit, ``RATE_HZ``) in pieces. A clip that is not there is passed over: a voter who
    sees goes on, and one who does not hears that something is missing.
    """
    breath = b""
    for name in names:
        frames = _frames(clips.get(name, b""))
        if frames:
            yield breath
            yield from stretched(_pieces(frames), RATE_HZ, speed / Speed.NORMAL)
            breath = bytes(2 * round(RATE_HZ * BREATH_S))


def _frames(clip: bytes) -> bytes:
    """The samples; none of what is no clip, which no package has that a booth took."""
    try:
        return read_wave(clip).frames
    except InputError:
        return b""


def _pieces(frames: bytes) -> Iterator[bytes]:
    for at in range(0, len(frames), PIECE_BYTES):
        yield frames[at : at + PIECE_BYTES]
