"""What came of it: ``results`` and ``final``."""

from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

import click
from rich.text import Text

from config.files import write_whole
from sync.district import console
from sync.district.commands import options
from sync.district.finals import Signed
from sync.district.ledger import ledger_of
from sync.district.misuse import Misuse
from sync.district.nist import results_nist
from sync.district.resultjson import results_json
from sync.district.sheets import results_csv, results_xlsx
from sync.district.show import results_text
from sync.district.standing import Standing, make_final, named, now, stand
from sync.district.workspace import Workspace


@click.command()
@options.workspace
@click.argument("village", required=False, shell_complete=options.complete_village)
@options.as_json
@options.database
@click.option("--csv", "as_csv", is_flag=True, help="Satu baris tiap bilik, TPS, desa. / A line for each of them.")
@click.option("--xlsx", type=options.path, metavar="OUT", help="Buku kerja ke berkas. / A workbook, to a file.")
@click.option("--nist", type=options.path, metavar="OUT", help="JSON NIST SP 1500-100 ke berkas. / To a file.")
@click.option("--out", type=options.path, help="Tulis ke berkas. / Write to a file.")
def results(
    workspace: Workspace,
    village: str | None,
    as_json: bool,
    as_csv: bool,
    xlsx: Path | None,
    nist: Path | None,
    out: Path | None,
) -> None:
    """Hasil per bilik, TPS, dan desa, dengan persamaannya. / Results by booth, TPS and village, with the equations.

    Dengan DESA (kode atau nama) hanya desa itu. / With VILLAGE (code or name) that one only.
    """
    if as_json + as_csv + (xlsx is not None) + (nist is not None) > 1:
        raise Misuse(
            "Give only one of --json, --csv, --xlsx, --nist.", id="Pilih satu saja: --json, --csv, --xlsx, atau --nist."
        )
    if out is not None and (xlsx or nist):
        raise Misuse(
            "--xlsx and --nist name their file themselves; leave --out away.",
            id="--xlsx dan --nist sudah menyebut berkasnya; --out tidak perlu.",
        )
    at = now()
    standing = stand(workspace, ledger_of(workspace), at)
    if village is not None:
        standing = replace(standing, villages=(standing.village(named(workspace, village).code),))
    to = out or xlsx or nist
    if to is None and not (as_json or as_csv):
        console.plain(Text.from_ansi(_text(workspace, standing, color=True)))
        return
    if xlsx is not None:
        data = results_xlsx(workspace, standing.villages)
    elif nist is not None:
        program = f"bilik {version('bilik')}"
        election_id = workspace.record.election_id
        data = results_nist(workspace.election, election_id, standing.villages, at=at, program=program)
    elif as_json:
        data = results_json(workspace, standing.villages, standing.finals).encode()
    elif as_csv:
        data = results_csv(standing.villages).encode()
    else:
        data = _text(workspace, standing, color=False).encode()
    if to is None:
        console.data(data.decode())
        return
    write_whole(to, data)
    console.say(f"Ditulis: {to}", "Written.")


def _text(workspace: Workspace, standing: Standing, *, color: bool) -> str:
    return results_text(workspace, standing.villages, color=color, finals=standing.finals)


@click.command()
@options.workspace
@click.argument("village", shell_complete=options.complete_village)
@click.option("--by", required=True, metavar="NAME", help="Siapa yang menetapkan. / Who signs.")
@click.option("--with", "with_", required=True, metavar="NAME", help="Orang kedua. / The second person.")
@click.option("--reason", required=True, help="Dasarnya, mis. berita acara. / What it rests on.")
@options.as_json
@options.database
def final(workspace: Workspace, village: str, by: str, with_: str, reason: str, as_json: bool) -> None:
    """Nyatakan hasil desa final: dua orang, tanggal, dasar. / Make a village's result final: two people, date, reason.

    Batal sendiri bila ada dasarnya yang berubah: berkas hasil atau keputusan baru, hitungan struk yang berbeda.
    It is undone by itself when something that it rests on changes: a new batch or decision, a count that differs.
    """
    ledger, at = ledger_of(workspace), now()
    standing = stand(workspace, ledger, at)
    found = named(workspace, village)
    signed = Signed(by=by.strip(), with_=with_.strip(), reason=reason.strip(), at=at)
    make_final(workspace, ledger, standing, found, signed)
    mismatches = standing.village(found.code).mismatches
    if as_json:
        told = {"village": found.code, "by": signed.by, "with": signed.with_, "reason": signed.reason, "at": signed.at}
        console.machine(told | {"mismatches": len(mismatches)})
        return
    console.say(f"{found.name}: final, {signed.by} dan {signed.with_}.", f"{found.name} is final.", "bold green")
    if mismatches:
        console.warn(
            f"{len(mismatches)} persamaan tidak cocok; lihat 'bilik-district reconcile' dan catat dalam berita acara.",
            f"{len(mismatches)} equations do not hold; see 'bilik-district reconcile' and note them in the minutes.",
        )


COMMANDS = (results, final)
