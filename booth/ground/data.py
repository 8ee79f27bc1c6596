"""The data partition at each start: found, made where there is none, checked and repaired; what cannot be is told.

It never formats what was made once, never asks anybody, and mounts nothing: that is the unit's, by a link to what was
found in order.
"""

import os
import pwd
from dataclasses import dataclass
from pathlib import Path

from booth.ground.partition import (
    MADE,
    NUMBER,
    SECTOR_BYTES,
    Entry,
    NotOurs,
    TooSmall,
    data_entry,
    entries,
    with_data,
)
from booth.ground.told import FOLDER, DataWord, tell
from booth.ground.tools import run

LAYOUT = Path("/usr/lib/bilik/layout")
"""Written when the image is built: ``data-start-sector=N``, the first sector behind the room for a second system."""
LINK = Path("/run/bilik/data-device")
OWNER = "bilik"
LABEL = "bilik-data"
CHECK_TIMEOUT_S = 240.0
MAKE_TIMEOUT_S = 240.0
TELL_TIMEOUT_S = 20.0
"""For the kernel and udev to have the partition's device."""
BYTES_PER_INODE = 65536
"""A booth has some hundred files: fewer inodes are checked sooner."""

_MENDED = {0, 1, 2}
"""Exit codes of e2fsck(8) that leave a file system in order."""


@dataclass(frozen=True)
class Card:
    """The memory card that the system started from."""

    device: Path
    """As ``/dev/mmcblk0``."""

    @property
    def data_device(self) -> Path:
        """As ``/dev/mmcblk0p4`` or ``/dev/vda4``."""
        name = self.device.name
        return self.device.with_name(f"{name}{'p' if name[-1].isdigit() else ''}{NUMBER}")


def serve() -> None:
    """Tells how the data partition stands, and links to it where it can be mounted."""
    LINK.unlink(missing_ok=True)
    word = DataWord.BROKEN
    try:
        card = own_card()
        word = ready(card, room_until(LAYOUT))
        if word in (DataWord.GOOD, DataWord.REPAIRED):
            LINK.symlink_to(card.data_device)
    except TooSmall:
        word = DataWord.SMALL
    except NotOurs:
        word = DataWord.BROKEN
    except OSError:
        word = DataWord.FAILING
    finally:
        tell(FOLDER, word, of=DataWord)


def own_card(root: Path = Path("/"), sys: Path = Path("/sys/dev/block")) -> Card:
    """The whole disk below the root file system, through dm-verity; raises NotOurs or OSError."""
    number = root.stat().st_dev
    block = (sys / f"{os.major(number)}:{os.minor(number)}").resolve(strict=True)
    while parents := sorted((block / "slaves").glob("*")):
        block = parents[0].resolve()
    if not (block / "partition").exists():
        raise NotOurs
    return Card(Path("/dev") / block.parent.name)


def room_until(layout: Path) -> int:
    """The sector up to which the card is the system's; 0 (then the partitions say it) where no layout is told."""
    try:
        lines = layout.read_text(encoding="ascii").splitlines()
        told = dict(line.partition("=")[::2] for line in lines if "=" in line)
        return int(told.get("data-start-sector", "0"))
    except (OSError, ValueError):
        return 0


def ready(card: Card, room: int) -> DataWord:
    """Makes or mends the partition; raises NotOurs, TooSmall or OSError."""
    descriptor = os.open(card.device, os.O_RDWR | os.O_CLOEXEC)
    try:
        table = os.pread(descriptor, SECTOR_BYTES, 0)
        data = data_entry(table, os.lseek(descriptor, 0, os.SEEK_END) // SECTOR_BYTES, room)
        if data.kind == MADE:
            return mended(card.data_device)
        _write(descriptor, with_data(table, data))
        _show(card)
        make(card.data_device, data, _booths_user())
        made = Entry(MADE, data.start, data.sectors)
        _write(descriptor, with_data(table, made))
        if entries(os.pread(descriptor, SECTOR_BYTES, 0))[NUMBER - 1] != made:
            raise OSError("the card does not keep its partition table")
    finally:
        os.close(descriptor)
    return DataWord.GOOD


def make(device: Path, data: Entry, owner: tuple[int, int]) -> None:
    """An empty file system whose top belongs to ``owner`` (user, group); durable when it returns. Raises OSError."""
    user, group = owner
    done = run(
        [
            "mkfs.ext4", "-q", "-F", "-L", LABEL, "-m", "0", "-i", str(BYTES_PER_INODE),
            "-E", f"root_owner={user}:{group},nodiscard",
            str(device), f"{data.sectors * SECTOR_BYTES // 1024}k",
        ],
        MAKE_TIMEOUT_S,
    )  # fmt: skip
    if done.code != 0:
        raise OSError(f"mkfs.ext4 ended with {done.code}")
    _sync(device)


def mended(device: Path) -> DataWord:
    """Checks the file system; first what a power cut leaves, which is no news, then whatever can be repaired."""
    code = run(["e2fsck", "-f", "-p", str(device)], CHECK_TIMEOUT_S).code
    if code in _MENDED:
        return DataWord.GOOD
    # Its own backups of the superblock are tried here too; the booth's store verifies itself whatever was repaired.
    code = run(["e2fsck", "-f", "-y", str(device)], CHECK_TIMEOUT_S).code
    return DataWord.REPAIRED if code in _MENDED else DataWord.BROKEN


def _booths_user() -> tuple[int, int]:
    user = pwd.getpwnam(OWNER)
    return user.pw_uid, user.pw_gid


def _show(card: Card) -> None:
    """The kernel learns of the fourth partition alone: the others are in use. Raises OSError."""
    run(["partx", "--update", "--nr", str(NUMBER), str(card.device)], TELL_TIMEOUT_S)
    run(["udevadm", "settle", "--timeout=15"], TELL_TIMEOUT_S)
    if not card.data_device.exists():
        raise OSError("the kernel does not show the data partition")


def _write(descriptor: int, table: bytes) -> None:
    if os.pwrite(descriptor, table, 0) != len(table):
        raise OSError("the partition table was not written")
    os.fsync(descriptor)


def _sync(device: Path) -> None:
    descriptor = os.open(device, os.O_RDWR | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
