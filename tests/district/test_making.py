"""Many packages at once: on several processes, cut off anywhere, and each of what is shared only once."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.package import read_package
from config.record import sha256
from sync.coherence import setup_of
from sync.district import making
from sync.district.delivery import SHARED, STICK_FOLDER, link_once
from sync.district.workspace import Workspace
from tests.district.election import PASSPHRASE, Made, district, done
from tests.district.large import make_source, ready_workspace, villages

STATIONS = 26
"""More than one batch, and more than a process makes alone."""


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of 4 villages that lacks nothing but its packages; not to be changed."""
    folder = tmp_path_factory.mktemp("ready")
    ready_workspace(folder / "workspace", make_source(folder / "source", 4, STATIONS, 120))
    return folder


@pytest.fixture
def mine(ready: Path, tmp_path: Path) -> Path:
    return Made(ready).copy(tmp_path / "mine").workspace


def manifests(out: Path) -> dict[str, str]:
    """The hash of each booth's manifest as it lies there."""
    return {path.parents[2].name: sha256(path.read_bytes()) for path in out.glob("*/bilik/package/manifest.json")}


def test_every_booth_gets_a_package_that_a_booth_would_take(mine: Path, tmp_path: Path) -> None:
    told = done("package", mine, "--all", tmp_path / "out")
    assert f"New packages: {STATIONS}; made before and kept as they are: 0." in told
    workspace = Workspace(mine)
    keys = set()
    for booth in workspace.places:
        package = read_package(tmp_path / "out" / booth / STICK_FOLDER, root=workspace.root)
        assert setup_of(package).pool
        keys.add(package.manifest.mark_key)
        assert package.manifest.place.booth_id == booth
    assert len(keys) == STATIONS
    assert "Nothing is lacking." in done("check", mine)


def test_what_booths_share_is_there_once(mine: Path, tmp_path: Path) -> None:
    done("package", mine, "--all", tmp_path / "out")
    election = Workspace(mine).election
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == list(Workspace(mine).places)
    for name in (*election.photos, *map(sha256, election.words.values())):
        places = [path.stat() for path in (tmp_path / "out").glob(f"*/bilik/package/files/{name}")]
        assert len({place.st_ino for place in places}) == 1
        assert len(places) == places[0].st_nlink == STATIONS


def test_several_that_lay_the_same_file_at_once_lay_one_copy(tmp_path: Path) -> None:
    data = os.urandom(200_000)
    name = sha256(data)
    begin = threading.Barrier(4)

    def lay(place: Path) -> None:
        begin.wait()
        link_once(place.parent / SHARED, name, data, place)

    with ThreadPoolExecutor(4) as several:
        for attempt in range(60):
            folder = tmp_path / f"{attempt}"
            folder.mkdir()
            list(several.map(lay, [folder / f"{number}" for number in range(4)]))
            one = (folder / SHARED / name).stat()
            assert one.st_nlink == 5
            assert {(folder / f"{number}").stat().st_ino for number in range(4)} == {one.st_ino}
            assert (folder / SHARED / name).read_bytes() == data
            assert [path.name for path in (folder / SHARED).iterdir()] == [name]


def test_a_shared_file_that_was_left_over_damaged_is_written_anew(mine: Path, tmp_path: Path) -> None:
    (tmp_path / "out" / SHARED).mkdir(parents=True)
    for name in Workspace(mine).election.photos:
        (tmp_path / "out" / SHARED / name).write_bytes(b"cut")
    done("package", mine, "--all", tmp_path / "out")
    for booth in Workspace(mine).places:
        read_package(tmp_path / "out" / booth / STICK_FOLDER)


