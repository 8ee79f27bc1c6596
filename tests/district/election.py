"""A small election that was made with the commands, once for all tests of a file; each test works on a copy."""

import contextlib
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.cards.pins import new_pin
from config.cards.registry import register
from config.cards.role import CardKind
from config.cards.soft import SoftCard, new_soft_card
from config.package import Package, read_package
from config.rootkey import Passphrase
from sync.batch import VoidKind
from sync.district.__main__ import run
from sync.district.cards import enter
from sync.district.holders import rehearsal_holders
from sync.district.softcards import write_sheet
from sync.district.workspace import Workspace
from tests.district.a_booth import Day, card

SAMPLE = Path(__file__).parents[2] / "config" / "sample"
PASSPHRASE = "four words of test"
BOOTHS = ("34.04.01.2001-001-1", "34.04.01.2001-001-2", "34.04.01.2001-002-1")


@dataclass(frozen=True)
class Ran:
    """How a command ended and what it said."""

    returncode: int
    stdout: str
    stderr: str


def district(*arguments: object, passphrase: str | None = PASSPHRASE) -> Ran:
    """Runs ``bilik-district`` in this process, without a terminal."""
    out, err = io.StringIO(), io.StringIO()
    with (
        pytest.MonkeyPatch.context() as patch,
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        patch.setattr("sys.stdin", io.StringIO())
        patch.delenv("BILIK_PASSPHRASE", raising=False)
        if passphrase is not None:
            patch.setenv("BILIK_PASSPHRASE", passphrase)
        status = run([str(argument) for argument in arguments])
    return Ran(status, out.getvalue(), err.getvalue())


def process(*arguments: object) -> Ran:
    """The same as a process of its own, as staff do."""
    ran = subprocess.run(
        [sys.executable, "-m", "sync.district", *map(str, arguments)],
        env=os.environ | {"BILIK_PASSPHRASE": PASSPHRASE},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Ran(ran.returncode, ran.stdout, ran.stderr)


def done(*arguments: object) -> str:
    """Runs a command that must succeed; its output."""
    ran = district(*arguments)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


@dataclass(frozen=True)
class Made:
    """Where an election's things are."""

    folder: Path

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    @property
    def cards(self) -> Path:
        return self.folder / "cards"

    @property
    def sticks(self) -> Path:
        return self.folder / "sticks"

    def pin(self, file: str) -> str:
        with (self.cards / "pins.csv").open(encoding="utf-8") as sheet:
            return {row["file"]: row["pin"] for row in csv.DictReader(sheet)}[file]

    def card(self, file: str) -> SoftCard:
        """A card with its PIN shown."""
        return card(self.cards / file, self.pin(file))

    def officer(self, booth: str, n: int = 1) -> SoftCard:
        return self.card(f"officers-{booth[:17]}-{n}.card")

    def committee(self, booth: str, n: int = 1) -> SoftCard:
        return self.card(f"committee-{booth[:13]}-{n}.card")

    def package(self, booth: str) -> Package:
        return read_package(self.sticks / booth / "bilik" / "package")

    def day(
        self,
        booth: str = BOOTHS[0],
        choices: tuple[int, ...] = (1, 2, 2, 0, 3),
        voids: tuple[tuple[VoidKind, int], ...] = ((VoidKind.REFUSED, 1), (VoidKind.TEST, 2)),
        *,
        with_committee: bool = True,
    ) -> Day:
        """A day at one booth."""
        committee = self.committee(booth) if with_committee else None
        return Day(self.package(booth), self.officer(booth), committee, choices, voids)

    def copy(self, to: Path) -> "Made":
        """The same election, to be changed."""
        shutil.copytree(self.folder, to)
        return Made(to)


def prepared(folder: Path, source: Path = SAMPLE) -> Made:
    """An election up to its packages, through the commands."""
    made = Made(folder)
    folder.mkdir(parents=True, exist_ok=True)
    done("new", source, made.workspace)
    done("cards", "rehearsal", made.workspace, made.cards)
    return keyed(made)


def keyed(made: Made) -> Made:
    """Trustees and packages for an election that has its cards."""
    for role in ("officers", "committee"):
        file = made.folder / f"{role}.json"
        done("trustee", "new", made.workspace / "request", "--role", role, "--out", file)
        done("trustee", "add", made.workspace, file)
    done("package", made.workspace, "--all", made.sticks)
    return made


def changed_sample(folder: Path, **values: object) -> Path:
    """A source folder like the sample's, with other values of its plan or settings."""
    shutil.copytree(SAMPLE, folder)
    plan = folder / "election.toml"
    text = plan.read_text(encoding="utf-8")
    for name, value in values.items():
        spelled = json.dumps(value)
        text, known = re.subn(rf"(?m)^{name} = .*$", f"{name} = {spelled}", text)
        text += "" if known else f"{name} = {spelled}\n"
    plan.write_text(text, encoding="utf-8")
    return folder


def with_audio(source: Path) -> Path:
    """The same source folder, its clips made by the command."""
    done("audio", source)
    return source


def official_election(folder: Path) -> Made:
    """An official election made through the library: files play its PIV cards, as no command would let them."""
    made = Made(folder)
    done("new", changed_sample(folder / "source", mode="official"), made.workspace)
    workspace = Workspace(made.workspace)
    root = workspace.unlock(Passphrase(PASSPHRASE))
    made.cards.mkdir()
    entries = [(holder, file, new_pin()) for holder, file in rehearsal_holders(workspace.election)]
    write_sheet(made.cards / "pins.csv", entries)
    for holder, file, pin in entries:
        known = register(
            new_soft_card(made.cards / file, holder.name, pin),
            kind=CardKind.PIV,
            role=holder.role,
            holder=holder.name,
            village_code=holder.village,
            tps=holder.tps,
        )
        enter(workspace, root, known)
    return keyed(made)
