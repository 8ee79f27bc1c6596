"""The import as a whole: on all cores, watched, told to stop, killed at any write, with thousands of files."""

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest

from sync.batch import SUFFIX
from sync.district.crew import WORTH_IT, take_in
from sync.district.intake import Verdict
from sync.district.intake import offered as offered_files
from sync.district.ledger import ledger_of
from sync.district.watching import STEADY_S, Watch
from sync.district.workspace import Workspace
from tests.district.election import BOOTHS, Made, district, done
from tests.district.offering import offered


@pytest.fixture
def mine(mine_on_both: Made) -> Made:
    """All that is done to a ledger here is done to both kinds."""
    return mine_on_both


def many(made: Made, folder: Path) -> Path:
    """More files than a single process takes, of them one batch a booth and the rest copies; one is broken."""
    offered(made, folder)
    for n in range(WORTH_IT):
        shutil.copy(folder / f"{BOOTHS[n % 3]}.batch", folder / f"z{n}.batch")
    (folder / "a-broken.batch").write_bytes(b"broken")
    return folder


def command(made: Made, *arguments: object) -> list[str]:
    return [sys.executable, "-m", "sync.district", "import", str(made.workspace), *map(str, arguments)]


def ended(made: Made) -> tuple[object, ...]:
    """What a ledger holds and keeps, to compare two ends."""
    ledger = ledger_of(Workspace(made.workspace))
    admitted = {booth: (here.batch_sha256, here.archive_sha256) for booth, here in ledger.admitted().items()}
    kept = {name for name in ledger.keeping.names() if name.startswith("batches/")}
    return admitted, ledger.conflicts(), kept


def test_several_processes_answer_in_the_order_of_the_files(mine: Made, tmp_path: Path) -> None:
    folder = many(mine, tmp_path / "in")
    workspace = Workspace(mine.workspace)
    ledger = ledger_of(workspace)
    files = sorted(folder.iterdir())
    outcomes = list(take_in(workspace, ledger, files, workers=3, stopped=lambda: False))
    assert [outcome.path for outcome in outcomes] == files
    assert [outcome.path.name for outcome in outcomes if outcome.verdict is Verdict.REFUSED] == ["a-broken.batch"]
    for booth in BOOTHS:
        verdicts = [outcome.verdict for outcome in outcomes if outcome.booth == booth]
        assert verdicts.count(Verdict.ACCEPTED) == 1
        assert set(verdicts) == {Verdict.ACCEPTED, Verdict.ALREADY}
    assert set(ledger.admitted()) == set(BOOTHS)