@pytest.mark.parametrize("kept", [1, 5, 14])
def test_a_run_that_is_killed_is_run_again(mine: Path, tmp_path: Path, kept: int) -> None:
    out = tmp_path / "out"
    program = (
        "import sys, os, signal; from sync.district import making; from sync.district.__main__ import run\n"
        "keep, left = making.Workspace.keep_manifests, [int(sys.argv[1])]\n"
        "def count(self, made):\n"
        "    made = list(made)[: left[0]]\n"
        "    keep(self, made); left[0] -= len(made)\n"
        "    if left[0] <= 0: os.kill(os.getpid(), signal.SIGKILL)\n"
        "making.Workspace.keep_manifests = count\n"
        "if __name__ == '__main__': run(sys.argv[2:])\n"
    )
    (tmp_path / "cut.py").write_text(program)
    ran = subprocess.run(
        [sys.executable, tmp_path / "cut.py", str(kept), "package", mine, "--all", out],
        env=os.environ | {"BILIK_PASSPHRASE": PASSPHRASE},
        capture_output=True,  # until nobody holds its ends: no process outlives the one that began it
        timeout=120,
        check=False,
    )
    assert ran.returncode == -signal.SIGKILL, ran.stderr
    before = {path.parent.name: path.read_bytes() for path in (mine / "booths").glob("[0-9]*/manifest")}
    assert len(before) == kept
    (mine / "assets" / f".{'0' * 64}.new").write_bytes(b"half")  # as a cut in the middle of writing leaves it
    assert f"New packages: {STATIONS - kept}; made before and kept as they are: {kept}." in done(
        "package", mine, "--all", out
    )
    there = manifests(out)
    assert len(there) == STATIONS
    assert all(there[booth] == sha256(manifest) for booth, manifest in before.items())
    assert list((mine / "assets").glob(".*")) == []
    assert list((mine / "booths").glob(".*")) == []
    again = manifests(out)
    assert "New packages: 0" in done("package", mine, "--all", out)
    assert manifests(out) == again


def test_a_process_that_is_ended_from_outside_is_told(mine: Path, tmp_path: Path) -> None:
    running = subprocess.Popen(
        [sys.executable, "-m", "sync.district", "package", mine, "--all", tmp_path / "out"],
        env=os.environ | {"BILIK_PASSPHRASE": PASSPHRASE},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    worker = None
    while worker is None and running.poll() is None:
        children = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
        lines = {pid: Path(f"/proc/{pid}/cmdline").read_bytes() for pid in children}
        worker = next((pid for pid, line in lines.items() if b"spawn_main" in line), None)
        time.sleep(0.01)
    assert worker is not None
    os.kill(int(worker), signal.SIGKILL)
    _, told = running.communicate(timeout=120)
    assert running.returncode == 1, told
    assert "Run the same command again" in told
    assert "Traceback" not in told
    done("package", mine, "--all", tmp_path / "out")
    assert len(manifests(tmp_path / "out")) == STATIONS


def test_a_lost_asset_is_told_by_whichever_process_finds_it(mine: Path, tmp_path: Path) -> None:
    done("package", mine, "--all", tmp_path / "out")
    manifest = Workspace(mine).manifest(f"{villages(1)[0][0]}-003-1")
    assert manifest is not None
    (mine / "assets" / manifest.secrets.file).unlink()
    ran = district("package", mine, "--all", tmp_path / "other")
    assert ran.returncode == 1
    assert "Restore the workspace from its backup" in ran.stderr


def test_one_process_and_several_make_the_same_of_what_is_given(mine: Path, tmp_path: Path) -> None:
    """What follows from the plan is the same field by field, wherever it was made."""
    done("package", mine, "--all", tmp_path / "out")
    booth = f"{villages(2)[1][0]}-001-1"
    before = Workspace(mine).manifest(booth)
    done("package", mine, "--renew", booth)
    after = Workspace(mine).manifest(booth)
    assert before is not None
    assert after is not None
    for field in ("place", "candidates", "cards", "trustees", "words", "settings", "election"):
        assert getattr(before, field) == getattr(after, field)
    assert before.mark_key != after.mark_key
    assert before.ballot.credentials != after.ballot.credentials
    assert making.FEW < STATIONS
    assert json.loads(done("check", mine, "--json")) == {"faults": [], "lacking": []}
