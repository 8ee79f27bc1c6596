"""``cards``: the register, and the soft set of a rehearsal; what is done to cards in the reader is next door."""

from pathlib import Path

import click
from rich.text import Text

from config.cards.pins import new_pin
from config.cards.registry import RegisteredCard
from config.secret import Pin
from sync.district import console
from sync.district.cards import VALID, label, plain_card
from sync.district.commands import options
from sync.district.commands.aftercare import retire_cards, unblock_card
from sync.district.commands.consequences import mind_trustees
from sync.district.commands.issue import issue_cards
from sync.district.commands.showing import WITHDRAWAL_WORDS, show_card
from sync.district.holders import place_words, rehearsal_holders
from sync.district.softcards import issue_soft, mind_rehearsal, read_sheet, write_sheet
from sync.district.workspace import Workspace


@click.group()
def cards() -> None:
    """Kartu petugas, panitia, dan teknisi. / Officers', committee's and technicians' cards."""


for _command in (issue_cards, show_card, unblock_card, retire_cards):
    cards.add_command(_command)


@cards.command(name="list")
@options.workspace
@options.as_json
def list_cards(workspace: Workspace, as_json: bool) -> None:
    """Daftar kartu. / The registered cards."""
    entries = [(card, VALID, ("berlaku", VALID)) for card in workspace.cards]
    entries += [(old.card, old.why.value, WITHDRAWAL_WORDS[old.why]) for old in workspace.withdrawn]
    if as_json:
        console.machine([plain_card(card, state) for card, state, _ in entries])
        return
    console.table(
        "Kartu terdaftar / registered cards",
        ("kartu / card", "jenis / kind", "peran / role", "tempat / place", "pemegang / holder", "keadaan / state"),
        [_row(workspace, card, f"{words[0]} / {words[1]}") for card, _, words in entries],
    )


def _row(workspace: Workspace, card: RegisteredCard, state: str) -> tuple[str | Text, ...]:
    name = Text(label(card.id), no_wrap=True, style="bold")
    place = place_words(workspace.election, card.village_code, card.tps)
    return (name, card.kind.value, card.role.value, place, card.holder, state)


@cards.command()
@options.workspace
@click.argument("out", type=options.path)
@options.passphrase_file
@options.as_json
def rehearsal(workspace: Workspace, out: Path, passphrase_file: Path | None, as_json: bool) -> None:
    """Semua kartu lunak sebuah gladi, dengan lembar PIN. / All soft cards of a rehearsal, with a sheet of PINs.

    Boleh diulang: hanya yang belum punya kartu mendapat kartu.
    May be repeated: only who has no card yet gets one.
    """
    mind_rehearsal(workspace)
    out.mkdir(parents=True, exist_ok=True)
    sheet = out / "pins.csv"
    made: list[dict[str, object]] = []
    with workspace.changing():
        root = workspace.unlock(console.ask_passphrase(passphrase_file))
        known = {file: Pin(line["pin"]) for file, line in read_sheet(sheet).items()}  # of a run that was cut off
        entries = [
            (holder, file, known.get(file) or new_pin())
            for holder, file in rehearsal_holders(workspace.election)
            if not any(map(holder.holds, workspace.cards))
        ]
        if entries:
            write_sheet(sheet, entries)  # first, so that no card is registered whose PIN nobody knows
        for holder, file, pin in entries:
            made.append(plain_card(issue_soft(workspace, root, holder, pin, out / file)) | {"file": str(out / file)})
    if as_json:
        console.machine(made)
    if not made:
        console.say("Semua pemegang sudah punya kartu.", "All holders have their cards.", "bold green")
        return
    console.say(
        f"{len(entries)} kartu dan pins.csv ada di {out}. Bagikan kartu dan PIN ke pemegangnya, lalu hapus pins.csv.",
        f"{len(entries)} cards and pins.csv are in {out}. Give each holder card and PIN, then delete pins.csv.",
        "bold green",
    )
    mind_trustees(workspace)


COMMANDS = (cards,)
