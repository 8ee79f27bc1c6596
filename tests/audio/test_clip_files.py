"""Clips are read when they are said, and what was read of a choice leaves no trace."""

import os
import subprocess
from pathlib import Path

import pytest

from booth.clips import ClipFiles
from config.record import sha256
from tests.audio.sounds import noise

CLIPS = {name: noise(name) for name in ("candidate.1", "candidate.2")}
LONG_AGO_S = 1_000_000_000.0
refuse = pytest.fail if os.environ.get("CI") else pytest.skip
"""Of a file system that shows nothing: a person may have such a one, where changes land it is none."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Written long ago and never read since, as far as the file system knows; all of it in the cache."""
    for data in CLIPS.values():
        path = tmp_path / sha256(data)
        with path.open("wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.utime(path, (LONG_AGO_S, LONG_AGO_S + 1))
    return tmp_path


def clips(folder: Path) -> ClipFiles:
    return ClipFiles(folder, {name: sha256(data) for name, data in CLIPS.items()})


def cached(path: Path) -> int:
    """Bytes of a file that the kernel's cache has, as util-linux says."""
    said = subprocess.run(
        ["fincore", "--bytes", "--noheadings", "--output", "RES", path], capture_output=True, check=True
    )
    return int(said.stdout)


def dropped(path: Path) -> bool:
    """Whether the kernel lets go of a file here when it is asked to."""
    path.write_bytes(b"x" * 8192)
    with path.open("rb+") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return cached(path) == 0


def test_they_are_what_the_package_has(folder: Path) -> None:
    assert dict(clips(folder)) == CLIPS
    with pytest.raises(KeyError):
        clips(folder)["candidate.3"]


WRONG = {
    "changed": lambda path: path.write_bytes(path.read_bytes()[:-1] + b"?"),
    "cut short": lambda path: path.write_bytes(path.read_bytes()[:-2]),
    "gone": lambda path: path.unlink(),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "a pipe": lambda path: (path.unlink(), os.mkfifo(path)),
    "endless": lambda path: (path.unlink(), path.symlink_to("/dev/zero")),
}


@pytest.mark.parametrize("what", WRONG)
def test_one_that_is_not_what_was_verified_is_not_there(folder: Path, what: str) -> None:
    said = clips(folder)
    WRONG[what](folder / said.names["candidate.1"])
    assert said.get("candidate.1") is None
    assert clips(folder).get("candidate.1") is None
    assert said["candidate.2"] == CLIPS["candidate.2"]


def test_the_file_system_does_not_note_which_one_was_heard(folder: Path) -> None:
    said = clips(folder)
    heard, other = (folder / said.names[name] for name in CLIPS)
    heard.read_bytes()
    if heard.stat().st_atime == LONG_AGO_S:
        refuse(f"THE FILE SYSTEM OF {folder} NOTES NO READING: whether ours is noted cannot be seen there")
    os.utime(heard, (LONG_AGO_S, LONG_AGO_S + 1))
    assert said["candidate.1"] == CLIPS["candidate.1"]
    assert (heard.stat().st_atime, other.stat().st_atime) == (LONG_AGO_S, LONG_AGO_S)


def test_the_kernels_cache_does_not_keep_which_one_was_heard(folder: Path) -> None:
    names = clips(folder).names
    heard, other = (folder / names[name] for name in CLIPS)
    assert (heard.read_bytes(), other.read_bytes()) == tuple(CLIPS.values())
    if not cached(heard) or not dropped(folder / "beside"):
        refuse(f"THE FILE SYSTEM OF {folder} HAS NO CACHE THAT CAN BE LET GO: nothing can be seen there")
    said = clips(folder)
    assert (cached(heard), cached(other)) == (0, 0)
    assert said["candidate.1"] == CLIPS["candidate.1"]
    assert (cached(heard), cached(other)) == (0, 0)