def test_a_dead_worker_is_told_and_nothing_is_lost(mine: Made, tmp_path: Path) -> None:
    folder = many(mine, tmp_path / "in")
    ran = subprocess.Popen(command(mine, folder), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    worker = _first_worker(ran.pid)
    os.kill(worker, signal.SIGKILL)
    said = ran.communicate(timeout=100)[1]
    assert ran.returncode == 1
    assert "ended from outside" in said
    assert "Traceback" not in said
    assert district("import", mine.workspace, folder).returncode == 1  # the broken one
    assert set(ledger_of(Workspace(mine.workspace)).admitted()) == set(BOOTHS)


def _first_worker(parent: int) -> int:
    """A process below the command that is no tracker of resources."""
    for _ in range(2000):
        for child in Path(f"/proc/{parent}/task/{parent}/children").read_text().split():
            with suppress(FileNotFoundError, ProcessLookupError):  # it is gone already
                if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes():
                    return int(child)
        time.sleep(0.01)
    pytest.fail("no worker was started")


def test_a_killed_command_leaves_no_worker_behind(mine: Made, tmp_path: Path) -> None:
    folder = many(mine, tmp_path / "in")
    ran = subprocess.Popen(command(mine, folder), stdout=subprocess.DEVNULL)
    worker = _first_worker(ran.pid)
    ran.kill()
    ran.wait()
    for _ in range(3000):
        if not Path(f"/proc/{worker}").exists() or "Z" in Path(f"/proc/{worker}/stat").read_text().split()[2]:
            break
        time.sleep(0.01)
    else:
        pytest.fail("a worker goes on by itself")


POINTS = (1, 4, 8, 12, 16, 100)
"""Which of the calls that make something durable is the last one; the last number is past the end."""


def test_killed_at_any_write_and_run_again_it_ends_the_same(election: Made, tmp_path: Path) -> None:
    """strace kills the command in the middle of its n-th call that makes something durable."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.batch").write_bytes(election.day().batch())
    whole = election.copy(tmp_path / "whole")
    done("import", whole.workspace, folder)
    killed = 0
    for point in POINTS:
        made = election.copy(tmp_path / f"killed{point}")
        fault = f"inject=fsync,fdatasync,rename,pwrite64,unlink:signal=SIGKILL:when={point}"
        traced = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", "trace=fsync,fdatasync,rename,pwrite64,unlink", "-e"]
        ran = subprocess.run([*traced, fault, *command(made, folder)], capture_output=True, timeout=100, check=False)
        killed += ran.returncode != 0
        if (made.workspace / "ledger.sqlite").exists():
            ledger = ledger_of(Workspace(made.workspace))
            for here in ledger.admitted().values():  # an entry always has its files
                assert ledger.keeping.batch(here.batch_sha256)
                assert ledger.keeping.archive(here.archive_sha256)
        done("import", made.workspace, folder)
        assert ended(made) == ended(whole)
        shutil.rmtree(made.folder)
    assert killed == len(POINTS) - 1


def test_told_to_stop_it_ends_what_it_has_begun(mine: Made, tmp_path: Path) -> None:
    folder = many(mine, tmp_path / "in")
    ran = subprocess.Popen(command(mine, folder, "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert ran.stdout is not None
    assert ran.stdout.readline() == "[\n"
    ran.send_signal(signal.SIGINT)
    out, said = ran.communicate(timeout=100)
    assert ran.returncode == 130
    assert "Traceback" not in said
    answered = json.loads("[" + out)
    accepted = {outcome["booth"] for outcome in answered if outcome["verdict"] == "accepted"}
    assert set(ledger_of(Workspace(mine.workspace)).admitted()) == accepted
    assert district("import", mine.workspace, folder).returncode == 1
    assert set(ledger_of(Workspace(mine.workspace)).admitted()) == set(BOOTHS)


def test_memory_does_not_grow_with_the_number_of_batches(election: Made, tmp_path: Path) -> None:
    """Batches that are verified to the end and then refused, 8 of them and 80."""
    day = election.day()
    day.change(equations=())
    data = day.batch()
    workspace = Workspace(election.workspace)
    ledger = ledger_of(workspace)
    peaks = []
    for number in (8, 8, 80):  # the first fills what is kept once
        folder = tmp_path / f"{len(peaks)}"
        folder.mkdir()
        for n in range(number):
            (folder / f"{n}{SUFFIX}").write_bytes(data)
        tracemalloc.start()
        refused = 0
        for outcome in take_in(workspace, ledger, offered_files([folder]), workers=1, stopped=lambda: False):
            refused += outcome.verdict is Verdict.REFUSED
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert refused == number
    # Paths and answers' own bytes; the 72 batches more are not among them.
    assert peaks[2] - peaks[1] < 72 * len(data) // 10


def test_the_bar_shows_rate_and_time_left(mine: Made, tmp_path: Path) -> None:
    folder = many(mine, tmp_path / "in")
    primary, secondary = pty.openpty()
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "200"}
    ran = subprocess.Popen(command(mine, folder), stdout=subprocess.DEVNULL, stderr=secondary, env=environment)
    os.close(secondary)
    said = b""
    try:
        while part := os.read(primary, 65536):
            said += part
    except OSError:  # the terminal's other end is closed
        pass
    os.close(primary)
    assert ran.wait(timeout=100) == 1
    assert b"importing" in said
    assert b"/12" in said
    assert b"/s" in said
    assert b"0:00:0" in said


def test_a_file_is_given_out_once_it_is_steady(tmp_path: Path) -> None:
    now_s = 100.0
    watch = Watch([tmp_path, tmp_path / "stick"], lambda: now_s)
    file = tmp_path / "a.batch"
    assert watch.ready() == []
    for part in range(5):  # it grows, slower than we look
        with file.open("ab") as growing:
            growing.write(bytes(100))
        now_s += STEADY_S - 0.5 + part / 10
        assert watch.ready() == []
    now_s += STEADY_S
    assert watch.ready() == [file]
    now_s += STEADY_S
    assert watch.ready() == []
    watch.again(file)
    assert watch.ready() == [file]
    file.write_bytes(b"another")  # copied once more
    assert watch.ready() == []
    now_s += STEADY_S
    assert watch.ready() == [file]
    file.unlink()
    assert watch.ready() == []
    file.write_bytes(b"another")  # the stick again
    watch.ready()
    now_s += STEADY_S
    assert watch.ready() == [file]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_watching_takes_what_arrives_and_ends_cleanly(mine: Made, tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    data = mine.day().batch()
    watching = subprocess.Popen(
        command(mine, folder, "--watch", "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert watching.stdout is not None
    assert watching.stdout.readline() == "[\n"
    with (folder / "a.batch").open("wb") as copied:
        for start in range(0, len(data), len(data) // 4 + 1):
            copied.write(data[start : start + len(data) // 4 + 1])
            copied.flush()
            time.sleep(1.2)
    assert json.loads(watching.stdout.readline())["verdict"] == "accepted"
    watching.send_signal(number)
    rest, said = watching.communicate(timeout=60)
    assert (watching.returncode, rest) == (0, "]\n"), said
    assert "Traceback" not in said


def test_watching_takes_folders_only(mine: Made, tmp_path: Path) -> None:
    (tmp_path / "a.batch").write_bytes(b"")
    assert district("import", mine.workspace, tmp_path / "a.batch", "--watch").returncode == 2
