"""Import: from files, folders and sticks to the ledger, each file on its own and every one with an answer."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from config.errors import BilikError, InputError
from config.files import write_whole
from config.record import sha256
from sync.batch import MAX_BYTES, STICK_FOLDER, SUFFIX, Batch, read
from sync.district.examination import Reason, examine
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


def batch_files(path: Path) -> list[Path]:
    """The batches at a path: the file itself, a stick's batch folder, or every batch below a folder, sorted."""
    if not path.is_dir():
        return [path]
    stick = path / STICK_FOLDER
    below = stick.glob(f"*{SUFFIX}") if stick.is_dir() else path.rglob(f"*{SUFFIX}")
    return sorted(file for file in below if file.is_file() and not file.name.startswith("."))


def take_all(workspace: Workspace, ledger: Ledger, paths: list[Path]) -> Iterator[Outcome]:
    """Takes every batch at ``paths``; a folder without any is refused, so that a wrong folder is noticed."""
    for path in paths:
        files = batch_files(path)
        if not files:
            yield Outcome(
                path,
                Verdict.REFUSED,
                None,
                (
                    Reason(
                        path.name,
                        f"There is no batch (*{SUFFIX}) in this folder. Name the stick or the folder that holds them.",
                        f"Tidak ada berkas hasil (*{SUFFIX}) di folder ini. Sebutkan stik atau folder yang memuatnya.",
                    ),
                ),
            )
        for file in files:
            yield take(workspace, ledger, file)


def take(workspace: Workspace, ledger: Ledger, path: Path) -> Outcome:
    """Verifies one file wholly, then stores and enters it; a file that is refused leaves nothing behind."""
    try:
        with path.open("rb") as source:
            data = source.read(MAX_BYTES + 1)
        batch = read(data)
    except OSError as fault:
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
    write_whole(workspace.path / "batches" / f"{batch.sha256}{SUFFIX}", data)
    archive = keep_archive(workspace, batch.archive)
    entry = ledger.admit(batch.record, batch.sha256, archive)
    if entry is Entry.CONFLICT:
        other = ledger.entered(booth) or ""
        return Outcome(path, Verdict.CONFLICT, booth, (_conflict(booth, batch.sha256, other),))
    return Outcome(path, Verdict(entry.value), booth)


def keep_archive(workspace: Workspace, archive: bytes) -> str:
    """Stores an archive under its hash, which is returned."""
    name = sha256(archive)
    write_whole(workspace.path / "archives" / f"{name}.bel", archive)
    return name


def _reasons(workspace: Workspace, batch: Batch) -> tuple[Reason, ...]:
    booth = batch.record.booth
    try:
        package = workspace.package(booth) if booth in workspace.places else None
    except BilikError as fault:
        return (Reason("workspace", fault.en, fault.id),)
    if package is not None:
        return examine(batch, package).reasons
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
