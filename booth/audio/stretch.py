"""Speech slower and faster at the same pitch: libsonic, which is made for it (screen readers use it)."""

import ctypes
from collections.abc import Iterable, Iterator
from functools import cache

LIBRARY = "libsonic.so.0"
_SAMPLE = 2
"""Bytes."""


def stretched(pcm: Iterable[bytes], rate_hz: int, share: float) -> Iterator[bytes]:
    """Samples (mono, 16 bit) spoken at so many times the speed, piece by piece as they are asked for.

    At its own speed every sample stays as it is; so it does where the library is missing: slow beats silent.
    """
    sonic = _sonic()
    if share == 1 or sonic is None:
        yield from pcm
        return
    stream = sonic.sonicCreateStream(rate_hz, 1)
    if not stream:
        yield from pcm
        return
    try:
        sonic.sonicSetSpeed(stream, share)
        for piece in pcm:
            sonic.sonicWriteShortToStream(stream, piece, len(piece) // _SAMPLE)
            yield _read(sonic, stream)
        sonic.sonicFlushStream(stream)
        yield _read(sonic, stream)
    finally:
        sonic.sonicDestroyStream(stream)


def _read(sonic: ctypes.CDLL, stream: int) -> bytes:
    ready = sonic.sonicSamplesAvailable(stream)
    if ready <= 0:
        return b""
    buffer = ctypes.create_string_buffer(ready * _SAMPLE)
    read = sonic.sonicReadShortFromStream(stream, buffer, ready)
    return buffer.raw[: read * _SAMPLE]


@cache
def _sonic() -> ctypes.CDLL | None:
    try:
        sonic = ctypes.CDLL(LIBRARY)
    except OSError:
        return None
    stream, many = ctypes.c_void_p, ctypes.c_int
    for name, result, *arguments in (
        ("sonicCreateStream", stream, many, many),
        ("sonicDestroyStream", None, stream),
        ("sonicSetSpeed", None, stream, ctypes.c_float),
        ("sonicWriteShortToStream", many, stream, ctypes.c_char_p, many),
        ("sonicReadShortFromStream", many, stream, ctypes.c_char_p, many),
        ("sonicFlushStream", many, stream),
        ("sonicSamplesAvailable", many, stream),
    ):
        function = getattr(sonic, name)
        function.restype, function.argtypes = result, arguments
    return sonic
