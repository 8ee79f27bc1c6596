"""Printers as data: what a model prints with, confirms with and answers to. The data are in ``profiles.toml``."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from config.record import Record
from printer.layout import Size

DATA_FILE = Path(__file__).with_name("profiles.toml")


class Confirm(Enum):
    """How a printer says that the paper is out."""

    PROCESS_ID = "process id"
    """GS ( H, function 48: the printer sends an id back once everything before it is printed."""
    DRAINED = "buffer drained"
    """GS r 1 is answered in its turn, when everything before it was taken from the buffer."""
    NOTHING = "nothing"
    """It answers how it is, and never whether the paper is out: rehearsals only."""


class QrBy(Enum):
    """Who draws a QR code."""

    PRINTER = "printer"
    """GS ( k: few bytes, and the printer must know the command."""
    US = "raster"
    """A raster image: about 9 kB, and every printer knows it."""


class Known(Record, frozen=True):
    """A model that a profile is meant for."""

    model: str
    source: str
    """The document that what is said here comes from."""
    escpos: str | None = None
    """The model's name in python-escpos's data, where it is there."""


@dataclass(frozen=True)
class Profile:
    """One kind of printer with a cutter and font A of 12 x 24 dots."""

    name: str
    width_dots: int
    confirm: Confirm
    qr_by: QrBy
    scales: Mapping[Size, tuple[int, int]]
    """Width and height multipliers of font A, 1 to 8 (GS !)."""
    code_pages: Mapping[int, str]
    """Number for ESC t, and the Python codec that holds the same characters."""
    status_back: bool = True
    """Sends its status by itself when it changes (GS a)."""
    buffer_bytes: int = 2048
    """Never more unconfirmed bytes than this are sent: half of the smallest common buffer (4096), so that no wire
    for flow control is needed and queries find room."""
    answer_s: float = 0.3
    """Longest wait for the answer to one status query."""
    silence_s: float = 2.0
    """A printer that says nothing for so long while it prints is taken for gone."""
    dots_per_inch: int = 203
    maker: str | None = None
    """What GS I must say of the maker; None where that does not matter."""
    near_end: str = "some"
    """Whether it has a sensor for a roll that nears its end: yes, no, or some models."""
    about: str = ""
    known: tuple[Known, ...] = field(default=(), repr=False)

    def columns(self, size: Size) -> int:
        """Characters on one line."""
        return self.width_dots // (12 * self.scales[size][0])

    @property
    def official(self) -> bool:
        """Whether an official election may print with it: the printer itself says that the paper is out."""
        return self.confirm is not Confirm.NOTHING


class _Row(Record, frozen=True):
    """One table of the data file."""

    name: Annotated[str, msgspec.Meta(pattern=r"\A[a-z0-9-]+\Z")]
    about: str
    width_dots: Annotated[int, msgspec.Meta(ge=384, le=832, multiple_of=8)]
    dots_per_inch: Literal[180, 203]
    confirm: Confirm
    status_back: bool
    qr_by: QrBy
    name_width: Annotated[int, msgspec.Meta(ge=1, le=8)]
    """How many times as wide as font A a chosen name is."""
    code_pages: dict[int, str]
    near_end: Literal["yes", "no", "some"]
    known: tuple[Known, ...]
    maker: str | None = None
    buffer_bytes: Annotated[int, msgspec.Meta(ge=64, le=65536)] = 2048

    def profile(self) -> Profile:
        return Profile(
            name=self.name,
            width_dots=self.width_dots,
            confirm=self.confirm,
            qr_by=self.qr_by,
            scales={
                Size.FINE: (1, 1),
                Size.BODY: (1, 2),
                Size.LARGE: (2, 2),
                Size.NAME: (self.name_width, 4),
                Size.NUMBER: (8, 8),
            },
            code_pages=self.code_pages,
            status_back=self.status_back,
            buffer_bytes=self.buffer_bytes,
            dots_per_inch=self.dots_per_inch,
            maker=self.maker,
            near_end=self.near_end,
            about=self.about,
            known=self.known,
        )


class _File(Record, frozen=True):
    profile: tuple[_Row, ...]


def read_profiles(data: bytes) -> Mapping[str, Profile]:
    """Name and profile in the file's order. Raises ValueError for an unknown or missing field, a value outside of its
    limits, a name that stands twice and a codec that Python lacks."""
    rows = msgspec.toml.decode(data, type=_File).profile
    profiles = {row.name: row.profile() for row in rows}
    if len(profiles) != len(rows):
        raise ValueError("a profile's name stands twice")
    for profile in profiles.values():
        for codec in profile.code_pages.values():
            try:
                "".encode(codec)
            except LookupError as unknown:
                raise ValueError(f"{profile.name}: no codec {codec}") from unknown
    return profiles


PROFILES: Mapping[str, Profile] = read_profiles(DATA_FILE.read_bytes())

TM_80 = PROFILES["epson-tm-80"]
TM_58 = PROFILES["epson-tm-58"]
COMMON_80 = PROFILES["common-80"]
COMMON_58 = PROFILES["common-58"]
