"""The shim hits exactly the call that it was told to, and misses none that strace sees."""

import errno
import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.robot.people import Voter
from tests.store.test_kill import needs_strace
from tests.torture.ground import Ground
from tests.torture.scene import Scene
from tests.torture.shim import Act, Call, Noted, Shim, Watched

CHANGING = (
    "write,pwrite64,writev,pwritev,pwritev2,fsync,fdatasync,sync_file_range,sync,syncfs,msync,ftruncate,truncate,"
    "fallocate,rename,renameat,renameat2,link,linkat,symlink,symlinkat,unlink,unlinkat,rmdir,mkdir,mkdirat,mknod,"
    "mknodat,open,openat,openat2,creat,chmod,fchmod,fchmodat,chown,fchown,lchown,fchownat,setxattr,fsetxattr,utime,"
    "utimes,utimensat,futimesat,sendfile,copy_file_range,splice,tee,vmsplice,io_uring_setup,io_submit,mmap"
)
"""Whatever could change a file or speak to a printer, whether the shim knows it or not."""
CALLS = {
    "pwrite64": "PWRITE",
    "openat": "OPEN",
    "creat": "OPEN",
    "mkdirat": "MKDIR",
    "unlinkat": "UNLINK",
    **dict.fromkeys(("fchmod", "fchmodat", "fchown", "chown"), "CHMOD"),
    **dict.fromkeys(("renameat", "renameat2"), "RENAME"),
    "copy_file_range": "COPY",
    "fallocate": "ALLOCATE",
    "symlinkat": "SYMLINK",
    "linkat": "LINK",
}
"""The kernel's names where they are not the shim's."""

CHILD = """
import os, sys, threading
folder = sys.argv[1]
def go(name):
    descriptor = os.open(f"{folder}/{name}", os.O_CREAT | os.O_WRONLY)
    try:
        for part in (b"abcd", b"efgh"):
            os.write(descriptor, part)
        os.fsync(descriptor)
    except OSError as fault:
        print(fault.errno)
    os.rename(f"{folder}/{name}", f"{folder}/{name}.done")
for name in sys.argv[2:]:
    thread = threading.Thread(target=go, args=(name,))
    thread.start()
    thread.join()
"""


