"""What the technician of an appliance has set (docs/hardware.md): printer, screen, hour. Nonsense is told."""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from printer.profiles import PROFILES

ZONE = "Asia/Jakarta"
"""Without a wish; villages in the middle and the east set Asia/Makassar or Asia/Jayapura."""
MAX_BYTES = 4096


@dataclass(frozen=True)
class Wishes:
    """Each None where nothing was set."""

    profile: str | None = None
    baud: int | None = None
    dots_per_mm: float | None = None
    zone: str | None = None
    refused: tuple[str, ...] = ()
    """Lines that mean nothing, or name what is not there: the booth goes on without them."""


def read(file: Path) -> Wishes:
    """Lines ``printer=``, ``baud=``, ``dots-per-mm=`` and ``zone=``; no file sets nothing."""
    try:
        with file.open("rb") as source:
            lines = source.read(MAX_BYTES).decode("ascii", errors="replace").splitlines()
    except OSError:
        return Wishes()
    known: dict[str, Any] = {}
    refused = []
    for line in lines:
        name, _, value = line.partition("=")
        field, meant = _KNOWN.get(name, ("", _nothing))
        try:
            known[field] = meant(value)
        except ValueError:
            refused.append(line)
    return Wishes(**known, refused=tuple(refused))


def set_zone(zone: str) -> None:
    """From now on local time is this zone's."""
    os.environ["TZ"] = zone
    time.tzset()


def _nothing(value: str) -> None:
    raise ValueError(value)


def _profile(value: str) -> str:
    if value not in PROFILES:
        raise ValueError(value)
    return value


def _zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except ZoneInfoNotFoundError:
        raise ValueError(value) from None


def _within(kind: Callable[[str], float], least: float, most: float) -> Callable[[str], float]:
    def meant(value: str) -> float:
        number = kind(value)
        if not least <= number <= most:
            raise ValueError(value)
        return number

    return meant


_KNOWN: Mapping[str, tuple[str, Callable[[str], object]]] = {
    "printer": ("profile", _profile),
    "baud": ("baud", _within(int, 1200, 921_600)),
    "dots-per-mm": ("dots_per_mm", _within(float, 2, 25)),
    "zone": ("zone", _zone),
}
