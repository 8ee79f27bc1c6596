"""A real PostgreSQL from Debian for this process: no port, a socket in a folder of its own, gone at the end."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

FOLDERS = "/usr/lib/postgresql"
"""Debian keeps the server's programs off everybody's PATH, by version."""
USER = "bilik"


class Server:
    """A running server; each ``database()`` is a new, empty one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count(1)

    def database(self) -> str:
        """Its URL."""
        name = f"election_{next(self._numbers)}"
        with self.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name}")  # type: ignore[arg-type]
        return f"postgresql://{USER}@/{name}?host={self.folder}"

    def connect(self, name: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=str(self.folder), user=USER, dbname=name, autocommit=True)


def programs() -> Path:
    """The folder with initdb and postgres; fails the test loudly when there is none."""
    found = sorted(Path(FOLDERS).glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        pytest.fail("PostgreSQL is needed for this test: apt-get install postgresql")
    return found[-1].parent


@contextmanager
def server() -> Iterator[Server]:
    """A server as long as the block; nothing is synced, it holds nothing that must outlive a power failure."""
    bin_ = programs()
    # Under /tmp itself: a socket's path may have 107 bytes, and the server is somebody else than root.
    folder = Path(tempfile.mkdtemp(prefix="bilik-pg-"))
    who = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.getuid() == 0 else {}
    if who:
        account = pwd.getpwnam("postgres")
        os.chown(folder, account.pw_uid, account.pw_gid)
    data = folder / "data"
    log = (folder / "log").open("wb")
    try:
        initdb = [bin_ / "initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
        made = subprocess.run(initdb, capture_output=True, text=True, cwd=folder, check=False, **who)  # type: ignore[call-overload]
        assert made.returncode == 0, made.stderr
        settings = {"listen_addresses": "", "unix_socket_directories": folder, "fsync": "off", "max_connections": 40}
        command = ["setpriv", "--pdeathsig", "QUIT", bin_ / "postgres", "-D", data]  # never outlives a killed test run
        command += [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        running = subprocess.Popen(command, stdout=log, stderr=log, cwd=folder, **who)  # type: ignore[call-overload]
        try:
            yield _when_it_answers(Server(folder), running)
        finally:
            running.send_signal(signal.SIGQUIT)
            running.wait(timeout=60)
    finally:
        log.close()
        shutil.rmtree(folder)


def _when_it_answers(made: Server, running: "subprocess.Popen[bytes]") -> Server:
    for _ in range(600):
        assert running.poll() is None, (made.folder / "log").read_text()
        try:
            made.connect("postgres").close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return made
    pytest.fail((made.folder / "log").read_text())
