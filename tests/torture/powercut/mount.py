"""Mounts the file system that writes down what is done to it, and takes it away whatever happened meanwhile."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_S = 20.0
REPOSITORY = Path(__file__).parents[3]


@dataclass(frozen=True)
class Mounted:
    """A folder with the disks in it, and the journal of what is done there."""

    folder: Path
    journal: Path

    @property
    def now(self) -> int:
        """This instant: the journal's size."""
        return self.journal.stat().st_size


def why_not() -> str | None:
    """Why no such file system can be mounted here; None when it can."""
    if not os.access("/dev/fuse", os.R_OK | os.W_OK):
        return "/dev/fuse is not there or not for this user"
    try:
        import mfusepy  # noqa: F401
    except (ImportError, OSError) as fault:
        return f"libfuse cannot be loaded ({fault}); apt-get install fuse3"
    try:
        subprocess.run(["fusermount3", "--version"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        return "fusermount3 does not run; apt-get install fuse3"
    return None


def is_mounted(folder: Path) -> bool:
    """Asks the kernel's list: a file system that is being taken away answers nothing, not even what it is."""
    return any(line.split()[1] == os.fspath(folder) for line in Path("/proc/self/mounts").read_text().splitlines())


@contextmanager
def mounted(backing: Path, work: Path) -> Iterator[Mounted]:
    """The folders in ``backing`` as disks; journal and mount point are made in ``work``, which is not below it."""
    folder, journal = work / "disks", work / "journal"
    folder.mkdir()
    command = [sys.executable, "-m", "tests.torture.powercut.filesystem", backing, journal, folder]
    with (work / "filesystem.log").open("wb") as log:
        # A session of its own: an interrupt on the terminal ends the harness, which then unmounts in order.
        process = subprocess.Popen(
            [os.fspath(part) for part in command],
            cwd=REPOSITORY,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        end_s = time.monotonic() + START_S
        while not is_mounted(folder):
            if process.poll() is not None or time.monotonic() > end_s:
                raise CannotMount((work / "filesystem.log").read_text(errors="replace"))
            time.sleep(0.02)
        yield Mounted(folder, journal)
    finally:
        _take_away(folder, process)


def _take_away(folder: Path, process: "subprocess.Popen[bytes]") -> None:
    # Lazily: whoever still has a file open there must not keep the mount on this machine.
    subprocess.run(["fusermount3", "-u", "-z", os.fspath(folder)], check=False, capture_output=True)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class CannotMount(Exception):
    """The file system did not start; with its own words."""
