"""The demo's folder: made anew each time, and only when the old one is ours."""

import shutil
from pathlib import Path

MARKER = ".bilik-demo"


class NotOurs(Exception):
    """The folder holds something that no demo made."""


def make_anew(folder: Path) -> None:
    """An empty folder with our mark; raises NotOurs rather than removing what is not ours."""
    if folder.exists():
        if not (folder / MARKER).is_file() and any(folder.iterdir()):
            raise NotOurs(f"{folder} holds other things than a demo. Name another folder: --out FOLDER")
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARKER).write_text("Made by 'make demo', which removes and makes this folder again.\n", encoding="utf-8")
