"""Takes out of a folder what deploy/image/keep.in does not keep.

keep.py LIST FOLDER      SystemExit when a name of the list is not there: then Debian changed, and a person looks.
"""

import shutil
import sys
from pathlib import Path


def lines(text: str) -> list[list[str]]:
    """The list's lines as words, without comments."""
    return [words for line in text.splitlines() if (words := line.partition("#")[0].split())]


def prune(wanted: list[list[str]], root: Path) -> list[str]:
    """Does it; returns the names that were not there."""
    lacking: list[str] = []
    only: dict[str, set[str]] = {}
    for kind, *words in wanted:
        if kind == "only":
            only.setdefault(words[0], set()).update(words[1:])
        elif kind == "gone":
            for word in words:
                remove(root / word) if (root / word).exists() else lacking.append(word)
        else:
            raise SystemExit(f"keep.in: {kind} is no word of this list.")
    for folder, names in only.items():
        there = {path.name: path for path in sorted((root / folder).iterdir())}
        lacking += [f"{folder}/{name}" for name in sorted(names - there.keys())]
        for name in there.keys() - names:
            remove(there[name])
    return lacking


def remove(path: Path) -> None:
    """A file, a link (never what it leads to) or a folder with all that is in it."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def main(names: str, folder: str) -> None:
    """See above."""
    lacking = prune(lines(Path(names).read_text(encoding="utf-8")), Path(folder))
    if lacking:
        raise SystemExit(f"keep.in names what no package has any more: {', '.join(lacking)}.")


if __name__ == "__main__":
    main(*sys.argv[1:])
