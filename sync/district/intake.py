"""Import: from files, folders and sticks to the ledger, each file on its own and every one with an answer."""

import errno
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from config.errors import BilikError, DeviceError, InputError
from sync.batch import SUFFIX, Batch, read
from sync.district.arrivals import FolderRefused, batch_files, read_file
from sync.district.examination import Reason, examine, foreign
from sync.district.ledger import Entry, Ledger
from sync.district.workspace import Workspace


class Verdict(StrEnum):
    """The answer for one file."""

    ACCEPTED = "accepted"
    ALREADY = "already here"
    REFUSED = "refused"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Outcome:
    """What became of one file; ``reasons`` say why and what to do when it was not taken."""

    path: Path
    verdict: Verdict
    booth: str | None
    reasons: tuple[Reason, ...] = ()

    @property
    def good(self) -> bool:
        """Whether nobody has to do anything about it."""
        return self.verdict in (Verdict.ACCEPTED, Verdict.ALREADY)


def offered(paths: Iterable[Path]) -> Iterator[Path | Outcome]:
    """Every batch at ``paths``; a folder without any is refused, so that a wrong folder is noticed."""
    for path in paths:
        found = False
        for file in batch_files(path):
            found = True
            if isinstance(file, FolderRefused):
                yield Outcome(path, Verdict.REFUSED, None, (Reason(path.name, file.en, file.id),))
            else:
                yield file
        if not found:
            reason = Reason(
                path.name,
                f"There is no batch (*{SUFFIX}) in this folder. Name the stick or the folder that holds them.",
                f"Tidak ada berkas hasil (*{SUFFIX}) di folder ini. Sebutkan stik atau folder yang memuatnya.",
            )
            yield Outcome(path, Verdict.REFUSED, None, (reason,))


def take_all(workspace: Workspace, ledger: Ledger, paths: Iterable[Path]) -> Iterator[Outcome]:
    """Takes every batch at ``paths``, one after another."""
    for file in offered(paths):
        yield file if isinstance(file, Outcome) else take(workspace, ledger, file)


def take(workspace: Workspace, ledger: Ledger, path: Path) -> Outcome:
    """Verifies one file wholly, then stores and enters it; a file that is refused leaves nothing behind.

    Raises DeviceError when disk or database take nothing more: then the booth has all of it or nothing.
    """
    try:
        data = read_file(path)
        batch = read(data)
    except OSError as fault:
        if fault.errno == errno.ELOOP:
            reason = Reason(
                path.name,
                "This is a link to somewhere else. Copy the batch itself from the booth's stick.",
                "Ini tautan ke tempat lain. Salin berkas hasilnya sendiri dari stik bilik.",
            )
            return Outcome(path, Verdict.REFUSED, None, (reason,))
        reason = Reason(
            path.name,
            f"The file cannot be read ({fault.strerror}). Put the stick in again, or copy the file again.",
            "Berkas tidak terbaca. Pasang lagi stiknya, atau salin ulang berkasnya.",
        )
        return Outcome(path, Verdict.REFUSED, None, (reason,))
    except InputError as fault:
        return Outcome(path, Verdict.REFUSED, None, (Reason(path.name, fault.en, fault.id),))
    booth = batch.record.booth
    if ledger.entered(booth) == batch.sha256:
        return Outcome(path, Verdict.ALREADY, booth)
    reasons = _reasons(workspace, batch)
    if reasons:
        return Outcome(path, Verdict.REFUSED, booth if booth in workspace.places else None, reasons)
    # Files first, the entry last: an entry always has its files, and files without an entry are harmless.
    try:
        ledger.keeping.put_batch(data)
        archive = ledger.keeping.put_archive(batch.archive)
    except OSError as fault:
        raise DeviceError(
            f"{path.name}: the workspace's disk did not take it ({fault.strerror}). Make room there, or move the "
            "workspace with 'bilik-district backup' and 'restore'; then run the command again: what was taken in "
            "stands.",
            id=f"{path.name}: disk ruang kerja tidak menerimanya ({fault.strerror}). Kosongkan sebagian disk itu, atau "
            "pindahkan ruang kerja dengan 'bilik-district backup' dan 'restore'; lalu jalankan lagi: yang sudah "
            "diterima tetap tersimpan.",
        ) from None
    entry = ledger.admit(batch.record, batch.sha256, archive)
    if entry is Entry.CONFLICT:
        other = ledger.entered(booth) or ""
        return Outcome(path, Verdict.CONFLICT, booth, (_conflict(booth, batch.sha256, other),))
    return Outcome(path, Verdict(entry.value), booth)


def _reasons(workspace: Workspace, batch: Batch) -> tuple[Reason, ...]:
    booth = batch.record.booth
    try:
        package = workspace.package(booth) if booth in workspace.places else None
    except BilikError as fault:
        return (Reason("workspace", fault.en, fault.id),)
    if package is not None:
        return foreign(batch, package) or examine(batch, package).reasons
    if batch.record.mode is not workspace.record.mode:
        return (
            Reason(
                "batch.json",
                f"It is from a {batch.record.mode.value} and this is a {workspace.record.mode.value} election: the two "
                "never mix. Lay it aside.",
                f"Ini hasil '{batch.record.mode.value}', sedangkan pemilihan ini '{workspace.record.mode.value}': "
                "keduanya tidak boleh tercampur. Sisihkan.",
            ),
        )
    return (
        Reason(
            "batch.json",
            "It names a booth for which this election has no package. Lay it aside and ask where it comes from.",
            "Disebut bilik yang tidak punya paket dalam pemilihan ini. Sisihkan dan tanyakan asalnya.",
        ),
    )


def _conflict(booth: str, this: str, other: str) -> Reason:
    return Reason(
        booth,
        f"Another batch of this booth is here already ({other[:12]}…, this one {this[:12]}…). Decide: compare both "
        "with the signed tapes, then 'bilik-district decide'. Neither is thrown away.",
        f"Sudah ada berkas hasil lain untuk bilik ini ({other[:12]}…, yang ini {this[:12]}…). Putuskan: cocokkan "
        "keduanya dengan rekap bertanda tangan, lalu 'bilik-district decide'. Keduanya disimpan.",
    )
