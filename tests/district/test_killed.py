"""The import killed at every call that makes something durable, on PostgreSQL: same end after running again.

On SQLite it is the file system's calls (`test_importing`); here also each COMMIT, before it is sent and once it
is sent. Between two of them nothing is made durable.
"""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sync.district.databaseurl import parse
from sync.district.ledger import ledger_of
from sync.district.workspace import Workspace
from tests.district.election import Made, district, done
from tests.district.offering import offered
from tests.district.postgres import Server

DURABLE = "fsync,fdatasync,rename,renameat,renameat2"
ON_THE_WIRE = "sendto,recvfrom"
TRACE = f"{DURABLE},{ON_THE_WIRE}"


def command(made: Made, folder: Path, url: str) -> list[str]:
    return [sys.executable, "-m", "sync.district", "import", str(made.workspace), str(folder), "--db", url]


def calls(made: Made, folder: Path, url: str, log: Path) -> list[tuple[str, int, str]]:
    """Name, number among those of its name, and text of each traced call of a whole run, in order."""
    ran = subprocess.run(
        ["strace", "-f", "-qq", "-s", "80", "-o", log, "-e", f"trace={TRACE}", *command(made, folder, url)],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    found, numbers = [], dict.fromkeys(TRACE.split(","), 0)
    for line in log.read_text(errors="replace").splitlines():
        begun = re.match(r"\d+ +(\w+)\((.*)", line)
        if begun:
            numbers[begun[1]] += 1
            found.append((begun[1], numbers[begun[1]], begun[2]))
    return found


def points(found: list[tuple[str, int, str]]) -> list[tuple[str, int]]:
    """Calls at which to die: what the file system makes durable, each COMMIT, and the answer to it."""
    wanted = []
    for place, (name, number, text) in enumerate(found):
        if name in DURABLE.split(","):
            wanted.append((name, number))
        elif name == "sendto" and r"\vCOMMIT" in text:
            wanted.append((name, number))
            wanted.append(next(call[:2] for call in found[place + 1 :] if call[0] == "recvfrom"))
    return wanted


def ended(made: Made, url: str) -> tuple[object, ...]:
    ledger = ledger_of(Workspace(made.workspace, parse(url)))
    admitted = {booth: (here.batch_sha256, here.archive_sha256) for booth, here in ledger.admitted().items()}
    for batch, archive in admitted.values():  # an entry always has its files
        assert ledger.keeping.batch(batch)
        assert ledger.keeping.archive(archive)
    return admitted, ledger.conflicts(), sorted(ledger.keeping.names())


def test_killed_at_every_commit_and_run_again_it_ends_the_same(
    election: Made, postgres: Server, tmp_path: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.batch").write_bytes(election.day(choices=(1,), voids=()).batch())
    whole = election.copy(tmp_path / "whole")
    url = postgres.database()
    wanted = points(calls(whole, folder, url, tmp_path / "calls"))
    end = ended(whole, url)
    assert len(end[0]) == 1  # type: ignore[arg-type]
    # Schema, two looks, batch, archive and entry; and the note of where the ledger is.
    assert len([name for name, _ in wanted if name == "sendto"]) == 6, wanted
    assert len(wanted) >= 15, wanted
    made = election.copy(tmp_path / "killed")
    killed = half = 0
    for name, number in wanted:
        (made.workspace / "ledger.json").unlink(missing_ok=True)
        url = postgres.database()
        fault = f"inject={name}:signal=SIGKILL:when={number}"
        traced = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={name}", "-e", fault]
        ran = subprocess.run([*traced, *command(made, folder, url)], capture_output=True, timeout=100, check=False)
        killed += ran.returncode == -signal.SIGKILL or ran.returncode == 128 + signal.SIGKILL
        half += ended(made, url) != end
        done("import", made.workspace, folder, "--db", url)
        assert ended(made, url) == end, (name, number)
    assert killed >= len(wanted) - 2, "a call or two more or less is no other run"
    assert half > 3


@pytest.mark.parametrize("after", [1, 4, 9])
def test_a_worker_that_is_killed_in_the_middle_of_its_work_for_a_database(
    mine: Made, postgres: Server, tmp_path: Path, after: int
) -> None:
    """Within an entry: the command ends with a sentence, and what the server held for it holds nobody up."""
    folder, url = offered(mine, tmp_path / "in"), postgres.database()
    for n in range(9):
        (folder / f"z{n}.batch").write_bytes((folder / sorted(p.name for p in folder.iterdir())[n % 3]).read_bytes())
    ledger_of(Workspace(mine.workspace, parse(url)))
    program = (
        "import sys\n"
        "from sync.district import crew\n"
        "from sync.district.__main__ import run\n"
        "take = crew.take\n"
        "left = [int(sys.argv[1])]\n"
        "def dying(workspace, ledger, file):\n"
        "    from sqlalchemy import event\n"
        "    from sqlalchemy.engine import Engine\n"
        "    import os, signal\n"
        "    def dies(*_):\n"
        "        left[0] -= 1\n"
        "        if not left[0]: os.kill(os.getpid(), signal.SIGKILL)\n"
        "    event.listen(Engine, 'before_cursor_execute', dies)\n"
        "    return take(workspace, ledger, file)\n"
        "if __name__ != '__main__': crew.take = dying\n"
        "else: sys.exit(run(sys.argv[2:]))\n"
    )
    (tmp_path / "dying.py").write_text(program)
    ran = subprocess.run(
        [sys.executable, tmp_path / "dying.py", str(after), "import", mine.workspace, folder, "--db", url],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 1
    assert "ended from outside" in ran.stderr
    assert "Traceback" not in ran.stderr
    assert district("import", mine.workspace, folder, "--db", url).returncode == 0
    assert len(ledger_of(Workspace(mine.workspace, parse(url))).admitted()) == 3
