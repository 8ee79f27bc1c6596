"""Dangerous calls live in one place each (or nowhere); the table below is the whole list of places."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePath

import pytest

from tests.house.tree import ROOT, product_code, read


@dataclass(frozen=True)
class Danger:
    """A top-level module that is imported or a dotted name that is called, and the only files that may."""

    what: str
    why: str
    only_in: tuple[str, ...] = ()


IMPORTS = (
    Danger("random", "guessable numbers in place of the operating system's"),
    Danger("pickle", "reading it runs its code"),
    Danger("marshal", "reading it runs its code"),
    Danger("shelve", "reading it runs its code"),
    Danger("tarfile", "what it extracts lands where the archive says; ours is read by sync/ballot as bytes"),
    Danger(
        "zipfile",
        "what it extracts lands where the archive says, or fills the memory",
        ("config/unzip.py", "config/workbook.py"),
    ),
    Danger(
        "subprocess",
        "a program that is not ours",
        (
            "booth/desk/*",
            "booth/ground/tools.py",
            "config/cards/virtual/daemon.py",
            "config/cards/virtual/reader.py",
            "sync/district/speech.py",
        ),
    ),
    Danger(
        "socket",
        "a way in for somebody else; TCP is spoken inside the virtual reader's own network only",
        ("booth/notify.py", "config/sockets.py", "config/cards/virtual/__main__.py", "config/cards/virtual/vicc.py"),
    ),
    Danger("socketserver", "a way in for somebody else", ("config/lineserver.py",)),
    Danger(
        "config.lineserver", "a way in for somebody else", ("booth/desk/control.py", "config/cards/virtual/control.py")
    ),
    Danger(
        "ctypes",
        "memory without types",
        ("booth/audio/player.py", "booth/audio/stretch.py", "booth/sdl.py", "config/memory.py"),
    ),
    Danger("asyncio", "a second kind of concurrency beside the runner's"),
)

CALLS = (
    Danger("eval", "runs what it reads"),
    Danger("exec", "runs what it reads"),
    Danger("compile", "runs what it reads"),
    Danger("__import__", "an import that the import rules cannot see"),
    Danger("importlib.import_module", "an import that the import rules cannot see"),
    Danger("os.system", "a shell between us and the command"),
    Danger("*.extractall", "what it extracts lands where the archive says"),
    Danger("*.extract", "what it extracts lands where the archive says"),
    Danger("serial.Serial", "a line that nobody watches hangs the booth", ("printer/line.py",)),
    Danger("datetime.now", "a wall clock that a test cannot set", ("booth/clock.py", "sync/district/*")),
    Danger("time.time", "a wall clock that a test cannot set", ("booth/clock.py", "sync/district/*")),
    Danger("*.SCardEstablishContext", "a reader spoken to without a deadline", ("config/cards/pcsc.py",)),
    Danger("*.SCardTransmit", "a card spoken to by somebody else than its line", ("config/cards/pcsc.py",)),
    Danger("apdu.reveal", "a command in clear, perhaps with a PIN", ("config/cards/pcsc.py",)),
    Danger(
        "pin.reveal",
        "a PIN in clear",
        (
            "booth/desk/rehearsal.py",
            "config/cards/pins.py",
            "config/cards/soft.py",
            "printer/envelope.py",
            "sync/district/pins.py",
            "sync/district/softcards.py",
        ),
    ),
    Danger("puk.reveal", "a PUK in clear", ("sync/district/cardkeys.py",)),
    Danger("sqlcipher3.connect", "a store opened without its safe settings", ("booth/store/database.py",)),
    Danger("dbapi2.connect", "a store opened without its safe settings", ("booth/store/database.py",)),
)


def imported(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Modules and the packages in which they lie."""
    for node in ast.walk(tree):
        names = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module]
        for name in names:
            yield from ((one, node.lineno) for one in {name, name.partition(".")[0]})


