"""What came of it: ``results`` and ``final``."""

from pathlib import Path

import click
from rich.text import Text

from config.files import write_whole
from sync.district import console
from sync.district.commands import options
from sync.district.finals import Signed
from sync.district.ledger import ledger_of
from sync.district.resultjson import results_json
from sync.district.show import results_text
from sync.district.standing import make_final, named, now, stand
from sync.district.workspace import Workspace


@click.command()
@options.workspace
@options.as_json
@click.option("--out", type=options.path, help="Tulis ke berkas. / Write to a file.")
def results(workspace: Workspace, as_json: bool, out: Path | None) -> None:
    """Hasil per bilik, TPS, dan desa, dengan persamaannya. / Results by booth, TPS and village, with the equations."""
    standing = stand(workspace, ledger_of(workspace), now())
    if out is not None:
        data = (
            results_json(workspace, standing.villages, standing.finals)
            if as_json
            else results_text(workspace, standing.villages, color=False, finals=standing.finals)
        )
        write_whole(out, data.encode())
        console.say(f"Ditulis: {out}", "Written.")
    elif as_json:
        click.echo(results_json(workspace, standing.villages, standing.finals), nl=False)
    else:
        text = results_text(workspace, standing.villages, color=True, finals=standing.finals)
        console.plain(Text.from_ansi(text))


@click.command()
@options.workspace
@click.argument("village", shell_complete=options.complete_village)
@click.option("--by", required=True, metavar="NAME", help="Siapa yang menetapkan. / Who signs.")
@click.option("--with", "with_", required=True, metavar="NAME", help="Orang kedua. / The second person.")
@click.option("--reason", required=True, help="Dasarnya, mis. berita acara. / What it rests on.")
@options.as_json
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
