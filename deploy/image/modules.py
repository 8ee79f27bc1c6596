"""The kernel's modules that the image has: the list's, those that a Pi's device tree asks for, and what they depend on.

modules.py LIST MODULES TREES PLACE EARLY   MODULES is a folder with depmod's tables, TREES one with device trees;
                                            puts the modules, uncompressed, below PLACE, and the names of the early
                                            ones into the file EARLY
Source: modules.dep(5); "Flattened Devicetree Format" in the Devicetree Specification 0.4.
"""

import lzma
import re
import shutil
import struct
import sys
from pathlib import Path

_MAGIC = 0xD00DFEED
_BEGIN, _PROPERTY, _END = 1, 3, 9
_LATER = ("kernel/sound/", "kernel/drivers/platform/", "kernel/drivers/video/backlight/")
"""What a device tree asks for and the initrd can do without."""


class Modules:
    """What depmod says of a folder of modules: paths below it, by name (with underscores)."""

    def __init__(self, folder: Path) -> None:
        """Reads modules.dep, modules.alias and modules.builtin."""
        self.folder = folder
        lines = [line.partition(":") for line in (folder / "modules.dep").read_text().splitlines()]
        self.path = {_name(path): path for path, _, _ in lines}
        self.needs = {_name(path): [_name(other) for other in others.split()] for path, _, others in lines}
        self.built_in = {_name(path) for path in (folder / "modules.builtin").read_text().splitlines()}
        self.compatible: dict[str, set[str]] = {}
        for line in (folder / "modules.alias").read_text().splitlines():
            found = re.fullmatch(r"alias of:N\*T\*C(.*?)(?:C\*)? (\S+)", line)
            if found:
                self.compatible.setdefault(found[1], set()).add(found[2].replace("-", "_"))


def compatibles(tree: bytes) -> set[str]:
    """All values of *compatible* in a flattened device tree."""
    magic, _, at, strings_at = struct.unpack_from(">4I", tree)
    if magic != _MAGIC:
        raise SystemExit("This is no device tree.")
    found: set[str] = set()
    while True:
        (token,) = struct.unpack_from(">I", tree, at)
        at += 4
        if token == _BEGIN:
            at = _aligned(tree.index(0, at) + 1)
        elif token == _PROPERTY:
            length, name_at = struct.unpack_from(">2I", tree, at)
            at += 8
            name = strings_at + name_at
            if tree[name : tree.index(0, name)] == b"compatible":
                found.update(tree[at : at + length].rstrip(b"\0").decode().split("\0"))
            at = _aligned(at + length)
        elif token == _END:
            return found


def chosen(text: str, modules: Modules, trees: Path) -> tuple[set[str], set[str]]:
    """Names of the early modules and of all, with what they depend on. SystemExit for a name that nothing has."""
    early: set[str] = set()
    usual: set[str] = set()
    never: tuple[str, ...] = ()
    unasked: tuple[str, ...] = ()
    asked: set[str] = set()
    for kind, *words in (line.partition("#")[0].split() or ["#"] for line in text.splitlines()):
        if kind == "never":
            never += tuple(f"{word}/" for word in words)
        elif kind == "unasked":
            unasked += tuple(f"{word}/" for word in words)
        elif kind == "tree":
            asked.update(*(compatibles((trees / word).read_bytes()) for word in words))
        elif kind in {"early", "usual"}:
            (early if kind == "early" else usual).update(words)
    lacking = sorted((early | usual) - modules.path.keys() - modules.built_in)
    if lacking:
        raise SystemExit(f"modules.in: this kernel has no {', '.join(lacking)}.")
    for name in sorted(set().union(*(modules.compatible.get(each, set()) for each in asked))):
        path = modules.path.get(name)
        if path and not path.startswith(never + unasked):
            (usual if path.startswith(_LATER) else early).add(name)
    early = _whole(early, modules)
    every = _whole(usual, modules) | early
    refused = sorted(modules.path[name] for name in every if modules.path[name].startswith(never))
    if refused:
        raise SystemExit(f"modules.in: something depends on what is never to be there: {', '.join(refused)}.")
    return early, every


def _whole(names: set[str], modules: Modules) -> set[str]:
    """With what they depend on; without what is built into the kernel."""
    loadable = {name for name in names if name in modules.path}
    return loadable.union(*(modules.needs[name] for name in loadable))


def _name(path: str) -> str:
    return path.rpartition("/")[2].partition(".ko")[0].replace("-", "_")


def _aligned(at: int) -> int:
    return (at + 3) & ~3


def main(names: str, folder: str, trees: str, place: str, early_file: str) -> None:
    """See above."""
    modules = Modules(Path(folder))
    early, every = chosen(Path(names).read_text(encoding="utf-8"), modules, Path(trees))
    for name in sorted(every):
        path = modules.path[name]
        target = Path(place) / path.removesuffix(".xz")
        target.parent.mkdir(parents=True, exist_ok=True)
        data = (modules.folder / path).read_bytes()
        target.write_bytes(lzma.decompress(data) if path.endswith(".xz") else data)
    for table in ("modules.builtin", "modules.builtin.modinfo", "modules.order"):
        shutil.copy(modules.folder / table, Path(place) / table)
    Path(early_file).write_text("".join(f"{modules.path[name].removesuffix('.xz')}\n" for name in sorted(early)))
    sys.stderr.write(f"image: {len(every)} modules, {len(early)} of them early\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
