"""The parts of ``make image-test`` that need neither an emulator nor an image."""

import os
import random
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.cards.virtual.card import new_virtual_card
from config.sockets import listen
from tests.image import agent, sdcard
from tests.image.ccid import ATR, HEAD, CcidPlace, Message
from tests.image.sdcard import Boot
from tests.image.writelog import DISCARD, FLUSH, FUA, MAGIC, SUPER, Write, entries, kept, replay

SELECT_PIV = bytes.fromhex("00A4040009A00000030800001000")
SECTOR = 512


class Reader:
    """QEMU's end of the line: what ``ccid-card-passthru`` says and hears."""

    def __init__(self, path: Path) -> None:
        self._listening = listen(path)
        self.line: socket.socket

    def take(self) -> None:
        self.line, _ = self._listening.accept()
        self.line.settimeout(5)

    def close(self) -> None:
        self.line.close()
        self._listening.close()

    def hear(self) -> tuple[int, bytes]:
        kind, _, length = HEAD.unpack(self.line.recv(HEAD.size, socket.MSG_WAITALL))
        return kind, self.line.recv(length, socket.MSG_WAITALL) if length else b""

    def ask(self, command: bytes) -> bytes:
        self.line.sendall(HEAD.pack(Message.APDU, 0, len(command)) + command)
        kind, said = self.hear()
        assert kind == Message.APDU
        return said


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[tuple[Reader, CcidPlace]]:
    qemu, place = Reader(tmp_path / "card"), CcidPlace()
    place.connect(tmp_path / "card")
    qemu.take()
    yield qemu, place
    place.close()
    qemu.close()


def test_a_card_in_the_emulators_reader(reader: tuple[Reader, CcidPlace], tmp_path: Path) -> None:
    qemu, place = reader
    assert qemu.hear() == (Message.INIT, b"VSCD" + struct.pack(">II", 2, 0))
    assert qemu.hear() == (Message.READER_ADD, b"")
    new_virtual_card(tmp_path / "a.piv")
    place.insert(tmp_path / "a.piv")
    assert qemu.hear() == (Message.ATR, ATR)
    # As T=0 sends it: no Le behind the data.
    assert qemu.ask(SELECT_PIV)[-2:] == b"\x90\x00"
    assert place.commands == 1
    place.remove()
    assert qemu.hear() == (Message.CARD_REMOVE, b"")


def test_a_card_that_lies_there_before_the_power_comes(tmp_path: Path) -> None:
    qemu, place = Reader(tmp_path / "card"), CcidPlace()
    new_virtual_card(tmp_path / "a.piv")
    place.insert(tmp_path / "a.piv")
    place.connect(tmp_path / "card")
    qemu.take()
    assert [qemu.hear()[0] for _ in range(3)] == [Message.INIT, Message.READER_ADD, Message.ATR]
    place.close()
    qemu.close()


def _log(path: Path, writes: list[tuple[int, bytes, int]]) -> None:
    """As QEMU writes it; the head's count is stale on purpose."""
    with path.open("wb") as log:
        log.write(SUPER.pack(MAGIC, 1, 0, SECTOR).ljust(SECTOR, b"\0"))
        for at, data, flags in writes:
            log.write(struct.pack("<QQQQ", at, len(data) // SECTOR, flags, len(data)).ljust(SECTOR, b"\0"))
            log.write(b"" if flags & DISCARD else data)


def test_a_log_of_writes_gives_the_disk_again(tmp_path: Path) -> None:
    one, two, three = (bytes([n]) * SECTOR for n in (1, 2, 3))
    log, disk = tmp_path / "log", tmp_path / "disk"
    _log(log, [(8, one, 0), (9, two, 0), (0, b"", FLUSH), (8, three, 0), (9, one, DISCARD), (100, two, 0)])
    writes = entries(log)
    assert [(write.at // SECTOR, write.size, write.flags) for write in writes] == [
        (8, 512, 0), (9, 512, 0), (0, 0, FLUSH), (8, 512, 0), (9, 512, DISCARD), (100, 512, 0)
    ]  # fmt: skip
    assert writes[-1].ends_at == log.stat().st_size
    disk.write_bytes(bytes(4 * SECTOR))
    # A partition of four sectors that begins at the eighth: what lies elsewhere is not written.
    replay(log, iter(writes), disk, 8 * SECTOR, 4 * SECTOR)
    assert disk.read_bytes() == three + two + bytes(2 * SECTOR)


def test_a_cut_loses_what_was_not_flushed_and_nothing_else() -> None:
    writes = [Write(n, SECTOR, flags, 0, n) for n, flags in enumerate((0, 0, FLUSH, 0, FUA, 0, 0))]
    lost: set[int] = set()
    for seed in range(64):
        found = {write.at for write in kept(writes, len(writes), random.Random(seed))}
        assert {0, 1, 4} <= found
        lost |= {3, 5, 6} - found
        assert not {write.at for write in kept(writes, 3, random.Random(seed))} & {3, 4, 5, 6}
    assert lost == {3, 5, 6}


def test_the_second_initrd_is_one_program(tmp_path: Path) -> None:
    agent.overlay(tmp_path / "agent.cpio")
    data = (tmp_path / "agent.cpio").read_bytes()
    assert data.startswith(b"070701")
    assert len(data) % 512 == 0
    assert data.count(b"070701") == 2
    assert b'exec /init "$@"' in data
    mode = int(data[14:22], 16)
    assert mode & 0o777 == 0o755


def test_a_command_line_with_another_hash(tmp_path: Path) -> None:
    good = os.urandom(32).hex()
    boot = Boot(tmp_path, tmp_path, f"bilik.root={good} console=tty1")
    assert sdcard.root_hash(boot) == good
    wrong = sdcard.with_wrong_hash(boot)
    assert sdcard.root_hash(wrong) != good
    assert sdcard.root_hash(wrong)[:-1] == good[:-1]
    with pytest.raises(AssertionError, match="no root hash"):
        sdcard.root_hash(Boot(tmp_path, tmp_path, "console=tty1"))
