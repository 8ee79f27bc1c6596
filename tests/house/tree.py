"""What is in the checkout: every file that is committed or about to be."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
ROOMS = ("booth", "config", "printer", "sync")


@cache
def files(suffix: str = "") -> tuple[Path, ...]:
    """Tracked files and new ones that git does not ignore, relative to the root, sorted."""
    # Whoever unpacked or mounted the checkout may not be who tests it.
    listing = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    paths = sorted({Path(name) for name in listing.split("\0") if name.endswith(suffix) and name})
    return tuple(path for path in paths if (ROOT / path).is_file())


def product_code() -> tuple[Path, ...]:
    """Python files of the four rooms."""
    return tuple(path for path in files(".py") if path.parts[0] in ROOMS)


def read(path: Path) -> str:
    return (ROOT / path).read_text(encoding="utf-8")
