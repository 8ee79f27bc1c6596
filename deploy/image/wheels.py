"""The booth's Python packages: which of requirements.txt, which are still missing, and what they hold.

missing REQUIREMENTS LIST FOLDER            prints the requirements, with hashes, that FOLDER has no wheel of
unpack  REQUIREMENTS LIST FOLDER PLACE      unpacks them, each checked against its hash
"""

import hashlib
import re
import sys
import zipfile
from pathlib import Path, PurePosixPath

_PLATFORMS = ("aarch64.whl", "any.whl")
_FOR_LIBRARIES = ("purelib", "platlib")
_USELESS = ("docs/", "tests/", "kivy/tests/", "kivy/tools/")
"""What packages carry for their developers."""


def wanted(requirements: Path, names: Path) -> dict[str, tuple[str, frozenset[str]]]:
    """For each name of the list: its requirement as it stands, and the hashes in it. SystemExit when one lacks."""
    blocks = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n", "", requirements.read_text(encoding="utf-8")))
    known = {re.split(r"[=\[; ]", block)[0]: block for block in blocks if "==" in block}
    found = {}
    for line in names.read_text(encoding="utf-8").splitlines():
        name = line.partition("#")[0].strip()
        if not name:
            continue
        if name not in known:
            raise SystemExit(f"{names}: requirements.txt has no {name}. Take it out of the list, or run make lock.")
        found[name] = known[name], frozenset(re.findall(r"sha256:([0-9a-f]{64})", known[name]))
    return found


def wheels(folder: Path) -> dict[str, Path]:
    """The wheels in a folder by their SHA-256."""
    found = sorted(path for path in folder.glob("*.whl") if path.name.endswith(_PLATFORMS))
    return {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in found}


def unpack(wheel: Path, place: Path) -> None:
    """Its libraries, as an installer would put them, without scripts, headers and records of the installation."""
    with zipfile.ZipFile(wheel) as archive:
        for entry in sorted(archive.infolist(), key=lambda entry: entry.filename):
            path = _place_of(entry.filename)
            if entry.is_dir() or path is None:
                continue
            target = place / path
            if not target.resolve().is_relative_to(place.resolve()):
                raise SystemExit(f"{wheel.name}: {entry.filename} leads out of the folder.")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(archive.read(entry))


def _place_of(name: str) -> str | None:
    parts = PurePosixPath(name).parts
    if parts[0].endswith(".data"):
        return "/".join(parts[2:]) if parts[1] in _FOR_LIBRARIES else None
    if parts[0].endswith(".dist-info") and parts[-1] == "RECORD":
        return None
    return None if name.startswith(_USELESS) else name


def main(verb: str, requirements: str, names: str, folder: str, *place: str) -> None:
    """See above."""
    held = wheels(Path(folder))
    for name, (block, hashes) in wanted(Path(requirements), Path(names)).items():
        of_it = sorted(hashes & held.keys())
        if verb == "missing" and not of_it:
            sys.stdout.write(f"{block}\n")
        elif verb == "unpack":
            if not of_it:
                raise SystemExit(f"{folder} has no wheel of {name} for the image.")
            unpack(held[of_it[0]], Path(place[0]))


if __name__ == "__main__":
    main(*sys.argv[1:])
