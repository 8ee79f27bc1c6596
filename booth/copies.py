"""The copies of a booth's store on its stick: whose they are, and which device wrote the latest one."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from booth.opening import CERTIFICATE_FILE
from booth.store.keys import STORE_FILE, STORE_KEYS_FILE, StoreKeys
from booth.store.rows import Rows, Shape
from booth.store.store import Store
from config.errors import BilikError, InputError
from config.files import put_in_place, write_whole
from config.package import Package
from config.record import decode
from config.secret import Key
from sync.media import Stick
from sync.sessions import SessionCertificate, check_certificate

_MAX_BYTES = 64 * 1024


@dataclass(frozen=True)
class Found:
    """A copy whose certificate an officers' card of this booth signed."""

    epoch: int
    folder: Path
    certificate: SessionCertificate
    certificate_bytes: bytes


def is_ours(stick: Stick, package: Package) -> bool:
    """The stick has this booth's package; one that is away or unreadable has not."""
    try:
        return (stick.package_folder / "manifest.json").read_bytes() == package.manifest_bytes
    except (BilikError, OSError):
        return False


def latest(stick: Stick, package: Package) -> Found | None:
    """The copy of the last device that served this booth, if there is any on the stick.

    What nobody certified for this booth counts for nothing: a folder with a large number must not stop a booth.
    Raises StickGone or StickFull.
    """
    for epoch in stick.epochs():
        folder = stick.store_folder(epoch)
        try:
            data = (folder / CERTIFICATE_FILE).read_bytes()
            return Found(epoch, folder, read_certificate(data, package, epoch), data)
        except (InputError, OSError):
            continue
    return None


def is_doubtful(stick: Stick, package: Package) -> bool:
    """A copy lies there that may be a later device's of this booth, and cannot be read as one.

    Taking an earlier one for the latest, or none, would count without its votes. Raises StickGone or StickFull.
    """
    found = latest(stick, package)
    later = [epoch for epoch in stick.epochs() if found is None or epoch > found.epoch]
    return any(not is_foreign(stick.store_folder(epoch), package) for epoch in later)


def is_foreign(folder: Path, package: Package) -> bool:
    """Both small files of a copy say that it is of another booth or election, as on a stick that served before."""
    try:
        lying = Beside.of(folder)
        certificate = decode(lying.certificate, SessionCertificate, CERTIFICATE_FILE, max_bytes=_MAX_BYTES)
        keys = decode(lying.keys, StoreKeys, STORE_KEYS_FILE, max_bytes=_MAX_BYTES)
    except (InputError, OSError):
        return False
    return package.manifest.ballot.uuid not in (certificate.claim.ballot_uuid, keys.ballot_uuid)


def read_certificate(data: bytes, package: Package, epoch: int | None = None) -> SessionCertificate:
    """A session key's certificate for this booth (and device number ``epoch``); raises InputError."""
    certificate = decode(data, SessionCertificate, CERTIFICATE_FILE, max_bytes=_MAX_BYTES)
    check_certificate(certificate, package.manifest.cards)
    claim, manifest = certificate.claim, package.manifest
    found = (claim.mode, claim.ballot_uuid, claim.booth, claim.setup)
    here = (manifest.mode, manifest.ballot.uuid, manifest.place.booth_id, package.setup_hash)
    if found != here or epoch not in (None, claim.epoch):
        raise InputError(
            "The session key was certified for something else. Put in the stick of this booth.",
            id="Kunci sesi disertifikasi untuk hal lain. Pasang stik bilik ini.",
        )
    return certificate


@dataclass(frozen=True)
class Beside:
    """The two small files that lie beside every copy of a store."""

    keys: bytes
    certificate: bytes

    @classmethod
    def of(cls, store_folder: Path) -> "Beside":
        """Raises OSError."""
        return cls((store_folder / STORE_KEYS_FILE).read_bytes(), (store_folder / CERTIFICATE_FILE).read_bytes())

    def is_near(self, folder: Path) -> bool:
        """At least one of the two lies there: the copy is this store's, whatever became of the rest of it."""
        files = ((STORE_KEYS_FILE, self.keys), (CERTIFICATE_FILE, self.certificate))
        return any((folder / name).is_file() and (folder / name).read_bytes() == data for name, data in files)

    def mend(self, folder: Path) -> None:
        """Writes what is not there as it must be; raises OSError."""
        try:
            if Beside.of(folder) == self:
                return
        except OSError:
            pass
        self.write(folder)

    def write(self, folder: Path) -> None:
        """Raises OSError."""
        write_whole(folder / STORE_KEYS_FILE, self.keys)
        write_whole(folder / CERTIFICATE_FILE, self.certificate)


def make_copy(stick: Stick, key: Key, shape: Shape, contents: Rows, beside: Beside) -> None:
    """Puts a copy of the store on the stick, whole or not at all; a damaged one in its place is laid aside.

    Raises BilikError or OSError.
    """
    epoch = shape.identity.epoch
    fresh = stick.new_store_folder(epoch)
    Store.create(fresh / STORE_FILE, key, shape, contents=contents).close()
    beside.write(fresh)
    place_copy(stick, epoch, fresh)


def place_copy(stick: Stick, epoch: int, fresh: Path) -> None:
    """Gives a whole new copy its name, from which on it counts; raises OSError."""
    folder = stick.store_folder(epoch)
    if folder.exists():
        aside = folder.with_name(f"{folder.name}.damaged")
        shutil.rmtree(aside, ignore_errors=True)
        folder.replace(aside)
    put_in_place(fresh, folder)
