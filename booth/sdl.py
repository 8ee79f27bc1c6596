"""The SDL library that this process draws with: what else is asked of SDL must be asked of the same one."""

import ctypes
from functools import cache
from pathlib import Path


def loaded() -> ctypes.CDLL | None:
    """The library that Kivy brought, once it has a window; None before that."""
    maps = Path("/proc/self/maps").read_text(encoding="utf-8", errors="replace")
    path = next((line.split(maxsplit=5)[-1] for line in maps.splitlines() if "libSDL2-2" in line), None)
    return None if path is None else _library(path)


@cache
def _library(path: str) -> ctypes.CDLL:
    """Once: every ``CDLL`` makes a class of its own, which would be garbage for each voter."""
    return ctypes.CDLL(path)


def video_driver() -> str:
    """The name of what it draws with, or an empty string."""
    library = loaded()
    if library is None:
        return ""
    current = library.SDL_GetCurrentVideoDriver
    current.restype = ctypes.c_char_p
    name: bytes | None = current()
    return (name or b"").decode()
