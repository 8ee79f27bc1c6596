"""Packages laid into folders and onto sticks: written beside, durable, in place, and read back."""

import os
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from config.errors import InputError, OperatorError
from config.files import make_folders, sync_all, sync_folder
from config.package import Package, read_package, write_package
from config.record import sha256
from sync.coherence import setup_of
from sync.district.workspace import Workspace

STICK_FOLDER = Path("bilik") / "package"
"""Where a booth looks on its stick."""
SHARED = ".shared"
"""Beside the booths' folders while they are made: the files that many of them hold, once, under a name for each."""


def put_on_stick(package: Package, stick: Path) -> bool:
    """Writes the package to a stick's folder; False when the very same one lies there already.

    Raises OperatorError when no stick is there, or another package lies on it; InputError when the copy does not read
    back, or the package is one that a booth would refuse.
    """
    setup_of(package)
    if not stick.is_dir():
        raise OperatorError(
            f"There is no stick at {stick}. Put it in, and name the folder where it is mounted.",
            id=f"Tidak ada stik di {stick}. Pasang stiknya, lalu sebutkan folder tempatnya dipasang.",
        )
    folder = stick / STICK_FOLDER
    if folder.exists():
        _want_same(package, folder)
        return False
    make_folders(stick, STICK_FOLDER.parent.as_posix())  # of a stick that is pulled no folder is made on our own disk
    write_package(folder, package)
    for written in (folder / "files", folder, folder.parent):
        sync_folder(written)
    _forget_cached(folder)
    read_package(folder, root=package.root)
    return True


def _forget_cached(folder: Path) -> None:
    """What is read back then comes from the stick itself: a worn one stores other bytes than it was given."""
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(descriptor)


def deliver_all(workspace: Workspace, packages: Sequence[Package], out: Path) -> list[bool]:
    """Lays packages into ``out``, a folder for each booth; for each whether it was written just now.

    What several booths hold is there once. A package that this workspace has taken out of use gives way to the new
    one; raises OperatorError for any other, and InputError when a copy does not read back.
    """
    fresh: list[tuple[Path, Path, Package]] = []
    written = []
    for package in packages:
        booth = package.manifest.place.booth_id
        folder = out / booth / STICK_FOLDER
        if folder.exists() and _out_of_use(workspace, package, folder):
            shutil.rmtree(folder)
        if folder.exists():
            _want_same(package, folder)
            written.append(False)
            continue
        folder.parent.mkdir(parents=True, exist_ok=True)
        fresh.append((_laid(package, folder, out / SHARED), folder, package))
        written.append(True)
    sync_all(path for beside, _, _ in fresh for path in (beside, *beside.rglob("*")))
    for beside, folder, _ in fresh:
        beside.replace(folder)
    sync_all({above for _, folder, _ in fresh for above in (folder.parent, folder.parents[1], out)})
    for _, folder, package in fresh:
        read_package(folder, root=package.root)
    return written


def _laid(package: Package, folder: Path, shared: Path) -> Path:
    """Writes a package beside its place, not yet durable."""
    beside = folder.with_name(f"{folder.name}.new")
    shutil.rmtree(beside, ignore_errors=True)  # what a run that was cut off left behind
    (beside / "files").mkdir(parents=True)
    (beside / "manifest.json").write_bytes(package.manifest_bytes)
    (beside / "manifest.json.minisig").write_bytes(package.signature)
    (beside / "root.pub").write_bytes(package.root.file)
    ballot, secret = package.manifest.ballot, package.manifest.secrets.file
    own = {ballot.election, ballot.trustees, ballot.credentials, secret}
    for name, data in package.files.items():
        place = beside / "files" / name
        if name in own:
            place.write_bytes(data)
            continue
        try:
            link_once(shared, name, data, place)
        except OSError:
            place.write_bytes(data)  # a file system that has no second names, as a stick's
    return beside


def link_once(shared: Path, name: str, data: bytes, place: Path) -> None:
    """Gives ``place`` as a second name to the one copy of a file in ``shared``, whose name is its SHA-256.

    The copy is written when it is not there or is damaged; of several processes that come at once one writes it. Not
    durable when it returns. Raises OSError, also on a file system that has no second names.
    """
    one = shared / name
    if not _holds(one, name, data):
        shared.mkdir(exist_ok=True)
        with tempfile.NamedTemporaryFile(prefix=f".{name}.", dir=shared) as fresh:
            os.fchmod(fresh.fileno(), 0o644)
            fresh.write(data)
            fresh.flush()
            try:
                os.link(fresh.name, one)
            except FileExistsError:
                if not _holds(one, name, data):  # damaged; a whole one is what another process wrote meanwhile
                    again = Path(f"{fresh.name}.new")
                    os.link(fresh.name, again)
                    again.replace(one)
    os.link(one, place)


def _holds(path: Path, name: str, data: bytes) -> bool:
    try:
        return path.stat().st_size == len(data) and sha256(path.read_bytes()) == name
    except OSError:
        return False


def _out_of_use(workspace: Workspace, package: Package, folder: Path) -> bool:
    """Whether an earlier package of that booth lies there, and nothing else of the booth's day beside it."""
    try:
        there = read_package(folder, root=package.root)
    except InputError:
        return False
    booth = package.manifest.place.booth_id
    old = workspace.path / "booths" / "old" / f"{booth}-{there.setup_hash[:12]}"
    alone = [entry.name for entry in folder.parent.iterdir()] == [folder.name]
    return there.manifest_bytes != package.manifest_bytes and alone and old.is_dir()


def _want_same(package: Package, folder: Path) -> None:
    try:
        there = read_package(folder, root=package.root).manifest_bytes
    except InputError:
        there = b""
    if there != package.manifest_bytes:
        raise OperatorError(
            f"{folder} holds another package, or one whose booth has closed. Take another stick, or remove that "
            "folder if nobody needs it.",
            id=f"{folder} berisi paket lain, atau paket bilik yang sudah ditutup. Pakai stik lain, "
            "atau hapus folder itu bila tidak diperlukan lagi.",
        )
