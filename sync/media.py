"""Removable media: a stick is a folder that may vanish at any moment; a directory or a link to one is its twin.

The booth finds its package on it and leaves its batch there; nothing here mounts, waits or retries.
"""

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from itertools import count, islice
from pathlib import Path

from config.errors import DeviceError
from config.files import make_folders, sync_folder, write_whole
from config.record import sha256
from sync.batch import MAX_BYTES, STICK_FOLDER

PACKAGE_FOLDER = "bilik/package"
EVIDENCE_FOLDER = "bilik/evidence"
"""What was left of devices that go on no more, a numbered folder for each."""
STORE_FOLDER = "bilik/store"
"""Second copies of the booth's store, a folder for each device that served it: ``epoch-0``, ``epoch-1`` …"""
MOST_FOLDERS = 1000
"""So many names of a stick are looked at for packages that lie elsewhere."""
_EPOCH = re.compile(r"epoch-([0-9]{1,2})")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,80}")


class Stick:
    """One place where a stick may be mounted. Every call raises StickGone when there is none."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def present(self) -> bool:
        """Whether a stick is there and answers."""
        try:
            return self._path.is_dir() and os.access(self._path, os.R_OK)
        except OSError:
            return False

    @property
    def mount(self) -> tuple[int, int]:
        """Which stick it is, as the system knows it until it is pulled: device and inode; raises StickGone."""
        try:
            found = self._path.stat()
        except OSError:
            raise StickGone from None
        return found.st_dev, found.st_ino

    def store_folder(self, epoch: int) -> Path:
        """Where the copy of the store of device number ``epoch`` lies."""
        return self._path / STORE_FOLDER / f"epoch-{epoch}"

    def epochs(self) -> tuple[int, ...]:
        """Devices whose copies lie here, the latest first; raises StickGone."""
        self._want()
        try:
            names = [_EPOCH.fullmatch(path.name) for path in (self._path / STORE_FOLDER).iterdir()]
        except FileNotFoundError:
            names = []
        except OSError as fault:
            self._want()
            raise StickFull(fault) from None
        return tuple(sorted((int(name[1]) for name in names if name), reverse=True))

    def new_store_folder(self, epoch: int) -> Path:
        """An empty folder beside the copies, to be renamed once it is whole; raises StickGone or StickFull."""
        self._want()
        fresh = self._path / STORE_FOLDER / f"epoch-{epoch}.new"
        try:
            shutil.rmtree(fresh, ignore_errors=True)
            make_folders(self._path, f"{STORE_FOLDER}/{fresh.name}")
        except OSError as fault:
            self._want()
            raise StickFull(fault) from None
        return fresh

    @property
    def package_folder(self) -> Path:
        """The folder of the booth's package; raises StickGone, or NoPackage when the stick has none."""
        self._want()
        folder = self._path / PACKAGE_FOLDER
        if not (folder / "manifest.json").is_file():
            self._want()
            raise NoPackage
        return folder

    def has_package(self) -> bool:
        """Whether a package lies where a booth looks for one."""
        return (self._path / PACKAGE_FOLDER / "manifest.json").is_file()

    def want_one_package(self) -> None:
        """Raises ManyPackages for a stick on which more than one package lies, or one elsewhere only; StickGone."""
        self._want()
        try:
            tops = [folder for folder in islice(self._path.iterdir(), MOST_FOLDERS) if _counts(folder)]
            inside = [folder for folder in islice((self._path / "bilik").glob("*"), MOST_FOLDERS) if _counts(folder)]
        except OSError as fault:
            self._want()
            raise StickFull(fault) from None
        places = [*tops, *inside, *(top / PACKAGE_FOLDER for top in tops), *(top / "package" for top in tops)]
        found = {place.relative_to(self._path).as_posix() for place in places if (place / "manifest.json").is_file()}
        if found and found != {PACKAGE_FOLDER}:
            raise ManyPackages(sorted(found))

    def write_batch(self, name: str, data: bytes) -> Path:
        """Writes a batch whole, reads it back and returns its path; the same batch may be written again.

        A different batch that has this name already stays: this one gets its fingerprint into its name.

        Raises StickGone, StickFull (also for a write-protected one) or StickDamaged.
        """
        if not _NAME.fullmatch(name):
            raise ValueError("a batch's file name is plain")
        self._want()
        file = self._path / STICK_FOLDER / name
        try:
            if file.exists() and file.read_bytes() != data:
                # Another device's batch of the same booth is evidence: both leave, and people decide.
                file = file.with_name(f"{file.stem}.{sha256(data)[:8]}{file.suffix}")
            make_folders(self._path, STICK_FOLDER)
            write_whole(file, data)
            self._want()
            if _read_from_medium(file) != data:
                raise StickDamaged
        except OSError as fault:
            self._want()
            raise StickFull(fault) from None
        return file

    def read_batch(self, name: str) -> bytes | None:
        """The batch of that name, None when there is none; raises StickGone or StickFull."""
        self._want()
        try:
            with (self._path / STICK_FOLDER / name).open("rb") as source:
                return source.read(MAX_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as fault:
            self._want()
            raise StickFull(fault) from None

    def destroy(self, package_file: str) -> None:
        """Removes one file of the package (its sealed secrets, after closing), durably.

        Raises StickGone or StickFull.
        """
        try:
            file = self.package_folder / "files" / package_file
            file.unlink(missing_ok=True)
            sync_folder(file.parent)
        except OSError as fault:
            self._want()
            raise StickFull(fault) from None

    def write_evidence(self, files: Mapping[str, bytes]) -> Path:
        """Writes what lies on a device into a folder of its own below ``bilik/evidence``; names may have folders.

        The folders have numbers. One that holds another content of some name is another device's, or this one's of an
        earlier hour, and stays as it is; one that holds a part of ``files`` is finished. Raises StickGone or StickFull.
        """
        self._want()
        try:
            names = (f"{EVIDENCE_FOLDER}/{number}" for number in count(1))
            mine = next(name for name in names if not _differs(self._path / name, files))
            for name, data in files.items():
                file = self._path / mine / name
                make_folders(self._path, file.parent.relative_to(self._path).as_posix())
                write_whole(file, data)
        except OSError as fault:
            self._want()
            raise StickFull(fault) from None
        return self._path / mine

    def _want(self) -> None:
        if not self.present():
            raise StickGone


class StickGone(DeviceError):
    """There is no stick, or it was pulled."""

    def __init__(self) -> None:
        super().__init__(
            "The stick is not there. Put the booth's stick in and wait for the next sentence.",
            id="Stik tidak ada. Pasang stik bilik ini dan tunggu petunjuk berikutnya.",
        )


class StickUnreadable(DeviceError):
    """A stick that the system could not mount."""

    def __init__(self) -> None:
        super().__init__(
            "The stick cannot be read: its file system is damaged, or none that a booth knows (FAT, exFAT, ext4). "
            "Put in this booth's own stick.",
            id="Stik tidak terbaca: sistem berkasnya rusak atau tidak dikenal bilik (FAT, exFAT, ext4). Pasang stik "
            "milik bilik ini.",
        )


class NoPackage(DeviceError):
    """A stick without a package."""

    def __init__(self) -> None:
        super().__init__(
            "There is no election package on this stick. Put the booth's own stick in.",
            id="Tidak ada paket pemilihan di stik ini. Pasang stik milik bilik ini.",
        )


class ManyPackages(DeviceError):
    """A stick that was put together by hand: nobody knows which booth it is for."""

    def __init__(self, folders: Sequence[str]) -> None:
        named = ", ".join(folders[:3]) + (" …" if len(folders) > 3 else "")
        super().__init__(
            f"A booth's stick has one package, in {PACKAGE_FOLDER}; this one has: {named}. Put in this booth's own "
            "stick, or have the district write it anew (bilik-district sticks).",
            id=f"Stik bilik memuat satu paket, di {PACKAGE_FOLDER}; stik ini memuat: {named}. Pasang stik milik bilik "
            "ini, atau minta kabupaten menulisnya ulang (bilik-district sticks).",
        )


class StickFull(DeviceError):
    """The stick takes no more: full, write-protected or failing."""

    def __init__(self, fault: OSError) -> None:
        super().__init__(
            f"The stick cannot be written ({fault.strerror}). Free some space or remove its write protection, or take "
            "another stick.",
            id=f"Stik tidak dapat ditulisi ({fault.strerror}). Kosongkan ruang atau buka kunci tulisnya, atau pakai "
            "stik lain.",
        )


class StickDamaged(DeviceError):
    """What was written does not read back."""

    def __init__(self) -> None:
        super().__init__(
            "The stick does not give back what was written to it. Take another stick and export again.",
            id="Stik tidak mengembalikan data yang ditulis. Pakai stik lain dan ekspor ulang.",
        )


def _differs(folder: Path, files: Mapping[str, bytes]) -> bool:
    """A file of one of these names has another content."""
    return any((folder / name).is_file() and (folder / name).read_bytes() != data for name, data in files.items())


def _counts(folder: Path) -> bool:
    """What is hidden, or was being copied when the stick was pulled, is no package."""
    return not folder.name.startswith(".") and folder.suffix != ".new" and folder.is_dir()


def _read_from_medium(file: Path) -> bytes:
    """The file's bytes, asked from the medium and not from memory where the system allows it."""
    descriptor = os.open(file, os.O_RDONLY)
    with os.fdopen(descriptor, "rb") as source:
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        return source.read()
