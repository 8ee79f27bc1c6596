"""The import contracts of pyproject.toml bite: each is broken by an import planted in a copy of the rooms."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.house.tree import ROOMS, ROOT

PLANTS = {
    "one-direction": ("booth/planted.py", "import sync.district"),
    "below-sync": ("sync/planted_below.py", "import sync.district"),
    "sync-printer": ("sync/planted.py", "import printer"),
    "printer-sync": ("printer/planted_batch.py", "import sync.ballot"),
    "config-last": ("config/planted.py", "import printer"),
    "ballot-pure": ("sync/ballot/planted.py", "import pathlib"),
    "machines-pure": ("booth/session.py", "import printer"),
    "audio-pure": ("booth/audio/reading.py", "import time"),
    "piv-pure": ("config/cards/piv/planted.py", "import logging"),
    "card-twin": ("config/cards/virtual/planted.py", "from config.cards.piv.apdu import Apdu"),
    "card-no-twin": ("config/cards/piv/planted_twin.py", "import config.cards.virtual"),
    "pcsc-entry": ("config/cards/planted_reader.py", "from config.cards.pcsc import PcscReader"),
    "booth-ground": ("booth/ground/planted.py", "from sync.media import Stick"),
    "library-kivy": ("booth/planted_kivy.py", "from kivy.app import App"),
    "library-serial": ("booth/planted_serial.py", "import serial"),
    "library-sqlcipher": ("sync/planted_store.py", "import sqlcipher3"),
    "library-smartcard": ("config/cards/planted.py", "from smartcard.System import readers"),
    "library-staff": ("booth/planted_click.py", "import click"),
}


def contracts() -> list[dict[str, object]]:
    with (ROOT / "pyproject.toml").open("rb") as source:
        return tomllib.load(source)["tool"]["importlinter"]["contracts"]


def lint(folder: Path, contract: str | None = None) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "import sys; from importlinter.cli import lint_imports_command as c; sys.exit(c())",
    ]
    return subprocess.run(
        [*command, "--no-cache", "--no-logo", *(["--contract", contract] if contract else [])],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": os.fspath(folder), "NO_COLOR": "1", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What lint-imports says of a copy in which every contract is broken once."""
    folder = tmp_path_factory.mktemp("rooms")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for room in ROOMS:
        shutil.copytree(ROOT / room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    for name, line in PLANTS.values():
        with (folder / name).open("a") as module:
            module.write(f"\n{line}\n")
    result = lint(folder)
    assert result.returncode == 1, result.stdout + result.stderr
    return result.stdout


def test_the_table_names_every_contract() -> None:
    assert {contract["id"] for contract in contracts()} == PLANTS.keys()


@pytest.mark.parametrize("contract", PLANTS)
def test_a_planted_import_breaks_its_contract(planted: str, contract: str) -> None:
    title = next(str(each["name"]) for each in contracts() if each["id"] == contract)
    assert re.search(rf"^{re.escape(title)} BROKEN", planted, re.MULTILINE), planted


def test_the_rooms_keep_their_contracts() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_shared_rooms_are_all_bound() -> None:
    """Only wildcards bind a room that is added later; a list of names would forget it."""
    by_id = {contract["id"]: contract for contract in contracts()}
    for name in ("below-sync", "sync-printer"):
        assert "sync.*" in by_id[name]["source_modules"]
