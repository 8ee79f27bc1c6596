"""One stick at a time: of the USB media that are in, the first one that can be read is mounted for the booth.

PID 1 mounts it (``systemd-mount``), because what a service mounts is seen by itself alone, and takes it away by itself
when its device is gone. A medium beside it is left alone and told.
"""

import fcntl
import os
import pwd
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from booth.ground.told import FOLDER, StickWord, tell
from booth.ground.tools import run

DEVICES = Path("/dev")
PLACE = Path("/run/bilik/stick")
"""Its own folder can be read by root alone: without a stick there is nothing there for the booth."""
UNIT = "run-bilik-stick.mount"
"""What PID 1 calls it."""
PRESENT = Path("/run/bilik/sticks")
"""A file for each medium that is in; ``mounted`` names the one in use."""
OWNER = "bilik"
CHECK_TIMEOUT_S = 40.0
MOUNT_TIMEOUT_S = 30.0
SAFE = "nodev,nosuid,noexec,noatime"
CHECKS = {
    "vfat": ("fsck.fat", "-a", "-w"),
    "exfat": ("fsck.exfat", "-p"),
    "ext4": ("e2fsck", "-p"),
}
"""What repairs the small things that a stick has which was pulled; by the file systems that a booth reads."""

_NAME = re.compile(r"sd[a-z]{1,2}[0-9]{0,2}")
_PARTITION = re.compile(r"[0-9]+$")


def is_name(name: str) -> bool:
    """A disk or partition on USB, as the kernel names it."""
    return _NAME.fullmatch(name) is not None


def came(name: str) -> None:
    """A medium was put in."""
    with _alone():
        (PRESENT / name).touch()
        _settle()


def went(name: str) -> None:
    """A medium was pulled, or its service is stopped."""
    with _alone():
        (PRESENT / name).unlink(missing_ok=True)
        _settle()


@contextmanager
def _alone() -> Iterator[None]:
    """Two media may come at the same moment."""
    PRESENT.mkdir(exist_ok=True)
    descriptor = os.open(PRESENT, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _settle() -> None:
    """What is in use stays in use; else the first that can be read is. Tells what is the matter."""
    present = _present()
    used = _used()
    if used is not None and (used not in present or not os.path.ismount(PLACE)):
        _let_go()
        used = None
    word = None
    if used is None:
        for name in present:
            if _mount(name):
                used = name
                (PRESENT / "mounted").write_text(name)
                break
            word = StickWord.UNREADABLE
    if used is not None:
        others = {_PARTITION.sub("", name) for name in present} - {_PARTITION.sub("", used)}
        word = StickWord.TWO if others else None
    tell(FOLDER, word, of=StickWord)


def _present() -> list[str]:
    """Media that are in. One whose going nobody noted, because the note was cut, is gone all the same."""
    names = sorted(path.name for path in PRESENT.iterdir() if is_name(path.name))
    for name in names:
        if not (DEVICES / name).exists():
            (PRESENT / name).unlink(missing_ok=True)
    return [name for name in names if (PRESENT / name).exists()]


def _used() -> str | None:
    try:
        return (PRESENT / "mounted").read_text()
    except OSError:
        return None


def _let_go() -> None:
    if os.path.ismount(PLACE):
        run(["systemctl", "stop", UNIT], MOUNT_TIMEOUT_S)
    (PRESENT / "mounted").unlink(missing_ok=True)


def _mount(name: str) -> bool:
    device = str(DEVICES / name)
    kind = run(["blkid", "--probe", "--match-tag", "TYPE", "--output", "value", device], CHECK_TIMEOUT_S).said.strip()
    if kind not in CHECKS:
        return False
    # Whatever a check finds, mounting decides: a stick that is write-protected can be read.
    run([*CHECKS[kind], device], CHECK_TIMEOUT_S)
    owner = pwd.getpwnam(OWNER)
    options = SAFE
    if kind != "ext4":
        # No mode bits on it: all of it is the booth's.
        options += f",uid={owner.pw_uid},gid={owner.pw_gid},fmask=0177,dmask=0077,errors=remount-ro"
    run(
        [
            "systemd-mount", "--quiet", "--collect", "--fsck=no", "--type", kind, "--options", options,
            f"--property=BindsTo=dev-{name}.device", "--property=LazyUnmount=yes", "--property=ForceUnmount=yes",
            device, str(PLACE),
        ],
        MOUNT_TIMEOUT_S,
    )  # fmt: skip
    if not os.path.ismount(PLACE):
        return False
    if kind == "ext4":
        _give(PLACE, owner)
    return True


def _give(top: Path, owner: pwd.struct_passwd) -> None:
    """An ext4 has owners of another machine: what the booth uses on it becomes the booth's. Follows no link."""
    os.chown(top, owner.pw_uid, owner.pw_gid)
    below = top / "bilik"
    if below.is_symlink() or not below.is_dir():
        return
    for folder, folders, files in os.walk(below):
        for name in (".", *folders, *files):
            os.chown(Path(folder) / name, owner.pw_uid, owner.pw_gid, follow_symlinks=False)
