"""The data partition's file system, made, damaged and mended with the system's own programs on files."""

import os
import subprocess
from pathlib import Path

import pytest

from booth.ground import tools
from booth.ground.data import make, mended, own_card, room_until
from booth.ground.partition import MADE, SECTOR_BYTES, Entry, NotOurs
from booth.ground.told import DataWord
from config.record import sha256

MIB = 1024 * 1024
PARTITION = Entry(MADE, 0, 256 * MIB // SECTOR_BYTES)
CONTENT = b"what was confirmed" * 1000


def debugfs(device: Path, command: str, *, write: bool = False) -> bytes:
    options = ["-w"] if write else []
    return subprocess.run(["debugfs", *options, "-R", command, device], capture_output=True, check=True).stdout


@pytest.fixture
def device(tmp_path) -> Path:
    """A file system as the first start makes it, with a file on it."""
    place = tmp_path / "partition"
    with place.open("wb") as file:
        file.truncate(PARTITION.sectors * SECTOR_BYTES)
    make(place, PARTITION, (1234, 4321))
    (tmp_path / "store.db").write_bytes(CONTENT)
    debugfs(place, f"write {tmp_path}/store.db store.db", write=True)
    return place


def holds(device: Path) -> bool:
    return debugfs(device, "cat store.db") == CONTENT


def spoil(device: Path, at: int, data: bytes) -> None:
    with device.open("r+b") as file:
        file.seek(at)
        file.write(data)


def test_what_is_made_belongs_to_the_booth_and_is_in_order(device):
    assert b"User:  1234   Group:  4321" in debugfs(device, "stat /")
    assert mended(device) is DataWord.GOOD
    assert holds(device)


def test_what_a_power_cut_leaves_is_no_news(device):
    """A file system that was never unmounted, with an inode that a crash left behind."""
    debugfs(device, "set_super_value state 0", write=True)
    debugfs(device, "set_super_value free_blocks_count 17", write=True)
    assert mended(device) is DataWord.GOOD
    assert holds(device)


@pytest.mark.parametrize(
    ("at", "data"),
    [(1024, bytes(1024)), (0, os.urandom(4096)), (4096, bytes(4096))],
    ids=["no superblock", "a first block of nonsense", "no group descriptors"],
)
def test_what_can_be_mended_is_and_is_told(device, at, data):
    spoil(device, at, data)
    assert mended(device) is DataWord.REPAIRED
    assert holds(device)
    assert mended(device) is DataWord.GOOD


@pytest.mark.parametrize("fill", [b"\0", b"\xa5"], ids=["empty", "nonsense"])
def test_what_cannot_be_mended_is_left_as_it_is(tmp_path, fill):
    place = tmp_path / "partition"
    place.write_bytes(fill * (64 * MIB))
    before = sha256(place.read_bytes())
    assert mended(place) is DataWord.BROKEN
    assert sha256(place.read_bytes()) == before


def test_a_program_that_hangs_or_is_not_there_has_an_end():
    assert tools.run(["sleep", "60"], 0.2).code == tools.GAVE_UP
    assert tools.run(["bilik-no-such-program"], 5).code == tools.NOT_THERE
    assert tools.run(["sh", "-c", "echo said; exit 3"], 5) == tools.Ran(3, "said\n")


def test_the_layout_says_where_the_systems_room_ends(tmp_path):
    layout = tmp_path / "layout"
    assert room_until(layout) == 0
    layout.write_text("data-start-sector=1843200\ndisk-id=0xb1111c01\n")
    assert room_until(layout) == 1843200
    layout.write_text("data-start-sector=much\n")
    assert room_until(layout) == 0


def block_tree(sys: Path, *, partitioned: bool) -> Path:
    """``/sys`` as it is for a root on dm-verity (253:0) over the second partition of a memory card."""
    card = sys / "devices" / "mmc0" / "block" / "mmcblk0"
    part = card / "mmcblk0p2"
    part.mkdir(parents=True)
    if partitioned:
        (part / "partition").write_text("2\n")
    root = sys / "devices" / "virtual" / "block" / "dm-0"
    (root / "slaves").mkdir(parents=True)
    (root / "slaves" / "mmcblk0p2").symlink_to(part)
    block = sys / "dev" / "block"
    block.mkdir(parents=True)
    number = Path("/").stat().st_dev
    (block / f"{os.major(number)}:{os.minor(number)}").symlink_to(root)
    return block


def test_the_card_is_found_below_the_root_through_its_hash_tree(tmp_path):
    card = own_card(sys=block_tree(tmp_path, partitioned=True))
    assert (str(card.device), str(card.data_device)) == ("/dev/mmcblk0", "/dev/mmcblk0p4")


def test_a_root_that_is_on_no_partition_has_no_card(tmp_path):
    with pytest.raises(NotOurs):
        own_card(sys=block_tree(tmp_path, partitioned=False))
