"""The headphones' line: SDL's audio queue, of the SDL that draws. Samples are never anywhere but in memory.

Source: https://wiki.libsdl.org/SDL2/SDL_OpenAudioDevice, SDL_QueueAudio, SDL_MixAudioFormat.
"""

import ctypes
from collections.abc import Callable, Iterator
from functools import cache
from typing import Self

from booth import sdl
from booth.comfort import Volume
from config.clips import RATE_HZ

_INIT_AUDIO = 0x10
_S16LSB = 0x8010
_STOPPED = 0
_LOG_AUDIO, _LOG_NOTHING = 4, 7
"""SDL's category and a priority above all: what it tells of sound would stand in the system's log with its time."""
_FULL = 128
"""SDL_MIX_MAXVOLUME."""
BUFFER_SAMPLES = 1024
"""46 ms: so soon a key is heard."""
AHEAD_BYTES = 2 * RATE_HZ
"""A second waits in the queue: drawing a large screen may take half of one."""
_KEPT_BYTES = 2 * 8 * 1024
"""SDL keeps two packets of a queue that was cleared, with what was in them."""


class _Spec(ctypes.Structure):
    """SDL_AudioSpec."""

    _fields_ = (
        ("freq", ctypes.c_int),
        ("format", ctypes.c_uint16),
        ("channels", ctypes.c_uint8),
        ("silence", ctypes.c_uint8),
        ("samples", ctypes.c_uint16),
        ("padding", ctypes.c_uint16),
        ("size", ctypes.c_uint32),
        ("callback", ctypes.c_void_p),
        ("userdata", ctypes.c_void_p),
    )


class Player:
    """One open sound device; all of it in one thread."""

    def __init__(self, library: ctypes.CDLL, device: int) -> None:
        self._sdl = library
        self._device = device
        self._pieces: Iterator[bytes] = iter(())
        self._volume = Volume.NORMAL
        self._more = False

    @classmethod
    def open(cls) -> Self | None:
        """The system's sound device; None where there is none, and the booth is silent."""
        library = sdl.loaded()
        if library is None:
            return None
        _declare(library)
        _hush()
        library.SDL_LogSetPriority(_LOG_AUDIO, _LOG_NOTHING)
        if library.SDL_InitSubSystem(_INIT_AUDIO) != 0:
            return None
        # The form stays ours: SDL converts to what the device takes.
        spec = _Spec(freq=RATE_HZ, format=_S16LSB, channels=1, samples=BUFFER_SAMPLES)
        device = library.SDL_OpenAudioDevice(None, 0, ctypes.byref(spec), None, 0)
        if device == 0:
            library.SDL_QuitSubSystem(_INIT_AUDIO)
            return None
        library.SDL_PauseAudioDevice(device, 0)
        return cls(library, device)

    @property
    def lost(self) -> bool:
        """The device was unplugged."""
        return bool(self._sdl.SDL_GetAudioDeviceStatus(self._device) == _STOPPED)

    def say(self, pieces: Iterator[bytes], volume: Volume) -> None:
        """Plays the samples in place of whatever is being played."""
        self.stop()
        self._pieces, self._volume, self._more = pieces, volume, True
        self.feed()

    def feed(self) -> bool:
        """Tops the queue up; False once everything was played. To be called several times a second."""
        while self._more and self._sdl.SDL_GetQueuedAudioSize(self._device) < AHEAD_BYTES:
            piece = next(self._pieces, None)
            if piece is None:
                self._more = False
            elif piece:
                self._queue(piece)
        return self._more or self._sdl.SDL_GetQueuedAudioSize(self._device) > 0

    def stop(self) -> None:
        """Silence at once, and nothing of what was said stays in the queue's memory."""
        self._pieces, self._more = iter(()), False
        self._sdl.SDL_ClearQueuedAudio(self._device)
        self._sdl.SDL_QueueAudio(self._device, bytes(_KEPT_BYTES), _KEPT_BYTES)
        self._sdl.SDL_ClearQueuedAudio(self._device)

    def close(self) -> None:
        """Lets go of the device."""
        self.stop()
        self._sdl.SDL_CloseAudioDevice(self._device)
        self._sdl.SDL_QuitSubSystem(_INIT_AUDIO)

    def _queue(self, piece: bytes) -> None:
        mixed = ctypes.create_string_buffer(len(piece))
        self._sdl.SDL_MixAudioFormat(mixed, piece, _S16LSB, len(piece), gain(self._volume))
        self._sdl.SDL_QueueAudio(self._device, mixed, len(piece))


def gain(volume: Volume) -> int:
    """Of 128 parts: a step of 6 dB is half as many."""
    return round(_FULL * 10 ** (volume / 20))


@cache
def _hush() -> Callable[..., None] | None:
    """ALSA tells standard error whenever it finds no device or was late: in the system's log that would be the time of
    each voter. What it would have told goes nowhere; the function is kept for as long as ALSA may call it.
    """
    try:
        alsa = ctypes.CDLL("libasound.so.2")
    except OSError:
        return None
    text = ctypes.c_char_p
    quiet = ctypes.CFUNCTYPE(None, text, ctypes.c_int, text, ctypes.c_int, text)(lambda *_: None)
    alsa.snd_lib_error_set_handler(quiet)
    return quiet


def _declare(library: ctypes.CDLL) -> None:
    u32, text = ctypes.c_uint32, ctypes.c_char_p
    for name, result, *arguments in (
        ("SDL_LogSetPriority", None, ctypes.c_int, ctypes.c_int),
        ("SDL_InitSubSystem", ctypes.c_int, u32),
        ("SDL_QuitSubSystem", None, u32),
        ("SDL_OpenAudioDevice", u32, text, ctypes.c_int, ctypes.POINTER(_Spec), ctypes.POINTER(_Spec), ctypes.c_int),
        ("SDL_CloseAudioDevice", None, u32),
        ("SDL_PauseAudioDevice", None, u32, ctypes.c_int),
        ("SDL_GetAudioDeviceStatus", ctypes.c_int, u32),
        ("SDL_QueueAudio", ctypes.c_int, u32, text, u32),
        ("SDL_ClearQueuedAudio", None, u32),
        ("SDL_GetQueuedAudioSize", u32, u32),
        ("SDL_MixAudioFormat", None, text, text, ctypes.c_uint16, u32, ctypes.c_int),
    ):
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
