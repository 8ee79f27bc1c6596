"""``slips keep``: finished counts become part of the election's books."""

from pathlib import Path

import click

from config.errors import OperatorError
from config.files import read_plain
from sync.district import console
from sync.district.commands import options
from sync.district.commands.undone import tell_undone
from sync.district.deciding import numbers_of
from sync.district.ledger import ledger_of
from sync.district.misuse import Misuse
from sync.district.slipcounts import RECORD_MAX_BYTES, SlipsKept, by_hand, from_scan, keep
from sync.district.standing import MIN_NAME_CHARS, now, stand
from sync.district.workspace import Workspace


@click.command(name="keep")
@options.workspace
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=False)
@click.option(
    "--booth",
    shell_complete=options.complete_booth,
    help="Bilik, untuk hitungan tangan. / The booth, for a count by hand.",
)
@click.option("--votes", metavar="VOTES", help="Struk per pilihan, mis. 3,120,98. / Slips by choice.")
@click.option(
    "--envelope",
    type=click.IntRange(0, 1_000_000),
    help="Lembar dalam amplop batal, sobekan termasuk. / Papers in the void envelope, fragments too.",
)
@click.option("--by", required=True, metavar="NAME", help="Siapa yang menghitung. / Who counted.")
@options.as_json
@options.database
def keep_counts(
    workspace: Workspace,
    file: Path | None,
    booth: str | None,
    votes: str | None,
    envelope: int | None,
    by: str,
    as_json: bool,
) -> int:
    """Catat hitungan struk yang selesai. / Keep a finished count of slips, from slips scan --out or by hand.

    Hitungan terakhir bilik yang berlaku. Keluar 1: berbeda dari hasil. The booth's latest count stands. Exit 1: it
    differs from the result.
    """
    if (file is None) == (booth is None or votes is None):
        raise Misuse(
            "Give the file that 'slips scan --out' wrote, or --booth and --votes.",
            id="Sebutkan berkas yang ditulis 'slips scan --out', atau --booth dan --votes.",
        )
    if len(by.strip()) < MIN_NAME_CHARS:
        raise OperatorError("Say who counted: --by NAME.", id="Sebutkan siapa yang menghitung: --by NAMA.")
    count = _count(workspace, file, booth, votes, envelope, by.strip())
    ledger = ledger_of(workspace)
    keep(ledger.database, count)
    tell_undone(workspace, ledger)
    standing = stand(workspace, ledger, now())
    place = workspace.place(count.booth)
    result = next(b for b in standing.village(place.village_code).booths if b.place == place)
    fits = result.votes in (None, count.votes)
    if as_json:
        told = {"booth": count.booth, "votes": list(count.votes), "envelope": envelope, "by": count.by, "at": count.at}
        console.machine(told | {"result": None if result.votes is None else list(result.votes), "fits": fits})
    elif fits:
        console.say(f"Hitungan struk bilik {count.booth} dicatat.", "The count of slips was kept.", "bold green")
    else:
        console.warn(
            f"Hitungan bilik {count.booth} dicatat dan BERBEDA dari hasil. Hitung ulang; jika tetap: decide --paper.",
            f"The count of {count.booth} was kept and DIFFERS from the result. Count again; if it stays: decide "
            "--paper.",
        )
    return 0 if fits else 1


def _count(
    workspace: Workspace, file: Path | None, booth: str | None, votes: str | None, envelope: int | None, by: str
) -> SlipsKept:
    at = now()
    if file is not None:
        data = read_plain(file, RECORD_MAX_BYTES)
        return from_scan(workspace, data, file.name, envelope=envelope, by=by, at=at)
    numbers = numbers_of(votes or "")
    if not numbers:
        raise OperatorError(
            "Write --votes as numbers joined by commas, in the order of the ballot.",
            id="Tulis --votes sebagai angka dipisahkan koma, menurut urutan surat suara.",
        )
    return by_hand(workspace, booth or "", numbers, envelope=envelope, by=by, at=at)
