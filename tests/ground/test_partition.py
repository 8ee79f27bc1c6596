"""The memory card's partition table: what is made, what is left alone, with ``sfdisk`` as the judge of the bytes."""

import json
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from booth.ground.partition import (
    ALIGN_SECTORS,
    LEAST_BYTES,
    MADE,
    MAKING,
    SECTOR_BYTES,
    Entry,
    NotOurs,
    TooSmall,
    data_entry,
    entries,
    with_data,
)

SYSTEM = (Entry(0x0C, 8192, 262144), Entry(0x83, 270336, 786432), Entry(0xDA, 1056768, 786432))
ROOM = 1056768 + 786432
"""The image's own measures: 128 MiB firmware, 384 MiB root, as much for a second one."""
CARD = 8 * 1024**3 // SECTOR_BYTES


def table(*system: Entry, data: Entry | None = None) -> bytes:
    blank = bytearray(SECTOR_BYTES)
    blank[:3], blank[440:444], blank[510:] = b"BOO", b"\x01\x1c\x11\xb1", b"\x55\xaa"
    made = bytes(blank)
    for number, entry in enumerate(system):
        one = with_data(made, entry)
        at = 446 + 16 * number
        made = made[:at] + one[494:510] + made[at + 16 :]
    return made if data is None else with_data(made, data)


def test_the_first_start_takes_what_remains():
    data = data_entry(table(*SYSTEM), CARD, ROOM)
    assert data == Entry(MAKING, ROOM, CARD - ROOM)
    assert data.start % ALIGN_SECTORS == 0


def test_a_first_start_that_was_cut_is_begun_anew_and_one_that_was_not_is_left_alone():
    begun = data_entry(table(*SYSTEM), CARD, ROOM)
    assert data_entry(table(*SYSTEM, data=begun), CARD, ROOM) == begun
    made = Entry(MADE, begun.start, begun.sectors)
    assert data_entry(table(*SYSTEM, data=made), CARD, ROOM) == made
    # Also where the card has become larger, or the system wants more room: votes may be on it.
    assert data_entry(table(*SYSTEM, data=made), 2 * CARD, ROOM + 5 * ALIGN_SECTORS) == made


def test_without_a_layout_it_begins_behind_the_last_partition():
    assert data_entry(table(*SYSTEM), CARD, 0).start == ROOM
    assert data_entry(table(*SYSTEM[:2]), CARD, 0).start == -(-SYSTEM[1].end // ALIGN_SECTORS) * ALIGN_SECTORS


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        bytes(SECTOR_BYTES),
        table(*SYSTEM)[:511],
        table(*SYSTEM, data=Entry(0x07, ROOM, 4096)),
        table(*SYSTEM, data=Entry(0xEE, 1, 4096)),
    ],
    ids=["nothing", "zeros", "cut short", "somebody's NTFS", "GPT"],
)
def test_what_is_not_ours_is_not_touched(broken):
    with pytest.raises(NotOurs):
        data_entry(broken, CARD, ROOM)


def test_a_card_that_is_too_small_or_a_copy_of_a_larger_one():
    least = ROOM + LEAST_BYTES // SECTOR_BYTES
    assert data_entry(table(*SYSTEM), least, ROOM).sectors * SECTOR_BYTES == LEAST_BYTES
    for card in (least - 1, ROOM, ROOM // 2):
        with pytest.raises(TooSmall):
            data_entry(table(*SYSTEM), card, ROOM)
    with pytest.raises(TooSmall):
        data_entry(table(*SYSTEM, data=Entry(MADE, ROOM, CARD - ROOM)), CARD - ALIGN_SECTORS, ROOM)


@given(st.integers(0, 2**33), st.integers(0, 2**32))
def test_whatever_the_card_it_never_reaches_into_the_system_nor_beyond_the_card(card, room):
    try:
        data = data_entry(table(*SYSTEM), card, room)
    except TooSmall:
        return
    assert max(room, ROOM) <= data.start
    assert data.end <= min(card, 2**32)
    assert entries(with_data(table(*SYSTEM), data)) == (*SYSTEM, data)


@pytest.mark.skipif(not shutil.which("sfdisk"), reason="sfdisk is not here: nobody judged the partition table's bytes")
def test_sfdisk_reads_what_was_written(tmp_path):
    before = table(*SYSTEM)
    data = Entry(MADE, ROOM, CARD - ROOM)
    written = with_data(before, data)
    assert (written[:494], written[510:]) == (before[:494], before[510:])
    card = tmp_path / "card"
    card.write_bytes(written)
    with card.open("r+b") as file:
        file.truncate(CARD * SECTOR_BYTES)
    told = json.loads(subprocess.run(["sfdisk", "--json", card], capture_output=True, check=True).stdout)
    found = told["partitiontable"]["partitions"]
    assert told["partitiontable"]["id"] == "0xb1111c01"
    assert [(one["start"], one["size"], int(one["type"], 16)) for one in found] == [
        (one.start, one.sectors, one.kind) for one in (*SYSTEM, data)
    ]