class Child:
    """A process that makes five calls in each of its threads: open, two writes, a sync, a rename."""

    def __init__(self, library: Path, folder: Path) -> None:
        self.folder = folder / "watched"
        self.folder.mkdir()
        self.shim = Shim(library, folder / "control", {Watched.DISK: (self.folder,)})
        self.shim.arm()

    def run(self, *names: str) -> tuple[int, str]:
        ran = subprocess.run(
            [sys.executable, "-c", CHILD, self.folder, *names],
            env={**self.shim.environment, "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return ran.returncode, ran.stdout

    @property
    def left(self) -> dict[str, str]:
        return {path.name: path.read_text() for path in self.folder.iterdir()}


@pytest.fixture
def child(library: Path, tmp_path: Path) -> Child:
    return Child(library, tmp_path)


def test_one_counter_runs_over_all_threads(child: Child) -> None:
    assert child.run("a", "b") == (0, "")
    noted = child.shim.noted()
    five = [Call.OPEN, Call.WRITE, Call.WRITE, Call.FSYNC, Call.RENAME]
    assert [it.call for it in noted] == five * 2
    assert len({it.thread for it in noted}) == 2
    assert all(it.done for it in noted)
    assert noted[9].name.endswith("/b.done")


@pytest.mark.parametrize(
    ("act", "at", "left"),
    [
        (Act.KILL_BEFORE, 1, {}),
        (Act.KILL_AFTER, 1, {"a": ""}),
        (Act.KILL_BEFORE, 3, {"a": "abcd"}),
        (Act.TEAR, 3, {"a": "abcdef"}),
        (Act.KILL_AFTER, 3, {"a": "abcdefgh"}),
        (Act.KILL_BEFORE, 5, {"a": "abcdefgh"}),
        (Act.KILL_AFTER, 5, {"a.done": "abcdefgh"}),
        (Act.KILL_BEFORE, 8, {"a.done": "abcdefgh", "b": "abcd"}),
    ],
)
def test_dies_there_and_nowhere_else(child: Child, act: Act, at: int, left: dict[str, str]) -> None:
    child.shim.tell(act, at)
    assert child.run("a", "b") == (-signal.SIGKILL, "")
    assert child.left == left
    assert (child.shim.count, child.shim.hits) == (at, 1)
    assert [it.done for it in child.shim.noted()] == [True] * (at - 1) + [act is not Act.KILL_BEFORE]


@pytest.mark.parametrize("error", [errno.EIO, errno.ENOSPC, errno.EROFS])
def test_fails_once_or_from_there_on(child: Child, error: int) -> None:
    child.shim.tell(Act.FAIL_ONCE, 2, value=error)
    assert child.run("a", "b") == (0, f"{error}\n")
    assert child.left == {"a.done": "", "b.done": "abcdefgh"}
    child.shim.tell(Act.FAIL_ON, 1, value=error, calls=frozenset({Call.FSYNC}))
    child.shim.arm()
    assert child.run("c", "d") == (0, f"{error}\n" * 2)
    assert child.shim.count == 2


def test_waits(child: Child) -> None:
    child.shim.tell(Act.WAIT_ON, 1, value=60, calls=frozenset({Call.FSYNC}))
    assert child.run("a", "b") == (0, "")
    assert child.shim.hits == 2


def test_counts_nothing_before_it_is_armed_and_elsewhere(child: Child, tmp_path: Path) -> None:
    child.shim.rest()
    child.shim.tell(Act.KILL_BEFORE, 1)
    assert child.run("a") == (0, "")
    child.shim.arm()
    (tmp_path / "watched-too").mkdir()
    elsewhere = Child.__new__(Child)
    elsewhere.folder, elsewhere.shim = tmp_path / "watched-too", child.shim
    assert elsewhere.run("a") == (0, "")
    assert child.shim.count == 0


@needs_strace
def test_strace_sees_no_call_that_the_shim_does_not(library: Path, ground: Ground, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    with Scene(ground, tmp_path / "scene", None, stick_in=False) as scene:
        watched = scene.watched()
        shim = Shim(library, tmp_path / "control", watched)
        shim.arm()
        strace = ("strace", "-D", "-f", "-qq", "-y", "-s", "0", "-o", str(trace), "-e", f"trace={CHANGING}")
        site = scene.start(shim, strace)
        officer, voter = scene.staff.officer, Voter(1)
        officer.opens(site, scene.staff.committee)
        officer.unlocks(site)
        voter.chooses(site)
        voter.refuses(site)
        officer.unlocks(site)
        voter.chooses(site)
        voter.agrees(site)
        officer.closes(site, 1, 0, scene.staff.committee)
        assert scene.stop() == 0
    seen = seen_by_strace(trace, {str(path): kind for kind, paths in watched.items() for path in paths})
    noted = shim.noted()
    assert len(noted) > 500
    assert {it.watched for it in noted} == set(Watched)
    assert by_thread(seen) == by_thread(noted)


def by_thread(calls: list[Noted] | tuple[Noted, ...]) -> dict[int, list[tuple[Call, Watched]]]:
    """Each thread's calls in their order; between two threads only the kernel knows one."""
    return {
        thread: [(it.call, it.watched) for it in calls if it.thread == thread] for thread in {it.thread for it in calls}
    }


def seen_by_strace(trace: Path, prefixes: dict[str, Watched]) -> list[Noted]:
    """The calls on watched paths; fails for one that the shim does not even know by name."""
    found = []
    strangers: Counter[str] = Counter()
    for line in trace.read_text(errors="replace").splitlines():
        match = re.match(r"(\d+) +(\w+)\((.*)", line)
        if not match or "resumed>" in line:
            continue
        thread, call, told = match.groups()
        if call in ("open", "openat", "openat2") and not re.search(r"O_CREAT|O_TRUNC", told):
            continue
        if call == "mmap" and not ("MAP_SHARED" in told and "PROT_WRITE" in told):
            continue
        watched = next(
            (kind for path, kind in prefixes.items() if re.search(rf'[<"]{re.escape(path)}[/>"]', told)), None
        )
        if watched is None:
            continue
        name = CALLS.get(call, call.upper())
        if call == "unlinkat" and "AT_REMOVEDIR" in told:
            name = "RMDIR"
        if name not in Call.__members__:
            strangers[call] += 1
            continue
        found.append(Noted(Call[name], watched, int(thread), "", done=True))
    assert not strangers
    return found
