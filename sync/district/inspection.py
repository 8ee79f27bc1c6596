"""``verify``: archives, batches and packages checked by themselves and, where a package is at hand, up to the root."""

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path

from config.errors import InputError
from config.minisign import PublicKey
from config.package import Package, read_package
from sync.ballot.verify import DEFAULT, Report, verify_archive
from sync.batch import MAX_BYTES, SUFFIX, read
from sync.coherence import setup_of
from sync.district.examination import Reason, archive_reasons, examine
from sync.running import Running

ARCHIVE_SUFFIX = ".bel"
_LARGEST = max(MAX_BYTES, DEFAULT.archive_bytes)


class Trust(StrEnum):
    """How far a file could be followed."""

    ROOT = "root"
    """Up to a root key: the one that was asked for, or the package's own."""
    ITSELF = "itself"
    """Only what the file shows by itself: no package of its booth was at hand."""


@dataclass(frozen=True)
class Inspected:
    """What was found out about one file or package."""

    path: Path
    kind: str
    """archive, batch or package."""
    reasons: tuple[Reason, ...]
    trust: Trust
    ballots: int = 0
    choices: tuple[str, ...] = ()
    result: tuple[int, ...] | None = None
    running: Running | None = None
    """What the device says that it ran; of a batch."""

    @property
    def valid(self) -> bool:
        """Whether nothing was refused."""
        return not self.reasons


def candidates(paths: list[Path]) -> tuple[list[Path], list[Path]]:
    """What is to be verified at ``paths``: package folders, then files (named ones, and those found in folders)."""
    packages, files = [], []
    for path in paths:
        if not path.is_dir():
            files.append(path)
            continue
        # Whatever looks like a package is one: a missing signature must not hide it.
        packages += [manifest.parent for manifest in path.rglob("manifest.json*")]
        files += [
            file
            for file in path.rglob("*")
            if file.suffix in (SUFFIX, ARCHIVE_SUFFIX) and file.is_file() and not file.name.startswith(".")
        ]
    return sorted(set(packages)), sorted(set(files))


def inspect_package(folder: Path, root: PublicKey | None) -> tuple[Inspected, Package | None]:
    """A package's signature, hashes and references."""
    try:
        package = read_package(folder, root=root, after_closing=True)
        if (folder / "files" / package.manifest.secrets.file).exists():  # destroyed when the booth closed
            package = read_package(folder, root=root)
        setup_of(package)
    except InputError as fault:
        return Inspected(folder, "package", (Reason("package", fault.en, fault.id),), Trust.ITSELF), None
    return Inspected(folder, "package", (), Trust.ROOT), package


def inspect_file(path: Path, packages: list[Package]) -> Inspected:
    """A batch or an archive, told apart by its first bytes."""
    try:
        with path.open("rb") as source:
            data = source.read(_LARGEST + 1)
    except OSError as fault:
        reason = Reason("file", f"It cannot be read ({fault.strerror}). Copy it again.", "Tidak terbaca. Salin ulang.")
        return Inspected(path, "file", (reason,), Trust.ITSELF)
    is_batch = data.startswith(b"batch.json\0") or path.suffix == SUFFIX
    return _batch(path, data, packages) if is_batch else _archive(path, data, packages)


def _batch(path: Path, data: bytes, packages: list[Package]) -> Inspected:
    try:
        batch = read(data)
    except InputError as fault:
        return Inspected(path, "batch", (Reason("batch", fault.en, fault.id),), Trust.ITSELF)
    package = next((package for package in packages if package.setup_hash == batch.record.setup), None)
    examined = examine(batch, package)
    inspected = _inspected(path, "batch", examined.report, examined.reasons, package)
    return replace(inspected, running=batch.record.running)


def _archive(path: Path, data: bytes, packages: list[Package]) -> Inspected:
    report = verify_archive(data)
    package = None
    if report.setup is not None:
        setup = (report.setup.election, report.setup.trustees, report.setup.credentials)
        package = next((package for package in packages if setup == _ballot_files(package)), None)
    return _inspected(path, "archive", report, tuple(archive_reasons(report)), package)


def _ballot_files(package: Package) -> tuple[bytes, ...]:
    ballot = package.manifest.ballot
    return tuple(package.files[name] for name in (ballot.election, ballot.trustees, ballot.credentials))


def _inspected(
    path: Path, kind: str, report: Report, reasons: tuple[Reason, ...], package: Package | None
) -> Inspected:
    setup = report.setup
    choices = (("blank",) if setup.blank else ()) + tuple(setup.answers) if setup else ()
    trust = Trust.ITSELF if package is None else Trust.ROOT
    return Inspected(path, kind, reasons, trust, report.num_ballots, choices, report.result if not reasons else None)
