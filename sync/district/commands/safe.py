"""``backup`` and ``restore``: losing the laptop loses nothing that was taken in."""

from pathlib import Path

import click

from config.record import fingerprint_of
from sync.district import backup as backups
from sync.district import console
from sync.district.commands import options
from sync.district.databaseurl import parse
from sync.district.workspace import Workspace


@click.command()
@options.workspace
@click.argument("out", type=options.path)
@options.database
@options.as_json
def backup(workspace: Workspace, out: Path, as_json: bool) -> None:
    """Cadangkan semuanya ke satu berkas. / Back up everything to one file, and read it back.

    Berkas hasil, buku hasil, rencana, kunci (tetap bersandi), kartu, paket. Simpan di media lain. / Batches, ledger,
    plan, keys (as locked as they are), cards, packages. Keep it on another medium.
    """
    with console.progress("Mencadangkan / backing up") as bar:
        task = bar.add_task("", total=None)
        proved = backups.back_up(workspace, out, lambda name: bar.update(task, advance=1, description=name))
    _tell(proved, out, as_json, "ditulis dan dibaca kembali", "was written and read back")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("workspace", type=options.path)
@click.option("--db", metavar="URL", envvar="BILIK_DB", help="Basis data kabupaten, kosong. / The district's, empty.")
@options.as_json
def restore(file: Path, workspace: Path, db: str | None, as_json: bool) -> None:
    """Pulihkan cadangan ke ruang kerja baru, dengan bukti. / Restore a backup to a new workspace, and prove it.

    Tidak pernah menimpa. Setiap berkas dan tanda tangan diperiksa. / Never overwrites. Every file and signature is
    checked.
    """
    url = parse(db) if db is not None else None
    with console.progress("Memulihkan / restoring") as bar:
        task = bar.add_task("", total=None)
        proved = backups.restore(file, workspace, url, lambda name: bar.update(task, advance=1, description=name))
    _tell(proved, workspace, as_json, "dipulihkan; semua sidik dan tanda tangan cocok", "is restored, all of it proved")


def _tell(proved: backups.Proved, path: Path, as_json: bool, id_: str, en: str) -> None:
    rows = proved.head.rows
    if as_json:
        console.machine({"path": str(path), "sha256": proved.sha256, "kept": proved.head.kept, "rows": rows})
        return
    console.say(
        f"{path}: {id_}. Bilik dengan berkas hasil: {rows['batches']}, bentrok: {rows['conflicts']}, keputusan: "
        f"{rows['decisions']}, berkas tersimpan: {proved.head.kept}.",
        f"It {en}. Booths with a batch: {rows['batches']}, conflicts: {rows['conflicts']}, decisions: "
        f"{rows['decisions']}, files kept: {proved.head.kept}.",
        "bold green",
    )
    console.say(
        f"Sidik cadangan: {fingerprint_of(proved.sha256)} (dari {proved.head.made_at}).",
        "The backup's fingerprint: the same at backup and restore.",
    )


COMMANDS = (backup, restore)
