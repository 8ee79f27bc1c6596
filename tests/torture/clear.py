"""Whether a choice, a mark, a PIN or a key stands anywhere in clear: every byte on disk, stick and beside them."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from sync.batch import SUFFIX
from sync.mark import LENGTH
from tests.robot.reading import codes_in
from tests.torture.ground import NAMES, Ground
from tests.torture.scene import Scene

OPENING = b'"choice":'
"""What an opening, a choice and its randomness, begins with; only tests are ever opened, and only in the batch."""
LONG = 8
"""Letters of a word that stands in no Base64 by chance: in some thousand points one of five letters did, in a key."""
PACKAGES = re.compile(r"(data[^/]*|stick/bilik)/package(\.new)?/")
"""The package names its candidates, of course; half of one does, too."""


def needles(ground: Ground, *, papers: Path | None = None, keys: tuple[bytes, ...] = ()) -> dict[str, bytes]:
    """What must not be found, by what it is; ``papers`` are heaps whose slips' marks must not be found either."""
    # Word by word: a slip breaks its lines between them.
    names = [word for name in NAMES for word in name.split() if len(word) >= LONG]
    found = {f"the name {name}": name.encode() for name in names}
    found |= {f"the name {name} in UTF-16": name.encode("utf-16-le") for name in names}
    found |= {f"PIN {n}": pin.encode() for n, pin in enumerate(ground.pins)}
    found["an opening"] = OPENING
    for n, code in enumerate(_codes(papers) if papers is not None else ()):
        found[f"{'mark' if len(code) == LENGTH else 'tracker'} {n}"] = code.encode()
    for n, key in enumerate(keys):
        found[f"key {n}"] = key
        found[f"key {n} in digits"] = key.hex().encode()
    return found


def _codes(papers: Path) -> Iterator[str]:
    for path in sorted(papers.rglob("*.png")):
        yield from codes_in(path.read_bytes())


def search(scene: Scene, what: Mapping[str, bytes]) -> list[str]:
    """Where something of it stands in clear; each finding is a sentence.

    A batch is public but for marks: it names candidates, holds ballots, whose long numbers may look like any PIN, and
    the openings of tests, which name their trackers.
    """
    found = []
    for path in _files(scene):
        data = path.read_bytes()
        public = SUFFIX in path.name
        for name, needle in what.items():
            if public and not name.startswith(("mark", "key")):
                continue
            if needle in data and not (name.startswith("PIN") and _by_chance(needle, data)):
                found.append(f"{name} stands in clear in {path.relative_to(scene.folder)}")
    return found


def _by_chance(pin: bytes, data: bytes) -> bool:
    """Six digits stand in some thousand hexadecimal ones now and then; in clear a PIN has other neighbours."""
    return not re.search(rb"(?<![0-9a-f])" + pin + rb"(?![0-9a-f])", data)


def _files(scene: Scene) -> Iterator[Path]:
    for root in (*scene.folder.glob("data*"), scene.stick, scene.folder / "tmp", scene.log):
        for path in (root,) if root.is_file() else root.rglob("*"):
            inside = path.relative_to(scene.folder).as_posix()
            if path.is_file() and not path.is_symlink() and not PACKAGES.match(inside):
                yield path
