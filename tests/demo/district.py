"""The staff's commands, run as people run them: processes of ``bilik-district``, their words kept in a log."""

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

COMMAND = Path(sys.executable).with_name("bilik-district")
TIMEOUT_S = 200


class CommandFailed(AssertionError):
    """A command of the staff ended with an error."""


class District:
    """Runs the commands in ``home``; ``tell`` hears each command line as it was typed."""

    def __init__(self, home: Path, log: Path, tell: Callable[[str], None]) -> None:
        self._home = home
        self._log = log
        self._tell = tell
        self._passphrase = secrets.token_urlsafe(24)

    def run(self, *arguments: str | Path, cwd: Path | None = None, expect: int = 0) -> str:
        """Its standard output; raises CommandFailed when it does not end with ``expect``."""
        where = cwd or self._home
        words = [_short(argument, where) for argument in arguments]
        line = " ".join(("bilik-district", *words))
        self._tell(f"{'' if where == self._home else f'{where.name}: '}$ {line}")
        done = subprocess.run(
            [COMMAND, *words],
            cwd=where,
            env=os.environ | {"BILIK_PASSPHRASE": self._passphrase, "COLUMNS": "140"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
        with self._log.open("a", encoding="utf-8") as log:
            log.write(f"$ {line}\n{done.stdout}{done.stderr}(exit {done.returncode})\n\n")
        if done.returncode != expect:
            raise CommandFailed(
                f"{line}\nended with {done.returncode} instead of {expect}:\n{done.stderr}{done.stdout}"
            )
        return done.stdout

    def json(self, *arguments: str | Path) -> Any:
        """What a command with ``--json`` says."""
        return json.loads(self.run(*arguments, "--json"))

    def prepare(self, sample: Path) -> None:
        """From the sample to a package for each booth; each role's key is made in a folder of its own."""
        self.run("new", sample, "district")
        self.run("cards", "rehearsal", "district", "cards")
        root = (self._home / "district" / "root.pub").read_text(encoding="utf-8").splitlines()[1]
        for role in ("officers", "committee"):
            machine = self._home / "machines" / role
            machine.mkdir(parents=True)
            # What crosses between the machines: the request one way, the trustee's file the other way.
            shutil.copytree(self._home / "district" / "request", machine / "request")
            self.run(
                "trustee", "new", "request", "--role", role, "--out", f"{role}.trustee", "--root", root, cwd=machine
            )
            self.run("trustee", "add", "district", machine / f"{role}.trustee")
        self.run("check", "district")
        self.run("package", "district", "--all", "packages")


def _short(argument: str | Path, where: Path) -> str:
    """A path as somebody standing in ``where`` types it."""
    if isinstance(argument, Path):
        return os.path.relpath(argument, where) if argument.is_relative_to(where) else str(argument)
    return argument
