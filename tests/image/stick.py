"""A USB stick as shops sell them: one FAT32 partition behind a partition table, filled and read with mtools."""

import struct
import subprocess
from pathlib import Path

MIB = 1 << 20
SIZE_MIB = 128
START_MIB = 1
SECTOR = 512
FAT32_LBA = 0x0C


def make(image: Path, folder: Path) -> None:
    """A fresh stick with what is in ``folder`` on it."""
    with image.open("wb") as out:
        out.truncate(SIZE_MIB * MIB)
        start, count = START_MIB * MIB // SECTOR, (SIZE_MIB - START_MIB) * MIB // SECTOR
        # Heads and cylinders are left at their largest: nobody has read them for thirty years.
        entry = struct.pack("<B3sB3sII", 0, b"\xfe\xff\xff", FAT32_LBA, b"\xfe\xff\xff", start, count)
        out.seek(446)
        out.write(entry)
        out.seek(510)
        out.write(b"\x55\xaa")
    sectors = str((SIZE_MIB - START_MIB) * MIB // SECTOR)
    _mtools("mformat", "-i", _partition(image), "-F", "-v", "BILIK", "-T", sectors, "::")
    _mtools("mcopy", "-i", _partition(image), "-s", "-Q", *map(str, sorted(folder.iterdir())), "::/")


def read(image: Path, folder: Path) -> None:
    """Everything that is on a stick, into a new ``folder``."""
    folder.mkdir(parents=True)
    _mtools("mcopy", "-i", _partition(image), "-s", "-Q", "-n", "-m", "::/*", f"{folder}/")


def _partition(image: Path) -> str:
    return f"{image}@@{START_MIB}M"


def _mtools(*command: str) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    if done.returncode:
        raise AssertionError(f"{command[0]}: {done.stderr.strip()}")
