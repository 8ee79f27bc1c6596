"""The staff's commands, run as people run them: processes of ``bilik-district``, their words kept in a log."""

import json
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import threading
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
        self.home = home
        self._log = log
        self._tell = tell
        self._stopped = False
        self._running: subprocess.Popen[str] | None = None
        self.environment: dict[str, str] = {"BILIK_PASSPHRASE": secrets.token_urlsafe(24), "COLUMNS": "140"}

    def run(
        self,
        *arguments: str | Path,
        cwd: Path | None = None,
        expect: int = 0,
        hear: Callable[[str], None] = lambda _: None,
    ) -> str:
        """Its standard output, of which ``hear`` gets each line at once; raises CommandFailed unless it ends with
        ``expect``.
        """
        where = cwd or self.home
        words = [_short(argument, where) for argument in arguments]
        line = " ".join(("bilik-district", *words))
        self._tell(f"{'' if where == self.home else f'on the machine of the {where.name}: '}$ {line}")
        said = []
        with (
            tempfile.TemporaryFile("w+", encoding="utf-8") as errors,
            subprocess.Popen(
                [COMMAND, *words],
                cwd=where,
                env=os.environ | self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            ) as process,
        ):
            self._running = process
            if self._stopped:
                process.kill()
            too_long = threading.Timer(TIMEOUT_S, process.kill)
            too_long.start()
            try:
                assert process.stdout is not None
                for spoken in process.stdout:
                    said.append(spoken)
                    hear(spoken)
                process.wait()
            except BaseException:
                process.kill()
                raise
            finally:
                too_long.cancel()
                process.wait()
                errors.seek(0)
                complaints = errors.read()
                with self._log.open("a", encoding="utf-8") as log:
                    log.write(f"$ {line}\n{''.join(said)}{complaints}(exit {process.returncode})\n\n")
        if process.returncode != expect:
            raise CommandFailed(
                f"{line}\nended with {process.returncode} instead of {expect}:\n{complaints}{''.join(said)}"
            )
        return "".join(said)

    def stop(self) -> None:
        """Kills the command that runs, and each one that is begun afterwards; from any thread."""
        self._stopped = True
        if self._running is not None:
            self._running.kill()

    def json(self, *arguments: str | Path) -> Any:
        """What a command with ``--json`` says."""
        return json.loads(self.run(*arguments, "--json"))

    def finish(self) -> None:
        """From the registered cards to a package for each booth; each role's key is made in a folder of its own."""
        root = (self.home / "district" / "root.pub").read_text(encoding="utf-8").splitlines()[1]
        for role in ("officers", "committee"):
            machine = self.home / "machines" / role
            machine.mkdir(parents=True)
            # What crosses between the machines: the request one way, the trustee's file the other way.
            shutil.copytree(self.home / "district" / "request", machine / "request")
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