def called(tree: ast.Module) -> Iterator[tuple[str, int]]:
    """Dotted names of calls, with names that ``from x import y`` shortened written out again."""
    long = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            parts = []
            name: ast.expr = node.func
            while isinstance(name, ast.Attribute):
                parts.append(name.attr)
                name = name.value
            parts.append(long.get(name.id, name.id) if isinstance(name, ast.Name) else "<expression>")
            yield ".".join(reversed(parts)), node.lineno


def offences(source: str, path: str) -> list[str]:
    """Each use of something dangerous in a file that is not its place."""
    tree = ast.parse(source)
    found = []
    for dangers, uses in ((IMPORTS, imported(tree)), (CALLS, called(tree))):
        for name, line in uses:
            for danger in dangers:
                if hits(danger.what, name) and not any(PurePath(path).match(place) for place in danger.only_in):
                    found.append(f"{path}:{line}: {danger.what}: {danger.why}")
    return found


def hits(what: str, name: str) -> bool:
    """``*.x`` is a method of anything; ``a.b`` is that, also inside a package; ``x`` is the name alone."""
    if what.startswith("*."):
        return name.endswith(what[1:])
    return name == what or ("." in what and name.endswith(f".{what}"))


def test_dangerous_things_stay_in_their_places() -> None:
    assert len(product_code()) > 10
    assert [offence for path in product_code() for offence in offences(read(path), path.as_posix())] == []


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("import random", "booth/runner.py"),
        ("from random import choice", "sync/batch.py"),
        ("from secrets import token_bytes\nimport random as r", "config/cards/soft.py"),
        ("import pickle", "sync/district/ledger.py"),
        ("eval('1')", "config/settings.py"),
        ("archive.extractall('/')", "sync/ballot/archive.py"),
        ("tarfile.open(p).extract('x')", "sync/ballot/archive.py"),
        ("import tarfile", "sync/batch.py"),
        ("import serial\nserial.Serial('/dev/ttyUSB0')", "printer/escpos.py"),
        ("from serial import Serial\nSerial('/dev/ttyUSB0')", "booth/runner.py"),
        ("from datetime import UTC, datetime\ndatetime.now(UTC)", "sync/batch.py"),
        ("from sqlcipher3 import dbapi2\ndbapi2.connect(p)", "booth/runner.py"),
        ("import subprocess", "config/cards/pcsc.py"),
        ("import socket", "booth/runner.py"),
        ("from config.lineserver import LineServer", "booth/runner.py"),
        ("from smartcard import scard\nscard.SCardTransmit(c, p, b)", "sync/district/commands/cards.py"),
        ("log.write(apdu.reveal())", "config/cards/piv/card.py"),
        ("print(holder.pin.reveal())", "sync/district/commands/cards.py"),
    ],
)
def test_the_lint_sees(source: str, path: str) -> None:
    assert offences(source, path)


@pytest.mark.parametrize(
    ("source", "path"),
    [
        ("import serial\nserial.Serial('/dev/ttyUSB0')", "printer/line.py"),
        ("import secrets\nsecrets.SystemRandom().shuffle(x)", "booth/runner.py"),
        ("import re\nre.compile('x')", "config/settings.py"),
        ("import subprocess", "config/cards/virtual/daemon.py"),
    ],
)
def test_the_lint_lets_pass(source: str, path: str) -> None:
    assert offences(source, path) == []


def test_the_store_never_keeps_a_second_journal() -> None:
    """A write-ahead log keeps the order of votes on disk, whatever the key (docs/adr/0002)."""
    for path in product_code():
        if path.parts[0] == "booth":
            for node in ast.walk(ast.parse(read(path))):
                if isinstance(node, ast.Constant) and isinstance(node.value, str):
                    assert "journal_mode=wal" not in node.value.lower().replace(" ", ""), f"{path}:{node.lineno}"


def test_every_place_in_the_table_exists() -> None:
    """A file that was renamed must not leave its permission behind."""
    places = {place for danger in (*IMPORTS, *CALLS) for place in danger.only_in}
    unused = {place for place in places if not any((ROOT).glob(place))}
    assert unused == set()
