"""``make gallery``: every screen at its own size, and a page that lays them out.

python -m tests.screens.gallery FOLDER [--panel 1280x800@5.9] [--only NAME]
"""

import argparse
import html
import subprocess
import sys
from pathlib import Path

from tests.screens.cases import PANELS

MINUTES = 15


def main() -> None:
    """Draws, and writes ``index.html``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--panel", action="append", help="WIDTHxHEIGHT@DOTS_PER_MM; all without it")
    parser.add_argument("--only", default="", help="screens with that in their name")
    wanted = parser.parse_args()
    panels = tuple(wanted.panel or PANELS)
    for panel in panels:
        folder = wanted.folder / panel
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "tests.screens.stage", panel, "gallery", str(folder), wanted.only],
            check=True,
            timeout=60 * MINUTES,
        )
    page = wanted.folder / "index.html"
    page.write_text(_page(wanted.folder, panels), encoding="utf-8")
    print(f"{sum(1 for _ in wanted.folder.rglob('*.png'))} pictures: {page}")


def _page(folder: Path, panels: tuple[str, ...]) -> str:
    """Each screen's pictures in a row."""
    names = sorted({file.stem for panel in panels for file in (folder / panel).glob("*.png")})
    rows = []
    for name in names:
        pictures = "".join(
            f'<a href="{panel}/{name}.png"><img loading="lazy" src="{panel}/{name}.png" alt="{name}, {panel}"></a>'
            for panel in panels
            if (folder / panel / f"{name}.png").exists()
        )
        rows.append(f"<h2>{html.escape(name)}</h2><div>{pictures}</div>")
    style = "body{font-family:sans-serif;margin:1em}img{height:240px;margin:4px;border:1px solid #999}"
    head = f'<meta charset="utf-8"><title>Bilik: all screens</title><style>{style}</style>'
    return f'<!doctype html><html lang="en">{head}{"".join(rows)}</html>\n'


if __name__ == "__main__":
    main()
