"""The file system keeps what it is given, and its journal says what was done, in its order."""

import contextlib
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from config.files import write_whole
from tests.torture.powercut.cutter import Disks, Policy
from tests.torture.powercut.mount import REPOSITORY, Mounted, is_mounted, mounted
from tests.torture.powercut.operations import (
    Chmod,
    Create,
    Journal,
    MakeFolder,
    Remove,
    Rename,
    Resize,
    SyncFile,
    SyncFolder,
    Write,
)

pytestmark = pytest.mark.usefixtures("can_mount")


@pytest.fixture
def disks(tmp_path: Path) -> Iterator[Mounted]:
    backing = tmp_path / "backing"
    (backing / "device").mkdir(parents=True)
    (backing / "stick" / "there").mkdir(parents=True)
    (backing / "stick" / "there" / "before").write_bytes(b"all the time")
    with mounted(backing, tmp_path) as them:
        yield them
    assert not is_mounted(them.folder)


def done_since(disks: Mounted, start: int) -> list[object]:
    journal = Journal.read(disks.journal)
    return list(journal.operations[journal.done_at(start) :])


def said_by_another_process(database: Path) -> str:
    code = (
        "import sys; from sqlcipher3 import dbapi2 as d; d.connect(sys.argv[1], timeout=0).execute('BEGIN EXCLUSIVE')"
    )
    return subprocess.run([sys.executable, "-c", code, database], check=False, capture_output=True, text=True).stderr


def test_a_whole_write_is_one_story(disks: Mounted) -> None:
    start = disks.now
    write_whole(disks.folder / "device" / "note.json", b"{}")
    made, *rest = done_since(disks, start)
    assert isinstance(made, Create)
    node, folder, name = made.node, made.folder, made.name
    assert rest == [
        Chmod(node, 0o644),
        Write(node, 0, b"{}"),
        SyncFile(node),
        Rename(folder, name, folder, "note.json"),
        SyncFolder(folder),
    ]


def test_folders_sizes_and_files_that_are_open_while_their_name_changes(disks: Mounted) -> None:
    device = disks.folder / "device"
    start = disks.now
    (device / "sub").mkdir()
    with (device / "sub" / "a").open("wb") as out:
        (device / "sub").rename(device / "moved")
        out.write(b"12345")
        out.truncate(3)
        (device / "moved" / "a").unlink()
        out.write(b"6")
        out.flush()
        os.fdatasync(out.fileno())
    (device / "moved").rmdir()
    folder, file, *rest = done_since(disks, start)
    assert isinstance(folder, MakeFolder)
    assert isinstance(file, Create)
    assert rest == [
        Rename(folder.folder, "sub", folder.folder, "moved"),
        Write(file.node, 0, b"12345"),
        Resize(file.node, 3),
        Remove(folder.node, "a"),
        Write(file.node, 5, b"6"),
        SyncFile(file.node),
        Remove(folder.folder, "moved"),
    ]
    assert list(device.iterdir()) == []


def test_opening_anew_cuts_a_file_and_appending_finds_its_end(disks: Mounted) -> None:
    file = disks.folder / "stick" / "there" / "before"
    assert file.read_bytes() == b"all the time"
    start = disks.now
    with file.open("ab") as out:
        out.write(b"!")
    file.open("wb").close()
    written, cut = done_since(disks, start)
    assert isinstance(written, Write)
    assert (written.offset, written.data) == (12, b"!")
    assert cut == Resize(written.node, 0)
    assert file.read_bytes() == b""


def test_disks_are_apart_and_links_are_refused(disks: Mounted) -> None:
    file = disks.folder / "stick" / "there" / "before"
    with pytest.raises(OSError, match="cross-device"):
        file.rename(disks.folder / "device" / "here")
    with pytest.raises(OSError, match="not permitted"):
        file.with_name("link").hardlink_to(file)
    assert file.read_bytes() == b"all the time"


def test_a_database_works_on_it_and_what_a_dying_process_leaves_is_what_lies_there(disks: Mounted) -> None:
    path = disks.folder / "device" / "some.db"
    with contextlib.closing(dbapi2.connect(str(path), isolation_level=None)) as connection:
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
        connection.execute("CREATE TABLE it (n INTEGER, body BLOB)")
        connection.executemany("INSERT INTO it VALUES (?, ?)", ((n, os.urandom(5000)) for n in range(20)))
        assert "database is locked" in said_by_another_process(path)
    journal = Journal.read(disks.journal)
    picture = Disks(journal.operations).cut(dict.fromkeys(("device", "stick"), Policy.KEEP), random.Random(0))
    assert picture.files["device/some.db"][0] == path.read_bytes()
    assert picture.files["stick/there/before"][0] == b"all the time"
    assert picture.files.keys() == {"device/some.db", "stick/there/before"}


def test_a_record_that_is_half_written_did_not_happen(disks: Mounted, tmp_path: Path) -> None:
    whole = Journal.read(disks.journal)
    (tmp_path / "half").write_bytes(disks.journal.read_bytes()[:-1])
    half = Journal.read(tmp_path / "half")
    assert half.operations == whole.operations[:-1]
    assert whole.done_at(disks.now) == len(whole)
    assert whole.done_at(disks.now - 1) == len(whole) - 1


def test_a_harness_that_is_killed_leaves_no_mount(tmp_path: Path) -> None:
    (tmp_path / "backing" / "device").mkdir(parents=True)
    code = (
        "import sys, time; from pathlib import Path; from tests.torture.powercut.mount import mounted\n"
        "with mounted(Path(sys.argv[1]), Path(sys.argv[2])): print('there', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", code, tmp_path / "backing", tmp_path]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE) as harness:
        assert harness.stdout is not None
        assert harness.stdout.readline() == b"there\n"
        assert is_mounted(tmp_path / "disks")
        harness.kill()
    end_s = time.monotonic() + 10
    while is_mounted(tmp_path / "disks") and time.monotonic() < end_s:
        time.sleep(0.05)
    assert not is_mounted(tmp_path / "disks")
