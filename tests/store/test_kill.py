"""The process dies, or the disk fails, at each single write and sync of a cast: the vote is in or it is not."""

import os
import re
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from booth.store.store import Current, CurrentState, Store, Tallied
from config.secret import Key
from tests.store.days import ballot, new_key, new_store

CALLS = "write,pwrite64,fsync,fdatasync,ftruncate,unlink,rename"
SLOT = 4


@dataclass(frozen=True)
class Point:
    """The ``nth`` time that a system call is made on the store, its journal or their folder."""

    call: str
    nth: int


def strace_works() -> bool:
    try:
        return subprocess.run(["strace", "-o", os.devnull, "true"], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


needs_strace = pytest.mark.skipif(
    not strace_works(),
    reason="THE STORE WAS NOT KILLED: strace is missing or may not trace here (apt-get install strace)",
)


@pytest.fixture(scope="module")
def key() -> Key:
    return new_key()


@pytest.fixture(scope="module")
def pending(tmp_path_factory: pytest.TempPathFactory, key: Key) -> Path:
    """A folder with a store in which a ballot is pending."""
    folder = tmp_path_factory.mktemp("pending")
    store = new_store(folder, key)
    store.unlock()
    store.seal(SLOT, ballot())
    store.close()
    return folder


def cast(folder: Path, key: Key, fault: str | None = None) -> tuple[int, str]:
    """Runs the child on the folder's store; its exit status and what strace saw."""
    trace = folder.with_suffix(".trace")
    paths = [f"--trace-path={path}" for path in (folder, folder / "store.db", folder / "store.db-journal")]
    inject = ["-e", f"inject={fault}"] if fault else []
    run = subprocess.run(
        [
            *("strace", "-f", "-qq", "-o", trace, "-e", f"trace={CALLS}", *paths, *inject),
            *(sys.executable, "-m", "tests.store.cast_child", folder / "store.db"),
        ],
        env={**os.environ, "STORE_KEY": key.reveal().hex()},
        cwd=Path(__file__).parents[2],
        check=False,
        capture_output=True,
    )
    assert run.stderr == b""
    return run.returncode, trace.read_text(errors="replace")


@pytest.fixture(scope="module")
def points(tmp_path_factory: pytest.TempPathFactory, pending: Path, key: Key) -> list[Point]:
    """Every such call of an undisturbed cast, in its order."""
    folder = shutil.copytree(pending, tmp_path_factory.mktemp("whole") / "store")
    status, trace = cast(folder, key)
    assert status == 0
    found: list[Point] = []
    for call in re.findall(r"^\d+ +(\w+)\(", trace, re.MULTILINE):
        found.append(Point(call, 1 + sum(point.call == call for point in found)))
    # At least: the journal and its sync, the slot and the row and theirs, the journal's end and its.
    assert len(found) > 12
    assert {"pwrite64", "fsync", "ftruncate"} == {point.call for point in found}
    return found


def after_each(points: list[Point], pending: Path, key: Key, tmp_path: Path, fault: str) -> list[tuple[int, str]]:
    """For each point: the child's exit status, and whether the store then stands "before" or "after" the cast."""

    def one(number: int) -> tuple[int, str]:
        folder = shutil.copytree(pending, tmp_path / str(number) / "store")
        point = points[number]
        status, _ = cast(folder, key, f"{point.call}:{fault}:when={point.nth}")
        assert_nothing_in_clear(folder, key)
        return status, standing(folder / "store.db", key)

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(one, range(len(points))))


def standing(path: Path, key: Key) -> str:
    """Opens the store, which verifies it; anything between the two stands fails."""
    store = Store.open(path, key)
    found = (store.current, store.tally, len(store.cast_ballots()))
    none = Tallied(
        sessions=1, abandoned=0, paperless=0, fragments=0, cast=0, refused=0, interrupted=0, tests=0, spent=1, pending=0
    )
    stands = {
        "before": (Current(CurrentState.PENDING, SLOT), Tallied(**{**vars(none), "pending": 1}), 0),
        "after": (Current(CurrentState.CAST), Tallied(**{**vars(none), "cast": 1}), 1),
    }
    (stand,) = (name for name, values in stands.items() if values == found)
    if stand == "before":
        store.cast()
    store.finish()
    store.close()
    return stand


def assert_nothing_in_clear(folder: Path, key: Key) -> None:
    for path in folder.iterdir():
        data = path.read_bytes()
        for canary in (b"canary", b"CREATE TABLE", b"34.04.01", key.reveal(), key.reveal().hex().encode()):
            assert canary not in data, path.name


@needs_strace
def test_killed_at_every_write_and_sync(points: list[Point], pending: Path, key: Key, tmp_path: Path) -> None:
    ends = after_each(points, pending, key, tmp_path, "signal=KILL")
    assert all(status == -9 for status, _ in ends)
    stands = [stand for _, stand in ends]
    # One instant divides the two, and it is late: the cut of the journal.
    assert stands == sorted(stands, reverse=True)
    assert set(stands) == {"before", "after"}


@needs_strace
@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
def test_the_disk_fails(error: str, points: list[Point], pending: Path, key: Key, tmp_path: Path) -> None:
    some = points[::3] if error == "ENOSPC" else points[1::3]
    for status, stand in after_each(some, pending, key, tmp_path, f"error={error}"):
        # A cast that was told to be good is in the file.
        assert (status, stand) in {(3, "before"), (3, "after"), (0, "after")}
