"""Processes that work for a command: whoever dies, whenever, is told; nobody is waited for, and nobody is left over."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import wait
from multiprocessing.reduction import ForkingPickler
from pathlib import Path

import pytest

from config.errors import BilikError, DeviceError, OperatorError
from config.faults import Fault, SourceFaults
from sync.district.workers import Alone, Crew, EndedOutside
from tests.district.election import PASSPHRASE, Made
from tests.district.large import make_source, ready_workspace
from tests.district.offering import offered

LARGE = 64 << 20
"""Bytes; more than any line holds, so that whoever writes them is in the middle of it for a while."""


def _begin(name: str) -> None:
    if name == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if name == "refuse":
        raise OperatorError("Not like this.", id="Bukan begini.")
    if name == "full":
        raise OSError(28, "No space left on device")


def _square(number: int) -> int:
    return number * number


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _die_in_the_middle_of_the_answer() -> bytes:
    threading.Timer(0.3, _die).start()
    return bytes(LARGE)


def _refuse() -> None:
    raise SourceFaults((Fault("a.csv", 3, "name", "Wrong.", "Salah."),))


def _sleep() -> None:
    time.sleep(600)


@pytest.mark.parametrize("number", [1, 3])
def test_everything_is_answered_under_its_ticket(number: int) -> None:
    with Crew(number, _begin, "") as crew:
        wanted = {crew.submit(_square, n): n * n for n in range(50)}
        assert dict(crew.next() for _ in wanted) == wanted
        late = crew.submit(_square, 7)
        assert crew.next() == (late, 49)
    alone = Alone()
    wanted = {alone.submit(_square, n): n * n for n in range(5)}
    assert dict(alone.next() for _ in wanted) == wanted


def _while_it_works(crew: Crew) -> None:
    crew.submit(_sleep)  # by another one, who is not waited for
    crew.submit(_die)
    crew.next()


def _with_more_given_to_it(crew: Crew) -> None:
    for n in range(20):
        crew.submit(_square, n)
        crew.submit(_die)
    for _ in range(40):
        crew.next()


def _in_the_middle_of_its_answer(crew: Crew) -> None:
    crew.submit(_die_in_the_middle_of_the_answer)
    wait([worker.line for worker in crew._workers])  # it has begun to answer, and we do not listen
    time.sleep(1)
    crew.next()


def _while_it_has_nothing_to_do(crew: Crew) -> None:
    crew.submit(_square, 1)
    crew.next()
    for worker in crew._workers:
        worker.process.kill()
        worker.process.join()
    for n in range(20):
        crew.submit(_square, n)
    for _ in range(20):
        crew.next()


DEATHS: dict[str, Callable[[Crew], None]] = {
    "while it works": _while_it_works,
    "with more given to it": _with_more_given_to_it,
    "in the middle of its answer": _in_the_middle_of_its_answer,
    "while it has nothing to do": _while_it_has_nothing_to_do,
}


@pytest.mark.parametrize("death", DEATHS)
@pytest.mark.timeout(60)
def test_a_worker_that_dies_is_told(death: str) -> None:
    crew = Crew(2, _begin, "")
    with pytest.raises(EndedOutside), crew:
        DEATHS[death](crew)
    assert all(not worker.process.is_alive() for worker in crew._workers)


@pytest.mark.timeout(60)
def test_workers_that_die_as_they_begin_are_told() -> None:
    crew = Crew(2, _begin, "die")
    with pytest.raises(EndedOutside), crew:
        _with_more_given_to_it(crew)


def test_what_goes_wrong_there_is_raised_here() -> None:
    with Crew(1, _begin, "refuse") as crew:
        crew.submit(_square, 1)
        with pytest.raises(OperatorError, match="Not like this") as told:
            crew.next()
    assert told.value.id == "Bukan begini."
    with Crew(1, _begin, "full") as crew:
        crew.submit(_square, 1)
        with pytest.raises(OSError, match="No space left"):
            crew.next()
    with Crew(1, _begin, "") as crew:
        crew.submit(_refuse)
        with pytest.raises(SourceFaults) as faults:
            crew.next()
    assert faults.value.faults[0].where == "a.csv:3 (name)"


def test_errors_travel_whatever_their_constructor_takes() -> None:
    for error in (EndedOutside(), DeviceError("It broke.", id="Rusak.")):
        again: BilikError = ForkingPickler.loads(ForkingPickler.dumps(error))
        assert (type(again), again.en, again.id, str(again)) == (type(error), error.en, error.id, error.en)


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ready")
    ready_workspace(folder / "workspace", make_source(folder / "source", 4, 26, 120))
    return folder


@pytest.mark.parametrize("after_s", [0.3, 0.8, 1.6, 2.4])
def test_ctrl_c_ends_every_process_of_a_command_without_a_word_of_theirs(
    ready: Path, tmp_path: Path, after_s: float
) -> None:
    """As a terminal sends it: to the command and to its workers, at the same moment, also while they begin."""
    mine = Made(ready).copy(tmp_path / "mine").workspace
    running = subprocess.Popen(
        [sys.executable, "-m", "sync.district", "package", mine, "--all", tmp_path / "out"],
        env=os.environ | {"BILIK_PASSPHRASE": PASSPHRASE},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 -- as a shell does
    )
    while not _children(running.pid):
        assert running.poll() is None
        time.sleep(0.005)
    time.sleep(after_s / 4)
    os.killpg(running.pid, signal.SIGINT)
    _, said = running.communicate(timeout=60)  # nobody holds its ends any more
    assert "Traceback" not in said
    assert running.returncode == 130
    assert "Stopped." in said


def _children(parent: int) -> list[str]:
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [pid for pid in children if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


def test_a_database_that_takes_no_more_desks_is_told_as_what_it_is(mine: Made, tmp_path: Path) -> None:
    """The workers' connections fail where the command's own did not: no traceback, and no talk of memory."""
    folder = offered(mine, tmp_path / "in")
    for n in range(9):
        (folder / f"{n}.batch").write_bytes(b"broken")
    program = (
        "import sys\n"
        "from sync.district import crew\n"
        "from sync.district.__main__ import run\n"
        "from config.errors import DeviceError\n"
        "def refused(*_):\n"
        "    raise DeviceError('The database does not answer (too many clients).', id='Basis data penuh.')\n"
        "if __name__ != '__main__': crew.ledger_of = refused\n"
        "else: sys.exit(run(sys.argv[1:]))\n"
    )
    (tmp_path / "busy.py").write_text(program)
    ran = subprocess.run(
        [sys.executable, tmp_path / "busy.py", "import", mine.workspace, folder],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 1
    assert "too many clients" in ran.stderr
    assert "Traceback" not in ran.stderr
