"""One ledger on two kinds of database: which one a command opens, what is stored of its URL, several desks at once."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from config.errors import DeviceError, OperatorError
from sync.batch import read
from sync.district.databaseurl import parse, recorded, without_password
from sync.district.intake import Verdict, take
from sync.district.ledger import Entry, ledger_of
from sync.district.workspace import Workspace
from tests.district.election import BOOTHS, PASSPHRASE, Made, district, done, process
from tests.district.offering import offered
from tests.district.postgres import Server

WRONG_URLS = {
    "another kind": "mysql://siti:rahasia@host/election",
    "a driver": "postgresql+psycopg2://siti:rahasia@host/election",
    "no database": "postgresql://siti:rahasia@host",
    "a password behind the question mark": "postgresql://siti@host/election?password=rahasia",
    "a file of passwords": "postgresql://siti@host/election?passfile=rahasia",
    "settings of the server": "postgresql://siti@host/election?options=-c%20synchronous_commit=off&sslcert=rahasia",
    "a port of letters": "postgresql://siti:rahasia@host:abc/election",
    "no URL": "rahasia",
    "nothing": "",
}


@pytest.mark.parametrize("name", WRONG_URLS)
def test_a_url_that_is_refused_is_never_repeated(name: str) -> None:
    with pytest.raises(OperatorError) as refused:
        parse(WRONG_URLS[name])
    assert "postgresql://" in refused.value.en
    assert "rahasia" not in refused.value.en + refused.value.id + repr(refused.value.__cause__)


def test_a_password_is_neither_stored_nor_shown(mine: Made, postgres: Server) -> None:
    url = postgres.database().replace("bilik@", "bilik:rahasia123@")
    shown = process("results", mine.workspace, "--db", url)
    assert shown.returncode == 0, shown.stderr
    wrong = process("results", mine.workspace, "--db", "postgresql://siti:rahasia123@127.0.0.1:1/none")
    assert wrong.returncode == 1
    assert "does not answer" in wrong.stderr
    for text in (shown.stdout, shown.stderr, wrong.stdout, wrong.stderr):
        assert "rahasia" not in text
    stored = [path for path in mine.workspace.rglob("*") if path.is_file() and b"rahasia123" in path.read_bytes()]
    assert stored == []
    known = recorded(Workspace(mine.workspace))
    assert known is not None
    assert without_password(known) == without_password(parse(url.replace(":rahasia123", "")))
    assert "rahasia" not in without_password(known)


def test_a_workspace_stays_with_its_ledger(mine: Made, other_election: Made, postgres: Server, tmp_path: Path) -> None:
    file = tmp_path / "a.batch"
    file.write_bytes(mine.day().batch())
    here = postgres.database()
    done("import", mine.workspace, file, "--db", here)
    # Without --db the same ledger, not a second one.
    assert json.loads(done("import", mine.workspace, file, "--json"))[0]["verdict"] == "already here"
    assert not (mine.workspace / "ledger.sqlite").exists()
    empty = district("results", mine.workspace, "--db", postgres.database())
    assert (empty.returncode, "the one that you name is empty" in empty.stderr) == (1, True)
    foreign = district("results", other_election.copy(tmp_path / "other").workspace, "--db", here)
    assert (foreign.returncode, "another election" in foreign.stderr) == (1, True)
    assert json.loads(done("import", mine.workspace, file, "--json"))[0]["verdict"] == "already here"


def test_a_ledger_with_entries_is_not_left_behind(mine: Made, postgres: Server, tmp_path: Path) -> None:
    file = tmp_path / "a.batch"
    file.write_bytes(mine.day().batch())
    done("import", mine.workspace, file)
    ran = district("results", mine.workspace, "--db", postgres.database())
    assert (ran.returncode, "has entries" in ran.stderr) == (1, True)
    assert recorded(Workspace(mine.workspace)) is None


def test_an_old_ledger_is_told_apart(mine: Made) -> None:
    import sqlite3

    with sqlite3.connect(mine.workspace / "ledger.sqlite") as old:
        old.execute("CREATE TABLE batches (booth TEXT PRIMARY KEY)")
    old.close()
    ran = district("results", mine.workspace)
    assert (ran.returncode, "another version" in ran.stderr) == (1, True)


def test_a_desk_on_another_machine_sees_what_was_taken_in(mine: Made, postgres: Server, tmp_path: Path) -> None:
    """Its disk has none of the files; decisions and decryption must work there all the same."""
    far = mine.copy(tmp_path / "far")
    url = postgres.database()
    first, second = mine.day(choices=(1, 1)).batch(), mine.day(choices=(2, 2, 2)).batch()
    for name, data in (("1.batch", first), ("2.batch", second)):
        (tmp_path / name).write_bytes(data)
    assert district("import", mine.workspace, tmp_path / "1.batch", tmp_path / "2.batch", "--db", url).returncode == 1
    ground = ("--by", "Sri Rahayu", "--reason", "rekap TPS 1 bilik 1")
    done("decide", far.workspace, BOOTHS[0], "--tape", read(second).sha256, *ground, "--db", url)
    (village,) = json.loads(done("results", mine.workspace, "--json"))["villages"]
    assert village["booth_results"][0]["votes"] == [0, 0, 3, 0]
    assert not any((far.workspace / "batches").iterdir())


def test_a_connection_that_is_cut_admits_nothing_in_part(mine: Made, postgres: Server, tmp_path: Path) -> None:
    """The server ends the session before each statement in turn; afterwards a booth has all or nothing."""
    file = tmp_path / "a.batch"
    file.write_bytes(mine.day().batch())
    url = postgres.database()
    workspace = Workspace(mine.workspace, parse(url))
    ledger = ledger_of(workspace)
    name = (parse(url).database or "").strip("/")
    cut_at = -1
    statements = 0

    def cuts(*arguments: object) -> None:
        nonlocal statements
        statements += 1
        if statements == cut_at + 1:
            with postgres.connect("postgres") as other:
                other.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s", [name])

    failed = 0
    event.listen(Engine, "before_cursor_execute", cuts)
    try:
        while True:
            cut_at, statements = cut_at + 1, 0
            try:
                verdict = take(workspace, ledger, file).verdict
            except DeviceError:
                failed += 1
                event.remove(Engine, "before_cursor_execute", cuts)
                assert ledger.admitted() == {}
                event.listen(Engine, "before_cursor_execute", cuts)
            else:
                break
    finally:
        event.remove(Engine, "before_cursor_execute", cuts)
    assert verdict is Verdict.ACCEPTED
    assert failed >= 8
    assert take(workspace, ledger, file).verdict is Verdict.ALREADY


def importing(made: Made, folder: Path, url: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "sync.district", "import", made.workspace, folder, "--db", url, "--json"]
    environment = os.environ | {"BILIK_PASSPHRASE": PASSPHRASE}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def test_four_desks_at_once_admit_each_batch_once(mine: Made, postgres: Server, tmp_path: Path) -> None:
    """Four processes on workspaces of their own, the database empty: they also race to make its tables."""
    folder, url = offered(mine, tmp_path / "in"), postgres.database()
    desks = [mine.copy(tmp_path / f"desk{n}") for n in range(4)]
    running = [importing(desk, folder, url) for desk in desks]
    told = [json.loads(process.communicate(timeout=200)[0]) for process in running]
    assert [process.returncode for process in running] == [0] * 4
    for booth in BOOTHS:
        verdicts = sorted(outcome["verdict"] for desk in told for outcome in desk if outcome["booth"] == booth)
        assert verdicts == ["accepted", *["already here"] * 3]
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT count(*) FROM batches").fetchone() == (len(BOOTHS),)
        assert connection.execute("SELECT count(*) FROM conflicts").fetchone() == (0,)
    (village,) = json.loads(done("results", desks[3].workspace, "--json"))["villages"]
    assert village["state"] == "complete"


def test_a_desk_that_stands_still_holds_nobody_up(mine: Made, postgres: Server, tmp_path: Path) -> None:
    """One is stopped within its entry for the first booth: others take in all other booths meanwhile."""
    url = postgres.database()
    slow = ledger_of(Workspace(mine.workspace, parse(url)))
    folder = offered(mine, tmp_path / "in")
    others = tmp_path / "others"
    others.mkdir()
    for booth in BOOTHS[1:]:
        shutil.copy(folder / f"{booth}.batch", others)
    with slow.database.transaction(BOOTHS[0]) as connection:
        running = [importing(mine, others, url) for _ in range(3)]
        while any(process.poll() is None for process in running):
            connection.execute(select(1))  # slow, but not gone: on a busy machine the others take longer than GONE_S
            time.sleep(1)
        told = [json.loads(process.communicate(timeout=100)[0]) for process in running]
        assert [process.returncode for process in running] == [0, 0, 0]
        waiting = importing(mine, folder / f"{BOOTHS[0]}.batch", url)
    assert sorted(o["verdict"] for o in told[0] + told[1] + told[2]) == ["accepted"] * 2 + ["already here"] * 4
    assert json.loads(waiting.communicate(timeout=100)[0])[0]["verdict"] == "accepted"


def test_a_desk_that_is_stopped_anywhere_holds_nobody_up(mine: Made, postgres: Server, tmp_path: Path) -> None:
    """SIGSTOP, as a lid that is shut: whatever it held is given up by the server, and the others end."""
    folder, url = offered(mine, tmp_path / "in"), postgres.database()
    ledger_of(Workspace(mine.workspace, parse(url)))
    stopped = importing(mine, folder, url)
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            seen = "SELECT count(*) FROM kept"
            while connection.execute(seen).fetchone() == (0,):
                assert stopped.poll() is None
        stopped.send_signal(signal.SIGSTOP)
        other = importing(mine, folder, url)
        other.communicate(timeout=100)
        assert other.returncode == 0
    finally:
        stopped.send_signal(signal.SIGCONT)
    said = stopped.communicate(timeout=100)
    # Where it held something it has lost its session: it says so, and runs again.
    assert stopped.returncode == 0 or "does not answer" in said[1]
    again = importing(mine, folder, url)
    again.communicate(timeout=100)
    assert again.returncode == 0


def test_one_booth_at_a_time_is_entered(mine: Made, postgres: Server) -> None:
    """Two desks with two batches of one booth: one is accepted, the other a conflict, never both accepted."""
    from threading import Thread

    url = postgres.database()
    ledgers = [ledger_of(Workspace(mine.workspace, parse(url))) for _ in range(4)]
    record = mine.day().record
    entries: list[Entry] = []

    def enters(n: int) -> None:
        entries.append(ledgers[n].admit(record, f"{n:064}", f"{n:064}"))

    threads = [Thread(target=enters, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(entries) == [Entry.ACCEPTED] + [Entry.CONFLICT] * 3
