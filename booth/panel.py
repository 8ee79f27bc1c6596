"""How large the dots of the panel are, as the panel itself says (EDID), so that millimetres on the glass are true.

Source: VESA Enhanced EDID Standard, release A, revision 2 (EDID 1.4): section 3.6.2 (size) and 3.10.2 (timing).
"""

from collections.abc import Iterable
from pathlib import Path

DRM = Path("/sys/class/drm")
_HEADER = bytes.fromhex("00ffffffffffff00")
_BLOCK = 128
_SIZE_CM, _TIMING = 21, 54
_SPARSEST, _DENSEST = 2.0, 25.0
"""Dots per millimetre: a television, a telephone."""
_SKEW = 1.15
"""Dots are square; a panel that says otherwise by more than rounding means something else than its size."""

_SHAPES = {(w * tens, h * tens) for w, h in ((16, 9), (16, 10)) for tens in (1, 10, 100)}
"""What is a shape and no size, in whichever unit."""


def connected(drm: Path = DRM) -> list[bytes]:
    """The EDID of every panel that is connected; empty where the system tells none."""
    found = []
    for file in sorted(drm.glob("card*-*/edid")):
        try:
            found.append(file.read_bytes())
        except OSError:
            continue
    return [data for data in found if data]


def dots_per_mm(panels: Iterable[bytes]) -> float | None:
    """Of the one panel that is there; None when there is none, more than one, or it does not say anything credible."""
    known = list(panels)
    return density(known[0]) if len(known) == 1 else None


def long_side_mm(panels: Iterable[bytes]) -> float | None:
    """The longer side of the one panel that is there, whichever of its modes is set and however it stands; None as of
    ``dots_per_mm``.
    """
    known = list(panels)
    dots = dots_per_mm(known)
    return max(_dots(known[0])) / dots if dots is not None else None


def density(edid: bytes) -> float | None:
    """Dots per millimetre at the panel's preferred timing, from an EDID's first 128 bytes; None for what is not so."""
    block = edid[:_BLOCK]
    if len(block) < _BLOCK or not block.startswith(_HEADER) or sum(block) % 256 != 0:
        return None
    timing = block[_TIMING : _TIMING + 18]
    if timing[:2] == b"\0\0":
        return None
    dots = _dots(block)
    fine_mm = timing[12] | (timing[14] & 0xF0) << 4, timing[13] | (timing[14] & 0x0F) << 8
    coarse_mm = block[_SIZE_CM] * 10, block[_SIZE_CM + 1] * 10
    # Some write the shape (16 by 9) where the size should be: then the other place may be better.
    for size_mm in (fine_mm, coarse_mm):
        if all(size_mm) and size_mm not in _SHAPES:
            across, down = (many / long for many, long in zip(dots, size_mm, strict=True))
            if _SPARSEST <= across <= _DENSEST and 1 / _SKEW <= across / down <= _SKEW:
                return across
    return None


def _dots(edid: bytes) -> tuple[int, int]:
    """Across and down, of the preferred timing."""
    timing = edid[_TIMING : _TIMING + 18]
    return timing[2] | (timing[4] & 0xF0) << 4, timing[5] | (timing[7] & 0xF0) << 4
