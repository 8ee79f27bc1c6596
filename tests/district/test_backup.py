"""Backup and restore: nothing that was taken in is lost, and what was changed, cut or made up is not restored."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.errors import InputError
from sync.batch import read
from sync.district.backupfile import BLOCK, MAX_MEMBER, SUMS, Reader, Writer
from sync.district.ledger import ledger_of
from sync.district.workspace import Workspace
from tests.district.election import BOOTHS, Made, district, done
from tests.district.offering import admit
from tests.district.postgres import Server

GROUND = ("--by", "Sri Rahayu", "--reason", "rekap TPS 1 bilik 1 di depan saksi")


@pytest.fixture
def mine(mine_on_both: Made) -> Made:
    """From both kinds of database."""
    return mine_on_both


def evening(made: Made) -> None:
    """Some of everything: batches, a conflict that was settled, paper, a batch without result."""
    for choices in ((1, 1), (2, 2, 2)):
        admit(made, made.day(choices=choices).batch(), made.folder)
    (second,) = ledger_of(Workspace(made.workspace)).conflicts()[BOOTHS[0]]
    done("decide", made.workspace, BOOTHS[0], "--tape", second, *GROUND)
    admit(made, made.day(BOOTHS[1], with_committee=False).batch(), made.folder)
    done("decide", made.workspace, BOOTHS[2], "--paper", "0,1,1,0", *GROUND)


def contents(workspace: Path) -> dict[str, tuple[int, bytes]]:
    """Every file that is not the ledger's own, with its mode."""
    apart = ("ledger.", ".lock", "batches", "archives")
    files = (path for path in workspace.rglob("*") if path.is_file())
    return {
        name: (path.stat().st_mode & 0o777, path.read_bytes())
        for path in files
        if not (name := path.relative_to(workspace).as_posix()).startswith(apart)
    }


def kept(workspace: Path) -> dict[str, bytes]:
    keeping = ledger_of(Workspace(workspace)).keeping
    return {name: keeping.get(name) for name in keeping.names()}


@pytest.mark.parametrize("to", ["sqlite", "postgresql"])
def test_everything_comes_back(mine: Made, tmp_path: Path, postgres: Server, to: str) -> None:
    evening(mine)
    before = json.loads(done("results", mine.workspace, "--json"))
    decided = ledger_of(Workspace(mine.workspace)).all_decisions(BOOTHS[0])
    made = json.loads(done("backup", mine.workspace, tmp_path / "a.bilik", "--json"))
    database = ("--db", postgres.database()) if to == "postgresql" else ()
    back = tmp_path / "back"
    restored = json.loads(done("restore", tmp_path / "a.bilik", back, *database, "--json"))
    assert {name: restored[name] for name in ("sha256", "rows", "kept")} == {
        name: made[name] for name in ("sha256", "rows", "kept")
    }
    assert contents(back) == contents(mine.workspace)
    assert kept(back) == kept(mine.workspace)
    assert json.loads(done("results", back, "--json")) == before
    assert ledger_of(Workspace(back)).all_decisions(BOOTHS[0]) == decided
    # It goes on as the old one would have.
    done("decide", back, BOOTHS[2], "--paper", "1,0,0,0", *GROUND)
    third = mine.day(BOOTHS[2]).batch()
    assert admit(Made(mine.folder), third, tmp_path).booth == BOOTHS[2]
    done("check", back)


def test_a_standard_tar_and_sha256sum_agree(mine: Made, tmp_path: Path) -> None:
    evening(mine)
    done("backup", mine.workspace, tmp_path / "a.bilik")
    assert (tmp_path / "a.bilik").stat().st_mode & 0o777 == 0o600
    out = tmp_path / "out"
    out.mkdir()
    subprocess.run(["tar", "xf", tmp_path / "a.bilik", "-C", out], check=True)
    subprocess.run(["sha256sum", "--quiet", "--strict", "-c", "SHA256SUMS"], cwd=out, check=True)
    assert (out / "workspace" / "root.key").stat().st_mode & 0o777 == 0o600
    for file in (out / "kept" / "batches").iterdir():
        assert read(file.read_bytes()).sha256 == file.stem


def test_nothing_is_overwritten(mine: Made, tmp_path: Path, postgres: Server) -> None:
    evening(mine)
    done("backup", mine.workspace, tmp_path / "a.bilik")
    before = (tmp_path / "a.bilik").read_bytes()
    assert district("backup", mine.workspace, tmp_path / "a.bilik").returncode == 1
    assert (tmp_path / "a.bilik").read_bytes() == before
    assert district("restore", tmp_path / "a.bilik", mine.workspace).returncode == 1
    inside = district("backup", mine.workspace, mine.workspace / "a.bilik")
    assert (inside.returncode, "lies in the workspace itself" in inside.stderr) == (1, True)
    url = postgres.database()
    done("restore", tmp_path / "a.bilik", tmp_path / "one", "--db", url)
    done("restore", tmp_path / "a.bilik", tmp_path / "two", "--db", url)  # the same again: as after a kill
    done("decide", tmp_path / "one", BOOTHS[2], "--paper", "1,0,0,0", *GROUND)
    ran = district("restore", tmp_path / "a.bilik", tmp_path / "three", "--db", url)
    assert (ran.returncode, "holds a ledger already" in ran.stderr) == (1, True)
    assert sorted(path.name for path in tmp_path.iterdir() if path.name.startswith(("three", ".three"))) == []


