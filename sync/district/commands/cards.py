"""``cards``: issue, list, and the set of a rehearsal."""

from pathlib import Path

import click
import msgspec

from config.cards.role import Role
from sync.district import console
from sync.district.cards import Holder, issue_soft, new_pin, rehearsal_holders, write_sheet
from sync.district.commands import options
from sync.district.workspace import Workspace


@click.group()
def cards() -> None:
    """Kartu petugas dan panitia. / Officers' and committee's cards."""


@cards.command()
@options.workspace
@click.option("--soft", is_flag=True, help="Kartu lunak (berkas), hanya gladi. / A file, rehearsals only.")
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True)
@click.option("--village", metavar="CODE", required=True, help="Kode wilayah desa. / The village's code.")
@click.option("--tps", type=int, help="Nomor TPS, untuk petugas. / Number of the TPS, for officers.")
@click.option("--holder", metavar="NAME", required=True, help="Nama pemegang. / Who holds it.")
@click.option("--out", type=options.path, required=True, help="Berkas kartu. / The card's file.")
@options.pin_file
@options.passphrase_file
def issue(
    workspace: Workspace,
    soft: bool,
    role: str,
    village: str,
    tps: int | None,
    holder: str,
    out: Path,
    pin_file: Path | None,
    passphrase_file: Path | None,
) -> None:
    """Buat dan daftarkan satu kartu. / Make and register one card."""
    if not soft:
        raise click.UsageError("this release makes soft cards only: give --soft (rehearsals)")
    wanted = Holder(Role(role), holder, village, tps)
    pin = console.ask_pin(pin_file, holder, new=True)
    with workspace.changing():
        root = workspace.unlock(console.ask_passphrase(passphrase_file))
        card = issue_soft(workspace, root, wanted, pin, out)
    console.say(f"Kartu {card.id[:8]} untuk {holder} terdaftar.", f"The card was registered: {out}.", "bold green")
    _mind_trustees(workspace)


@cards.command(name="list")
@options.workspace
@options.as_json
def list_cards(workspace: Workspace, as_json: bool) -> None:
    """Daftar kartu. / The registered cards."""
    if as_json:
        console.machine([msgspec.to_builtins(card) for card in workspace.cards])
        return
    console.table(
        "Kartu terdaftar / registered cards",
        ("id", "peran / role", "desa / village", "TPS", "pemegang / holder"),
        [
            (card.id[:8], card.role.value, card.village_code or "–", str(card.tps or "–"), card.holder)
            for card in workspace.cards
        ],
    )


@cards.command()
@options.workspace
@click.argument("out", type=options.path)
@options.passphrase_file
def rehearsal(workspace: Workspace, out: Path, passphrase_file: Path | None) -> None:
    """Semua kartu lunak sebuah gladi, dengan lembar PIN. / All soft cards of a rehearsal, with a sheet of PINs."""
    out.mkdir(parents=True, exist_ok=True)
    with workspace.changing():
        root = workspace.unlock(console.ask_passphrase(passphrase_file))
        entries = [(holder, file, new_pin()) for holder, file in rehearsal_holders(workspace)]
        write_sheet(out / "pins.csv", entries)  # first, so that no card is registered whose PIN nobody knows
        for holder, file, pin in entries:
            issue_soft(workspace, root, holder, pin, out / file)
    console.say(
        f"{len(entries)} kartu dan pins.csv ada di {out}. Bagikan kartu dan PIN ke pemegangnya, lalu hapus pins.csv.",
        f"{len(entries)} cards and pins.csv are in {out}. Give each holder card and PIN, then delete pins.csv.",
        "bold green",
    )
    _mind_trustees(workspace)


def _mind_trustees(workspace: Workspace) -> None:
    console.say(
        f"Permintaan kunci diperbarui: {workspace.path / 'request'}. Salin folder itu ke komputer tiap peran.",
        "The trustees' request was renewed. Copy that folder to each role's own machine.",
    )


COMMANDS = (cards,)
