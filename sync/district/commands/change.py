"""``change``: another plan for villages that are named, and for no other."""

from dataclasses import asdict
from pathlib import Path

import click

from config.election import Village
from config.errors import OperatorError
from config.source import read_source
from sync.district import console
from sync.district.cards import renew_request
from sync.district.changing import compare
from sync.district.commands import options
from sync.district.holders import plain
from sync.district.ledger import ledger_of
from sync.district.workspace import Workspace


@click.command()
@options.workspace
@click.argument("source", type=options.path)
@click.option(
    "--village",
    "villages",
    multiple=True,
    metavar="VILLAGE",
    help="Desa yang diubah. / A village to change.",
    shell_complete=options.complete_village,
)
@options.codes
@options.passphrase_file
@options.database
@options.as_json
def change(
    workspace: Workspace,
    source: Path,
    villages: tuple[str, ...],
    codes: Path | None,
    passphrase_file: Path | None,
    as_json: bool,
) -> None:
    """Ubah rencana desa yang disebut, yang lain tetap. / Change the named villages' plan; the others stay as they are.

    Paket desa itu tidak berlaku lagi; paket desa lain tetap sama sampai bita terakhir.
    Packages of these villages count no more; those of all others stay the same to the last byte.
    """
    read = read_source(source, codes=codes)
    with workspace.changing():
        found = compare(workspace.election, read.election)
        meant = _meant(villages, (*workspace.election.villages, *read.election.villages))
        others = [code for code in found.touched if code not in meant]
        if others:
            raise OperatorError(
                f"The plan also changes {', '.join(others)}. Name every village that is to change (--village), or take "
                "the other changes back.",
                id=f"Rencana juga mengubah {', '.join(others)}. Sebutkan semua desa yang diubah (--village), atau "
                "batalkan perubahan lain.",
            )
        booths = [name for name, place in workspace.places.items() if place.village_code in found.touched]
        voted = [booth for booth in booths if ledger_of(workspace).entered(booth) is not None]
        if voted:
            raise OperatorError(
                f"Booth {voted[0]} has handed in its batch already. Its village's plan stays as it is.",
                id=f"Bilik {voted[0]} sudah menyerahkan hasil. Rencana desanya tidak diubah.",
            )
        if not found.touched:
            console.say("Tidak ada yang berubah.", "Nothing has changed.")
            if as_json:
                console.machine(asdict(found) | {"packages": []})
            return
        root = workspace.unlock(console.ask_passphrase(passphrase_file))
        # The plan last: cut off before it, the same command finds the same change and goes on.
        forgotten = [booth for booth in booths if workspace.setup_hash(booth) is not None]
        for booth in forgotten:
            workspace.forget_package(booth)
        renew_request(workspace, root, read.election)
        workspace.keep_source(read)
    console.say(
        f"Desa diubah: {', '.join(found.touched)}. Paket yang tidak berlaku lagi: {len(forgotten)}.",
        f"Villages changed: {', '.join(found.touched)}. Packages that count no more: {len(forgotten)}.",
        "bold green",
    )
    console.say(
        "Berikutnya: 'check'; bila ada bilik baru, 'trustee new' dan 'trustee add --missing'; lalu 'package'.",
        "Next: 'check'; where there are new booths, 'trustee new' and 'trustee add --missing'; then 'package'.",
    )
    if as_json:
        console.machine(asdict(found) | {"packages": forgotten})


def _meant(named: tuple[str, ...], villages: tuple[Village, ...]) -> set[str]:
    """Codes of the villages that were named, by code or by a name that only one has; raises OperatorError."""
    codes = set()
    known = {village.code: village.name for village in villages}
    for one in named:
        found = {village.code for village in villages if one == village.code or plain(one) == plain(village.name)}
        if len(found) != 1:
            listed = ", ".join(f"{code} {known[code]}" for code in sorted(found or known)[:10])
            raise OperatorError(
                f"{one} names {len(found)} villages of this election. Write a code: {listed}.",
                id=f"{one} menunjuk {len(found)} desa dalam pemilihan ini. Tulis kodenya: {listed}.",
            )
        codes |= found
    return codes


COMMANDS = (change,)