@pytest.fixture(scope="module")
def backed_up(election: Made, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A backup's bytes."""
    made = election.copy(tmp_path_factory.mktemp("evening") / "made")
    evening(made)
    done("backup", made.workspace, made.folder / "a.bilik")
    return (made.folder / "a.bilik").read_bytes()


def _rebuilt(change: Callable[[dict[str, bytes]], object], data: bytes, folder: Path) -> bytes:
    """Members changed and all sums made anew, as somebody would who knows the format."""
    (folder / "before").write_bytes(data)
    members = {member.name: member.data for member in Reader(folder / "before")}
    change(members)
    with (folder / "after").open("wb") as out:
        writer = Writer(out)
        for name, content in members.items():
            writer.put(name, content)
        writer.end()
    return (folder / "after").read_bytes()


def _first(members: dict[str, bytes], start: str) -> str:
    return next(name for name in members if name.startswith(start))


def _elsewhere(members: dict[str, bytes]) -> None:
    record = members["workspace/workspace.json"]
    members["workspace/workspace.json"] = re.sub(rb"[0-9a-f]{32}", b"0" * 32, record)


FORGED: dict[str, Callable[[dict[str, bytes]], object]] = {
    "no ledger": lambda members: members.pop("ledger.json"),
    "no head": lambda members: members.pop("backup.json"),
    "a batch less": lambda members: members.pop(_first(members, "kept/batches/")),
    "an archive less": lambda members: members.pop(_first(members, "kept/archives/")),
    "a batch changed": lambda members: members.update({_first(members, "kept/batches/"): b"changed"}),
    "a ledger changed": lambda members: members.update({"ledger.json": b"{}"}),
    "another election's workspace": _elsewhere,
    "no workspace": lambda members: members.pop("workspace/workspace.json"),
    "a file beside": lambda members: members.update({"else/a": b""}),
    "something else among the batches": lambda members: members.update({"kept/batches/a.sh": b""}),
    "a batch past the keeping": lambda members: members.update({"workspace/batches/a.batch": b""}),
    "another ledger": lambda members: members.update({"workspace/ledger.sqlite": b""}),
    "a database of somebody": lambda members: members.update({"workspace/ledger.json": b"{}"}),
}


@pytest.mark.parametrize("name", FORGED)
def test_what_was_made_up_is_not_restored(backed_up: bytes, tmp_path: Path, name: str) -> None:
    (tmp_path / "forged").write_bytes(_rebuilt(FORGED[name], backed_up, tmp_path))
    ran = district("restore", tmp_path / "forged", tmp_path / "back")
    assert ran.returncode == 1
    assert ran.stderr.strip()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["after", "before", "forged"]


@pytest.mark.parametrize(
    "name", ["../a", "/etc/a", "a/../../b", "a//b", ".hidden", "a/.b", "a\nb", "SHA256SUMS", "", "n" * 300, "a/\x1b[2J"]
)
def test_a_name_that_leads_elsewhere_is_neither_written_nor_read(tmp_path: Path, name: str) -> None:
    with (tmp_path / "a").open("wb") as out, pytest.raises(InputError):
        Writer(out).put(name, b"")
    if 0 < len(name) < 100 and name != SUMS:
        from sync.district import backupfile

        (tmp_path / "b").write_bytes(backupfile._header(name, 0, secret=False) + bytes(2 * BLOCK))
        with pytest.raises(InputError):
            list(Reader(tmp_path / "b"))


def test_a_member_larger_than_the_file_takes_no_memory(tmp_path: Path) -> None:
    from sync.district import backupfile

    for size in (MAX_MEMBER, 7 << 30):
        (tmp_path / "a").write_bytes(backupfile._header("a", size, secret=False) + bytes(BLOCK))
        with pytest.raises(InputError, match="does not fit"):
            list(Reader(tmp_path / "a"))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_changed_byte_and_any_cut_is_refused(backed_up: bytes, tmp_path: Path, data: st.DataObject) -> None:
    changed = bytearray(backed_up)
    at = data.draw(st.integers(0, len(changed) - 1))
    if data.draw(st.booleans()):
        changed[at] ^= data.draw(st.integers(1, 255))
    else:
        del changed[at:]
    (tmp_path / "changed").write_bytes(changed)
    with pytest.raises(InputError) as refused:
        list(Reader(tmp_path / "changed"))
    assert refused.value.en.endswith(".")


def test_a_restore_that_is_killed_leaves_no_workspace(backed_up: bytes, tmp_path: Path) -> None:
    (tmp_path / "a.bilik").write_bytes(backed_up)
    command = [sys.executable, "-m", "sync.district", "restore", str(tmp_path / "a.bilik"), str(tmp_path / "back")]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while not (tmp_path / ".back.new" / "root.key").exists():
        assert running.poll() is None
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    assert not (tmp_path / "back").exists()
    done("restore", tmp_path / "a.bilik", tmp_path / "back")
    assert not (tmp_path / ".back.new").exists()
